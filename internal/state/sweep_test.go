package state_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// later is a platform that cannot deliver in the transaction, so that all
// that leaves waits to be swept, and a bus that does not take a queue's
// messages.
type later struct {
	state.Backend
	state.Sender
	left    []state.Unsent
	refused string // queue
}

func (l *later) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	for _, op := range ops {
		l.left = slices.DeleteFunc(l.left, func(u state.Unsent) bool {
			return op.Verb == state.Delete && op.Record.ID == state.OutgoingID(u.Outgoing.ID)
		})
	}
	return l.Backend.Commit(ctx, key, ops, out)
}

func (l *later) Unsent(_ context.Context, _ time.Time, limit int) ([]state.Unsent, error) {
	return slices.Clone(l.left[:min(limit, len(l.left))]), nil
}

func (l *later) Send(ctx context.Context, msgs ...state.Message) error {
	for _, m := range msgs {
		if m.Queue == l.refused {
			return errors.New("refused")
		}
	}
	return l.Sender.Send(ctx, msgs...)
}

// What cannot be sent holds up nothing behind it, however much of it there is.
func TestSweepPassesWhatIsStuck(t *testing.T) {
	r := newRig(t)
	l := &later{Backend: r.platform.Records, Sender: r.platform.Queues, refused: state.QueueFiles}
	const stuck, fine = 250, 130
	for i := range stuck + fine {
		queue := state.QueueFiles
		if i >= stuck {
			queue = state.QueueERPSync
		}
		id := fmt.Sprintf("o%03d", i)
		l.left = append(l.left, state.Unsent{
			Key:      state.Key{Tenant: "acme", Aggregate: "a." + id},
			Outgoing: state.Outgoing{ID: id, Message: &state.Message{ID: id, Queue: queue, Session: "acme/00", Body: []byte(`{}`)}},
		})
	}
	s := state.New(l, r.platform.Files, l, state.Options{})
	n, err := s.Sweep(t.Context(), time.Now())
	if n != fine || err == nil {
		t.Errorf("sent %d, %v, want %d and what the bus said", n, err, fine)
	}
	if d := r.depth(state.QueueERPSync).Active; d != fine {
		t.Errorf("%d messages arrived, want %d", d, fine)
	}
	if len(l.left) != stuck {
		t.Errorf("%d are left unsent, want %d", len(l.left), stuck)
	}
}
