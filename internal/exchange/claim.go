package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// claimRecord says which place of which file used a control number first.
type claimRecord struct {
	Source string `json:"source"` // file#interchange, with the group and the set if it is theirs
	File   string `json:"file"`
}

const (
	claimID      = "claim"
	claimKind    = "claim"
	claimVersion = 1
)

// claims takes control numbers for the places of one file.
type claims struct {
	e    *Exchange
	file inbox.File
}

// claimKey is where a control number of a level is taken: "claim" for that of
// an interchange, "claim-group" or "claim-set".
func claimKey(tenant, level string, r *rules, p mappings.Party, number string) state.Key {
	return state.Key{Tenant: tenant, Aggregate: state.ID(level, r.standard, r.agreement.Partner, p.SenderQualifier, p.SenderID, number)}
}

// take takes a number for a place for so many days. The same place taking it
// again resumes; else the file that has it is returned.
func (c claims) take(ctx context.Context, key state.Key, source string, days int) (before string, err error) {
	mine := claimRecord{Source: source, File: c.file.ID}
	b := c.e.Store.Batch(key)
	b.Create(claimID, claimKind, claimVersion, mine)
	b.ExpireAfter(time.Duration(days) * 24 * time.Hour)
	_, err = b.Commit(ctx)
	if err == nil {
		return "", nil
	}
	if !errors.Is(err, state.ErrConflict) {
		return "", err
	}
	var first claimRecord
	if _, err := c.e.Store.ReadInto(ctx, key, claimID, claimKind, claimVersion, &first); err != nil {
		return "", err
	}
	if first.Source == mine.Source {
		return "", nil
	}
	return first.File, nil
}

// interchange takes the control number of an interchange, and those of its
// groups, where the agreement wants them to be unique for a while. A rejected
// interchange may come again, corrected: it takes none.
func (c claims) interchange(ctx context.Context, v *Interchange, r *rules) error {
	if v.nothingAccepted() {
		return nil
	}
	if days := r.duplicates.InterchangeDays; days > 0 {
		first, err := c.take(ctx, claimKey(c.file.Tenant, "claim", r, v.party(), v.Number()), fmt.Sprintf("%s#%d", c.file.ID, v.Index), days)
		if err != nil {
			return err
		}
		if first != "" {
			v.cameBefore(first)
			return nil
		}
	}
	if days := r.duplicates.GroupDays; days > 0 {
		return c.groups(ctx, v, r, days)
	}
	return nil
}

// cameBefore refuses an interchange whose number a file has used.
func (ic *Interchange) cameBefore(file string) {
	at := edi.Finding{
		Code: edi.CodeInterchangeDuplicate, Severity: edi.Error, Position: ic.Position, SegmentID: "ISA", Element: 13, Value: ic.Number(),
		Message: fmt.Sprintf("the control number %s came before, in file %s; nothing of this interchange was done again", ic.Number(), file),
	}
	if ic.UNB != nil {
		at.SegmentID, at.Element = "UNB", 5
	}
	ic.Fate, ic.Refused, ic.DuplicateOf = edi.Rejected, true, file
	ic.Findings = append(ic.Findings, at)
}

func (c claims) groups(ctx context.Context, v *Interchange, r *rules, days int) error {
	for i := range v.Groups {
		g := &v.Groups[i]
		number, at := g.number()
		if !g.applies() || g.Accepted == 0 || number == "" {
			continue
		}
		key := claimKey(c.file.Tenant, "claim-group", r, v.party(), number)
		first, err := c.take(ctx, key, fmt.Sprintf("%s#%d.%d", c.file.ID, v.Index, g.Index), days)
		if err != nil {
			return err
		}
		if first == "" {
			continue
		}
		at.Severity, at.Position, at.Value = edi.Error, g.Position, number
		at.Message = fmt.Sprintf("the control number %s of the group came before, in file %s; nothing of this group was done again", number, first)
		g.Fate, g.Findings = edi.Rejected, append(g.Findings, at)
		if r.errors == mappings.RejectInterchange {
			v.refuse()
			return nil
		}
	}
	return nil
}

// number is the control number of a group, empty if it has none, and what a
// finding about it begins with.
func (g *Group) number() (string, edi.Finding) {
	switch {
	case g.GS != nil && !g.Implicit:
		return g.GS.ControlNumber, edi.Finding{Code: x12.CodeGroupDuplicate, SegmentID: "GS", Element: 6}
	case g.UNG != nil:
		return g.UNG.Reference, edi.Finding{Code: edifact.CodeUNGDuplicate, SegmentID: "UNG", Element: 5}
	}
	return "", edi.Finding{}
}

// setTaken looks whether another place has used the control number of a set.
// It is taken only when the set is applied: what is refused may come again.
func (c claims) setTaken(ctx context.Context, ic *Interchange, r *rules, s Set) (before string, err error) {
	var first claimRecord
	_, err = c.e.Store.ReadInto(ctx, claimKey(c.file.Tenant, "claim-set", r, ic.party(), s.ControlNumber), claimID, claimKind, claimVersion, &first)
	if errors.Is(err, state.ErrNotFound) || err == nil && first.Source == s.source(c.file.ID) {
		return "", nil
	}
	return first.File, err
}

// set takes the control number of a set that is applied.
func (c claims) set(ctx context.Context, ic *Interchange, r *rules, s Set) (before string, err error) {
	return c.take(ctx, claimKey(c.file.Tenant, "claim-set", r, ic.party(), s.ControlNumber), s.source(c.file.ID), r.duplicates.SetDays)
}

// source is the place of a set: file#interchange.group.set.
func (s Set) source(file string) string {
	return fmt.Sprintf("%s#%d.%d.%d", file, s.Interchange, s.Group, s.Index)
}

// repeated is the finding about a set whose control number a file has used.
func (s Set) repeated(file string) edi.Finding {
	f := edi.Finding{
		Code: x12.CodeSetDuplicate, Severity: edi.Error, Position: s.Position, SegmentID: "ST", InSet: 1, Element: 2, Value: s.ControlNumber,
		Message: fmt.Sprintf("the control number %s of the set came before, in file %s; it was not done again", s.ControlNumber, file),
	}
	if s.UNH != nil {
		f.Code, f.SegmentID, f.Element = edifact.CodeUNHDuplicate, "UNH", 1
	}
	return f
}

// nothingAccepted reports whether no set of the interchange is to be applied.
func (ic *Interchange) nothingAccepted() bool {
	return ic.Refused || !slices.ContainsFunc(ic.Groups, func(g Group) bool { return g.applies() && g.Accepted > 0 })
}
