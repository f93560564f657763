package erp_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/mappings"
)

var change = state.Key{Tenant: "acme", Aggregate: "order-change.granite.PO-1"}

// oweChange makes a change of an order that the ERP does not have.
func (r *rig) oweChange() {
	r.t.Helper()
	b := r.Store.Batch(change)
	b.Create(trade.DocumentRecordID, trade.DocumentRecordKind, trade.DocumentRecordVersion, trade.DocumentRecord{
		Version: 1, Noun: "order-change", Number: "PO-1", About: "PO-1", Partner: "granite", Body: json.RawMessage(`{"change":1}`),
	})
	b.Want(state.QueueERPSync, 1)
	if _, err := b.Commit(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) list(list string) []state.Row {
	r.t.Helper()
	rows, err := r.Store.List(r.t.Context(), state.ListQuery{Tenant: "acme", List: list})
	if err != nil {
		r.t.Fatal(err)
	}
	return rows
}

// A change that comes before its order waits until the ERP has that, and is
// on the list of what waits as long as it does.
func TestChangeWaitsForItsOrder(t *testing.T) {
	r := newRig(t, saved)
	r.after = mappings.After{Noun: trade.KindOrder, Patience: time.Hour}
	r.oweChange()
	for range 3 {
		if err := r.push(change); err != nil {
			t.Fatal(err)
		}
		if got := r.list(state.ListWaiting); len(got) != 1 || got[0].ID != change.Aggregate {
			t.Fatalf("waiting: %+v, want the change once", got)
		}
		*r.now = r.now.Add(time.Minute)
	}
	r.wants()
	r.owe(order, 1)
	if err := r.push(change); err != nil { // it came, and is not in the ERP yet
		t.Fatal(err)
	}
	r.wants()
	if err := r.push(order); err != nil {
		t.Fatal(err)
	}
	if err := r.push(change); err != nil {
		t.Fatal(err)
	}
	r.wants(request(1), `PUT /order-changes/order-change.granite.PO-1/versions/1 acme/order-change.granite.PO-1@1 {"change":1}`)
	if got := r.list(state.ListWaiting); len(got) != 0 {
		t.Errorf("waiting: %+v, want nothing", got)
	}
	if err := r.push(change); !errors.Is(err, state.ErrNothingDue) {
		t.Errorf("again: %v, want %v", err, state.ErrNothingDue)
	}
}

// Past the patience agreed it is a failure that names the order.
func TestPatienceEnds(t *testing.T) {
	r := newRig(t, saved)
	r.after = mappings.After{Noun: trade.KindOrder, Patience: time.Hour}
	r.oweChange()
	if err := r.push(change); err != nil {
		t.Fatal(err)
	}
	*r.now = r.now.Add(time.Hour)
	if err := r.push(change); err != nil {
		t.Fatal(err)
	}
	failed := r.list(state.ListFailures)
	var f state.Failure
	if len(failed) == 1 {
		if err := json.Unmarshal(failed[0].Body, &f); err != nil {
			t.Fatal(err)
		}
	}
	const cause = "the order change PO-1 waited 1h0m0s for the order PO-1, which did not come into the ERP"
	if len(failed) != 1 || f.Class != "waiting" || f.Cause != cause {
		t.Errorf("failures %+v, want one of the class waiting: %s", f, cause)
	}
	if got := r.list(state.ListWaiting); len(got) != 0 {
		t.Errorf("waiting: %+v, want nothing", got)
	}
	if err := r.push(change); !errors.Is(err, state.ErrNothingDue) {
		t.Errorf("again: %v, want %v", err, state.ErrNothingDue)
	}
	r.wants()
}
