package worker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/crossdock/crossdock/internal/state"
)

// Limits of one invocation. A test compares Deadline+Settling with the lock
// renewal and the functionTimeout of host.json.
const (
	// Deadline is how long a function may run, state's outages included.
	Deadline = 4 * time.Minute
	// Settling is how long after the deadline the worker may still commit
	// what becomes of the invocation; then it answers 500.
	Settling = 30 * time.Second
	// MaxAttempts spans about a day at the default backoff: an ERP's night.
	MaxAttempts = 60
	// MaxBugAttempts is for errors of no known kind: trying often mends none.
	MaxBugAttempts = 5
	// MaxBody is above 1.4 times the largest message the broker carries to
	// us (256 KiB), with its metadata.
	MaxBody = 4 << 20
	// MaxUpload is the largest forwarded HTTP request.
	MaxUpload = 32 << 20
)

// Options of a Worker; the zero value works.
type Options struct {
	Log         zerolog.Logger
	Deadline    time.Duration                              // 0: Deadline
	MaxAttempts int                                        // tries before work is given up as exhausted; 0: MaxAttempts
	Backoff     func(attempt int) time.Duration            // before try attempt+1, attempt from 1; nil: 1 s doubling to 30 min, jittered
	Now         func() time.Time                           // nil: time.Now
	Sleep       func(context.Context, time.Duration) error // nil: a timer; ctx.Err() if ctx ended first
	Rand        func() uint64                              // for jitter and trace ids; nil: math/rand/v2
}

// Worker runs functions as a Functions host asks for them. It is safe for
// concurrent use and holds nothing between invocations.
type Worker struct {
	store     *state.Store
	functions []Function
	byName    map[string]*Function
	mux       *http.ServeMux // forwarded requests

	log         zerolog.Logger
	deadline    time.Duration
	maxAttempts int
	backoff     func(int) time.Duration
	now         func() time.Time
	sleep       func(context.Context, time.Duration) error
	rand        func() uint64

	running atomic.Int64 // invocations, those that outlived their answer included
}

// New returns a worker for the functions. Two functions of one name are a
// mistake in the program, and New panics.
func New(store *state.Store, fns []Function, o Options) *Worker {
	w := &Worker{
		store: store, functions: slices.Clone(fns), byName: make(map[string]*Function, len(fns)), mux: http.NewServeMux(),
		log: o.Log, deadline: o.Deadline, maxAttempts: o.MaxAttempts, backoff: o.Backoff, now: o.Now, sleep: o.Sleep, rand: o.Rand,
	}
	if w.deadline <= 0 {
		w.deadline = Deadline
	}
	if w.maxAttempts <= 0 {
		w.maxAttempts = MaxAttempts
	}
	if w.now == nil {
		w.now = time.Now
	}
	if w.sleep == nil {
		w.sleep = sleep
	}
	if w.rand == nil {
		w.rand = rand.Uint64
	}
	if w.backoff == nil {
		w.backoff = func(attempt int) time.Duration { return w.exponential(time.Second, 30*time.Minute, attempt) }
	}
	for i := range w.functions {
		f := &w.functions[i]
		if w.byName[f.Name] != nil {
			panic(fmt.Sprintf("worker: two functions are named %q", f.Name))
		}
		w.byName[f.Name] = f
		if f.Trigger == OnRequest {
			w.mux.Handle(f.Pattern, w.forwarded(f))
		}
	}
	return w
}

// Functions returns the table the worker was made with.
func (w *Worker) Functions() []Function { return slices.Clone(w.functions) }

// exponential is first, doubled with each attempt after 1, up to limit, and
// then between four and six fifths of that, so that what failed together
// does not come back together.
func (w *Worker) exponential(first, limit time.Duration, attempt int) time.Duration {
	d := limit
	if shift := max(attempt, 1) - 1; shift < 32 && first<<shift < limit {
		d = first << shift
	}
	return d*4/5 + time.Duration(w.rand()%uint64(max(d*2/5, 1)))
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
