package exchange

import (
	"context"
	"fmt"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// Received is one thing a partner says of what was sent to it: one of X12 and
// EDIFACT is set.
type Received struct {
	Tenant  string
	Partner string
	File    string // id of the file that brought it
	Source  string // file#interchange
	Test    bool
	X12     *x12.Acknowledgement
	EDIFACT *edifact.Acknowledgement
}

// sentKey is where what we sent to a partner is known by a control number of
// a level, "interchange" or "group"; zeros on its left mean nothing.
func sentKey(tenant, standard, partner, level, number string) state.Key {
	if bare := strings.TrimLeft(number, "0"); bare != "" && standard == mappings.StandardX12 {
		number = bare
	}
	return state.Key{Tenant: tenant, Aggregate: state.ID("sent", standard, partner, level, number)}
}

// sentID is the record that says what bears the number.
const sentID = "sent"

// level is what the partner speaks of, and the number it knows that by.
func (r Received) level() (standard, level, number string) {
	if a := r.EDIFACT; a != nil {
		return mappings.StandardEDIFACT, "interchange", a.Reference
	}
	switch a := r.X12; {
	case a.TA1 != nil:
		return mappings.StandardX12, "interchange", a.TA1.ControlNumber
	case a.Set != nil:
		return mappings.StandardX12, "group", a.Set.GroupControl
	case a.Group != nil:
		return mappings.StandardX12, "group", a.Group.ControlNumber
	default:
		return mappings.StandardX12, "group", a.Outcome.Group.ControlNumber
	}
}

// receiver finds the acknowledgements in a file that is applied.
type receiver struct {
	e       *Exchange
	file    inbox.File
	verdict *Verdict
	x12     *x12.AckReader
	edifact *edifact.AckReader
	catalog *mappings.Catalog
	skip    bool // the open set is not accepted
	found   []edi.Finding
	limit   int
}

func newReceiver(e *Exchange, c *mappings.Catalog, f inbox.File, v *Verdict, findings int) *receiver {
	r := &receiver{e: e, catalog: c, file: f, verdict: v, limit: findings}
	if v.Standard == mappings.StandardEDIFACT {
		r.edifact = edifact.NewAckReader(findings)
	} else {
		r.x12 = x12.NewAckReader(findings)
	}
	return r
}

// set begins a set that is accepted, or is not.
func (r *receiver) set(accepted bool) { r.skip = !accepted }

// event takes an event of the file and matches what it completes.
func (r *receiver) event(ctx context.Context, ev event) error {
	if r.skip && ev.kind != other {
		return nil
	}
	switch {
	case ev.x != nil:
		for _, a := range r.x12.Event(ev.x) {
			if err := r.match(ctx, ev.x.Interchange.Index, Received{X12: &a}); err != nil {
				return err
			}
		}
	case ev.e != nil:
		for _, a := range r.edifact.Event(ev.e) {
			if err := r.match(ctx, ev.e.Interchange.Index, Received{EDIFACT: &a}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *receiver) match(ctx context.Context, interchange int, one Received) error {
	ic := r.verdict.interchange(interchange)
	if ic == nil || ic.Refused {
		return nil
	}
	one.Tenant, one.Partner, one.File, one.Test = r.file.Tenant, ic.Partner, r.file.ID, ic.Test
	one.Source = fmt.Sprintf("%s#%d", r.file.ID, interchange)
	one.mask(agreementFor(r.catalog, r.file.Tenant, r.file.Channel, ic), r.verdict.Standard)
	f, err := r.e.matched(ctx, one)
	if err != nil {
		return err
	}
	if f != nil {
		r.found = edi.Keep(r.found, *f, r.limit)
	}
	return nil
}

// mask takes out of what a partner says of our documents the values that are
// shown to nobody.
func (r Received) mask(a *mappings.Agreement, standard string) {
	if e := r.EDIFACT; e != nil {
		mask(a, standard, e.Findings)
		return
	}
	x := r.X12
	if x.Set != nil {
		mask(a, standard, x.Set.Findings)
	}
	if x.Group != nil {
		mask(a, standard, x.Group.Findings)
	}
	if x.Outcome != nil {
		mask(a, standard, x.Outcome.Findings)
	}
}

// answers reports whether an interchange of the file holds what is said of an
// interchange of ours, outside any set.
func (v *Verdict) answers() bool {
	for i := range v.Interchanges {
		if ic := &v.Interchanges[i]; ic.TA1 > 0 && !ic.Refused {
			return true
		}
	}
	return false
}
