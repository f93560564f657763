package local

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

const (
	// groupChanges bounds one transaction, so that none waits long for the
	// ones before it.
	groupChanges = 1024

	// lazyFlush is how long a change nobody waits for may lie in memory when
	// no other change takes it along.
	lazyFlush = 20 * time.Millisecond

	// numberBlock is how many numbers are reserved on disk at once.
	numberBlock = 1 << 20
)

// change is what the writer does in a transaction.
type change interface {
	// apply makes the change. Refusing with state.ErrConflict it must not
	// have written anything; any other error fails the transaction. It runs
	// again, from the start, if the transaction has to be repeated.
	apply(t *tx) error

	// done hears how it ended, once the transaction is on the disk or failed.
	done(err error)
}

// writer owns the one connection that writes. Whatever is waiting when it
// gets round becomes one transaction and one fsync: each change is checked
// inside it, and one that is refused leaves the others alone.
type writer struct {
	tx   *tx
	wake chan struct{} // holds one token when there is something to do
	over chan struct{} // closed when the goroutine ended

	mu      sync.Mutex
	waiting []change
	lazy    []change
	timer   *time.Timer // runs while lazy holds something
	closed  bool

	reserved  int64 // numbers below may be used
	lastPurge time.Time
}

func openWriter(path string, o Options) (*writer, error) {
	conn, err := openDatabase(path, o.MaxPages)
	if err != nil {
		return nil, err
	}
	t, err := newTx(conn, o.Now)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	w := &writer{tx: t, wake: make(chan struct{}, 1), over: make(chan struct{}), reserved: t.next}
	w.timer = time.AfterFunc(time.Hour, w.nudge)
	w.timer.Stop()
	go w.run()
	return w, nil
}

var errClosed = fmt.Errorf("platform is closed: %w", state.ErrUnavailable)

// submit queues a change; done tells how it ended. Once the writer is
// closed it takes none, and done is not called.
func (w *writer) submit(c change) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return errClosed
	}
	w.waiting = append(w.waiting, c)
	if len(w.waiting) == 1 {
		w.nudge()
	}
	return nil
}

// submitLazy queues a change nobody waits for: the next transaction takes it
// along, and one is made for it soon if there is none.
func (w *writer) submitLazy(c change) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.lazy = append(w.lazy, c)
	if len(w.lazy) == 1 {
		w.timer.Reset(lazyFlush)
	}
}

func (w *writer) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// take hands out what waits, lazy changes first: they are older than what
// was submitted after them and never later than what settles their message.
func (w *writer) take() []change {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lazy) > 0 {
		w.timer.Stop()
	}
	n := min(len(w.waiting), groupChanges)
	group := append(w.lazy, w.waiting[:n]...)
	w.lazy = nil
	w.waiting = append([]change(nil), w.waiting[n:]...)
	return group
}

func (w *writer) run() {
	defer close(w.over)
	for range w.wake {
		for {
			// Committers that were just answered come back with their next
			// change; letting them in makes one larger group of two.
			runtime.Gosched()
			group := w.take()
			if len(group) == 0 {
				break
			}
			w.write(group)
			w.purge()
		}
		w.mu.Lock()
		idle, end := len(w.waiting)+len(w.lazy) == 0, w.closed
		w.mu.Unlock()
		if end && idle {
			return
		}
		if end {
			w.nudge()
		}
	}
}

// write makes one transaction of a group. If something in it fails on the
// disk, it is undone and each change gets a transaction of its own, so that
// only what cannot be written is refused.
func (w *writer) write(group []change) {
	refused, err := w.transact(group)
	switch {
	case err == nil:
		for i, c := range group {
			c.done(refused[i])
		}
	case len(group) == 1 || errors.Is(err, errNotDurable):
		for _, c := range group {
			c.done(err)
		}
	default:
		for _, c := range group {
			w.write([]change{c})
		}
	}
}

// errNotDurable says the final fsync failed: whether the group is on the disk
// is not known, and trying again would not tell.
var errNotDurable = errors.New("transaction may not be on the disk")

func (w *writer) transact(group []change) (refused []error, err error) {
	if err := w.tx.begin(); err != nil {
		return nil, unavailable("begin transaction", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.tx.rollback())
		}
	}()
	refused = make([]error, len(group))
	for i, c := range group {
		err := c.apply(w.tx)
		if errors.Is(err, state.ErrConflict) {
			refused[i] = err
			continue
		}
		if err != nil {
			return nil, unavailable("write", err)
		}
	}
	reserved := w.reserved
	if w.tx.next > reserved {
		reserved = w.tx.next + numberBlock
		if err := w.tx.reserve(reserved); err != nil {
			return nil, unavailable("write", err)
		}
	}
	if err := w.tx.commit(); err != nil {
		return nil, unavailable(errNotDurable.Error(), errors.Join(errNotDurable, err))
	}
	w.reserved = reserved
	return refused, nil
}

// purge removes some expired records now and then; readers do not see them
// any more, so that it fails or lags behind does not matter.
func (w *writer) purge() {
	const every = time.Minute
	now := w.tx.clock()
	if now.Sub(w.lastPurge) < every {
		return
	}
	p := &purge{most: 200}
	w.write([]change{p})
	if p.removed < p.most {
		w.lastPurge = now
	}
}

// purge is the change that removes expired records.
type purge struct {
	most    int
	removed int
}

func (p *purge) apply(t *tx) (err error) {
	p.removed, err = t.purge(p.most)
	return err
}

func (p *purge) done(err error) {
	if err != nil {
		p.removed = 0
	}
}

func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.nudge()
	<-w.over
	w.timer.Stop()
	return w.tx.conn.Close()
}
