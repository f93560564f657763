package statetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

var outgoingTests = []test{
	{"messages leave with the commit", func(t *testing.T, p Platform) {
		r := p.leave(t, []state.Operation{create("a", 1)}, send(plain("m1")), send(plain("m2")), send(inSession("acme/7", "m3")))
		p.holds(t, key, r.Token, map[string]int{"a": 1})
		if !r.Sent {
			return // stored and listed, which leave has seen
		}
		ds := p.receive(t, PlainQueue, "m1", "m2")
		if number(t, ds[0].Body) != 1 {
			t.Errorf("body %s", ds[0].Body)
		}
		p.complete(t, PlainQueue, ds...)
		s := p.accept(t, time.Minute)
		p.complete(t, SessionQueue, next(t, s, "m3"))
		if s.ID() != "acme/7" {
			t.Errorf("session %s, want acme/7", s.ID())
		}
		p.nothingUnsent(t)
	}},
	{"a commit may carry outgoing alone", func(t *testing.T, p Platform) {
		if r := p.leave(t, nil, send(plain("m1"))); r.Sent {
			p.receive(t, PlainQueue, "m1")
		}
	}},
	{"rows are posted once and struck", func(t *testing.T, p Platform) {
		at := p.Now()
		row := func(n int) *state.Row {
			return &state.Row{Tenant: "acme", List: "documents", ID: "850.4711", At: at, Body: body(n)}
		}
		if r := p.leave(t, nil, state.Outgoing{ID: "o1", Row: row(1)}); !r.Sent {
			return
		}
		p.leave(t, nil, state.Outgoing{ID: "o2", Row: row(2)}) // there already
		k, id := state.RowKey(*row(1)), state.RowRecord(*row(1)).ID
		recs, err := p.Backend.Read(within(t), k, "", id)
		if err != nil || len(recs) != 1 || !sameJSON(t, recs[0].Body, state.RowRecord(*row(1)).Body) {
			t.Fatalf("posted row: %+v, %v, want %s", recs, err, state.RowRecord(*row(1)).Body)
		}
		strike := &state.Row{Tenant: "acme", List: "documents", ID: "850.4711", At: at}
		for n := range 2 { // the second finds nothing, which is no error
			p.leave(t, nil, state.Outgoing{ID: fmt.Sprintf("o%d", 3+n), Strike: strike})
			p.holds(t, k, "", map[string]int{id: -1})
		}
	}},
	{"a scheduled message leaves later", func(t *testing.T, p Platform) {
		m := plain("later")
		m.NotBefore = p.Now().Add(time.Hour)
		if r := p.leave(t, []state.Operation{create("a", 1)}, send(m)); !r.Sent {
			return
		}
		p.depth(t, PlainQueue, 0, 1, 0)
		p.Advance(time.Hour)
		p.receive(t, PlainQueue, "later")
	}},
	{"an outgoing is one thing", func(t *testing.T, p Platform) {
		m, row := plain("m"), state.Row{Tenant: "acme", List: "documents", ID: "d", At: p.Now(), Body: body(1)}
		large := plain("m")
		large.Body = jsonOf(state.MaxMessageBytes + 1)
		for _, c := range []struct {
			out  state.Outgoing
			want error
		}{
			{state.Outgoing{ID: "o"}, state.ErrInvalid},
			{state.Outgoing{ID: "o", Message: &m, Row: &row}, state.ErrInvalid},
			{state.Outgoing{ID: "o", Row: &row, Strike: &row}, state.ErrInvalid},
			{state.Outgoing{ID: "", Message: &m}, state.ErrInvalid},
			{state.Outgoing{ID: "o/o", Message: &m}, state.ErrInvalid},
			{state.Outgoing{ID: "o", Message: &large}, state.ErrTooLarge},
		} {
			p.refused(t, c.want, key, []state.Operation{put("a", 1)}, c.out)
		}
		p.holds(t, key, "", map[string]int{"a": -1})
		p.depth(t, PlainQueue, 0, 0, 0)
	}},
}

// leave commits, and wants each outgoing either delivered or stored in the
// partition and listed as unsent.
func (p Platform) leave(t *testing.T, ops []state.Operation, out ...state.Outgoing) state.Receipt {
	t.Helper()
	r, err := p.Backend.Commit(within(t), key, ops, out)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	if r.Sent {
		return r
	}
	p.Advance(time.Minute)
	unsent, err := p.Backend.Unsent(within(t), p.Now(), 1000)
	if err != nil {
		t.Fatalf("unsent: %v", err)
	}
	listed := map[string]bool{}
	for _, u := range unsent {
		if u.Key == key {
			listed[u.Outgoing.ID] = true
		}
	}
	for _, o := range out {
		if !listed[o.ID] {
			t.Errorf("outgoing %s was neither sent nor listed as unsent", o.ID)
		}
		recs, err := p.Backend.Read(within(t), key, r.Token, state.OutgoingID(o.ID))
		if err != nil || len(recs) != 1 {
			t.Errorf("record of outgoing %s: %v, %v", o.ID, idsOf(recs), err)
		}
	}
	return r
}

func (p Platform) nothingUnsent(t *testing.T) {
	t.Helper()
	p.Advance(time.Minute)
	if unsent, err := p.Backend.Unsent(within(t), p.Now(), 10); err != nil || len(unsent) > 0 {
		t.Errorf("unsent: %+v, %v, want none", unsent, err)
	}
}
