package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/mappings"
)

// agreed is the agreement with a partner that a verdict goes by, named as
// TENANT/PARTNER; nil where none is named.
func agreed(cmd *cobra.Command, catalog *mappings.Catalog, name string) (*mappings.Agreement, error) {
	if name == "" {
		return nil, nil
	}
	for _, flag := range []string{"accept-errors", "reject-trailers", "together", "ta1", "functional", "advice", "contrl", "receipt", "only-rejected", "no-values", "release"} {
		if cmd.Flags().Changed(flag) {
			return nil, &usageError{fmt.Errorf("the agreement with %s says what --%s does", name, flag)}
		}
	}
	tenant, partner, _ := strings.Cut(name, "/")
	a, ok := catalog.Partner(tenant, partner)
	if !ok {
		return nil, &usageError{fmt.Errorf("there is no partner %s, neither shipped nor in --with", name)}
	}
	return a, nil
}

// examined is the verdict by an agreement, in the form of one by the standards.
// The error is an outcome where the partner does not speak the standard.
func examined(catalog *mappings.Catalog, src io.Reader, a *mappings.Agreement, at time.Time) (*verdict.File, *exchange.Examination, error) {
	x, err := exchange.Examine(catalog, src, exchange.ExamineOptions{Agreement: a, Tenant: a.Tenant, Channel: a.Channel, At: at})
	if errors.Is(err, exchange.ErrNotAgreed) {
		return nil, nil, &outcomeError{fmt.Sprintf("the file is of a standard that is not agreed with %s/%s", a.Tenant, a.Partner)}
	}
	if err != nil {
		return nil, nil, err
	}
	f := &verdict.File{Standard: edi.X12, Findings: x.Verdict.Findings}
	if x.Verdict.Standard == mappings.StandardEDIFACT {
		f.Standard = edi.EDIFACT
	}
	for i := range x.Verdict.Interchanges {
		f.Interchanges = append(f.Interchanges, interchangeOf(&x.Verdict.Interchanges[i]))
	}
	for s, err := range x.Sets() {
		if err != nil {
			return nil, nil, err
		}
		set := &verdict.Set{
			ID: s.ID, Number: s.ControlNumber, Tables: s.Grammar, Exact: true, Segments: s.Segments, Document: s.Number, Fate: s.Fate, Findings: s.Findings,
		}
		if !x.Verdict.Applies(s) {
			set.Fate = edi.Rejected
		}
		g := f.Interchanges[s.Interchange-1].Groups[s.Group-1]
		g.Sets = append(g.Sets, set)
	}
	return f, x, nil
}

func interchangeOf(v *exchange.Interchange) *verdict.Interchange {
	one := &verdict.Interchange{Number: v.Number(), Test: v.Test, Fate: v.Fate, Findings: v.Findings}
	if v.ISA != nil {
		one.Sender, one.Receiver = v.ISA.SenderQualifier+":"+v.ISA.SenderID, v.ISA.ReceiverQualifier+":"+v.ISA.ReceiverID
	} else {
		one.Sender, one.Receiver = v.UNB.Sender.Qualifier+":"+v.UNB.Sender.ID, v.UNB.Receiver.Qualifier+":"+v.UNB.Receiver.ID
	}
	if v.Refused {
		one.Fate = edi.Rejected
	}
	for i := range v.Groups {
		g := &v.Groups[i]
		group := &verdict.Group{Implicit: g.Implicit, Fate: g.Fate, Findings: g.Findings}
		if g.GS != nil {
			group.Kind, group.Number = g.GS.FunctionalID, g.GS.ControlNumber
		}
		if g.UNG != nil {
			group.Kind, group.Number = g.UNG.Type, g.UNG.Reference
		}
		one.Groups = append(one.Groups, group)
	}
	return one
}
