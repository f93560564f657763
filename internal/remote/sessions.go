package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// forgetAfter is how long past its last known lock a session is remembered
// for a client that may be gone.
const forgetAfter = time.Hour

// sessions are the locked sessions of clients, by handle.
type sessions struct {
	queues state.Queues
	mu     sync.Mutex
	held   map[string]*heldSession
}

type heldSession struct {
	state.Session
	forget time.Time
}

func serveSessions(mux *http.ServeMux, qs state.Queues) {
	s := &sessions{queues: qs, held: map[string]*heldSession{}}
	call(mux, pathAccept, s.accept)
	call(mux, pathSessionNext, s.next)
	call(mux, pathSessionRenew, s.renew)
	call(mux, pathSessionClose, s.close)
}

func (s *sessions) accept(ctx context.Context, q queueRequest) (locked, error) {
	session, err := s.queues.AcceptSession(ctx, q.Queue, q.Lock)
	if err != nil {
		return locked{}, err
	}
	if ctx.Err() != nil { // nobody hears the answer
		return locked{}, errors.Join(ctx.Err(), session.Close(context.WithoutCancel(ctx)))
	}
	handle, now := state.RandomID(), time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for h, old := range s.held {
		if old.forget.Before(now) {
			delete(s.held, h)
		}
	}
	s.held[handle] = &heldSession{session, now.Add(q.Lock + forgetAfter)}
	return locked{ID: session.ID(), Handle: handle}, nil
}

func (s *sessions) find(handle string) (*heldSession, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.held[handle]
	if h == nil {
		return nil, fmt.Errorf("session %s is not held here: %w", handle, state.ErrLockLost)
	}
	return h, nil
}

// lost forgets a session whose lock is.
func (s *sessions) lost(handle string, err error) {
	if errors.Is(err, state.ErrLockLost) {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.held, handle)
	}
}

func (s *sessions) next(ctx context.Context, q queueRequest) (delivery, error) {
	h, err := s.find(q.Session)
	if err != nil {
		return delivery{}, err
	}
	d, err := h.Next(ctx)
	s.lost(q.Session, err)
	return toDelivery(d), err
}

func (s *sessions) renew(ctx context.Context, q queueRequest) (time.Time, error) {
	h, err := s.find(q.Session)
	if err != nil {
		return time.Time{}, err
	}
	until, err := h.Renew(ctx, q.Lock)
	s.lost(q.Session, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	h.forget = time.Now().Add(q.Lock + forgetAfter)
	return until, err
}

// close ends a session; one that is not held here any more is closed.
func (s *sessions) close(ctx context.Context, q queueRequest) (none, error) {
	s.mu.Lock()
	h := s.held[q.Session]
	delete(s.held, q.Session)
	s.mu.Unlock()
	if h == nil {
		return none{}, nil
	}
	return none{}, h.Close(ctx)
}
