package statetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

var queueTests = []test{
	{"messages come in the order sent, whole", func(t *testing.T, p Platform) {
		m := plain("m1")
		m.Session, m.Body = "acme/1", []byte(`{"n":5,"text":"ä<&>"}`)
		before := p.Now()
		p.send(t, m, plain("m2"))
		p.send(t, plain("m3"))
		ds := p.receive(t, PlainQueue, "m1", "m2", "m3")
		d := ds[0]
		if d.Queue != PlainQueue || d.Session != m.Session || !sameJSON(t, d.Body, m.Body) {
			t.Errorf("received %+v, want %+v", d.Message, m)
		}
		if d.DeliveryCount != 1 || d.Token == "" || d.Reason != "" {
			t.Errorf("delivery: count %d, token %q, reason %q", d.DeliveryCount, d.Token, d.Reason)
		}
		if off := d.Enqueued.Sub(before).Abs(); off > time.Minute {
			t.Errorf("enqueued %v, sent at %v", d.Enqueued, before)
		}
		if ds[0].Sequence >= ds[1].Sequence || ds[1].Sequence >= ds[2].Sequence {
			t.Errorf("sequences %d, %d, %d do not rise", ds[0].Sequence, ds[1].Sequence, ds[2].Sequence)
		}
		p.depth(t, PlainQueue, 3, 0, 0)
		p.complete(t, PlainQueue, ds...)
		p.depth(t, PlainQueue, 0, 0, 0)
	}},
	{"a receiver waits for what is sent", func(t *testing.T, p Platform) {
		got := make(chan string)
		ctx := within(t)
		for range 3 {
			go func() {
				ds, err := p.Queues.Receive(ctx, PlainQueue, 1, time.Minute)
				if err != nil || len(ds) != 1 {
					got <- fmt.Sprintf("%v, %v", ds, err)
					return
				}
				got <- ds[0].ID
			}()
		}
		p.send(t, plain("m1"))
		seen := map[string]bool{<-got: true}
		p.send(t, plain("m2"), plain("m3"))
		seen[<-got], seen[<-got] = true, true
		if !seen["m1"] || !seen["m2"] || !seen["m3"] {
			t.Errorf("received %v, want m1, m2 and m3", seen)
		}
	}},
	{"a receiver's wait ends with its context", func(t *testing.T, p Platform) {
		ctx, cancel := context.WithCancel(within(t))
		ended := make(chan error)
		go func() {
			_, err := p.Queues.Receive(ctx, PlainQueue, 1, time.Minute)
			ended <- err
		}()
		go func() {
			_, err := p.Queues.AcceptSession(ctx, SessionQueue, time.Minute)
			ended <- err
		}()
		cancel()
		for range 2 {
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("wait ended with %v, want %v", err, context.Canceled)
			}
		}
		p.send(t, plain("m1"), inSession("acme/1", "m2")) // lost to nobody
		p.receive(t, PlainQueue, "m1")
		next(t, p.accept(t, time.Minute), "m2")
	}},
	{"at most as many as asked", func(t *testing.T, p Platform) {
		p.send(t, plain("m1"), plain("m2"), plain("m3"))
		ds, err := p.Queues.Receive(within(t), PlainQueue, 2, time.Minute)
		if err != nil || len(ds) > 2 || len(ds) == 0 {
			t.Errorf("receive of 2: %d, %v", len(ds), err)
		}
	}},
	{"a locked message is hidden", func(t *testing.T, p Platform) {
		p.send(t, plain("m1"))
		p.receive(t, PlainQueue, "m1")
		p.send(t, plain("m2"))
		p.receive(t, PlainQueue, "m2") // and not m1
	}},
	{"a lock runs out", func(t *testing.T, p Platform) {
		p.send(t, plain("m1"))
		d := p.receive(t, PlainQueue, "m1")[0]
		if want := p.Now().Add(time.Minute); d.LockedUntil.Sub(want).Abs() > time.Second {
			t.Errorf("locked until %v, want %v", d.LockedUntil, want)
		}
		p.Advance(time.Minute + time.Second)
		again := p.receive(t, PlainQueue, "m1")[0]
		if again.DeliveryCount != 2 || again.Token == d.Token || again.Sequence != d.Sequence {
			t.Errorf("delivered again: %+v, after %+v", again, d)
		}
		for name, err := range map[string]error{
			"complete": p.Queues.Complete(within(t), PlainQueue, d.Token),
			"abandon":  p.Queues.Abandon(within(t), PlainQueue, d.Token),
			"renew":    renew(t, p, d.Token),
		} {
			if !errors.Is(err, state.ErrLockLost) {
				t.Errorf("%s under a lost lock: %v, want %v", name, err, state.ErrLockLost)
			}
		}
		p.complete(t, PlainQueue, again)
		if err := p.Queues.Complete(within(t), PlainQueue, again.Token); !errors.Is(err, state.ErrLockLost) {
			t.Errorf("complete of what is complete: %v, want %v", err, state.ErrLockLost)
		}
	}},
	{"a waiting receiver gets what a lost lock frees", func(t *testing.T, p Platform) {
		p.send(t, plain("m1"))
		p.receive(t, PlainQueue, "m1")
		got := make(chan string)
		ctx := within(t)
		go func() {
			ds, err := p.Queues.Receive(ctx, PlainQueue, 1, time.Minute)
			if err != nil {
				got <- err.Error()
				return
			}
			got <- ds[0].ID
		}()
		p.Advance(time.Minute + time.Second)
		if id := <-got; id != "m1" {
			t.Errorf("received %s, want m1", id)
		}
	}},
	{"a lock is renewed", func(t *testing.T, p Platform) {
		p.send(t, plain("m1"))
		d := p.receive(t, PlainQueue, "m1")[0]
		for range 3 {
			p.Advance(40 * time.Second)
			until, err := p.Queues.Renew(within(t), PlainQueue, d.Token, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if want := p.Now().Add(time.Minute); until.Sub(want).Abs() > time.Second {
				t.Errorf("renewed until %v, want %v", until, want)
			}
		}
		p.complete(t, PlainQueue, d)
	}},
	{"an abandoned message comes again in its place", func(t *testing.T, p Platform) {
		p.send(t, plain("m1"), plain("m2"))
		ds := p.receive(t, PlainQueue, "m1", "m2")
		p.abandon(t, PlainQueue, ds[1])
		p.abandon(t, PlainQueue, ds[0])
		for _, d := range p.receive(t, PlainQueue, "m1", "m2") {
			if d.DeliveryCount != 2 {
				t.Errorf("%s: delivery %d, want 2", d.ID, d.DeliveryCount)
			}
		}
	}},
	{"what is given up too often is dead-lettered and drained", func(t *testing.T, p Platform) {
		p.send(t, plain("abandoned"), plain("expired"))
		for n := range MaxDelivery {
			ds := p.receive(t, PlainQueue, "abandoned", "expired")
			if ds[0].DeliveryCount != n+1 {
				t.Fatalf("delivery %d, want %d", ds[0].DeliveryCount, n+1)
			}
			p.abandon(t, PlainQueue, ds[0])
			p.Advance(time.Minute + time.Second)
		}
		p.drain(t, PlainQueue, "abandoned", "expired")
	}},
	{"a scheduled message has its place when it is visible", func(t *testing.T, p Platform) {
		later, past := plain("later"), plain("past")
		later.NotBefore, past.NotBefore = p.Now().Add(time.Hour), p.Now().Add(-time.Hour)
		p.send(t, later, past)
		p.depth(t, PlainQueue, 1, 1, 0)
		p.complete(t, PlainQueue, p.receive(t, PlainQueue, "past")...)
		p.Advance(30 * time.Minute)
		p.send(t, plain("m1")) // after the scheduled one, visible before it
		p.Advance(30 * time.Minute)
		ds := p.receive(t, PlainQueue, "m1", "later")
		if ds[1].Sequence <= ds[0].Sequence || ds[1].DeliveryCount != 1 {
			t.Errorf("scheduled message: sequence %d after %d, delivery %d", ds[1].Sequence, ds[0].Sequence, ds[1].DeliveryCount)
		}
		p.depth(t, PlainQueue, 2, 0, 0)
	}},
	{"depth tells the oldest", func(t *testing.T, p Platform) {
		p.send(t, plain("m1"))
		p.Advance(time.Hour)
		p.send(t, plain("m2"))
		ds := p.receive(t, PlainQueue, "m1", "m2")
		for i, d := range ds {
			depth, err := p.Queues.Depth(within(t), PlainQueue)
			if err != nil || !depth.Oldest.Equal(d.Enqueued) {
				t.Errorf("oldest of %d: %v, %v, want %v", 2-i, depth.Oldest, err, d.Enqueued)
			}
			p.complete(t, PlainQueue, d)
		}
	}},
	{"what no queue takes is refused", func(t *testing.T, p Platform) {
		large := plain("m")
		large.Body = jsonOf(state.MaxMessageBytes + 1)
		fits := plain("fits")
		fits.Body = jsonOf(state.MaxMessageBytes)
		for _, c := range []struct {
			m    state.Message
			want error
		}{
			{large, state.ErrTooLarge},
			{state.Message{ID: "m", Queue: "suite-none", Body: body(1)}, state.ErrInvalid},
			{state.Message{ID: "m", Queue: PlainQueue + state.DeadLetter, Body: body(1)}, state.ErrInvalid},
			{state.Message{ID: "", Queue: PlainQueue, Body: body(1)}, state.ErrInvalid},
			{state.Message{ID: "m", Queue: PlainQueue, Body: []byte("{")}, state.ErrInvalid},
			{state.Message{ID: "m", Queue: SessionQueue, Body: body(1)}, state.ErrInvalid},
		} {
			if err := p.Queues.Send(within(t), plain("with"), c.m); !errors.Is(err, c.want) {
				t.Errorf("send to %q: %v, want %v", c.m.Queue, err, c.want)
			}
		}
		p.send(t, fits)
		p.receive(t, PlainQueue, "fits")
		if _, err := p.Queues.Receive(within(t), SessionQueue, 1, time.Minute); !errors.Is(err, state.ErrInvalid) {
			t.Errorf("receive without a session: %v, want %v", err, state.ErrInvalid)
		}
		if _, err := p.Queues.AcceptSession(within(t), PlainQueue, time.Minute); !errors.Is(err, state.ErrInvalid) {
			t.Errorf("session of a queue without: %v, want %v", err, state.ErrInvalid)
		}
	}},
	{"a reopened platform delivers again", func(t *testing.T, p Platform) {
		if p.Reopen == nil {
			return
		}
		later := plain("later")
		later.NotBefore = p.Now().Add(time.Hour)
		p.send(t, plain("m1"), plain("m2"), plain("m3"), later)
		ds := p.receive(t, PlainQueue, "m1", "m2", "m3")
		p.complete(t, PlainQueue, ds[1])
		p = p.Reopen(t)
		p.depth(t, PlainQueue, 2, 1, 0)
		again := p.receive(t, PlainQueue, "m1", "m3")
		if again[0].DeliveryCount != 2 || !sameJSON(t, again[0].Body, ds[0].Body) {
			t.Errorf("delivered again: %+v", again[0])
		}
		if err := p.Queues.Complete(within(t), PlainQueue, ds[0].Token); !errors.Is(err, state.ErrLockLost) {
			t.Errorf("complete under a lock of before: %v, want %v", err, state.ErrLockLost)
		}
		p.Advance(time.Hour)
		p.receive(t, PlainQueue, "m1", "m3", "later")
	}},
}

func renew(t *testing.T, p Platform, token string) error {
	_, err := p.Queues.Renew(within(t), PlainQueue, token, time.Minute)
	return err
}

// drain empties a dead-letter queue and wants these messages in it, in any
// order.
func (p Platform) drain(t *testing.T, queue string, want ...string) {
	t.Helper()
	left := map[string]bool{}
	for _, id := range want {
		left[id] = true
	}
	for len(left) > 0 {
		ds, err := p.Queues.Receive(within(t), queue+state.DeadLetter, 10, time.Minute)
		if err != nil {
			t.Fatalf("drain of %s, still wanting %v: %v", queue, left, err)
		}
		for _, d := range ds {
			if !left[d.ID] {
				t.Errorf("dead-letter queue holds %s, want %v", d.ID, want)
			}
			delete(left, d.ID)
			if d.Reason != "MaxDeliveryCountExceeded" {
				t.Errorf("%s: reason %q", d.ID, d.Reason)
			}
			if d.Queue != queue || number(t, d.Body) != 1 {
				t.Errorf("%s: dead-lettered as %+v", d.ID, d.Message)
			}
			p.complete(t, queue+state.DeadLetter, d)
		}
	}
	p.depth(t, queue, 0, 0, 0)
}
