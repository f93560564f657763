package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
)

// claimRecord says which file used a control number first.
type claimRecord struct {
	Source string `json:"source"` // file#interchange
	File   string `json:"file"`
}

// claim takes the interchange control number for this place of this file. The
// same place claiming again resumes; any other is a duplicate.
func (e *Exchange) claim(ctx context.Context, f inbox.File, v *Interchange, r *rules) error {
	days := r.duplicates.InterchangeDays
	if days == 0 || v.nothingAccepted() {
		return nil // a rejected interchange may come again, corrected
	}
	p := v.party()
	key := state.Key{Tenant: f.Tenant, Aggregate: state.ID("claim", r.standard, r.agreement.Partner, p.SenderQualifier, p.SenderID, v.Number())}
	mine := claimRecord{Source: fmt.Sprintf("%s#%d", f.ID, v.Index), File: f.ID}
	b := e.Store.Batch(key)
	b.Create("claim", "claim", 1, mine)
	b.ExpireAfter(time.Duration(days) * 24 * time.Hour)
	_, err := b.Commit(ctx)
	if err == nil {
		return nil
	}
	if !errors.Is(err, state.ErrConflict) {
		return err
	}
	var first claimRecord
	if _, err := e.Store.ReadInto(ctx, key, "claim", "claim", 1, &first); err != nil {
		return err
	}
	if first.Source == mine.Source {
		return nil
	}
	at := edi.Finding{
		Code: edi.CodeInterchangeDuplicate, Severity: edi.Error, Position: v.Position, SegmentID: "ISA", Element: 13, Value: v.Number(),
		Message: fmt.Sprintf("the control number %s came before, in file %s; nothing of this interchange was done again", v.Number(), first.File),
	}
	if v.UNB != nil {
		at.SegmentID, at.Element = "UNB", 5
	}
	v.Fate, v.Refused, v.DuplicateOf = edi.Rejected, true, first.File
	v.Findings = append(v.Findings, at)
	return nil
}

// nothingAccepted reports whether no set of the interchange is to be applied.
func (ic *Interchange) nothingAccepted() bool {
	return ic.Refused || !slices.ContainsFunc(ic.Groups, func(g Group) bool { return g.applies() && g.Accepted > 0 })
}
