package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/state"
)

// claimRecord says which file used a control number first.
type claimRecord struct {
	Source string `json:"source"` // file#interchange
	File   string `json:"file"`
}

// claim takes the interchange control number for this place of this file. The
// same place claiming again resumes; any other is a duplicate.
func (w *judge) claim(ctx context.Context, v *Interchange, ic *x12.Interchange) error {
	days := w.agreement.X12.Duplicates.InterchangeDays
	if days == 0 || v.nothingAccepted() {
		return nil // a rejected interchange may come again, corrected
	}
	key := state.Key{Tenant: w.file.Tenant, Aggregate: state.ID("claim", "x12", w.agreement.Partner, ic.SenderQualifier, ic.SenderID, ic.ControlNumber)}
	mine := claimRecord{Source: fmt.Sprintf("%s#%d", w.file.ID, v.Index), File: w.file.ID}
	b := w.e.Store.Batch(key)
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
	if _, err := w.e.Store.ReadInto(ctx, key, "claim", "claim", 1, &first); err != nil {
		return err
	}
	if first.Source == mine.Source {
		return nil
	}
	v.Fate, v.Refused, v.DuplicateOf = x12.Rejected, true, first.File
	v.Findings = append(v.Findings, edi.Finding{
		Code: x12.CodeInterchangeDuplicate, Severity: edi.Error, Position: v.Position, SegmentID: "ISA", Element: 13, Value: v.ISA.ControlNumber,
		Message: fmt.Sprintf("the control number %s came before, in file %s; nothing of this interchange was done again", v.ISA.ControlNumber, first.File),
	})
	return nil
}

// nothingAccepted reports whether no set of the interchange is to be applied.
func (ic *Interchange) nothingAccepted() bool {
	return ic.Refused || !slices.ContainsFunc(ic.Groups, func(g Group) bool { return g.Fate != x12.Rejected && g.Accepted > 0 })
}
