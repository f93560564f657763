package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/mappings"
)

// ackOptions say which acknowledgements are printed.
type ackOptions struct {
	with                             []string
	partner                          string
	policy                           policyOptions
	ta1, functional, contrl          string
	advice, receipt, brief, noValues bool
	release                          string
	number                           int
	at                               moment
}

func (c *command) ack() *cobra.Command {
	var o ackOptions
	cmd := &cobra.Command{
		Use:   "ack FILE...",
		Short: "Print the acknowledgements that a file would get",
		Long: `Ack prints the TA1, 997, 999, 824 or CONTRL that a file would get by what check
finds in it. What partners choose differently is a flag: which of them, when,
and what is rejected with what. With --partner it is what is agreed, whoever the
sender is.`,
		Example: "  crossdock ack po.edi\n  crossdock ack --functional 999 --ta1 always po.edi\n  crossdock ack --accept-errors --functional none --advice po.edi",
		Args:    args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, names []string) error {
			return c.ackFiles(cmd, names, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.ta1, "ta1", "requested", "a TA1 when requested, always or never")
	f.StringVar(&o.functional, "functional", "997", "what answers a group: 997, 999, none")
	f.BoolVar(&o.advice, "advice", false, "an 824 for what is not accepted, too")
	f.StringVar(&o.contrl, "contrl", "always", "a CONTRL when requested, always or never")
	f.BoolVar(&o.receipt, "receipt", false, "a CONTRL that the interchange came, too")
	f.BoolVar(&o.brief, "only-rejected", false, "name only the sets that are not accepted whole")
	f.BoolVar(&o.noValues, "no-values", false, "do not repeat bad values")
	f.StringVar(&o.release, "release", "", "of the answer in X12; by default that of the group")
	f.IntVar(&o.number, "number", 1, "control number of the first answer")
	f.Var(&o.at, "at", "its date and time, as 2026-11-02T09:30; else now")
	f.StringVar(&o.partner, "partner", "", "answer as is agreed with this TENANT/PARTNER")
	f.StringArrayVar(&o.with, "with", nil, "files of agreements and maps, over the shipped ones")
	o.policy.flags(f)
	return cmd
}

func (o ackOptions) answers() (verdict.Answers, error) {
	a := verdict.Answers{Advice: o.advice, Receipt: o.receipt, Functional: o.functional}
	for _, one := range []struct {
		flag, value string
		to          *verdict.When
	}{{"ta1", o.ta1, &a.TA1}, {"contrl", o.contrl, &a.CONTRL}} {
		switch *one.to = verdict.When(one.value); *one.to {
		case verdict.Requested, verdict.Always, verdict.Never:
		default:
			return a, fmt.Errorf("--%s %q: want requested, always or never", one.flag, one.value)
		}
	}
	switch o.functional {
	case "997", "999", "none":
	default:
		return a, fmt.Errorf("--functional %q: want 997, 999 or none", o.functional)
	}
	a.X12.OnlyRejectedSets, a.X12.NoValues, a.X12.Version = o.brief, o.noValues, o.release
	a.EDIFACT.OnlyRejected = o.brief
	return a, nil
}

// acked is what ack --json prints of a file.
type acked struct {
	Name    string           `json:"file"`
	Answers []verdict.Answer `json:"answers"`
}

func (c *command) ackFiles(cmd *cobra.Command, names []string, o ackOptions) error {
	answers, err := o.answers()
	if err != nil {
		return &usageError{err}
	}
	policy, err := o.policy.policy()
	if err != nil {
		return &usageError{err}
	}
	catalog, err := c.catalogue(o.with)
	if err != nil {
		return err
	}
	if o.at.IsZero() {
		o.at.Time = time.Now()
	}
	agreement, err := agreed(cmd, catalog, o.partner)
	if err != nil {
		return err
	}
	all, number := []acked{}, o.number
	err = c.outcomes(names, func(name string) error {
		one, err := c.ackOne(cmd, name, catalog, agreement, policy, answers, o.at.Time, number)
		if err != nil {
			return err
		}
		number += len(one.Answers)
		all = append(all, one)
		return nil
	})
	printed := c.print(all, func(w *screen) {
		for _, one := range all {
			for _, a := range one.Answers {
				fmt.Fprintln(w, strings.TrimRight(a.Text, "\n"))
			}
			if len(one.Answers) == 0 {
				fmt.Fprintf(c.errs, "crossdock: %s gets no acknowledgement\n", one.Name)
			}
		}
	})
	return cmp.Or(err, printed)
}

func (c *command) ackOne(cmd *cobra.Command, name string, catalog *mappings.Catalog, a *mappings.Agreement, policy verdict.Policy, answers verdict.Answers, at time.Time, number int) (acked, error) {
	in, err := c.open(cmd, name)
	if err != nil {
		return acked{}, err
	}
	defer in.Close()
	one := acked{Name: in.name, Answers: []verdict.Answer{}}
	if a != nil {
		one.Answers, err = answersAgreed(catalog, in, a, at)
		return one, err
	}
	file, err := judged(catalog, in, policy)
	if err != nil {
		return one, fmt.Errorf("%s: %w", in.name, err)
	}
	for _, x := range file.Interchanges {
		one.Answers = append(one.Answers, x.Answers(answers, number+len(one.Answers), at)...)
	}
	return one, nil
}

// answersAgreed are the acknowledgements by an agreement, numbered from the
// first of its ranges on.
func answersAgreed(catalog *mappings.Catalog, in *input, a *mappings.Agreement, at time.Time) ([]verdict.Answer, error) {
	_, x, err := examined(catalog, in, a, at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.name, err)
	}
	acknowledgements, err := x.Acknowledgements()
	if err != nil {
		return nil, &outcomeError{fmt.Sprintf("%s: %v", in.name, err)}
	}
	all := []verdict.Answer{}
	for _, one := range acknowledgements {
		kind, _, _ := strings.Cut(one.Summary, " ") // a receipt is a CONTRL too
		all = append(all, verdict.Answer{Kind: kind, Text: string(one.Text)})
	}
	return all, nil
}
