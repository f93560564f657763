package exchange_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// gatherers are partners that get documents together.
func gatherers(batch string) fstest.MapFS {
	fs := customers()
	fs["partners/quay/american.jsonc"] = &fstest.MapFile{Data: []byte(`{"name": "American", "x12": {
		"theirs": [{"qualifier": "ZZ", "id": "AMERICAN"}], "send": {"batch": ` + batch + `}},
		"receive": {"850": {"map": "x12/850"}}, "send": {"855": {"map": "x12/855"}}}`)}
	return fs
}

// sendAll sends what is due for these wake-ups, each twice.
func (r *rig) sendAll(wakes ...state.Wake) {
	r.t.Helper()
	for _, w := range append(wakes, wakes...) {
		if err := r.Send(r.t.Context(), w); err != nil && !errors.Is(err, state.ErrNothingDue) {
			r.t.Fatal(err)
		}
	}
}

// Documents wait for each other and leave as one interchange: when they are
// many, when their time has come, or when somebody says so.
func TestBatches(t *testing.T) {
	batch := state.Wake{Tenant: "quay", Aggregate: "batch.american.855"}
	for _, c := range []struct {
		name, batch string
		reach       func(*rig)
		together    int
	}{
		{"by count", `{"count": "3", "every": "1h"}`, func(*rig) {}, 3},
		{"by size", `{"bytes": "600", "every": "1h"}`, func(*rig) {}, 3},
		{"by time", `{"every": "1h"}`, func(r *rig) {
			if err := r.later(2*time.Hour).Send(r.t.Context(), batch); err != nil {
				r.t.Fatal(err)
			}
		}, 4},
		{"by schedule", `{"schedule": "0 * * * *", "zone": "America/Chicago"}`, func(r *rig) {
			if err := r.later(time.Hour).Send(r.t.Context(), batch); err != nil {
				r.t.Fatal(err)
			}
		}, 4},
		{"by command", `{"every": "1h"}`, func(r *rig) {
			if n, err := r.Flush(r.t.Context(), "quay", "american"); err != nil || n != 4 {
				r.t.Fatalf("flushed %d (%v), want 4", n, err)
			}
		}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRigOf(t, nil, nil, gatherers(c.batch))
			var wakes []state.Wake
			for i := range 4 {
				number := fmt.Sprintf("PO-%d", i+1)
				w := r.outgoing("american", "x12", "855", "order-response", number, respond(number, "HS-1"))
				wakes = append(wakes, w)
				r.sendAll(w)
			}
			if got := r.letters(); len(got) != 0 {
				t.Fatalf("%d files before the batch was sent", len(got))
			}
			c.reach(r)
			r.sendAll(append(wakes, batch)...)
			got := r.letters()
			if len(got) != 1 || strings.Count(got[0], "ST*855*") != c.together || !strings.Contains(got[0], fmt.Sprintf("ST*855*%04d~", c.together)) ||
				!strings.Contains(got[0], fmt.Sprintf("GE*%d*1~", c.together)) {
				t.Fatalf("sent %q, want %d documents in one file", got, c.together)
			}
			for i, w := range wakes {
				v, err := r.ShowOutgoing(t.Context(), w.Key())
				want := "sent"
				if i >= c.together {
					want = "waits in a batch"
				}
				if err != nil || v.Status != want || i < c.together && v.Sent[0].Set != fmt.Sprintf("%04d", i+1) {
					t.Errorf("document %d: %+v (%v), want it %s", i+1, v, err, want)
				}
			}
		})
	}
}

// What the partner says of one of several documents is known of that alone,
// and the others are as the group is.
func TestAcknowledgedInABatch(t *testing.T) {
	r := newRigOf(t, nil, nil, gatherers(`{"count": "2", "every": "1h"}`))
	one := r.outgoing("american", "x12", "855", "order-response", "PO-1", respond("PO-1", "HS-1"))
	two := r.outgoing("american", "x12", "855", "order-response", "PO-2", respond("PO-2", "HS-1"))
	r.sendAll(one, two, state.Wake{Tenant: "quay", Aggregate: "batch.american.855"})
	r.receive("main", "ack.edi", []byte(strings.NewReplacer("AK1*PR*50", "AK1*PR*1", "Q0001", "0001", "AK9*P*1*1*1", "AK9*P*2*2*1").Replace(functional("P", "AK5*R*5~\n"))))
	if a, b := r.said(one), r.said(two); a.Status != "rejected" || b.Status != "accepted" || b.Summary != "997 P" {
		t.Errorf("said %+v and %+v", a, b)
	}
	if got := r.failures(); len(got) != 1 || !strings.Contains(got[0].Cause, "set 0001") {
		t.Errorf("failures %+v", got)
	}
}
