package simtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// meddler lets something happen just before a commit, once.
type meddler struct {
	backend
	before func()
}

// Commit implements state.Backend.
func (m meddler) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	m.before()
	return m.backend.Commit(ctx, key, ops, out)
}

// TestPostponeMeetsANewVersion lets a version be wanted between the read and
// the commit of a postponement: both need a wake-up, and the postponed try has
// one only if the postponement takes place.
func TestPostponeMeetsANewVersion(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) }
	recs, qs := newRecords(now), newQueues(now)
	qs.add(state.QueueERPSync, true, maxDelivery)
	key, target := state.Key{Tenant: Tenant, Aggregate: "order.1"}, state.TargetID(state.QueueERPSync)
	open := func(b state.Backend) *state.Store {
		return state.New(b, fileDriver{&gate{}, newFiles(now)}, queueDriver{&gate{}, qs}, state.Options{Now: now})
	}
	plain := open(backend{&gate{}, recs})
	b := plain.Batch(key)
	b.Want(state.QueueERPSync, 1)
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	store := open(meddler{backend{&gate{}, recs}, func() {
		once.Do(func() {
			found, err := plain.Read(t.Context(), key, "", target)
			if err != nil {
				t.Fatal(err)
			}
			b := plain.Batch(key)
			if err := b.WantNext(found[target]); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}})
	ok, err := store.Postpone(t.Context(), state.Wake{Tenant: Tenant, Aggregate: "order.1"}, state.QueueERPSync, now().Add(time.Minute))
	if !ok || err != nil {
		t.Fatalf("postpone: %t, %v", ok, err)
	}
	found, err := plain.Read(t.Context(), key, "", target)
	if err != nil {
		t.Fatal(err)
	}
	got, err := state.DecodeTarget(found[target])
	if err != nil || got.Wanted != 2 || got.Attempt != 1 {
		t.Errorf("target %+v, %v", got, err)
	}
	if d, err := qs.depth(state.QueueERPSync); err != nil || d.Scheduled != 1 {
		t.Errorf("queue %+v, %v, want the postponed wake-up", d, err)
	}
}
