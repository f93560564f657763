package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Drain turns the messages of the dead-letter queues into failure records
// that an operator sees, and removes them. A message is removed only once its
// failure is recorded, under an id derived from it, so a crash between the
// two repeats nothing. It returns how many it took.
func (s *Store) Drain(ctx context.Context, q Queues, queues []string) (int, error) {
	taken := 0
	for _, queue := range queues {
		n, err := s.drain(ctx, q, queue)
		taken += n
		if err != nil {
			return taken, fmt.Errorf("drain %s: %w", queue, err)
		}
	}
	return taken, nil
}

func (s *Store) drain(ctx context.Context, q Queues, queue string) (int, error) {
	const lock = time.Minute
	depth, err := q.Depth(ctx, queue)
	if err != nil {
		return 0, err
	}
	taken := 0
	for taken < depth.DeadLetter {
		// Another drain may take what was counted, so the wait is short.
		wait, cancel := context.WithTimeout(ctx, 2*time.Second)
		ds, err := q.Receive(wait, queue+DeadLetter, 32, lock)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return taken, nil
		}
		if err != nil {
			return taken, err
		}
		for _, d := range ds {
			if err := s.bury(ctx, queue, d); err != nil {
				return taken, err
			}
			if err := q.Complete(ctx, queue+DeadLetter, d.Token); err != nil && !errors.Is(err, ErrLockLost) {
				return taken, err
			}
			taken++
		}
	}
	return taken, nil
}

func (s *Store) bury(ctx context.Context, queue string, d Delivery) error {
	f := Failure{
		ID: ID("dead", queue, d.ID), Queue: queue, Class: "dead-letter",
		Cause: d.Reason + ": " + d.Description, Attempts: d.DeliveryCount, Payload: payload(d.Body),
	}
	w, err := ParseWake(d.Body)
	if err == nil {
		f.Tenant, f.Trace = w.Tenant, w.Trace
		ok, err := s.Park(ctx, w, queue, f)
		if err != nil || ok {
			return err
		}
		// The work was done or parked meanwhile; nothing is owed.
		return nil
	}
	_, err = s.Quarantine(ctx, f)
	return err
}

// payload keeps a message body that may be no JSON.
func payload(body []byte) json.RawMessage {
	if len(body) > maxInline {
		body = body[:maxInline]
	}
	if json.Valid(body) {
		return body
	}
	quoted, err := json.Marshal(string(body))
	if err != nil { // a string always marshals
		panic(fmt.Sprintf("state: payload: %v", err))
	}
	return quoted
}
