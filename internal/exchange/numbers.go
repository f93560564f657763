package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// drawn are the control numbers of one outgoing interchange, and the time it
// bears: what makes a second try write the same bytes.
type drawn struct {
	Interchange int64     `json:"interchange"`
	Group       int64     `json:"group"`
	Answer      int64     `json:"answer,omitempty"`  // of the first of its sets, if they are acknowledgements
	Set         int64     `json:"set,omitempty"`     // of the first of its sets, if they are documents
	Catalog     string    `json:"catalog,omitempty"` // version of the catalogue that documents are written by
	At          time.Time `json:"at"`
}

// counter holds the numbers given out last to one partner; 0 is none yet.
type counter struct {
	Interchange int64 `json:"interchange"`
	Group       int64 `json:"group"`
	Answer      int64 `json:"answer,omitempty"`
	Set         int64 `json:"set,omitempty"`
}

// ranges are what numbers are drawn from. One without a last number is not
// drawn from.
type ranges struct {
	interchange, group, answer, set mappings.NumberRange

	answers int    // how many numbers of acknowledgements are drawn
	sets    int    // and of sets
	catalog string // version of the catalogue, remembered with the draw
}

// numbersOf are the ranges of so many answers to a sender, in one interchange;
// a is nil for one that nobody knows.
func numbersOf(a *mappings.Agreement, standard string, answers int) ranges {
	all := mappings.NumberRange{First: 1, Last: 999_999_999}
	r := ranges{interchange: all, group: all, answer: all, answers: answers}
	switch {
	case a == nil:
	case standard == mappings.StandardEDIFACT:
		r.interchange, r.group, r.answer = a.EDIFACT.Send.Numbers, a.EDIFACT.Send.GroupNumbers, a.EDIFACT.Acknowledge.Numbers
	default:
		r.interchange, r.group, r.answer = a.X12.Send.Numbers, a.X12.Send.GroupNumbers, a.X12.Acknowledge.Numbers
	}
	return r
}

// numbersFor are the ranges of an interchange of so many documents.
func numbersFor(a *mappings.Agreement, standard string, sets int, catalog string) ranges {
	r := ranges{interchange: a.X12.Send.Numbers, group: a.X12.Send.GroupNumbers, sets: sets, catalog: catalog}
	set, runOn := a.X12.Send.SetNumbers, a.X12.Send.SetsRunOn
	if standard == mappings.StandardEDIFACT {
		r.interchange, r.group = a.EDIFACT.Send.Numbers, a.EDIFACT.Send.GroupNumbers
		set, runOn = a.EDIFACT.Send.SetNumbers, a.EDIFACT.Send.SetsRunOn
	}
	if runOn {
		r.set = set
	}
	return r
}

const (
	counterID = "counter"
	drawKind  = "draw"

	// drawLife is how long a draw is remembered: longer than any outgoing
	// document is tried.
	drawLife = 90 * 24 * time.Hour

	// drawsTogether is how many draws one commit takes: they and their counter
	// fit in a batch.
	drawsTogether = state.MaxBatchOperations - 1
)

// draw gives an outgoing document its control numbers, once: the counter and
// the draw are one commit, keyed by the document, so a second try finds the
// numbers of the first. After the range's last number comes its first again.
//
// A counter is one record, and one commit at a time can raise it. So draws
// from the same counter that meet in this process are made in one commit, by
// one of them, while the others wait.
func (e *Exchange) draw(ctx context.Context, tenant, standard, partner, document string, r ranges) (drawn, error) {
	key := state.Key{Tenant: tenant, Aggregate: state.ID("numbers", standard, partner)}
	d := &drawing{id: state.ID(drawKind, document), from: r, turn: make(chan struct{}, 1), done: make(chan struct{})}
	e.draws.enter(key, d)
	for {
		select {
		case <-d.turn:
			batch := e.draws.take(key)
			e.drawBatch(ctx, key, batch)
			for _, b := range batch {
				close(b.done)
			}
			e.draws.pass(key)
		case <-d.done:
			if ctx.Err() == nil && (errors.Is(d.err, context.Canceled) || errors.Is(d.err, context.DeadlineExceeded)) {
				return e.draw(ctx, tenant, standard, partner, document, r) // it was the other's time that was up
			}
			return d.drawn, d.err
		case <-ctx.Done():
			e.draws.leave(key, d)
			return drawn{}, ctx.Err()
		}
	}
}

// drawBatch draws for all of batch in one commit.
func (e *Exchange) drawBatch(ctx context.Context, key state.Key, batch []*drawing) {
	ids := []string{counterID}
	for _, d := range batch {
		ids = append(ids, d.id)
	}
	err := state.ErrConflict
	// Another process that drew first is progress: try again at once.
	for errors.Is(err, state.ErrConflict) && ctx.Err() == nil {
		err = e.tryDraw(ctx, key, ids, batch)
	}
	for _, d := range batch {
		if err != nil {
			d.err = err
		}
	}
}

func (e *Exchange) tryDraw(ctx context.Context, key state.Key, ids []string, batch []*drawing) error {
	recs, err := e.Store.Read(ctx, key, "", ids...)
	if err != nil {
		return err
	}
	var c counter
	rec, exists := recs[counterID]
	if exists {
		if err := state.Decode(rec, counterID, 1, &c); err != nil {
			return err
		}
	}
	b, fresh := e.Store.Batch(key), 0
	for _, d := range batch {
		d.err = nil
		if known, ok := recs[d.id]; ok {
			if err := state.Decode(known, drawKind, 1, &d.drawn); err != nil {
				return err
			}
			continue
		}
		before, r := c, d.from
		if d.err = c.next(r); d.err != nil {
			c = before // it is left out, the others go on
			continue
		}
		d.drawn = c.drawn(r)
		d.drawn.At = e.Store.Now()
		b.Create(d.id, drawKind, 1, d.drawn)
		b.ExpireAfter(drawLife)
		fresh++
	}
	if fresh == 0 {
		return nil
	}
	if exists {
		b.Replace(rec, c)
	} else {
		b.Create(counterID, counterID, 1, c)
	}
	_, err = b.Commit(ctx)
	return err
}

// next moves the counter on.
func (c *counter) next(r ranges) error {
	for _, one := range []struct {
		n    *int64
		from mappings.NumberRange
		what string
	}{{&c.Interchange, r.interchange, "an interchange"}, {&c.Group, r.group, "a group"}} {
		if err := advance(one.n, one.from, one.what); err != nil {
			return err
		}
	}
	for range r.answers {
		if err := advance(&c.Answer, r.answer, "an acknowledgement"); err != nil {
			return err
		}
	}
	for range r.sets {
		if err := advance(&c.Set, r.set, "a set"); err != nil {
			return err
		}
	}
	return nil
}

// drawn is what next has drawn.
func (c *counter) drawn(r ranges) drawn {
	d := drawn{Interchange: c.Interchange, Group: c.Group, Catalog: r.catalog}
	if r.answers > 0 {
		d.Answer = first(c.Answer, r.answer, r.answers)
	}
	if r.set.Last > 0 {
		d.Set = first(c.Set, r.set, r.sets)
	}
	return d
}

// first is the number of the first of some drawn from a range, of which last
// was the last.
func first(last int64, from mappings.NumberRange, drawn int) int64 {
	n := last - int64(drawn) + 1
	if size := from.Last - from.First + 1; n < from.First {
		n += size * ((from.First - n + size - 1) / size)
	}
	return n
}

// nth is the text of the nth number, from 0, after the first of some drawn from
// a range.
func nth(from mappings.NumberRange, first int64, n int) string {
	number := first + int64(n)
	if from.Last > 0 && number > from.Last {
		number = from.First + (number-from.First)%(from.Last-from.First+1)
	}
	return from.Text(number)
}

// advance moves a number on within its range.
func advance(n *int64, from mappings.NumberRange, what string) error {
	switch {
	case from.Last == 0:
	case *n >= from.Last && from.Stop:
		return &exhausted{fmt.Sprintf("no control number is left for %s: %d was the last", what, from.Last)}
	case *n < from.First || *n >= from.Last:
		*n = from.First
	default:
		*n++
	}
	return nil
}

// exhausted says that a range of control numbers is used up, which a person
// must change in the agreement.
type exhausted struct{ message string }

func (e *exhausted) Error() string { return e.message }

// Refused says that no retry will mend it.
func (e *exhausted) Refused() bool { return true }

// drawing is one draw under way.
type drawing struct {
	id    string
	from  ranges
	turn  chan struct{} // receives when it is this draw's turn to commit
	done  chan struct{} // closed when drawn and err are set
	drawn drawn
	err   error
}

// drawLines are the draws under way in this process, by counter: the first of
// a line has its turn, or has just been given it.
type drawLines struct {
	mu    sync.Mutex
	lines map[state.Key]*drawLine
}

type drawLine struct {
	waiting []*drawing
	busy    bool // somebody has the turn
}

func (l *drawLines) enter(key state.Key, d *drawing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines == nil {
		l.lines = map[state.Key]*drawLine{}
	}
	line := l.lines[key]
	if line == nil {
		line = &drawLine{}
		l.lines[key] = line
	}
	line.waiting = append(line.waiting, d)
	if !line.busy {
		line.busy = true
		line.waiting[0].turn <- struct{}{}
	}
}

// take returns the draws to be made together, from the front of the line. A
// document that is drawn for twice at a time is drawn for once a batch.
func (l *drawLines) take(key state.Key) []*drawing {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.lines[key]
	var batch, left []*drawing
	seen := map[string]bool{}
	for _, d := range line.waiting {
		if len(batch) == drawsTogether || seen[d.id] {
			left = append(left, d)
			continue
		}
		seen[d.id] = true
		batch = append(batch, d)
	}
	line.waiting = left
	return batch
}

// pass gives the turn to the next in line, if there is one.
func (l *drawLines) pass(key state.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.lines[key]
	if len(line.waiting) == 0 {
		delete(l.lines, key)
		return
	}
	line.waiting[0].turn <- struct{}{}
}

// leave takes a draw out of its line; if it was its turn, the next has it.
func (l *drawLines) leave(key state.Key, d *drawing) {
	l.mu.Lock()
	line := l.lines[key]
	if line != nil {
		line.waiting = slices.DeleteFunc(line.waiting, func(w *drawing) bool { return w == d })
	}
	l.mu.Unlock()
	select {
	case <-d.turn:
		l.pass(key)
	default:
	}
}
