package simtest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/state"
)

const (
	processes   = 2              // handler processes side by side
	slots       = 4              // invocations at a time, timers aside
	maxDelivery = 10             // the broker's
	lockFor     = time.Minute    // of a message, renewed while its invocation lives
	horizon     = 24 * time.Hour // a run that lasts longer hangs
	mostCalls   = 100_000
)

// World is one run of a scenario.
type World struct {
	ERP *ERP

	seed     uint64
	scenario Scenario
	inject   *injector
	rand     *rand.Rand // chooses who is next
	started  time.Time
	took     time.Duration

	records *records
	files   *files
	queues  *queues
	route   map[string]string // function by queue

	mu      sync.Mutex // guards tickets and over
	tickets []*ticket
	over    []*invocation

	processes   []*process
	running     []*invocation
	booted      int
	invocations int
	calls       int
	outage      time.Time // state is unreachable until then
	dropped     []drop
	timers      []*timer

	finishedSteps map[string]bool // as it was when commit lookedAt was the last
	lookedAt      int64

	trace    hash.Hash64
	lines    []string
	problems []string
	left     []string
}

// timer is a function that runs by the clock.
type timer struct {
	function string
	next     time.Time
}

// Result is what came of a run.
type Result struct {
	Seed     uint64
	Scenario string
	Faults   Faults
	Calls    int           // of drivers, the ERP among them
	Took     time.Duration // on the simulated clock
	Hash     uint64        // of the trace: equal for equal runs
	Injected map[Fault]int
	Problems []string // invariants that do not hold
	Left     []string // the records there are at the end, as far as they are the same in every run
	Lines    []string // the trace
}

// Report tells a failed run so that it can be repeated.
func (r *Result) Report() string {
	lines := r.Lines
	if len(lines) > 150 {
		lines = append([]string{fmt.Sprintf("… %d lines before", len(lines)-150)}, lines[len(lines)-150:]...)
	}
	return fmt.Sprintf("scenario %q, seed %d, %s\n  %s\ntrace:\n  %s", r.Scenario, r.Seed, r.Faults,
		strings.Join(r.Problems, "\n  "), strings.Join(lines, "\n  "))
}

// New is a world in which the scenario has not begun.
func New(seed uint64, s Scenario, f Faults) *World {
	return &World{seed: seed, scenario: s, inject: newInjector(seed, f), rand: rand.New(rand.NewPCG(seed, 0x776f726c64)), trace: fnv.New64a()}
}

// CrashPoints lists every place at which a run of n calls can be cut.
func CrashPoints(n int) []Point {
	var all []Point
	for k := range n {
		all = append(all, Point{k + 1, false}, Point{k + 1, true})
	}
	return all
}

// Run lives through the scenario and checks the invariants.
func (w *World) Run(t *testing.T) *Result {
	synctest.Test(t, func(*testing.T) { w.live() })
	return &Result{
		Seed: w.seed, Scenario: w.scenario.Name, Faults: w.inject.Faults, Calls: w.calls, Took: w.took,
		Hash: w.trace.Sum64(), Injected: w.inject.count, Problems: w.problems, Left: w.left, Lines: w.lines,
	}
}

func (w *World) now() time.Time { return time.Now().UTC() }

func (w *World) live() {
	w.started = w.now()
	w.records, w.files, w.queues, w.ERP = newRecords(w.now), newFiles(w.now), newQueues(w.now), newERP()
	w.route, w.finishedSteps = map[string]string{}, map[string]bool{}
	for range processes {
		w.processes = append(w.processes, w.boot())
	}
	for _, f := range handlers.Routes(&handlers.App{}) {
		if f.Queue != "" {
			w.queues.add(f.Queue, true, maxDelivery)
			w.route[f.Queue] = f.Name
		}
	}
	w.timers = []*timer{{"clock", w.started.Add(time.Minute)}, {"sweep", w.started.Add(90 * time.Second)}}
	for w.turn() {
	}
	for _, p := range w.processes {
		w.kill(p, nil)
	}
	synctest.Wait()
	w.took = w.now().Sub(w.started)
	w.check()
}

// turn does the next thing; false when there is nothing left to do.
func (w *World) turn() bool {
	synctest.Wait()
	w.reap()
	acts := w.actions()
	if len(acts) > 0 {
		acts[w.rand.IntN(len(acts))]()
		return true
	}
	if w.quiet() {
		return false
	}
	due := w.due()
	if w.calls > mostCalls || due.Sub(w.started) > horizon {
		w.problem("the world never comes to rest: %s", w.unrest())
		return false
	}
	time.Sleep(due.Sub(w.now()))
	return true
}

// reap forgets the invocations that are over.
func (w *World) reap() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, inv := range w.over {
		if slices.Contains(w.running, inv) {
			w.letGo(inv, lockFor) // if it was not settled
		}
		w.running = slices.DeleteFunc(w.running, func(o *invocation) bool { return o == inv })
	}
	w.over = nil
}

// letGo ends the renewal of an invocation's lock: it runs out by itself.
func (w *World) letGo(inv *invocation, after time.Duration) {
	w.queues.mu.Lock()
	defer w.queues.mu.Unlock()
	if inv.item != nil && inv.item.token == inv.token {
		inv.item.held, inv.item.until = false, w.now().Add(after)
	}
}

// actions are what could happen now, in an order that does not depend on how
// goroutines came here.
func (w *World) actions() []func() {
	now := w.now()
	var acts []func()
	for _, t := range w.waiting() {
		if !t.due.After(now) || t.ctx.Err() != nil {
			acts = append(acts, func() { w.grant(t) })
		}
	}
	if w.messages() < slots {
		for _, it := range w.deliverable() {
			acts = append(acts, func() { w.deliver(it) })
		}
	}
	for _, t := range w.timers {
		if !t.next.After(now) {
			acts = append(acts, func() { w.tick(t) })
		}
	}
	for i, s := range w.scenario.Steps {
		if w.ready(s) {
			acts = append(acts, func() { w.drop(w.scenario.Steps[i]) })
		}
	}
	return acts
}

// waiting are the calls that wait, in a stable order.
func (w *World) waiting() []*ticket {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.SortStableFunc(w.tickets, func(a, b *ticket) int { return cmp.Compare(a.key, b.key) })
	for i, t := range w.tickets {
		if i > 0 && t.key == w.tickets[i-1].key {
			w.problem("two calls cannot be told apart, so that the run cannot be repeated: %s", t.key)
		}
		if !t.admitted {
			t.admitted = true
			if t.op != opSleep && w.inject.strikes(Slow) {
				t.due = w.now().Add(w.inject.between(time.Second, 3*time.Minute))
			}
			if deadline, ok := t.ctx.Deadline(); ok && t.due.After(deadline) {
				t.due = deadline
			}
		}
	}
	return slices.Clone(w.tickets)
}

// messages counts the invocations that have one.
func (w *World) messages() int {
	n := 0
	for _, inv := range w.running {
		if inv.queue != "" {
			n++
		}
	}
	return n
}

// deliverable are the first messages of the sessions nobody works on.
func (w *World) deliverable() []*item {
	w.queues.mu.Lock()
	defer w.queues.mu.Unlock()
	w.queues.look()
	var found []*item
	for _, name := range state.QueueNames() {
		at := w.queues.set[name]
		for i, it := range at.items {
			first := func(o *item) bool { return o.Session == it.Session && !o.scheduled }
			if it.token == "" && !it.scheduled && slices.IndexFunc(at.items, first) == i && !at.busy(it.Session) {
				found = append(found, it)
			}
		}
	}
	return found
}

// quiet reports whether nothing is left to do.
func (w *World) quiet() bool { return w.unrest() == "" }

// unrest says what is left to do.
func (w *World) unrest() string {
	var left []string
	add := func(n int, what string) {
		if n > 0 {
			left = append(left, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(len(w.scenario.Steps)-len(w.dropped), "files to come")
	add(len(w.running), "invocations")
	for _, name := range state.QueueNames() {
		d, err := w.queues.depth(name)
		if err != nil {
			left = append(left, err.Error())
		}
		if name == state.QueueEDIDue {
			d.Scheduled = 0 // what is due a day later is no work of today
		}
		add(d.Active+d.Scheduled, "messages in "+name)
		add(d.DeadLetter, "dead letters in "+name)
	}
	unsent, err := w.records.unsent(w.now().Add(time.Hour), 100)
	if err != nil {
		left = append(left, err.Error())
	}
	add(len(unsent), "unsent")
	add(len(w.files.list("inbound/", "", 100)), "inbound files")
	open, err := w.observer().List(context.Background(), state.ListQuery{Tenant: Tenant, List: state.ListUnfinished})
	if err != nil {
		left = append(left, err.Error())
	}
	add(len(open), "on the list of the unfinished")
	if last := w.ERP.last(); last != "" && w.taken() != last {
		left = append(left, "events of the ERP")
	}
	return strings.Join(left, ", ")
}

// taken is the event of the ERP that was taken last.
func (w *World) taken() string {
	recs, err := w.observer().Read(context.Background(), state.Key{Tenant: Tenant, Aggregate: "erp-events"}, "", "watermark")
	if err != nil {
		return err.Error()
	}
	var at struct{ After string }
	if rec, ok := recs["watermark"]; ok {
		if err := json.Unmarshal(rec.Body, &at); err != nil {
			return err.Error()
		}
	}
	return at.After
}

// due is when the next thing happens by itself.
func (w *World) due() time.Time {
	next := w.timers[0].next
	earlier := func(t time.Time) {
		if t.Before(next) && t.After(w.now()) {
			next = t
		}
	}
	for _, t := range w.timers {
		earlier(t.next)
	}
	w.mu.Lock()
	for _, t := range w.tickets {
		earlier(t.due)
	}
	w.mu.Unlock()
	w.queues.mu.Lock()
	defer w.queues.mu.Unlock()
	for _, at := range w.queues.set {
		for _, it := range at.items {
			if it.scheduled {
				earlier(it.NotBefore)
			}
			if it.token != "" && !it.held {
				earlier(it.until)
			}
		}
	}
	return next
}

func (w *World) problem(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

// tell adds a line to the trace.
func (w *World) tell(format string, args ...any) {
	line := fmt.Sprintf("%4d +%-9s ", w.calls, w.now().Sub(w.started).Round(time.Millisecond)) + fmt.Sprintf(format, args...)
	w.trace.Write([]byte(line))
	w.lines = append(w.lines, line)
}
