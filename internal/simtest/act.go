package simtest

import (
	"context"
	"fmt"
	"slices"
	"testing/synctest"
	"time"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/state"
)

// What happens in a turn. Each draws the faults that belong to it.

// grant lets a call go on, with what becomes of it.
func (w *World) grant(t *ticket) {
	w.mu.Lock()
	w.tickets = slices.DeleteFunc(w.tickets, func(o *ticket) bool { return o == t })
	w.mu.Unlock()
	if t.op == opSleep {
		t.granted <- verdict{}
		return
	}
	w.calls++
	v, note := w.judge(t)
	w.tell("%s%s", t.key, note)
	t.granted <- v
}

// judge draws what becomes of a call.
func (w *World) judge(t *ticket) (verdict, string) {
	in := w.inject
	for _, c := range in.Crashes {
		if c.Call == w.calls {
			in.note(Crash)
			return w.crash(t, c.After)
		}
	}
	if err := t.ctx.Err(); err != nil {
		// Its caller stopped waiting; whether it has its effect nobody knows.
		v := verdict{stop: in.rand.IntN(2) == 0, err: err}
		return v, fmt.Sprintf(" ! too late, has no effect: %t", v.stop)
	}
	if in.strikes(Crash) {
		return w.crash(t, in.rand.IntN(2) == 0)
	}
	// A message that is taken away too often is a dead letter, rightly.
	if inv := t.invocation; inv != nil && inv.item != nil && !inv.robbed && inv.item.count < maxDelivery/2 && in.strikes(LoseLock) {
		inv.robbed = true
		w.release(inv)
		w.tell("   ! %s loses its lock", inv)
	}
	if t.op == opERP || t.op == opPoll {
		if m := in.mood(); m != moodGood {
			return verdict{mood: m}, " ! " + string(m)
		}
		return verdict{}, ""
	}
	unavailable := fmt.Errorf("simulated: %w", state.ErrUnavailable)
	if !w.now().Before(w.outage) && w.outage.IsZero() && in.strikes(Outage) {
		w.outage = w.now().Add(in.between(10*time.Second, 10*time.Minute))
	}
	switch {
	case w.now().Before(w.outage):
		return verdict{stop: true, err: unavailable}, " ! outage"
	case in.strikes(Refuse):
		return verdict{stop: true, err: unavailable}, " ! refused"
	case t.writes && in.strikes(Ambiguous):
		return verdict{err: unavailable}, " ! done, answered unavailable"
	case t.lags && w.records.lags(t.call.key, t.gate.process) && in.strikes(Stale):
		return verdict{stale: true}, " ! stale"
	}
	return verdict{}, ""
}

// release makes an invocation's message visible to others.
func (w *World) release(inv *invocation) {
	w.queues.mu.Lock()
	defer w.queues.mu.Unlock()
	if from, it, err := w.queues.locked(inv.queue, inv.token); err == nil {
		w.queues.giveBack(from, it)
	}
}

// crash ends the process of a call, before or after the call has its effect.
func (w *World) crash(t *ticket, after bool) (verdict, string) {
	for _, p := range w.processes {
		if p.gate == t.gate {
			w.kill(p, t)
		}
	}
	if after {
		return verdict{killed: true}, " ! CRASH after it"
	}
	return verdict{killed: true, stop: true}, " ! CRASH before it"
}

// kill ends a process: its calls never come back, its locks run out by
// themselves, and another process takes its place. The call of except is the
// caller's to answer.
func (w *World) kill(p *process, except *ticket) {
	w.mu.Lock()
	p.gate.dead = true
	w.tickets = slices.DeleteFunc(w.tickets, func(t *ticket) bool {
		if t.gate != p.gate {
			return false
		}
		if t != except {
			t.granted <- verdict{stop: true, killed: true}
		}
		return true
	})
	w.mu.Unlock()
	for _, inv := range w.running {
		if inv.process == p {
			w.letGo(inv, w.inject.between(time.Second, lockFor))
		}
	}
	w.running = slices.DeleteFunc(w.running, func(inv *invocation) bool { return inv.process == p })
	p.cancel()
	if i := slices.Index(w.processes, p); i >= 0 && except != nil {
		w.processes[i] = w.boot()
	}
}

// deliver hands a message to a process.
func (w *World) deliver(it *item) {
	w.queues.mu.Lock()
	defer w.queues.mu.Unlock()
	at := w.queues.set[it.Queue]
	if others := at.visible(); len(others) > 1 && w.inject.strikes(Reorder) {
		it = others[w.inject.rand.IntN(len(others))]
		w.tell("   ! a message overtakes: %s %s", it.Queue, about(it.Body))
	}
	if w.inject.strikes(Slow) {
		it.scheduled, it.NotBefore = true, w.now().Add(w.inject.between(time.Second, 10*time.Minute))
		w.tell("   ! a message is late: %s %s", it.Queue, about(it.Body))
		return
	}
	if !it.copied && w.inject.strikes(Duplicate) {
		again := &item{Message: it.Message, copied: true}
		again.ID += "-again"
		if w.inject.rand.IntN(2) == 0 {
			again.scheduled, again.NotBefore = true, w.now().Add(w.inject.between(time.Second, 10*time.Minute))
			at.items = append(at.items, again)
		} else {
			w.queues.arrive(at, again)
		}
		w.tell("   ! a message comes twice: %s %s", it.Queue, about(it.Body))
	}
	d := w.queues.lock(it, time.Time{})
	it.held = true
	inv := &invocation{function: w.route[it.Queue], queue: it.Queue, item: it, token: d.Token}
	p := w.processes[w.rand.IntN(len(w.processes))]
	w.start(p, inv, it.Body)
	w.tell("%s starts, delivery %d: %s", inv, d.DeliveryCount, about(it.Body))
}

// tick runs a timer, unless it still runs: a host passes that over.
func (w *World) tick(t *timer) {
	t.next = t.next.Add(time.Minute)
	if w.inject.strikes(SkipTick) {
		return
	}
	busy := slices.ContainsFunc(w.running, func(inv *invocation) bool { return inv.function == t.function })
	times := 1
	if w.inject.strikes(OverlapTicks) {
		times = 2
	} else if busy {
		return
	}
	for range times {
		inv := &invocation{function: t.function}
		w.start(w.processes[w.rand.IntN(len(w.processes))], inv, nil)
		w.tell("%s starts", inv)
		synctest.Wait() // each comes to its first call before the next begins
	}
}

// drop is a file that arrived.
type drop struct {
	step Step
	info state.FileInfo
}

// ready reports whether a step's time has come.
func (w *World) ready(s Step) bool {
	known := func(name string) bool {
		return slices.ContainsFunc(w.dropped, func(d drop) bool { return d.step.Name == name })
	}
	if known(s.Name) {
		return false
	}
	for _, name := range s.After {
		if !known(name) || !w.finished(name) {
			return false
		}
	}
	return s.With == "" || known(s.With)
}

// drop lets a file arrive: the partner writes it, and the platform says so,
// as a rule once.
func (w *World) drop(s Step) {
	info := w.files.overwrite(s.path(), []byte(s.Content))
	w.dropped = append(w.dropped, drop{s, info})
	times := 1
	switch {
	case w.inject.strikes(LoseEvent):
		times = 0
	case w.inject.strikes(DoubleEvent):
		times = 2
	}
	w.tell("%s arrives, with %d events", s.Name, times)
	event, err := handlers.NewBlobEvent(info)
	if err != nil {
		w.problem("event of %s: %v", s.Name, err)
		return
	}
	platform := w.observer()
	for range times {
		if err := platform.SendEvents(context.Background(), state.QueueFiles, event); err != nil {
			w.problem("event of %s: %v", s.Name, err)
		}
	}
}
