package statetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

var sessionTests = []test{
	{"a session's messages come in order, one at a time", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"), inSession("acme/1", "m2"), inSession("acme/1", "m3"))
		s := p.accept(t, time.Minute)
		d := next(t, s, "m1")
		if d.DeliveryCount != 1 || d.Session != "acme/1" {
			t.Errorf("delivery %+v", d)
		}
		waiting, cancel := context.WithCancel(within(t))
		got := make(chan error)
		go func() {
			_, err := s.Next(waiting)
			got <- err
		}()
		cancel()
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Errorf("next while one is not settled: %v, want a wait", err)
		}
		p.complete(t, SessionQueue, d)
		p.complete(t, SessionQueue, next(t, s, "m2"))
		p.complete(t, SessionQueue, next(t, s, "m3"))
		p.depth(t, SessionQueue, 0, 0, 0)
	}},
	{"a waiting holder gets what is sent and settled", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"))
		s := p.accept(t, time.Minute)
		d := next(t, s, "m1")
		got := make(chan string)
		ctx := within(t)
		go func() {
			for range 2 {
				d, err := s.Next(ctx)
				if err != nil {
					got <- err.Error()
					return
				}
				got <- d.ID
				if err := p.Queues.Complete(ctx, SessionQueue, d.Token); err != nil {
					got <- err.Error()
				}
			}
		}()
		p.send(t, inSession("acme/1", "m2"))
		p.complete(t, SessionQueue, d)
		if id := <-got; id != "m2" {
			t.Fatalf("received %s, want m2", id)
		}
		p.send(t, inSession("acme/1", "m3"))
		if id := <-got; id != "m3" {
			t.Fatalf("received %s, want m3", id)
		}
	}},
	{"a locked session has one holder", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"), inSession("acme/1", "m2"))
		one := p.accept(t, time.Minute)
		p.send(t, inSession("acme/2", "n1"))
		two := p.accept(t, time.Minute)
		if one.ID() != "acme/1" || two.ID() != "acme/2" {
			t.Fatalf("sessions %s and %s, want acme/1 and acme/2", one.ID(), two.ID())
		}
		a, b := next(t, one, "m1"), next(t, two, "n1") // at the same time
		p.complete(t, SessionQueue, b, a)
	}},
	{"many sessions run at once, each in its order", func(t *testing.T, p Platform) {
		const sessions, each = 6, 8
		var msgs []state.Message
		for n := range each {
			for s := range sessions {
				msgs = append(msgs, inSession(fmt.Sprintf("acme/%d", s), fmt.Sprintf("s%d-%d", s, n)))
			}
		}
		p.send(t, msgs...)
		ctx, done := context.WithCancel(within(t))
		defer done()
		var mu sync.Mutex
		got, total := map[string][]string{}, 0
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for {
					s, err := p.Queues.AcceptSession(ctx, SessionQueue, time.Minute)
					if err != nil {
						return // all are there
					}
					for range 3 { // then another holder goes on
						d, err := s.Next(ctx)
						if err != nil {
							break
						}
						mu.Lock()
						got[s.ID()] = append(got[s.ID()], d.ID)
						if total++; total == sessions*each {
							done()
						}
						mu.Unlock()
						if err := p.Queues.Complete(context.WithoutCancel(ctx), SessionQueue, d.Token); err != nil {
							t.Error(err)
						}
						mu.Lock()
						n := len(got[s.ID()])
						mu.Unlock()
						if n == each {
							break
						}
					}
					if err := s.Close(context.WithoutCancel(ctx)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for s := range sessions {
			var want []string
			for n := range each {
				want = append(want, fmt.Sprintf("s%d-%d", s, n))
			}
			if id := fmt.Sprintf("acme/%d", s); !slices.Equal(got[id], want) {
				t.Errorf("session %s: %v, want %v", id, got[id], want)
			}
		}
	}},
	{"closing gives back what is not settled", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"), inSession("acme/1", "m2"))
		s := p.accept(t, time.Minute)
		d := next(t, s, "m1")
		if err := s.Close(within(t)); err != nil {
			t.Fatal(err)
		}
		if err := p.Queues.Complete(within(t), SessionQueue, d.Token); !errors.Is(err, state.ErrLockLost) {
			t.Errorf("complete after close: %v, want %v", err, state.ErrLockLost)
		}
		s = p.accept(t, time.Minute)
		if d = next(t, s, "m1"); d.DeliveryCount != 2 {
			t.Errorf("delivery %d, want 2", d.DeliveryCount)
		}
	}},
	{"an abandoned message is the session's next", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"), inSession("acme/1", "m2"))
		s := p.accept(t, time.Minute)
		p.abandon(t, SessionQueue, next(t, s, "m1"))
		d := next(t, s, "m1")
		if d.DeliveryCount != 2 {
			t.Errorf("delivery %d, want 2", d.DeliveryCount)
		}
		p.complete(t, SessionQueue, d)
		next(t, s, "m2")
	}},
	{"a session's lock runs out", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"), inSession("acme/1", "m2"))
		lost := p.accept(t, time.Minute)
		d := next(t, lost, "m1")
		p.Advance(time.Minute + time.Second)
		s := p.accept(t, time.Minute)
		again := next(t, s, "m1")
		if again.DeliveryCount != 2 {
			t.Errorf("delivery %d, want 2", again.DeliveryCount)
		}
		if err := p.Queues.Complete(within(t), SessionQueue, d.Token); !errors.Is(err, state.ErrLockLost) {
			t.Errorf("complete under a lost session: %v, want %v", err, state.ErrLockLost)
		}
		if _, err := lost.Next(within(t)); !errors.Is(err, state.ErrLockLost) {
			t.Errorf("next of a lost session: %v, want %v", err, state.ErrLockLost)
		}
		if _, err := lost.Renew(within(t), time.Minute); !errors.Is(err, state.ErrLockLost) {
			t.Errorf("renewal of a lost session: %v, want %v", err, state.ErrLockLost)
		}
		if err := lost.Close(within(t)); err != nil {
			t.Errorf("close of a lost session: %v", err)
		}
		p.complete(t, SessionQueue, again)
		next(t, s, "m2")
	}},
	{"a waiting holder hears that its lock is lost", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"))
		s := p.accept(t, time.Minute)
		p.complete(t, SessionQueue, next(t, s, "m1"))
		got := make(chan error)
		ctx := within(t)
		go func() {
			_, err := s.Next(ctx)
			got <- err
		}()
		p.Advance(time.Minute + time.Second)
		if err := <-got; !errors.Is(err, state.ErrLockLost) {
			t.Errorf("next: %v, want %v", err, state.ErrLockLost)
		}
	}},
	{"a session's lock is renewed, its message's with it", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"), inSession("acme/1", "m2"))
		s := p.accept(t, time.Minute)
		d := next(t, s, "m1")
		for range 3 {
			p.Advance(40 * time.Second)
			until, err := s.Renew(within(t), time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if want := p.Now().Add(time.Minute); until.Sub(want).Abs() > time.Second {
				t.Errorf("renewed until %v, want %v", until, want)
			}
		}
		p.complete(t, SessionQueue, d)
		next(t, s, "m2")
	}},
	{"dead-lettering lets the session go on", func(t *testing.T, p Platform) {
		p.send(t, inSession("acme/1", "m1"), inSession("acme/1", "m2"))
		s := p.accept(t, time.Minute)
		for range MaxDelivery {
			p.abandon(t, SessionQueue, next(t, s, "m1"))
		}
		p.complete(t, SessionQueue, next(t, s, "m2"))
		p.depth(t, SessionQueue, 0, 0, 1)
		p.drain(t, SessionQueue, "m1")
	}},
	{"a scheduled message does not hold its session up", func(t *testing.T, p Platform) {
		later := inSession("acme/1", "later")
		later.NotBefore = p.Now().Add(time.Hour)
		p.send(t, later, inSession("acme/1", "m1"))
		s := p.accept(t, 2*time.Hour)
		p.complete(t, SessionQueue, next(t, s, "m1"))
		got := make(chan string)
		ctx := within(t)
		go func() {
			d, err := s.Next(ctx)
			if err != nil {
				got <- err.Error()
				return
			}
			got <- d.ID
		}()
		p.Advance(time.Hour)
		if id := <-got; id != "later" {
			t.Errorf("received %s, want later", id)
		}
	}},
	{"sessions survive reopening in order", func(t *testing.T, p Platform) {
		if p.Reopen == nil {
			return
		}
		p.send(t, inSession("acme/1", "m1"), inSession("acme/1", "m2"), inSession("acme/1", "m3"))
		s := p.accept(t, time.Minute)
		p.complete(t, SessionQueue, next(t, s, "m1"))
		next(t, s, "m2")
		p = p.Reopen(t)
		s = p.accept(t, time.Minute)
		p.complete(t, SessionQueue, next(t, s, "m2"))
		p.complete(t, SessionQueue, next(t, s, "m3"))
	}},
}
