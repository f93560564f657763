package state

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Drain turns the messages of the dead-letter queues into failure records
// that an operator sees, and removes them. A message is removed only once its
// failure is recorded, under an id derived from it, so a crash between the
// two repeats nothing. One that cannot be recorded holds up no other. It
// returns how many it took.
func (s *Store) Drain(ctx context.Context, q Queues, queues []string) (int, error) {
	taken := 0
	var errs []error
	for _, queue := range queues {
		n, err := s.drain(ctx, q, queue)
		taken += n
		if err != nil {
			errs = append(errs, fmt.Errorf("drain %s: %w", queue, err))
		}
	}
	return taken, errors.Join(errs...)
}

func (s *Store) drain(ctx context.Context, q Queues, queue string) (int, error) {
	const lock = time.Minute
	depth, err := q.Depth(ctx, queue)
	if err != nil {
		return 0, err
	}
	taken := 0
	var errs []error
	for met := 0; met < depth.DeadLetter; {
		// Another drain may take what was counted, so the wait is short.
		wait, cancel := context.WithTimeout(ctx, 2*time.Second)
		ds, err := q.Receive(wait, queue+DeadLetter, 32, lock)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			break
		}
		if err != nil {
			return taken, errors.Join(append(errs, err)...)
		}
		for _, d := range ds {
			met++
			err := s.bury(ctx, queue, d)
			if err == nil {
				err = q.Complete(ctx, queue+DeadLetter, d.Token)
			}
			switch {
			case err == nil, errors.Is(err, ErrLockLost):
				taken++
			case errors.Is(err, ErrUnavailable):
				return taken, errors.Join(append(errs, err)...)
			default: // its lock ends by itself, and the next drain tries again
				errs = append(errs, fmt.Errorf("message %s: %w", d.ID, err))
			}
		}
	}
	return taken, errors.Join(errs...)
}

func (s *Store) bury(ctx context.Context, queue string, d Delivery) error {
	f := Failure{
		ID: ID("dead", queue, d.ID), Queue: queue, Class: "dead-letter",
		Cause: d.Reason + ": " + d.Description, Attempts: d.DeliveryCount, Payload: Payload(d.Body),
	}
	w, err := ParseWake(d.Body)
	if err != nil {
		_, err = s.Quarantine(ctx, f)
		return err
	}
	f.Trace = w.Trace
	_, err = s.Park(ctx, w, queue, f) // not done if nothing is owed any more
	return err
}
