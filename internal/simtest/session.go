package simtest

import (
	"fmt"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// lockedSession is a session under a receiver's lock. queues.mu guards it.
type lockedSession struct {
	id      string
	until   time.Time
	current *item // delivered and not settled
}

// accept locks the session whose first visible message came first; nil if
// there is none.
func (q *queues) accept(name string, lock time.Duration) (*lockedSession, error) {
	from := q.set[name]
	if from == nil || !from.sessions {
		return nil, invalid("queue %q has no sessions", name)
	}
	q.look()
	for _, it := range from.visible() {
		if from.locks[it.Session] == nil && !from.busy(it.Session) {
			s := &lockedSession{id: it.Session, until: q.now().Add(lock)}
			from.locks[s.id] = s
			return s, nil
		}
	}
	return nil, nil
}

// busy reports whether a message of the session is delivered and not settled.
func (at *queue) busy(session string) bool {
	for _, it := range at.items {
		if it.token != "" && it.Session == session {
			return true
		}
	}
	return false
}

// held reports ErrLockLost once the session's lock ran out.
func (q *queues) held(name string, s *lockedSession) error {
	q.look()
	if q.set[name].locks[s.id] != s {
		return fmt.Errorf("session %s of queue %s: %w", s.id, name, state.ErrLockLost)
	}
	return nil
}

// next delivers the session's first message; ok is false while there is none
// or the one before is not settled.
func (q *queues) next(name string, s *lockedSession) (d state.Delivery, ok bool, err error) {
	if err := q.held(name, s); err != nil {
		return d, false, err
	}
	if s.current != nil {
		return d, false, nil
	}
	for _, it := range q.set[name].visible() {
		if it.Session == s.id {
			s.current = it
			return q.lock(it, s.until), true, nil
		}
	}
	return d, false, nil
}

func (q *queues) renewSession(name string, s *lockedSession, lock time.Duration) (time.Time, error) {
	if err := q.held(name, s); err != nil {
		return time.Time{}, err
	}
	s.until = q.now().Add(lock)
	if s.current != nil {
		s.current.until = s.until
	}
	return s.until, nil
}

// unlock releases a session; what was not settled counts as abandoned.
func (q *queues) unlock(from *queue, id string) {
	s := from.locks[id]
	delete(from.locks, id)
	if s.current != nil {
		q.giveBack(from, s.current)
	}
	q.notify()
}
