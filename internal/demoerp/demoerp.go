// Package demoerp is the ERP of the demo: a small REST server that keeps the
// documents it is sent in SQLite, and can be told to answer orders, and to
// misbehave.
//
// It honours idempotency keys as a good ERP does: the same key again answers
// what was answered first and saves nothing. Told so, it fails, is slow, or
// saves without answering, which is what the real ones do on a bad day. It is
// no part of the pipeline: it stands where a tenant's ERP would.
package demoerp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Order is what the ERP holds of one order.
type Order struct {
	Key       string          `json:"key"`
	Version   int             `json:"version"`
	Reference string          `json:"reference"`
	Saves     int             `json:"saves"` // versions saved; equal to Version when each came once
	Order     json.RawMessage `json:"order"`
}

// Mood is how the ERP behaves towards the next requests.
type Mood struct {
	Fail       int           `json:"fail"`       // so many requests are answered 503 and not saved
	Drop       int           `json:"drop"`       // so many are saved, and the connection is closed without an answer
	Slow       time.Duration `json:"slow"`       // before each answer
	RetryAfter string        `json:"retryAfter"` // header of the 503s
}

// Server is the ERP.
type Server struct {
	mu   sync.Mutex // guards the rest
	conn *sqlite.Conn
	last int64 // reference given out
	mood Mood

	answers []string // partners whose orders are answered
}

const schema = `
CREATE TABLE IF NOT EXISTS orders (key TEXT PRIMARY KEY, version INTEGER NOT NULL, reference INTEGER NOT NULL, saves INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, reference INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, body TEXT NOT NULL);`

// Open opens the ERP's database, making it if it is not there.
func Open(path string) (*Server, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate, sqlite.OpenWAL)
	if err != nil {
		return nil, fmt.Errorf("demo ERP %s: %w", path, err)
	}
	// NORMAL loses no save when a process dies, only when the power does,
	// which is enough for a demo.
	s := &Server{conn: conn}
	err = sqlitex.ExecuteTransient(conn, "PRAGMA synchronous = NORMAL", nil)
	if err == nil {
		err = sqlitex.ExecuteScript(conn, schema, nil)
	}
	if err == nil {
		s.last, _, err = s.number(`SELECT coalesce(max(reference), 0) FROM orders`)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("demo ERP %s: %w", path, err), conn.Close())
	}
	return s, nil
}

// Close closes the database.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn.Close()
}

// SetMood tells the ERP how to behave from now on.
func (s *Server) SetMood(m Mood) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood = m
}

// Handler serves PUT /orders/{key}/versions/{version} and the same of other
// documents, GET /orders, GET /orders/{key}, GET /events and PUT /mood.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /{documents}/{key}/versions/{version}", s.put)
	mux.HandleFunc("GET /events", s.events)
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) {
		orders, err := s.Orders()
		reply(w, orders, err)
	})
	mux.HandleFunc("GET /orders/{key}", func(w http.ResponseWriter, r *http.Request) {
		o, ok, err := s.Order(r.PathValue("key"))
		if err == nil && !ok {
			http.Error(w, `{"error":"no such order"}`, http.StatusNotFound)
			return
		}
		reply(w, o, err)
	})
	mux.HandleFunc("PUT /mood", func(w http.ResponseWriter, r *http.Request) {
		var m Mood
		err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&m)
		if err == nil {
			s.SetMood(m)
		}
		reply(w, m, err)
	})
	return mux
}

func reply(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		v = map[string]string{"error": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(v) // the caller is gone: there is nobody to tell
}

// put saves one version, unless its key was seen before.
func (s *Server) put(w http.ResponseWriter, r *http.Request) {
	version, err := strconv.Atoi(r.PathValue("version"))
	key := r.Header.Get("Idempotency-Key")
	if err != nil || version < 1 || key == "" {
		http.Error(w, `{"error":"want a version and an Idempotency-Key"}`, http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil || !json.Valid(body) {
		http.Error(w, `{"error":"the body is not JSON"}`, http.StatusBadRequest)
		return
	}
	mood := s.turn()
	if wait(r.Context(), mood.Slow) != nil {
		return
	}
	if mood.Fail > 0 {
		if mood.RetryAfter != "" {
			w.Header().Set("Retry-After", mood.RetryAfter)
		}
		http.Error(w, `{"error":"the ERP is out of order"}`, http.StatusServiceUnavailable)
		return
	}
	partner := ""
	if r.PathValue("documents") == "orders" {
		partner = r.URL.Query().Get("partner")
	}
	reference, err := s.save(r.PathValue("key"), key, partner, version, body)
	if err == nil && mood.Drop > 0 {
		panic(http.ErrAbortHandler) // saved, and the answer never comes
	}
	reply(w, map[string]string{"reference": reference}, err)
}

// turn takes one request's share of the mood.
func (s *Server) turn() Mood {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.mood
	switch {
	case m.Fail > 0:
		s.mood.Fail--
	case m.Drop > 0:
		s.mood.Drop--
	}
	return m
}

func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Server) save(document, key, partner string, version int, body []byte) (reference string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	end, err := sqlitex.ImmediateTransaction(s.conn)
	if err != nil {
		return "", err
	}
	defer end(&err)
	n, known, err := s.number(`SELECT reference FROM keys WHERE key = ?`, key)
	if err != nil {
		return "", err
	}
	if known {
		return format(n), nil
	}
	if n, known, err = s.number(`SELECT reference FROM orders WHERE key = ?`, document); err != nil {
		return "", err
	}
	if !known {
		s.last++
		n = s.last
	}
	err = sqlitex.Execute(s.conn, `INSERT INTO orders VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body, saves = saves + 1`,
		&sqlitex.ExecOptions{Args: []any{document, version, n, body}})
	if err != nil {
		return "", err
	}
	err = sqlitex.Execute(s.conn, `INSERT INTO keys VALUES (?, ?)`, &sqlitex.ExecOptions{Args: []any{key, n}})
	if err == nil && !known {
		err = s.react(partner, n, body)
	}
	return format(n), err
}

func format(n int64) string { return fmt.Sprintf("SO-%06d", n) }

func (s *Server) number(sql string, args ...any) (n int64, ok bool, err error) {
	err = sqlitex.Execute(s.conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
		n, ok = stmt.ColumnInt64(0), true
		return nil
	}})
	return n, ok, err
}

// Order returns one order.
func (s *Server) Order(key string) (Order, bool, error) {
	orders, err := s.query(`WHERE key = ?`, key)
	if err != nil || len(orders) == 0 {
		return Order{}, false, err
	}
	return orders[0], true, nil
}

// Count returns how many orders the ERP holds.
func (s *Server) Count() (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, _, err := s.number(`SELECT count(*) FROM orders`)
	return int(n), err
}

// Orders returns every order, by reference.
func (s *Server) Orders() ([]Order, error) { return s.query(``) }

func (s *Server) query(where string, args ...any) ([]Order, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	orders := []Order{}
	err := sqlitex.Execute(s.conn, `SELECT key, version, reference, saves, body FROM orders `+where+` ORDER BY reference`,
		&sqlitex.ExecOptions{Args: args, ResultFunc: func(stmt *sqlite.Stmt) error {
			body := make([]byte, stmt.ColumnLen(4))
			stmt.ColumnBytes(4, body)
			orders = append(orders, Order{
				Key: stmt.ColumnText(0), Version: stmt.ColumnInt(1), Reference: format(stmt.ColumnInt64(2)), Saves: stmt.ColumnInt(3), Order: body,
			})
			return nil
		}})
	return orders, err
}
