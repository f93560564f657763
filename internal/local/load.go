package local

import (
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"zombiezen.com/go/sqlite"
)

// moveRetry is how long a scheduled message waits when its place could not
// be written.
const moveRetry = time.Second

// openQueues makes the queues and takes in what the database holds for them.
func openQueues(o Options, w *writer, r *readers) (*Queues, error) {
	q := &Queues{
		now: o.Now, afterFunc: o.AfterFunc, log: o.Log, writer: w, readers: r,
		prefix: state.RandomID()[:12] + "-",
		over:   make(chan struct{}),
		queues: map[string]*queue{},
		locked: map[string]*entry{},
	}
	for name, c := range o.Queues {
		q.declare(name, c)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.load(r); err != nil {
		return nil, err
	}
	q.advance()
	return q, nil
}

func (q *Queues) declare(name string, c QueueConfig) *queue {
	if c.MaxDelivery <= 0 {
		c.MaxDelivery = defaultMaxDelivery
	}
	dead := &queue{name: name + state.DeadLetter}
	live := &queue{name: name, sessions: c.Sessions, max: c.MaxDelivery, dead: dead, open: map[string]*session{}}
	q.queues[name], q.queues[dead.name] = live, dead
	return live
}

// load takes in the messages in the order of their places. A queue that is
// declared no more keeps what it holds, and takes what is sent to it.
func (q *Queues) load(r *readers) error {
	c := <-r.free
	defer func() { r.free <- c }()
	s, _, err := c.conn.PrepareTransient(`SELECT seq, queue, session, id, not_before, enqueued, count, reason, description, body
		FROM messages ORDER BY seq`)
	if err != nil {
		return err
	}
	defer s.Finalize()
	for {
		row, err := s.Step()
		if err != nil || !row {
			return err
		}
		e := q.loaded(s)
		// It was under its last lock when the process ended: whatever ended
		// the process must not meet it without end.
		if e.queue.dead != nil && e.notBefore == 0 && e.count >= e.queue.max {
			e.seq = e.stored
			e.queue.active++
			q.cached += len(e.msg.Body)
			q.bury(e)
			continue
		}
		q.admit(e)
	}
}

func (q *Queues) loaded(s *sqlite.Stmt) *entry {
	name, isDead := strings.CutSuffix(s.ColumnText(1), state.DeadLetter)
	to := q.queues[name]
	if to == nil {
		to = q.declare(name, QueueConfig{Sessions: !isDead && s.ColumnLen(2) > 0})
	}
	if isDead {
		to = to.dead
	}
	e := &entry{
		queue: to, hasBody: q.cached < cachedBodies,
		stored:      s.ColumnInt64(0),
		notBefore:   s.ColumnInt64(4),
		enqueued:    s.ColumnInt64(5),
		count:       s.ColumnInt(6),
		reason:      s.ColumnText(7),
		description: s.ColumnText(8),
	}
	e.deadline.entry = e
	e.msg = state.Message{
		ID: s.ColumnText(3), Queue: name, Session: s.ColumnText(2), NotBefore: fromNanos(e.notBefore),
	}
	if e.hasBody {
		e.msg.Body = columnBytes(s, 9)
	}
	return e
}
