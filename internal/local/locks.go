package local

import (
	"context"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// reasonMaxDelivery is why a message is in a dead-letter queue, in Service
// Bus's words.
const reasonMaxDelivery = "MaxDeliveryCountExceeded"

// lock delivers e: it is locked, and its raised count goes to the disk with
// the next transaction, which nobody waits for.
func (q *Queues) lock(e *entry, until int64) {
	e.count++
	e.token = q.token()
	e.until = until
	q.locked[e.token] = e
	q.writer.submitLazy(&recount{entry: e, count: e.count})
}

func (q *Queues) unlock(e *entry) {
	delete(q.locked, e.token)
	e.token = ""
	q.deadlines.clear(&e.deadline)
}

// settle takes e out of reach of its lock's end while its own end is on the
// way to the disk.
func (q *Queues) settle(e *entry) {
	q.unlock(e)
	e.settling = true
}

// giveBack ends e's lock without its being done: it is visible again, or on
// its way to the dead-letter queue if it was delivered as often as its queue
// allows; then the channel tells when it is there.
func (q *Queues) giveBack(e *entry) <-chan error {
	q.unlock(e)
	if e.queue.dead == nil || e.count < e.queue.max {
		q.reappear(e)
		return nil
	}
	return q.bury(e)
}

// bury moves a message of no lock to its dead-letter queue.
func (q *Queues) bury(e *entry) <-chan error {
	e.settling = true
	m := &move{queues: q, entries: []*entry{e}, to: e.queue.dead, reason: reasonMaxDelivery, ended: make(chan error, 1)}
	m.description = "delivered as often as the queue allows without being completed"
	if err := q.writer.submit(m); err != nil {
		m.ended <- err
	}
	return m.ended
}

// reappear makes a delivered message visible in its old place.
func (q *Queues) reappear(e *entry) {
	switch {
	case e.session != nil:
		e.session.putBack(e)
	case e.queue.sessions: // it was not let in, see load
		e.queue.active--
		e.queue.arrive(e)
	default:
		e.queue.show(e)
	}
}

// release takes back a delivery that failed on its way to the receiver; it
// counts as one.
func (q *Queues) release(e *entry, token string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if e.token == token {
		q.giveBack(e)
	}
}

// extend sets the end of a session's lock, and of its delivered message.
func (q *Queues) extend(s *session, until int64) {
	s.until = until
	if s.current != nil {
		s.current.until = until
	}
	q.deadlines.set(&s.deadline, until)
	q.arm()
}

// free ends a session's lock; what was delivered and not settled is given back.
func (q *Queues) free(s *session) {
	close(s.holder.lost)
	s.holder = nil
	q.deadlines.clear(&s.deadline)
	if e := s.current; e != nil && !e.settling {
		q.giveBack(e)
		return
	}
	s.offer()
}

// left forgets a message that is no more in its queue.
func (q *Queues) left(e *entry) {
	if s := e.session; s != nil {
		s.current, e.session = nil, nil
		s.offer()
	}
	e.queue.departed()
}

// advance lets everything happen whose time has come. It is called before
// each look at a queue, so that what one sees does not depend on a timer
// having been called in time.
func (q *Queues) advance() (now int64) {
	now = q.now().UnixNano()
	places := map[*queue]*move(nil)
	for {
		d := q.deadlines.due(now)
		switch {
		case d == nil:
			for _, m := range places {
				q.place(m)
			}
			q.arm()
			return now
		case d.session != nil:
			q.free(d.session)
		case d.entry.token != "":
			q.giveBack(d.entry)
		default:
			if places == nil {
				places = map[*queue]*move{}
			}
			m := places[d.entry.queue]
			if m == nil || len(m.entries) == groupChanges {
				if m != nil {
					q.place(m)
				}
				m = &move{queues: q, to: d.entry.queue, ended: make(chan error, 1)}
				places[d.entry.queue] = m
			}
			m.entries = append(m.entries, d.entry)
		}
	}
}

// place sends scheduled messages to get their places. A closed platform
// leaves them to the next process.
func (q *Queues) place(m *move) { _ = q.writer.submit(m) }

// arm sets the timer for the next deadline, for those who wait.
func (q *Queues) arm() {
	if q.closed || len(q.deadlines) == 0 {
		return
	}
	next := q.deadlines[0].at
	if q.timerStop != nil {
		if q.timerAt <= next {
			return // it comes early enough, and looks for the next one then
		}
		q.timerStop()
	}
	q.timerAt = next
	q.timerStop = q.afterFunc(max(0, time.Duration(next-q.now().UnixNano())), func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.timerStop = nil
		if !q.closed {
			q.advance()
		}
	})
}

// fetch reads a delivery's body if it is not in memory.
func (q *Queues) fetch(ctx context.Context, d *state.Delivery, e *entry) error {
	if e.hasBody {
		return nil
	}
	return q.readers.read(ctx, false, func(r *reader) error {
		r.body.BindInt64(1, d.Sequence)
		row, err := r.body.Step()
		if err != nil {
			return err
		}
		if row {
			d.Body = columnBytes(r.body, 0)
		}
		return r.body.Reset()
	})
}
