package local

import (
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/crossdock/crossdock/internal/state"
	"zombiezen.com/go/sqlite"
)

// tx is the writing connection with its statements. It hands out the numbers
// that are ETags and sequences: each is used once, ever, also over restarts.
type tx struct {
	conn  *sqlite.Conn
	clock func() time.Time
	now   int64 // of this transaction, Unix ns
	next  int64 // number to be given out next

	beginStmt, commitStmt, rollbackStmt, reserveStmt   *sqlite.Stmt
	etagStmt, emptyStmt, putStmt, postStmt, deleteStmt *sqlite.Stmt
	purgeStmt                                          *sqlite.Stmt
	sendStmt, placeStmt, countStmt, removeStmt         *sqlite.Stmt
}

func newTx(conn *sqlite.Conn, clock func() time.Time) (*tx, error) {
	t := &tx{conn: conn, clock: clock}
	for stmt, sql := range map[**sqlite.Stmt]string{
		&t.beginStmt:    "BEGIN IMMEDIATE",
		&t.commitStmt:   "COMMIT",
		&t.rollbackStmt: "ROLLBACK",
		&t.reserveStmt:  "UPDATE meta SET next = ?",
		&t.etagStmt:     "SELECT etag FROM records WHERE partition = ? AND id = ? AND (expires = 0 OR expires > ?)",
		&t.emptyStmt:    "SELECT 1 FROM records WHERE partition = ? LIMIT 1",
		&t.putStmt: `INSERT INTO records (partition, id, etag, kind, version, expires, body) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (partition, id)
			DO UPDATE SET etag = excluded.etag, kind = excluded.kind, version = excluded.version, expires = excluded.expires, body = excluded.body`,
		&t.postStmt:   "INSERT OR IGNORE INTO records (partition, id, etag, kind, version, expires, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
		&t.deleteStmt: "DELETE FROM records WHERE partition = ? AND id = ?",
		&t.purgeStmt: `DELETE FROM records WHERE (partition, id) IN
			(SELECT partition, id FROM records WHERE expires > 0 AND expires <= ? LIMIT ?)`,
		&t.sendStmt: `INSERT INTO messages (seq, queue, session, id, not_before, enqueued, count, reason, description, body)
			VALUES (?, ?, ?, ?, ?, ?, 0, '', '', ?)`,
		&t.placeStmt: `UPDATE messages SET seq = ?, queue = ?, not_before = 0, enqueued = ?, count = ?, reason = ?, description = ?
			WHERE seq = ?`,
		&t.countStmt:  "UPDATE messages SET count = ? WHERE seq = ?",
		&t.removeStmt: "DELETE FROM messages WHERE seq = ?",
	} {
		var err error
		if *stmt, err = conn.Prepare(sql); err != nil {
			return nil, err
		}
	}
	next, _, err := conn.PrepareTransient("SELECT next FROM meta")
	if err != nil {
		return nil, err
	}
	if _, err := next.Step(); err != nil {
		return nil, errors.Join(err, next.Finalize())
	}
	t.next = next.ColumnInt64(0)
	return t, next.Finalize()
}

// run executes a statement that gives no rows.
func run(s *sqlite.Stmt) error {
	if _, err := s.Step(); err != nil {
		return err
	}
	return s.Reset()
}

func (t *tx) begin() error {
	t.now = t.clock().UnixNano()
	return run(t.beginStmt)
}

func (t *tx) commit() error { return run(t.commitStmt) }

// rollback undoes the transaction; SQLite has done so already after some
// errors, a full disk among them.
func (t *tx) rollback() error {
	if t.conn.AutocommitEnabled() {
		return nil
	}
	return run(t.rollbackStmt)
}

func (t *tx) number() int64 {
	t.next++
	return t.next - 1
}

func (t *tx) reserve(next int64) error {
	t.reserveStmt.BindInt64(1, next)
	return run(t.reserveStmt)
}

// etag is that of a record, or 0 if there is none that has not expired.
func (t *tx) etag(partition, id string) (int64, error) {
	s := t.etagStmt
	s.BindText(1, partition)
	s.BindText(2, id)
	s.BindInt64(3, t.now)
	row, err := s.Step()
	if err != nil {
		return 0, err
	}
	etag := int64(0)
	if row {
		etag = s.ColumnInt64(0)
	}
	return etag, s.Reset()
}

// empty reports whether a partition holds nothing, expired records included.
func (t *tx) empty(partition string) (bool, error) {
	t.emptyStmt.BindText(1, partition)
	row, err := t.emptyStmt.Step()
	return !row, errors.Join(err, t.emptyStmt.Reset())
}

func (t *tx) put(partition string, r *state.Record) (etag int64, err error) {
	return t.write(t.putStmt, partition, r)
}

// post writes a record if there is none.
func (t *tx) post(partition string, r *state.Record) error {
	_, err := t.write(t.postStmt, partition, r)
	return err
}

func (t *tx) write(s *sqlite.Stmt, partition string, r *state.Record) (etag int64, err error) {
	etag = t.number()
	s.BindText(1, partition)
	s.BindText(2, r.ID)
	s.BindInt64(3, etag)
	s.BindText(4, r.Kind)
	s.BindInt64(5, int64(r.Version))
	s.BindInt64(6, nanos(r.Expires))
	s.BindBytes(7, r.Body)
	return etag, run(s)
}

func (t *tx) delete(partition, id string) error {
	t.deleteStmt.BindText(1, partition)
	t.deleteStmt.BindText(2, id)
	return run(t.deleteStmt)
}

func (t *tx) purge(most int) (removed int, err error) {
	t.purgeStmt.BindInt64(1, t.now)
	t.purgeStmt.BindInt64(2, int64(most))
	if err := run(t.purgeStmt); err != nil {
		return 0, err
	}
	return t.conn.Changes(), nil
}

// nanos is a time as the database keeps it; the zero time is 0. What lies
// outside 64 bits of nanoseconds (years 1678 to 2262) is held at their ends.
func nanos(t time.Time) int64 {
	switch y := t.Year(); {
	case t.IsZero():
		return 0
	case y > 2261:
		return math.MaxInt64
	case y < 1971:
		return 1
	}
	return t.UnixNano()
}

func fromNanos(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

func formatNumber(n int64) string { return strconv.FormatInt(n, 10) }

// send stores a message under its next sequence.
func (t *tx) send(e *entry) error {
	s := t.sendStmt
	s.BindInt64(1, e.stored)
	s.BindText(2, e.queue.name)
	s.BindText(3, e.msg.Session)
	s.BindText(4, e.msg.ID)
	s.BindInt64(5, e.notBefore)
	s.BindInt64(6, e.enqueued)
	s.BindBytes(7, e.msg.Body)
	return run(s)
}

// place moves a stored message to the end of a queue.
func (t *tx) place(from, to int64, queue string, enqueued int64, count int, reason, description string) error {
	s := t.placeStmt
	s.BindInt64(1, to)
	s.BindText(2, queue)
	s.BindInt64(3, enqueued)
	s.BindInt64(4, int64(count))
	s.BindText(5, reason)
	s.BindText(6, description)
	s.BindInt64(7, from)
	return run(s)
}

func (t *tx) count(seq int64, count int) error {
	t.countStmt.BindInt64(1, int64(count))
	t.countStmt.BindInt64(2, seq)
	return run(t.countStmt)
}

func (t *tx) remove(seq int64) error {
	t.removeStmt.BindInt64(1, seq)
	return run(t.removeStmt)
}
