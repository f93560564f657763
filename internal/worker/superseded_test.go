package worker

import (
	"context"
	"testing"

	"github.com/crossdock/crossdock/internal/state"
)

// TestSupersededTryLetsGo lets a try find what it names missing for good, while
// a later try has a wake-up of its own: holding on to the message would keep
// that wake-up from coming, when both are of one session.
func TestSupersededTryLetsGo(t *testing.T) {
	calls := 0
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{Wakes("f", queue, func(context.Context, state.Wake) error {
			calls++
			return state.ErrNotFound
		})}
	})
	b := r.store.Batch(key)
	b.Create(state.TargetID(queue), "target", 1, state.Target{Wanted: 1, Attempt: 5})
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	succeeded(t, r.post("/f", request(wake(4))))
	if calls != looks {
		t.Errorf("%d calls, want %d", calls, looks)
	}
}
