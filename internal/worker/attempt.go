package worker

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// later is an error that asks for another try. RetryAfter 0 leaves the time
// to the worker.
type later interface{ RetryAfter() time.Duration }

// refused is an error that no retry will mend.
type refused interface{ Refused() bool }

// kind is what an error of a function means for its message.
type kind int

const (
	done kind = iota
	unreachable
	cancelled
	tryLater
	giveUp
	bug
)

// classify says what a function's error means. ctx is the invocation's.
func classify(ctx context.Context, err error) (kind, time.Duration) {
	var l later
	var r refused
	switch {
	case err == nil, errors.Is(err, state.ErrNothingDue):
		return done, 0
	case errors.Is(err, state.ErrUnavailable):
		return unreachable, 0
	case errors.Is(ctx.Err(), context.Canceled):
		return cancelled, 0
	case errors.As(err, &r) && r.Refused():
		return giveUp, 0
	case errors.As(err, &l):
		return tryLater, l.RetryAfter()
	case errors.Is(err, state.ErrNotFound), errors.Is(err, state.ErrConflict), errors.Is(err, state.ErrNewer),
		errors.Is(err, context.DeadlineExceeded):
		return tryLater, 0
	}
	return bug, 0
}

// panicked is a panic of a function, made an error.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// protect runs do and returns its panic as an error.
func protect(do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return do()
}

// message takes one message: nil means that its outcome is durable.
func (w *Worker) message(ctx context.Context, c *call, body []byte) error {
	c.until = w.now().Add(w.deadline)
	wake, err := c.function.parse(body)
	switch {
	case errors.Is(err, state.ErrNewer):
		// Its content is not ours to rewrite, so there is no postponing it:
		// it is kept here until an instance that knows it may take it.
		ctx, cancel := context.WithTimeout(ctx, w.deadline)
		defer cancel()
		c.outcome = "newer"
		_ = w.sleep(ctx, w.deadline)
		return err
	case err != nil:
		return w.quarantine(ctx, c, body, err)
	}
	c.begin(w.trace(c.parent, wake.Trace), wake)
	ctx = context.WithValue(ctx, traceKey{}, c.trace)
	if wake.Trace == "" {
		wake.Trace = c.trace
	}

	slice, cancel := context.WithTimeout(ctx, w.deadline)
	defer cancel()
	for try := 1; ; try++ {
		cause := w.hold(slice, c, func(ctx context.Context) error {
			return protect(func() error { return c.function.wake(ctx, wake) })
		})
		settled, err := w.settle(ctx, slice, c, wake, cause)
		if settled || err != nil {
			return err
		}
		// Nothing was there to be postponed, yet the function found something
		// missing: a stale read of either. It looks again, but not for long: the
		// try that came before this one has a wake-up of its own, which may be
		// waiting for this message to go.
		if try == looks {
			c.outcome = "superseded"
			return nil
		}
		if c.outcome = "not_found"; !w.pause(slice, c, try) {
			return cause
		}
	}
}

// looks is how often a function is run for one message before it is taken for
// superseded.
const looks = 3

// settle makes the outcome of a try durable. It is false if the try has to be
// made again; an error leaves the message to the broker.
func (w *Worker) settle(ctx, slice context.Context, c *call, wake state.Wake, cause error) (bool, error) {
	kind, after := classify(slice, cause)
	var p *panicked
	switch {
	case errors.As(cause, &p):
		c.outcome = "panicked"
		return true, cause
	case kind == done:
		c.outcome = "done"
		if cause != nil {
			c.outcome = "nothing_due"
		}
		if !c.function.event || wake.Attempt == 0 {
			return true, nil
		}
	case kind == unreachable:
		c.outcome = "unavailable"
		return true, cause
	case kind == cancelled:
		c.outcome = "cancelled"
		return true, cause
	}
	c.cause = cause

	// The commit that settles the try outlives the deadline of the function
	// and a host that went away: it saves the next try.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(c.until.Sub(w.now()), 0)+Settling/2)
	defer cancel()
	ok := true
	err := w.hold(ctx, c, func(ctx context.Context) (err error) {
		switch try := wake.Attempt + 1; {
		case kind == done:
			c.cause = nil
			return w.store.Settle(ctx, wake, c.function.Queue)
		case kind == giveUp:
			ok, err = w.park(ctx, c, wake, "refused")
		case kind == bug && try >= min(MaxBugAttempts, w.maxAttempts):
			ok, err = w.park(ctx, c, wake, "bug")
		case kind == tryLater && try >= w.maxAttempts && !errors.Is(cause, state.ErrNewer):
			ok, err = w.park(ctx, c, wake, "exhausted")
		default:
			c.outcome = "postponed"
			if after <= 0 {
				after = w.backoff(try)
			}
			ok, err = w.store.Postpone(ctx, wake, c.function.Queue, w.now().Add(after))
		}
		return err
	})
	switch {
	case err != nil:
		c.outcome = "unsettled"
		return true, errors.Join(cause, err)
	case !ok && errors.Is(cause, state.ErrNotFound):
		return false, nil
	case !ok:
		c.outcome = "superseded" // done, parked or postponed by another run
	}
	return true, nil
}

func (w *Worker) park(ctx context.Context, c *call, wake state.Wake, class string) (bool, error) {
	c.outcome = "parked"
	return w.store.Park(ctx, wake, c.function.Queue, state.Failure{
		Class: class, Cause: brief(c.cause), Attempts: wake.Attempt + 1, Trace: wake.Trace,
	})
}

// hold calls do again, ever more slowly, while state cannot be reached and
// the invocation has time left. Answering at once would make the broker
// deliver again at once, and dead-letter what nothing is wrong with.
func (w *Worker) hold(ctx context.Context, c *call, do func(context.Context) error) error {
	for try := 1; ; try++ {
		err := do(ctx)
		if !errors.Is(err, state.ErrUnavailable) || !w.pause(ctx, c, try) {
			return err
		}
		c.held++
	}
}

// pause waits before another try within the invocation; false if no time is left.
func (w *Worker) pause(ctx context.Context, c *call, try int) bool {
	left := c.until.Sub(w.now())
	if left <= 0 || ctx.Err() != nil {
		return false
	}
	return w.sleep(ctx, min(left, w.exponential(200*time.Millisecond, 15*time.Second, try))) == nil
}

// brief bounds an error's text for a record.
func brief(err error) string {
	const limit = 2000
	s := strings.ToValidUTF8(err.Error(), "\uFFFD")
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
