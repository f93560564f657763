package local

// store writes new messages; it gives them their places.
func (q *Queues) store(t *tx, entries []*entry) error {
	for _, e := range entries {
		e.stored = t.number()
		e.enqueued = t.now
		if e.notBefore = nanos(e.msg.NotBefore); e.notBefore <= t.now {
			e.notBefore = 0
		}
		if err := t.send(e); err != nil {
			return err
		}
	}
	return nil
}

// publish lets receivers see messages that are on the disk. Only the writer
// calls it, so they come in the order of their sequences.
func (q *Queues) publish(entries []*entry) {
	if len(entries) == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range entries {
		q.admit(e)
	}
	q.arm()
}

// admit takes in a message that is on the disk.
func (q *Queues) admit(e *entry) {
	e.seq = e.stored
	if e.hasBody {
		if q.cached+len(e.msg.Body) > cachedBodies {
			e.msg.Body, e.hasBody = nil, false
		} else {
			q.cached += len(e.msg.Body)
		}
	}
	if e.notBefore > 0 {
		e.queue.scheduled++
		q.deadlines.set(&e.deadline, e.notBefore)
		return
	}
	e.queue.arrive(e)
}

// completion removes a message for good.
type completion struct {
	queues *Queues
	entry  *entry
	ended  chan error
}

func (c *completion) apply(t *tx) error { return t.remove(c.entry.stored) }

func (c *completion) done(err error) {
	q, e := c.queues, c.entry
	q.mu.Lock()
	e.settling = false
	if err == nil {
		e.gone = true
		if e.hasBody {
			q.cached -= len(e.msg.Body)
		}
		q.left(e)
	} else {
		q.reappear(e)
	}
	q.mu.Unlock()
	c.ended <- err
}

// move gives messages the next places of a queue: of their own, when their
// time has come, or of the dead-letter queue.
type move struct {
	queues      *Queues
	entries     []*entry
	to          *queue
	reason      string
	description string
	places      []int64
	now         int64
	ended       chan error
}

func (m *move) apply(t *tx) error {
	m.places, m.now = m.places[:0], t.now
	for _, e := range m.entries {
		place := t.number()
		m.places = append(m.places, place)
		enqueued := e.enqueued
		if e.notBefore > 0 {
			enqueued = t.now
		}
		if err := t.place(e.stored, place, m.to.name, enqueued, e.count, m.reason, m.description); err != nil {
			return err
		}
	}
	return nil
}

func (m *move) done(err error) {
	q := m.queues
	q.mu.Lock()
	for i, e := range m.entries {
		switch {
		case err == nil:
			e.stored = m.places[i]
			m.arrive(e)
		case e.notBefore > 0:
			q.deadlines.set(&e.deadline, q.now().UnixNano()+int64(moveRetry))
		default:
			e.settling = false
			q.reappear(e)
		}
	}
	q.arm()
	q.mu.Unlock()
	if err != nil {
		q.log.Error().Err(err).Str("queue", m.to.name).Int("messages", len(m.entries)).Msg("messages could not be moved")
	}
	m.ended <- err
}

// arrive lets e take the place it has on the disk.
func (m *move) arrive(e *entry) {
	e.settling = false
	if e.notBefore > 0 {
		e.notBefore, e.enqueued = 0, m.now
		e.queue.scheduled--
	} else {
		m.queues.left(e)
	}
	e.queue, e.seq = m.to, e.stored
	e.reason, e.description = m.reason, m.description
	m.to.arrive(e)
}

// recount writes a raised delivery count.
type recount struct {
	entry *entry
	count int
}

func (r *recount) apply(t *tx) error {
	return t.count(r.entry.stored, r.count)
}

// done lets a failure pass: the next delivery writes a higher count.
func (r *recount) done(error) {}
