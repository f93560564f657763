package remote

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// maxRequest bounds the JSON of one call: a hundred messages of the largest
// size and more.
const maxRequest = 32 << 20

// errorTrailer carries the failure of a file's reading that began well.
const errorTrailer = "Crossdock-Error"

// The calls, by path.
const (
	pathRead   = "/read"
	pathScan   = "/scan"
	pathCommit = "/commit"
	pathUnsent = "/unsent"

	pathSend         = "/send"
	pathReceive      = "/receive"
	pathComplete     = "/complete"
	pathAbandon      = "/abandon"
	pathRenew        = "/renew"
	pathDepth        = "/depth"
	pathAccept       = "/accept"
	pathSessionNext  = "/session/next"
	pathSessionRenew = "/session/renew"
	pathSessionClose = "/session/close"

	pathFile  = "/file" // GET, PUT, DELETE
	pathStat  = "/stat"
	pathFiles = "/files"
)

type record struct {
	ID      string          `json:"id"`
	Kind    string          `json:"k,omitempty"`
	Version int             `json:"v,omitempty"`
	ETag    string          `json:"e,omitempty"`
	Expires time.Time       `json:"x,omitzero"`
	Body    json.RawMessage `json:"b,omitempty"`
}

func toRecord(r state.Record) record { return record(r) }

func fromRecord(r record) state.Record { return state.Record(r) }

func mapped[A, B any](as []A, f func(A) B) []B {
	bs := make([]B, len(as))
	for i, a := range as {
		bs[i] = f(a)
	}
	return bs
}

type operation struct {
	Verb   state.Verb `json:"o"`
	Record record     `json:"r"`
}

type readRequest struct {
	Key   state.Key `json:"key"`
	Token string    `json:"token,omitempty"`
	IDs   []string  `json:"ids"`
}

type scanRequest struct {
	Key   state.Key `json:"key"`
	Token string    `json:"token,omitempty"`
	From  string    `json:"from,omitempty"`
	To    string    `json:"to,omitempty"`
	Next  string    `json:"next,omitempty"`
	Limit int       `json:"limit"`
}

type page struct {
	Records []record `json:"records"`
	Next    string   `json:"next,omitempty"`
}

type commitRequest struct {
	Key state.Key        `json:"key"`
	Ops []operation      `json:"ops,omitempty"`
	Out []state.Outgoing `json:"out,omitempty"`
}

type receipt struct {
	ETags []string `json:"etags"`
	Token string   `json:"token,omitempty"`
	Sent  bool     `json:"sent,omitempty"`
}

type unsentRequest struct {
	Before time.Time `json:"before"`
	Limit  int       `json:"limit"`
}

type unsent struct {
	Key      state.Key      `json:"key"`
	Token    string         `json:"token,omitempty"`
	Outgoing state.Outgoing `json:"outgoing"`
}

// queueRequest is what the calls about one queue ask with.
type queueRequest struct {
	Queue   string        `json:"queue,omitempty"`
	Token   string        `json:"token,omitempty"`   // of a message's lock
	Session string        `json:"session,omitempty"` // handle of a locked session
	Max     int           `json:"max,omitempty"`
	Lock    time.Duration `json:"lock,omitempty"`
}

type delivery struct {
	Message     state.Message `json:"message"`
	Token       string        `json:"token"`
	Sequence    int64         `json:"seq"`
	Count       int           `json:"count"`
	Enqueued    time.Time     `json:"enqueued"`
	LockedUntil time.Time     `json:"until"`
	Reason      string        `json:"reason,omitempty"`
	Description string        `json:"description,omitempty"`
}

func toDelivery(d state.Delivery) delivery {
	return delivery{d.Message, d.Token, d.Sequence, d.DeliveryCount, d.Enqueued, d.LockedUntil, d.Reason, d.Description}
}

func fromDelivery(d delivery) state.Delivery {
	return state.Delivery{
		Message: d.Message, Token: d.Token, Sequence: d.Sequence, DeliveryCount: d.Count,
		Enqueued: d.Enqueued, LockedUntil: d.LockedUntil, Reason: d.Reason, Description: d.Description,
	}
}

// locked is the answer about a session.
type locked struct {
	ID     string `json:"id"`
	Handle string `json:"handle"`
}

// sentinels are the errors that arrive as themselves, each with its status.
func sentinels() map[int]error {
	return map[int]error{
		http.StatusBadRequest:            state.ErrInvalid,
		http.StatusNotFound:              state.ErrNotFound,
		http.StatusConflict:              state.ErrConflict,
		http.StatusGone:                  state.ErrLockLost,
		http.StatusRequestEntityTooLarge: state.ErrTooLarge,
		http.StatusServiceUnavailable:    state.ErrUnavailable,
	}
}

// statusOf is the status of an error; one that is no sentinel is a failure of
// the server, which the client sees as state.ErrUnavailable.
func statusOf(err error) int {
	for status, sentinel := range sentinels() {
		if errors.Is(err, sentinel) {
			return status
		}
	}
	return http.StatusInternalServerError
}

// remoteError is an error of the other side: its words and its kind.
type remoteError struct {
	text string
	kind error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.kind }

func newRemoteError(status int, text string) error {
	kind := sentinels()[status]
	if kind == nil {
		kind = state.ErrUnavailable
	}
	return &remoteError{text, kind}
}
