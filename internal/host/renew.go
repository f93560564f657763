package host

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// renewer extends a lock each time half of it has passed, but not for an
// invocation that lasts longer than maxAutoLockRenewalDuration. Its only
// cost on an invocation that ends in time is the clock.
type renewer struct {
	h     *Host
	f     *function
	renew func(context.Context, time.Duration) (time.Time, error)

	mu      sync.Mutex
	timer   *time.Timer
	started time.Time // of the invocation that runs; zero: none does
	over    bool
}

// renewMessage keeps the lock of a message without a session until stop.
func (h *Host) renewMessage(ctx context.Context, f *function, d state.Delivery) (stop func()) {
	r := &renewer{h: h, f: f, renew: func(ctx context.Context, lock time.Duration) (time.Time, error) {
		return h.queues.Renew(ctx, f.queue, d.Token, lock)
	}}
	r.begin()
	r.start(ctx)
	return r.stop
}

func (r *renewer) start(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timer = time.AfterFunc(lockFor/2, func() { r.fire(ctx) })
}

func (r *renewer) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started = time.Now()
}

func (r *renewer) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started = time.Time{}
}

func (r *renewer) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	r.timer.Stop()
}

func (r *renewer) fire(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over || ctx.Err() != nil {
		return
	}
	lock := lockFor
	if !r.started.IsZero() {
		lock = min(lock, r.h.config.MaxLockRenewal-time.Since(r.started))
	}
	if lock > 0 {
		_, err := r.renew(ctx, lock)
		switch {
		case errors.Is(err, state.ErrLockLost):
			r.h.log.Warn().Str("function", r.f.Name).Msg("lock lost while the function runs")
			return
		case err != nil:
			r.h.log.Warn().Str("function", r.f.Name).Str("error", err.Error()).Msg("lock not renewed")
		}
	}
	// An invocation beyond the limit may end all the same, and a session
	// lives on then, so the clock goes on.
	r.timer.Reset(lockFor / 2)
}
