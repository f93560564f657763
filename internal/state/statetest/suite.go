// Package statetest is the contract of state's drivers as a test: what
// Backend, Files and Queues promise, in the words of their declarations, is
// tried here once and holds for every platform that passes.
//
// It sends nothing to sleep: a driver's clock is moved by a hook, and what
// must not be visible is shown to be hidden by receiving what comes after it.
// It does not test what only one platform has, such as its crash safety.
package statetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// The queues a platform under test has, each with MaxDelivery deliveries.
const (
	SessionQueue = "suite-sessions"
	PlainQueue   = "suite-plain"
	MaxDelivery  = 3
)

// Platform is an empty platform under test and what moves it.
type Platform struct {
	Backend state.Backend
	Files   state.Files
	Queues  state.Queues

	// Now is the platform's clock, and Advance moves it on: what is due then
	// happens, for those who wait too.
	Now     func() time.Time
	Advance func(d time.Duration)

	// Reopen ends the platform and opens it again over the same data; nil:
	// there is no such thing.
	Reopen func(t *testing.T) Platform

	// Overwrite changes the content of a file as a partner does, without
	// this platform's help; nil: nobody can.
	Overwrite func(t *testing.T, path, content string)

	// Stale makes reads that carry no session token answer from the past, as
	// a replica does; nil: this platform's reads never do.
	Stale func(on bool)
}

// Run tries the whole contract, each part on a platform of its own.
func Run(t *testing.T, open func(t *testing.T) Platform) {
	for _, part := range []struct {
		name  string
		tests []test
	}{
		{"records", recordTests},
		{"batch", batchTests},
		{"outgoing", outgoingTests},
		{"queue", queueTests},
		{"session", sessionTests},
		{"files", fileTests},
	} {
		t.Run(part.name, func(t *testing.T) {
			for _, test := range part.tests {
				t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
			}
		})
	}
}

type test struct {
	name string
	run  func(t *testing.T, p Platform)
}

var key = state.Key{Tenant: "acme", Aggregate: "order.1"}

// within bounds a wait that a broken driver would never end.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func body(n int) json.RawMessage { return fmt.Appendf(nil, `{"n":%d}`, n) }

func record(id string, n int) state.Record {
	return state.Record{ID: id, Kind: "thing", Version: 1, Body: body(n)}
}

func create(id string, n int) state.Operation {
	return state.Operation{Verb: state.Create, Record: record(id, n)}
}

func put(id string, n int) state.Operation {
	return state.Operation{Verb: state.Put, Record: record(id, n)}
}

func replace(id, etag string, n int) state.Operation {
	r := record(id, n)
	r.ETag = etag
	return state.Operation{Verb: state.Replace, Record: r}
}

func remove(id, etag string) state.Operation {
	return state.Operation{Verb: state.Delete, Record: state.Record{ID: id, ETag: etag}}
}

func send(m state.Message) state.Outgoing { return state.Outgoing{ID: m.ID, Message: &m} }

func (p Platform) commit(t *testing.T, k state.Key, ops ...state.Operation) state.Receipt {
	t.Helper()
	r, err := p.Backend.Commit(within(t), k, ops, nil)
	if err != nil {
		t.Fatalf("commit to %s: %v", k.Aggregate, err)
	}
	if len(r.ETags) != len(ops) {
		t.Fatalf("commit answers %d ETags, want %d, one an operation", len(r.ETags), len(ops))
	}
	return r
}

func (p Platform) refused(t *testing.T, want error, k state.Key, ops []state.Operation, out ...state.Outgoing) {
	t.Helper()
	if _, err := p.Backend.Commit(within(t), k, ops, out); !errors.Is(err, want) {
		t.Errorf("commit: error %v, want %v", err, want)
	}
}

// holds compares the numbers in the bodies of records with those wanted, by
// id; an id with a negative number must not exist.
func (p Platform) holds(t *testing.T, k state.Key, token string, want map[string]int) {
	t.Helper()
	for id, n := range want {
		recs, err := p.Backend.Read(within(t), k, token, id)
		if err != nil {
			t.Fatalf("read %s: %v", id, err)
		}
		got := -1
		if len(recs) > 0 {
			got = number(t, recs[0].Body)
		}
		if got != n {
			t.Errorf("record %s of %s/%s holds %d, want %d (-1: none)", id, k.Tenant, k.Aggregate, got, n)
		}
	}
}

func number(t *testing.T, raw json.RawMessage) int {
	t.Helper()
	var b struct{ N int }
	if err := json.Unmarshal(raw, &b); err != nil {
		t.Fatalf("body %q: %v", raw, err)
	}
	return b.N
}

func (p Platform) send(t *testing.T, msgs ...state.Message) {
	t.Helper()
	if err := p.Queues.Send(within(t), msgs...); err != nil {
		t.Fatalf("send: %v", err)
	}
}

// receive takes what is visible of a queue, and wants these messages.
func (p Platform) receive(t *testing.T, queue string, want ...string) []state.Delivery {
	t.Helper()
	var got []state.Delivery
	for len(got) < len(want) {
		ds, err := p.Queues.Receive(within(t), queue, 10, time.Minute)
		if err != nil {
			t.Fatalf("receive from %s after %d of %v: %v", queue, len(got), want, err)
		}
		got = append(got, ds...)
	}
	for i, d := range got {
		if i >= len(want) || d.ID != want[i] {
			t.Fatalf("receive from %s: message %d is %s, want %v", queue, i, d.ID, want)
		}
	}
	return got
}

func (p Platform) accept(t *testing.T, lock time.Duration) state.Session {
	t.Helper()
	s, err := p.Queues.AcceptSession(within(t), SessionQueue, lock)
	if err != nil {
		t.Fatalf("accept session: %v", err)
	}
	return s
}

func next(t *testing.T, s state.Session, want string) state.Delivery {
	t.Helper()
	d, err := s.Next(within(t))
	if err != nil {
		t.Fatalf("next of session %s: %v", s.ID(), err)
	}
	if d.ID != want {
		t.Fatalf("next of session %s: message %s, want %s", s.ID(), d.ID, want)
	}
	return d
}

func (p Platform) complete(t *testing.T, queue string, ds ...state.Delivery) {
	t.Helper()
	for _, d := range ds {
		if err := p.Queues.Complete(within(t), queue, d.Token); err != nil {
			t.Fatalf("complete %s: %v", d.ID, err)
		}
	}
}

func (p Platform) abandon(t *testing.T, queue string, d state.Delivery) {
	t.Helper()
	if err := p.Queues.Abandon(within(t), queue, d.Token); err != nil {
		t.Fatalf("abandon %s: %v", d.ID, err)
	}
}

func (p Platform) depth(t *testing.T, queue string, active, scheduled, dead int) {
	t.Helper()
	d, err := p.Queues.Depth(within(t), queue)
	if err != nil {
		t.Fatalf("depth of %s: %v", queue, err)
	}
	if d.Active != active || d.Scheduled != scheduled || d.DeadLetter != dead {
		t.Errorf("depth of %s: %d active, %d scheduled, %d dead, want %d, %d, %d",
			queue, d.Active, d.Scheduled, d.DeadLetter, active, scheduled, dead)
	}
	if active > 0 && d.Oldest.IsZero() {
		t.Errorf("depth of %s: no oldest among %d", queue, active)
	}
}

func plain(id string) state.Message {
	return state.Message{ID: id, Queue: PlainQueue, Body: body(1)}
}

func inSession(session, id string) state.Message {
	return state.Message{ID: id, Queue: SessionQueue, Session: session, Body: body(1)}
}
