package local

import (
	"container/heap"
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/rs/zerolog"
)

// cachedBodies is how many bytes of message bodies are kept in memory; what
// is beyond is read from the disk when it is delivered.
const cachedBodies = 64 << 20

// Queues is state's Queues. Messages lie in the database; which of them is
// next, and what is locked, is known in memory, so that receiving reads and
// waits for nothing. A restart ends every lock.
type Queues struct {
	now       func() time.Time
	afterFunc func(time.Duration, func()) func() bool
	log       zerolog.Logger
	writer    *writer
	readers   *readers
	prefix    string // of lock tokens: another process's tokens are unknown here
	over      chan struct{}

	mu        sync.Mutex
	queues    map[string]*queue
	locked    map[string]*entry // by token
	tokens    uint64
	deadlines deadlines
	cached    int // bytes of bodies in memory
	timerAt   int64
	timerStop func() bool
	closed    bool
}

var _ state.Queues = (*Queues)(nil)

// Send implements state.Queues.
func (q *Queues) Send(ctx context.Context, msgs ...state.Message) error {
	if err := ctx.Err(); err != nil || len(msgs) == 0 {
		return err
	}
	c := &commit{queues: q, ended: make(chan error, 1)}
	for i := range msgs {
		if err := state.CheckMessage(&msgs[i]); err != nil {
			return err
		}
		e, err := q.newEntry(msgs[i])
		if err != nil {
			return err
		}
		c.msgs = append(c.msgs, e)
	}
	if err := q.writer.submit(c); err != nil {
		return err
	}
	return <-c.ended
}

// newEntry is a message that is to be sent, if its queue takes it.
func (q *Queues) newEntry(m state.Message) (*entry, error) {
	to := q.queues[m.Queue]
	switch {
	case to == nil || to.dead == nil:
		return nil, fmt.Errorf("message %s: no queue %q to send to: %w", m.ID, m.Queue, state.ErrInvalid)
	case to.sessions && m.Session == "":
		return nil, fmt.Errorf("message %s: queue %s has sessions, the message none: %w", m.ID, m.Queue, state.ErrInvalid)
	}
	e := &entry{msg: m, hasBody: true, queue: to}
	e.deadline.entry = e
	return e, nil
}

// Receive implements state.Queues.
func (q *Queues) Receive(ctx context.Context, name string, limit int, lock time.Duration) ([]state.Delivery, error) {
	from, err := q.queue(name, false)
	if err != nil || limit <= 0 {
		return nil, err
	}
	for {
		q.mu.Lock()
		now := q.advance()
		if len(from.visible) > 0 {
			return q.deliver(ctx, from, min(limit, len(from.visible)), now+int64(lock))
		}
		w := from.wait()
		q.mu.Unlock()
		if err := q.await(ctx, from, w); err != nil {
			return nil, err
		}
	}
}

// deliver locks n visible messages and lets go of mu.
func (q *Queues) deliver(ctx context.Context, from *queue, n int, until int64) ([]state.Delivery, error) {
	entries := make([]*entry, n)
	ds := make([]state.Delivery, n)
	for i := range ds {
		e := heap.Pop(&from.visible).(*entry)
		q.lock(e, until)
		q.deadlines.set(&e.deadline, until)
		entries[i], ds[i] = e, e.delivery()
	}
	q.arm()
	q.mu.Unlock()
	for i := range ds {
		if err := q.fetch(ctx, &ds[i], entries[i]); err != nil {
			for j, e := range entries {
				q.release(e, ds[j].Token)
			}
			return nil, err
		}
	}
	return ds, nil
}

// AcceptSession implements state.Queues.
func (q *Queues) AcceptSession(ctx context.Context, name string, lock time.Duration) (state.Session, error) {
	from, err := q.queue(name, true)
	if err != nil {
		return nil, err
	}
	for {
		q.mu.Lock()
		now := q.advance()
		if len(from.available) > 0 {
			s := from.available[0]
			from.available[0] = nil
			from.available = from.available[1:]
			s.offered = false
			l := &lockedSession{queues: q, session: s, changed: make(chan struct{}, 1), lost: make(chan struct{})}
			s.holder = l
			q.extend(s, now+int64(lock))
			q.mu.Unlock()
			return l, nil
		}
		w := from.wait()
		q.mu.Unlock()
		if err := q.await(ctx, from, w); err != nil {
			return nil, err
		}
	}
}

// queue finds a queue one receives from: with sessions, or without.
func (q *Queues) queue(name string, sessions bool) (*queue, error) {
	f := q.queues[name]
	switch {
	case f == nil:
		return nil, fmt.Errorf("no queue %q: %w", name, state.ErrInvalid)
	case f.sessions != sessions:
		return nil, fmt.Errorf("queue %s: sessions %t: %w", name, f.sessions, state.ErrInvalid)
	}
	return f, nil
}

func (q *Queues) await(ctx context.Context, from *queue, w *waiter) error {
	var err error
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-q.over:
		err = errClosed
	}
	q.mu.Lock()
	from.leave(w)
	q.mu.Unlock()
	return err
}

// Complete implements state.Queues.
func (q *Queues) Complete(ctx context.Context, name, token string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	e, err := q.held(name, token)
	if err != nil {
		q.mu.Unlock()
		return err
	}
	q.settle(e)
	q.mu.Unlock()
	c := &completion{queues: q, entry: e, ended: make(chan error, 1)}
	if err := q.writer.submit(c); err != nil {
		return err
	}
	return <-c.ended
}

// Abandon implements state.Queues. A dead-lettered message is in its new
// queue, on the disk, when it returns.
func (q *Queues) Abandon(ctx context.Context, name, token string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	e, err := q.held(name, token)
	if err != nil {
		q.mu.Unlock()
		return err
	}
	moved := q.giveBack(e)
	q.mu.Unlock()
	if moved == nil {
		return nil
	}
	return <-moved
}

// Renew implements state.Queues. A message of a session is held by the
// session's lock, which is what is extended.
func (q *Queues) Renew(_ context.Context, name, token string, lock time.Duration) (time.Time, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	e, err := q.held(name, token)
	if err != nil {
		return time.Time{}, err
	}
	until := q.now().UnixNano() + int64(lock)
	if e.session != nil {
		q.extend(e.session, until)
	} else {
		e.until = until
		q.deadlines.set(&e.deadline, until)
		q.arm()
	}
	return fromNanos(until), nil
}

// Depth implements state.Queues.
func (q *Queues) Depth(_ context.Context, name string) (state.Depth, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	f := q.queues[name]
	if f == nil {
		return state.Depth{}, fmt.Errorf("no queue %q: %w", name, state.ErrInvalid)
	}
	q.advance()
	d := state.Depth{Active: f.active, Scheduled: f.scheduled, Oldest: f.oldest()}
	if f.dead != nil {
		d.DeadLetter = f.dead.active
	}
	return d, nil
}

// held finds the message a token locks.
func (q *Queues) held(name, token string) (*entry, error) {
	q.advance()
	e := q.locked[token]
	if e == nil || e.queue.name != name {
		return nil, q.lockLost("message of queue " + name)
	}
	return e, nil
}

func (q *Queues) lockLost(what string) error {
	return fmt.Errorf("%s: %w", what, state.ErrLockLost)
}

func (q *Queues) token() string {
	q.tokens++
	return q.prefix + strconv.FormatUint(q.tokens, 36)
}

func (q *Queues) close() {
	q.mu.Lock()
	q.closed = true
	if q.timerStop != nil {
		q.timerStop()
	}
	q.mu.Unlock()
	close(q.over)
}
