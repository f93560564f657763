package simtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/worker"
)

// process is one run of the handler process: production code on drivers of
// its own. A process that died is not revived; another takes its place.
type process struct {
	id     int
	gate   *gate
	worker *worker.Worker
	ctx    context.Context // of everything it does
	cancel context.CancelFunc
}

// boot starts a process.
func (w *World) boot() *process {
	w.booted++
	p := &process{id: w.booted, gate: &gate{world: w, process: w.booted}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	var ids atomic.Int64
	store := state.New(backend{p.gate, w.records}, fileDriver{p.gate, w.files}, queueDriver{p.gate, w.queues}, state.Options{
		Shards: handlers.Shards(w.scenario.Shipped.Catalog),
		Now:    w.now,
		NewID:  func() string { return fmt.Sprintf("p%d-%d", p.id, ids.Add(1)) },
	})
	app := handlers.New(store, queueDriver{p.gate, w.queues}, partners.New(store, w.scenario.Shipped), &http.Client{Transport: transport{p.gate, w.ERP}})
	if w.scenario.Configure != nil {
		w.scenario.Configure(app)
	}
	p.worker = worker.New(store, handlers.Routes(app), worker.Options{
		Now:   w.now,
		Sleep: p.sleep,
		Rand:  locked(rand.New(rand.NewPCG(w.seed, uint64(p.id))).Uint64),
	})
	return p
}

// locked makes draw safe for goroutines side by side, which only those of a
// dead process are.
func locked(draw func() uint64) func() uint64 {
	var mu sync.Mutex
	return func() uint64 {
		mu.Lock()
		defer mu.Unlock()
		return draw()
	}
}

// sleep waits on the simulated clock.
func (p *process) sleep(ctx context.Context, d time.Duration) error {
	c := call{op: opSleep, target: d.String(), due: p.gate.world.now().Add(d)}
	return p.gate.pass(ctx, c, func(verdict) error { return ctx.Err() })
}

// invocation is one run of a function.
type invocation struct {
	n        int
	process  *process
	function string
	queue    string // of its message; empty for timers
	item     *item
	token    string // of the message's lock
	robbed   bool   // its message was given to somebody else
}

func (i *invocation) String() string {
	if i == nil {
		return "nobody"
	}
	return fmt.Sprintf("#%03d p%d %s", i.n, i.process.id, i.function)
}

// start runs a function as the host does: it settles the message by the
// answer. Whoever dies in between settles nothing.
func (w *World) start(p *process, inv *invocation, body []byte) {
	w.invocations++
	inv.n, inv.process = w.invocations, p
	w.running = append(w.running, inv)
	ctx := context.WithValue(p.ctx, invocationKey{}, inv)
	go func() {
		defer w.ended(inv)
		err := p.worker.Deliver(ctx, inv.function, body)
		if inv.queue == "" {
			return
		}
		driver := queueDriver{p.gate, w.queues}
		if err == nil {
			// The error of a settlement ends here as it does in a host: the
			// lock runs out and the message comes again.
			_ = driver.Complete(ctx, inv.queue, inv.token)
			return
		}
		_ = driver.Abandon(ctx, inv.queue, inv.token)
	}()
}

// ended notes that an invocation is over.
func (w *World) ended(inv *invocation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = append(w.over, inv)
}
