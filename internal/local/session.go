package local

import (
	"context"
	"slices"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// session is the line of one session's messages. Queues.mu guards it.
type session struct {
	queue    *queue
	id       string
	waiting  []*entry       // in order; the first is delivered next
	current  *entry         // delivered and not settled
	holder   *lockedSession // nil: not locked
	until    int64
	offered  bool // is among queue.available
	deadline deadline
}

// offer makes the session available, if it has something to deliver and
// nobody holds it; a session with nothing to it is forgotten.
func (s *session) offer() {
	switch {
	case s.holder != nil:
		s.holder.look()
	case s.offered || s.current != nil:
	case len(s.waiting) == 0:
		delete(s.queue.open, s.id)
	default:
		s.offered = true
		s.queue.available = append(s.queue.available, s)
		s.queue.wake()
	}
}

// lockedSession is state's Session: a session under its holder's lock.
type lockedSession struct {
	queues  *Queues
	session *session
	changed chan struct{} // holds one token when Next should look again
	lost    chan struct{} // closed when the lock is gone
}

var _ state.Session = (*lockedSession)(nil)

func (l *lockedSession) look() {
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// ID implements state.Session.
func (l *lockedSession) ID() string { return l.session.id }

// Next implements state.Session.
func (l *lockedSession) Next(ctx context.Context) (state.Delivery, error) {
	q, s := l.queues, l.session
	for {
		q.mu.Lock()
		q.advance()
		if s.holder != l {
			q.mu.Unlock()
			return state.Delivery{}, q.lockLost("session " + s.id)
		}
		if s.current == nil && len(s.waiting) > 0 {
			e := s.waiting[0]
			s.waiting = s.waiting[1:]
			s.current = e
			q.lock(e, s.until)
			d := e.delivery()
			q.mu.Unlock()
			if err := q.fetch(ctx, &d, e); err != nil {
				q.release(e, d.Token)
				return state.Delivery{}, err
			}
			return d, nil
		}
		q.mu.Unlock()
		select {
		case <-l.changed:
		case <-l.lost:
		case <-ctx.Done():
			return state.Delivery{}, ctx.Err()
		case <-q.over:
			return state.Delivery{}, errClosed
		}
	}
}

// Renew implements state.Session.
func (l *lockedSession) Renew(_ context.Context, lock time.Duration) (time.Time, error) {
	q := l.queues
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.advance()
	if l.session.holder != l {
		return time.Time{}, q.lockLost("session " + l.session.id)
	}
	q.extend(l.session, now+int64(lock))
	return fromNanos(l.session.until), nil
}

// Close implements state.Session. Closing what is closed or lost is no error.
func (l *lockedSession) Close(context.Context) error {
	q := l.queues
	q.mu.Lock()
	defer q.mu.Unlock()
	q.advance()
	if l.session.holder == l {
		q.free(l.session)
	}
	return nil
}

// putBack returns the delivered message to the head of the line.
func (s *session) putBack(e *entry) {
	s.waiting = slices.Insert(s.waiting, 0, e)
	s.current = nil
	s.offer()
}
