package local

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/crossdock/crossdock/internal/state"
)

// commit is one batch on its way to the disk: its records, the list rows
// that leave with it and its messages.
type commit struct {
	queues    *Queues
	recent    *recent // nil for a commit of messages alone
	partition string
	ops       []state.Operation
	rows      []listChange
	msgs      []*entry

	etags []int64    // by operation, 0 for deletes
	fresh bool       // the partition held nothing before
	ended chan error // answers the caller, once
}

// listChange is a row to be posted or struck, as the record it is.
type listChange struct {
	partition string
	record    state.Record
	strike    bool
}

// newCommit prepares what needs no transaction. The batch was checked.
func newCommit(q *Queues, recent *recent, partition string, ops []state.Operation, out []state.Outgoing) (*commit, error) {
	c := &commit{queues: q, recent: recent, partition: partition, ops: ops, ended: make(chan error, 1)}
	c.etags = make([]int64, len(ops))
	for i := range out {
		o := &out[i]
		if o.Message != nil {
			e, err := q.newEntry(*o.Message)
			if err != nil {
				return nil, err
			}
			c.msgs = append(c.msgs, e)
			continue
		}
		row, strike := o.Row, false
		if row == nil {
			row, strike = o.Strike, true
		}
		change, err := newListChange(*row, strike)
		if err != nil {
			return nil, err
		}
		c.rows = append(c.rows, change)
	}
	return c, nil
}

func newListChange(row state.Row, strike bool) (listChange, error) {
	if len(row.Body) == 0 {
		row.Body = json.RawMessage("null")
	}
	if y := row.At.UTC().Year(); y < 0 || y > 9999 {
		return listChange{}, fmt.Errorf("row %q of list %q: year %d: %w", row.ID, row.List, y, state.ErrInvalid)
	}
	key, rec := state.RowKey(row), state.RowRecord(row)
	if err := state.CheckKey(key); err != nil {
		return listChange{}, fmt.Errorf("row %q of list %q: %w", row.ID, row.List, err)
	}
	if err := state.CheckID(rec.ID); err != nil {
		return listChange{}, fmt.Errorf("row %q of list %q: %w", row.ID, row.List, err)
	}
	return listChange{partition: partitionOf(key), record: rec, strike: strike}, nil
}

func (c *commit) apply(t *tx) error {
	if err := c.check(t); err != nil {
		return err
	}
	var err error
	if c.fresh, err = c.makes(t); err != nil {
		return err
	}
	for i := range c.ops {
		op := &c.ops[i]
		c.etags[i] = 0
		if op.Verb == state.Delete {
			if err := t.delete(c.partition, op.Record.ID); err != nil {
				return err
			}
			continue
		}
		etag, err := t.put(c.partition, &op.Record)
		if err != nil {
			return err
		}
		c.etags[i] = etag
	}
	for i := range c.rows {
		r := &c.rows[i]
		if r.strike {
			if err := t.delete(r.partition, r.record.ID); err != nil {
				return err
			}
			continue
		}
		if err := t.post(r.partition, &r.record); err != nil {
			return err
		}
	}
	return c.queues.store(t, c.msgs)
}

// check tries every precondition before anything is written, so that a
// refused batch needs no undoing. An operation on an id the batch changed
// before sees that change, and no caller can know the ETag it made.
func (c *commit) check(t *tx) error {
	for i := range c.ops {
		op := &c.ops[i]
		id, want := op.Record.ID, op.Record.ETag
		if op.Verb == state.Put || op.Verb == state.Delete && want == "" {
			continue
		}
		var found string
		if before := c.before(i, id); before == nil {
			n, err := t.etag(c.partition, id)
			if err != nil {
				return err
			}
			if n != 0 {
				found = formatNumber(n)
			}
		} else if before.Verb != state.Delete {
			found = "of this batch"
		}
		switch {
		case op.Verb == state.Create && found != "":
			return fmt.Errorf("create record %s: it exists: %w", id, state.ErrConflict)
		case op.Verb != state.Create && (found == "" || found != want):
			return fmt.Errorf("record %s: ETag %q, found %q: %w", id, want, found, state.ErrConflict)
		}
	}
	return nil
}

// before is the last operation before i on the same id, if any.
func (c *commit) before(i int, id string) *state.Operation {
	for j := i - 1; j >= 0; j-- {
		if c.ops[j].Record.ID == id {
			return &c.ops[j]
		}
	}
	return nil
}

// makes reports whether the batch makes its partition: nothing is there.
func (c *commit) makes(t *tx) (bool, error) {
	if len(c.ops) == 0 || c.ops[0].Verb != state.Create {
		return false, nil // as good as never
	}
	return t.empty(c.partition)
}

func (c *commit) done(err error) {
	switch {
	case c.recent == nil:
	case err == nil:
		c.recent.committed(c)
	case !errors.Is(err, state.ErrConflict):
		c.recent.forget(c.partition)
	}
	if err == nil {
		c.queues.publish(c.msgs)
	}
	c.ended <- err
}

func (c *commit) receipt() state.Receipt {
	r := state.Receipt{ETags: make([]string, len(c.etags)), Sent: true}
	for i, n := range c.etags {
		if n != 0 {
			r.ETags[i], r.Token = formatNumber(n), formatNumber(n)
		}
	}
	return r
}
