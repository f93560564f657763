package local

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// A message that ends its process with every delivery does so only as often
// as its queue allows.
func TestPoisonIsBuriedAtOpen(t *testing.T) {
	for _, sessions := range []bool{false, true} {
		dir := t.TempDir()
		o := Options{Queues: map[string]QueueConfig{"q": {Sessions: sessions, MaxDelivery: 2}}}
		p := openTest(t, dir, o)
		msgs := []state.Message{{ID: "poison", Queue: "q", Session: "acme/1"}, {ID: "next", Queue: "q", Session: "acme/1"}}
		if err := p.Queues.Send(t.Context(), msgs...); err != nil {
			t.Fatal(err)
		}
		for n := range 2 {
			if d := receiveOne(t, p, sessions); d.ID != "poison" || d.DeliveryCount != n+1 {
				t.Fatalf("delivery %d: %+v", n+1, d)
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			p = openTest(t, dir, o)
		}
		if d := receiveOne(t, p, sessions); d.ID != "next" {
			t.Errorf("sessions %t: received %s, want next", sessions, d.ID)
		}
		ds, err := p.Queues.Receive(t.Context(), "q"+state.DeadLetter, 1, time.Minute)
		if err != nil || ds[0].ID != "poison" || ds[0].Reason != reasonMaxDelivery {
			t.Errorf("dead letter: %+v, %v", ds, err)
		}
		if err := p.Queues.Complete(t.Context(), "q"+state.DeadLetter, ds[0].Token); err != nil {
			t.Error(err)
		}
	}
}

func receiveOne(t *testing.T, p *Platform, sessions bool) state.Delivery {
	t.Helper()
	if !sessions {
		ds, err := p.Queues.Receive(t.Context(), "q", 1, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return ds[0]
	}
	s, err := p.Queues.AcceptSession(t.Context(), "q", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The raised count is on the disk soon, though nobody waits for it.
func TestDeliveryCountReachesTheDisk(t *testing.T) {
	p := openTest(t, t.TempDir(), Options{Queues: map[string]QueueConfig{"q": {}}})
	if err := p.Queues.Send(t.Context(), state.Message{ID: "m", Queue: "q"}); err != nil {
		t.Fatal(err)
	}
	receiveOne(t, p, false)
	for {
		count := 0
		err := p.readers.read(t.Context(), false, func(r *reader) error {
			s, err := r.conn.Prepare("SELECT count FROM messages")
			if err != nil {
				return err
			}
			if _, err = s.Step(); err == nil {
				count = s.ColumnInt(0)
			}
			return errors.Join(err, s.Reset())
		})
		if err != nil {
			t.Fatal(err)
		}
		if count == 1 {
			return // else the test's own deadline ends it
		}
	}
}

// Bodies that do not fit in memory come from the disk.
func TestBodiesBeyondTheCache(t *testing.T) {
	p := openTest(t, t.TempDir(), Options{Queues: map[string]QueueConfig{"q": {}}})
	p.Queues.mu.Lock()
	p.Queues.cached = cachedBodies - 10
	p.Queues.mu.Unlock()
	for n := range 3 {
		m := state.Message{ID: fmt.Sprint(n), Queue: "q", Body: fmt.Appendf(nil, `"%d%s"`, n, strings.Repeat("x", 100))}
		if err := p.Queues.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 3 {
		d := receiveOne(t, p, false)
		if want := fmt.Sprintf(`"%d%s"`, n, strings.Repeat("x", 100)); string(d.Body) != want {
			t.Errorf("body %s, want %s", d.Body, want)
		}
		if err := p.Queues.Complete(t.Context(), "q", d.Token); err != nil {
			t.Error(err)
		}
	}
	if p.Queues.cached != cachedBodies-10 {
		t.Errorf("%d bytes cached, want %d", p.Queues.cached, cachedBodies-10)
	}
}

// A queue that is declared no more keeps what it holds.
func TestUndeclaredQueue(t *testing.T) {
	dir := t.TempDir()
	p := openTest(t, dir, Options{Queues: map[string]QueueConfig{"q": {}}})
	if err := p.Queues.Send(t.Context(), state.Message{ID: "m", Queue: "q"}); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = openTest(t, dir, Options{})
	if d, err := p.Queues.Depth(t.Context(), "q"); err != nil || d.Active != 1 {
		t.Errorf("depth %+v, %v, want one message", d, err)
	}
}
