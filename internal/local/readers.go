package local

import (
	"context"
	"errors"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// readConns is how many reads run at once. They work on the processor and the
// page cache, so a few serve many callers.
const readConns = 4

// reader is one connection that reads, with its statements.
type reader struct {
	conn                        *sqlite.Conn
	begin, end                  *sqlite.Stmt
	read, scan, scanAfter, body *sqlite.Stmt
}

// readers is the pool of them. A reader sees the last finished transaction.
type readers struct {
	free chan *reader
	over chan struct{}
}

func openReaders(path string) (*readers, error) {
	p := &readers{free: make(chan *reader, readConns), over: make(chan struct{})}
	for range readConns {
		r, err := openReader(path)
		if err != nil {
			for range len(p.free) {
				err = errors.Join(err, (<-p.free).conn.Close())
			}
			return nil, err
		}
		p.free <- r
	}
	return p, nil
}

const recordColumns = "SELECT id, etag, kind, version, expires, body FROM records WHERE partition = ? AND "

func openReader(path string) (*reader, error) {
	// Not OpenReadOnly: a reader takes part in the shared index of the log.
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	r := &reader{conn: conn}
	err = sqlitex.ExecuteTransient(conn, "PRAGMA query_only = ON", nil)
	for stmt, sql := range map[**sqlite.Stmt]string{
		&r.begin:     "BEGIN",
		&r.end:       "COMMIT",
		&r.read:      recordColumns + "id = ?",
		&r.scan:      recordColumns + "id >= ? AND id < ? ORDER BY id",
		&r.scanAfter: recordColumns + "id > ? AND id < ? ORDER BY id",
		&r.body:      "SELECT body FROM messages WHERE seq = ?",
	} {
		if err == nil {
			*stmt, err = conn.Prepare(sql)
		}
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return r, nil
}

// read calls f with a free reader; together, all f reads is of one moment.
func (p *readers) read(ctx context.Context, together bool, f func(*reader) error) error {
	var r *reader
	select {
	case r = <-p.free:
	case <-ctx.Done():
		return ctx.Err()
	case <-p.over:
		return errClosed
	}
	defer func() { p.free <- r }()
	if !together {
		if err := f(r); err != nil {
			return unavailable("query", err)
		}
		return nil
	}
	if err := run(r.begin); err != nil {
		return unavailable("query", err)
	}
	if err := errors.Join(f(r), run(r.end)); err != nil {
		return unavailable("query", err)
	}
	return nil
}

// close waits for the reads under way and ends the pool.
func (p *readers) close() error {
	close(p.over)
	var err error
	for range readConns {
		err = errors.Join(err, (<-p.free).conn.Close())
	}
	return err
}
