package simtest

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

func invalid(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, state.ErrInvalid)...)
}

// queues is what all processes of a world have in common of state.Queues:
// peek-lock queues in memory. Time passes only when somebody looks.
type queues struct {
	mu      sync.Mutex // guards the rest
	now     func() time.Time
	set     map[string]*queue
	seq     int64
	tokens  int64
	changed chan struct{} // closed, and another put in its place, when waiters must look again
}

type queue struct {
	name     string
	sessions bool
	max      int
	dead     *queue // nil for a dead-letter queue
	items    []*item
	locks    map[string]*lockedSession // by session
}

type item struct {
	state.Message
	seq         int64
	count       int
	enqueued    time.Time
	scheduled   bool
	token       string // of its lock; empty: not locked
	until       time.Time
	held        bool // its holder renews the lock
	copied      bool // it is a duplicate
	reason      string
	description string
}

func newQueues(now func() time.Time) *queues {
	return &queues{now: now, set: map[string]*queue{}, changed: make(chan struct{})}
}

func (q *queues) add(name string, sessions bool, maxDelivery int) {
	dead := &queue{name: name + state.DeadLetter, max: 1 << 30, locks: map[string]*lockedSession{}}
	q.set[name] = &queue{name: name, sessions: sessions, max: maxDelivery, dead: dead, locks: map[string]*lockedSession{}}
	q.set[dead.name] = dead
}

// look lets the time pass: due messages come forward and locks run out. The
// caller holds mu.
func (q *queues) look() {
	now := q.now()
	for _, from := range q.set {
		q.lookAt(from, now)
	}
}

func (q *queues) lookAt(from *queue, now time.Time) {
	for id, s := range from.locks {
		if !s.until.After(now) {
			q.unlock(from, id)
		}
	}
	if !slices.ContainsFunc(from.items, func(it *item) bool { return it.due(now) }) {
		return
	}
	for _, it := range slices.Clone(from.items) {
		switch {
		case !it.due(now):
		case it.token != "":
			q.giveBack(from, it)
		default:
			it.scheduled = false
			from.items = slices.DeleteFunc(from.items, func(o *item) bool { return o == it })
			q.arrive(from, it)
		}
	}
}

// due reports whether a message changes by the time alone.
func (it *item) due(now time.Time) bool {
	return it.token != "" && !it.held && !it.until.After(now) || it.scheduled && !it.NotBefore.After(now)
}

// notify lets waiters look again. The caller holds mu.
func (q *queues) notify() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// arrive puts a message at the end of a queue.
func (q *queues) arrive(at *queue, it *item) {
	q.seq++
	it.seq = q.seq
	if at.dead != nil || it.enqueued.IsZero() {
		it.enqueued = q.now()
	}
	at.items = append(at.items, it)
	q.notify()
}

func (q *queues) send(msgs ...state.Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.look()
	for i := range msgs {
		m := &msgs[i]
		at := q.set[m.Queue]
		switch {
		case at == nil || at.dead == nil:
			return invalid("message %s: no queue %q to send to", m.ID, m.Queue)
		case at.sessions && m.Session == "":
			return invalid("message %s: queue %s has sessions, the message none", m.ID, m.Queue)
		}
		if err := state.CheckMessage(m); err != nil {
			return err
		}
	}
	for _, m := range msgs {
		at, it := q.set[m.Queue], &item{Message: m}
		it.Body = slices.Clone(m.Body)
		if it.scheduled = m.NotBefore.After(q.now()); it.scheduled {
			at.items = append(at.items, it)
			continue
		}
		q.arrive(at, it)
	}
	return nil
}

// visible are the messages nobody has, in order.
func (at *queue) visible() []*item {
	var found []*item
	for _, it := range at.items {
		if it.token == "" && !it.scheduled {
			found = append(found, it)
		}
	}
	return found
}

// lock gives a message to a receiver.
func (q *queues) lock(it *item, until time.Time) state.Delivery {
	q.tokens++
	it.token, it.until = "lock-"+strconv.FormatInt(q.tokens, 10), until
	it.count++
	return state.Delivery{
		Message: it.Message, Token: it.token, Sequence: it.seq, DeliveryCount: it.count,
		Enqueued: it.enqueued, LockedUntil: until, Reason: it.reason, Description: it.description,
	}
}

// giveBack makes a locked message visible again, or a dead letter.
func (q *queues) giveBack(from *queue, it *item) {
	it.token, it.held = "", false
	if from.dead == nil || it.count < from.max {
		q.notify()
		return
	}
	from.items = slices.DeleteFunc(from.items, func(o *item) bool { return o == it })
	it.reason, it.description = "MaxDeliveryCountExceeded", fmt.Sprintf("delivered %d times", it.count)
	q.arrive(from.dead, it)
}

// locked finds a message by its token.
func (q *queues) locked(name, token string) (*queue, *item, error) {
	q.look()
	from := q.set[name]
	if from != nil && token != "" {
		for _, it := range from.items {
			if it.token == token {
				return from, it, nil
			}
		}
	}
	return nil, nil, fmt.Errorf("message of queue %s: %w", name, state.ErrLockLost)
}

func (q *queues) complete(name, token string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	from, it, err := q.locked(name, token)
	if err != nil {
		return err
	}
	from.items = slices.DeleteFunc(from.items, func(o *item) bool { return o == it })
	q.settled(from, it)
	return nil
}

func (q *queues) abandon(name, token string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	from, it, err := q.locked(name, token)
	if err != nil {
		return err
	}
	q.giveBack(from, it)
	q.settled(from, it)
	return nil
}

// settled lets the session of a message go on.
func (q *queues) settled(from *queue, it *item) {
	if s := from.locks[it.Session]; s != nil && s.current == it {
		s.current = nil
	}
	q.notify()
}

func (q *queues) renew(name, token string, lock time.Duration) (time.Time, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	from, it, err := q.locked(name, token)
	if err != nil {
		return time.Time{}, err
	}
	it.until = q.now().Add(lock)
	if s := from.locks[it.Session]; s != nil && s.current == it {
		s.until = it.until
	}
	return it.until, nil
}

func (q *queues) depth(name string) (state.Depth, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.look()
	at := q.set[name]
	if at == nil {
		return state.Depth{}, invalid("no queue %q", name)
	}
	var d state.Depth
	for _, it := range at.items {
		if it.scheduled {
			d.Scheduled++
			continue
		}
		d.Active++
		if d.Oldest.IsZero() || it.enqueued.Before(d.Oldest) {
			d.Oldest = it.enqueued
		}
	}
	if at.dead != nil {
		d.DeadLetter = len(at.dead.items)
	}
	return d, nil
}
