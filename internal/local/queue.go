package local

import (
	"container/heap"
	"slices"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// entry is one message in memory. Queues.mu guards it, but for stored, which
// belongs to the writer.
type entry struct {
	msg         state.Message // Body nil if it was left on the disk
	hasBody     bool
	queue       *queue
	session     *session // set while it belongs to one
	seq         int64
	stored      int64 // the sequence it has on the disk
	enqueued    int64
	notBefore   int64 // of a scheduled message, else 0
	count       int
	reason      string
	description string

	token    string // of its lock; empty: not locked
	until    int64
	settling bool // its end is on the way to the disk; the lock cannot run out
	gone     bool
	deadline deadline
}

func (e *entry) delivery() state.Delivery {
	return state.Delivery{
		Message:       e.msg,
		Token:         e.token,
		Sequence:      e.seq,
		DeliveryCount: e.count,
		Enqueued:      fromNanos(e.enqueued),
		LockedUntil:   fromNanos(e.until),
		Reason:        e.reason,
		Description:   e.description,
	}
}

// queue is what one queue holds, in memory: which messages are visible, in
// which order, and who waits for one. Queues.mu guards it.
type queue struct {
	name     string
	sessions bool
	max      int
	dead     *queue // nil for a dead-letter queue

	visible   bySequence          // without sessions
	open      map[string]*session // with sessions: those that hold a message or a lock
	available []*session          // with a visible message and no lock, longest waiting first
	waiters   []*waiter

	active, scheduled int
	arrivals          []arrival // visible or locked messages, oldest first, with gaps
}

// arrival remembers when a message came; it left when its sequence is another.
type arrival struct {
	entry *entry
	seq   int64
}

// waiter waits for a message or for a session of a queue.
type waiter struct{ ready chan struct{} }

// wake lets the first waiter look again.
func (q *queue) wake() {
	if len(q.waiters) > 0 {
		close(q.waiters[0].ready)
		q.waiters = slices.Delete(q.waiters, 0, 1)
	}
}

func (q *queue) wait() *waiter {
	w := &waiter{ready: make(chan struct{})}
	q.waiters = append(q.waiters, w)
	return w
}

// leave ends a wait. If the waiter was woken already, the next one gets what
// it was woken for.
func (q *queue) leave(w *waiter) {
	if i := slices.Index(q.waiters, w); i >= 0 {
		q.waiters = slices.Delete(q.waiters, i, i+1)
		return
	}
	if q.hasVisible() {
		q.wake()
	}
}

func (q *queue) hasVisible() bool { return len(q.visible) > 0 || len(q.available) > 0 }

// arrive takes in a message that has its place and becomes visible.
func (q *queue) arrive(e *entry) {
	q.active++
	q.arrivals = append(q.arrivals, arrival{e, e.seq})
	if !q.sessions {
		q.show(e)
		return
	}
	s := q.open[e.msg.Session]
	if s == nil {
		s = &session{queue: q, id: e.msg.Session}
		s.deadline.session = s
		q.open[s.id] = s
	}
	e.session = s
	s.waiting = append(s.waiting, e)
	s.offer()
}

// show makes a message without session visible.
func (q *queue) show(e *entry) {
	heap.Push(&q.visible, e)
	q.wake()
}

// departed notes that a message is no longer one of the queue.
func (q *queue) departed() {
	q.active--
	if len(q.arrivals) > 64 && len(q.arrivals) > 2*q.active {
		q.arrivals = slices.DeleteFunc(q.arrivals, q.left)
	}
}

func (q *queue) left(a arrival) bool {
	return a.entry.gone || a.entry.queue != q || a.entry.seq != a.seq
}

func (q *queue) oldest() time.Time {
	n := 0
	for n < len(q.arrivals) && q.left(q.arrivals[n]) {
		n++
	}
	q.arrivals = q.arrivals[n:]
	if len(q.arrivals) == 0 {
		return time.Time{}
	}
	return fromNanos(q.arrivals[0].entry.enqueued)
}

// bySequence is a heap of visible messages, the first to be delivered first.
type bySequence []*entry

func (b bySequence) Len() int           { return len(b) }
func (b bySequence) Less(i, j int) bool { return b[i].seq < b[j].seq }
func (b bySequence) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

// Push implements heap.Interface.
func (b *bySequence) Push(x any) { *b = append(*b, x.(*entry)) }

// Pop implements heap.Interface.
func (b *bySequence) Pop() any {
	last := len(*b) - 1
	e := (*b)[last]
	(*b)[last] = nil
	*b = (*b)[:last]
	return e
}
