package local

import (
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// schemaVersion is kept in the database's user_version. A program opens
// folders of its own version and, once there is one, migrates the one before.
const schemaVersion = 1

// A partition is tenant/aggregate; no tenant has a slash. Records lie in the
// order of their ids, so a scan is one walk. Messages lie in the order of
// their sequence, so arrivals append to the same pages; which of them is
// next is known in memory (see Queues).
const schema = `
CREATE TABLE meta (
  next INTEGER NOT NULL -- no number from here on was given as ETag or sequence
);
INSERT INTO meta (next) VALUES (1);
CREATE TABLE records (
  partition TEXT NOT NULL,
  id        TEXT NOT NULL,
  etag      INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  version   INTEGER NOT NULL,
  expires   INTEGER NOT NULL, -- Unix ns; 0: never
  body      BLOB NOT NULL,
  UNIQUE (partition, id)
);
CREATE INDEX records_expiring ON records (expires) WHERE expires > 0;
CREATE TABLE messages (
  seq         INTEGER PRIMARY KEY,
  queue       TEXT NOT NULL,
  session     TEXT NOT NULL,
  id          TEXT NOT NULL,
  not_before  INTEGER NOT NULL, -- Unix ns; 0: visible
  enqueued    INTEGER NOT NULL,
  count       INTEGER NOT NULL,
  reason      TEXT NOT NULL,
  description TEXT NOT NULL,
  body        BLOB NOT NULL
);
PRAGMA user_version = 1;
`

// openDatabase opens a connection that writes, and makes or checks the schema.
func openDatabase(path string, maxPages int) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	if err := prepareDatabase(conn, maxPages); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func prepareDatabase(conn *sqlite.Conn, maxPages int) error {
	version, err := pragma(conn, "user_version")
	if err != nil {
		return err
	}
	if version > schemaVersion {
		return fmt.Errorf("it was written by a newer version of crossdock: its schema is %d, this program knows up to %d", version, schemaVersion)
	}
	// FULL: an answered commit survives a power failure, one fsync a commit.
	// A checkpoint costs two more, so it waits for 16 MiB of log.
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA journal_mode = WAL", nil); err != nil {
		return err
	}
	for _, p := range []string{"synchronous = FULL", "wal_autocheckpoint = 4000", "cache_size = -32768", "temp_store = MEMORY"} {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+p, nil); err != nil {
			return err
		}
	}
	if maxPages > 0 {
		if err := sqlitex.ExecuteTransient(conn, fmt.Sprintf("PRAGMA max_page_count = %d", maxPages), nil); err != nil {
			return err
		}
	}
	if version == schemaVersion {
		return nil
	}
	return sqlitex.ExecuteScript(conn, schema, nil)
}

func pragma(conn *sqlite.Conn, name string) (int, error) {
	stmt, _, err := conn.PrepareTransient("PRAGMA " + name)
	if err != nil {
		return 0, err
	}
	n, err := sqlitex.ResultInt(stmt)
	return n, errors.Join(err, stmt.Finalize())
}
