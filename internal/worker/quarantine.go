package worker

import (
	"context"
	"encoding/json"
	"unicode/utf8"

	"github.com/crossdock/crossdock/internal/state"
)

// maxPayload bounds what a failure record keeps of a message: the record and
// its row on the list of failures stay under state.MaxRecordBytes together
// with a cause.
const maxPayload = 32 << 10

// quarantine records a message the function cannot take. Its id comes from
// the content, so that a redelivery is the same failure.
func (w *Worker) quarantine(ctx context.Context, c *call, body []byte, cause error) error {
	c.begin(w.trace(c.parent), state.Wake{})
	c.cause = cause
	queue := c.function.Queue
	f := state.Failure{
		ID:    state.ID("poison", queue, state.Hash(string(body))[:32]),
		Queue: queue, Class: "poison", Cause: brief(cause), Attempts: 1, Trace: c.trace, Payload: payload(body),
	}
	ctx, cancel := context.WithTimeout(ctx, w.deadline)
	defer cancel()
	err := w.hold(ctx, c, func(ctx context.Context) error {
		_, err := w.store.Quarantine(ctx, f)
		return err
	})
	if err != nil {
		c.outcome = "unsettled"
		return err
	}
	c.outcome = "quarantined"
	return nil
}

// payload is body as JSON: a string if it is text, {"base64":…} if it is
// not, {"bytes":n} if it is too long to be kept.
func payload(body []byte) json.RawMessage {
	var raw []byte
	var err error
	if utf8.Valid(body) {
		raw, err = json.Marshal(string(body))
	} else {
		raw, err = json.Marshal(map[string][]byte{"base64": body})
	}
	if err != nil || len(raw) > maxPayload {
		raw, _ = json.Marshal(map[string]int{"bytes": len(body)})
	}
	return raw
}
