package state

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"
)

// Wake is the content of every message we send ourselves: it names an
// aggregate. What is to be done stands in state, so a wake-up that comes
// twice, late or out of order does no harm.
type Wake struct {
	Kind      string          `json:"kind"` // WakeKind
	Version   int             `json:"v"`
	ID        string          `json:"id"`
	Tenant    string          `json:"tenant"`
	Aggregate string          `json:"aggregate"`
	Attempt   int             `json:"attempt,omitempty"` // of the postponed try this wake-up is for; 0 for a fresh one
	Token     string          `json:"token,omitempty"`   // session token of the commit that sent it
	Trace     string          `json:"trace,omitempty"`   // W3C traceparent
	Event     json.RawMessage `json:"event,omitempty"`   // an event from outside, whose aggregate state does not know yet
}

const (
	WakeKind    = "wake"
	WakeVersion = 1
)

// Key is the partition of the aggregate.
func (w Wake) Key() Key { return Key{Tenant: w.Tenant, Aggregate: w.Aggregate} }

// ParseWake reads a message body. A newer version is ErrNewer: an instance of
// the version that wrote it will take it.
func ParseWake(body []byte) (Wake, error) {
	var w Wake
	if err := json.Unmarshal(body, &w); err != nil {
		return Wake{}, fmt.Errorf("wake-up: %w", err)
	}
	switch {
	case w.Kind != WakeKind:
		return Wake{}, fmt.Errorf("wake-up: kind %q, want %q", w.Kind, WakeKind)
	case w.Version > WakeVersion:
		return Wake{}, fmt.Errorf("wake-up: version %d: %w", w.Version, ErrNewer)
	}
	if err := CheckKey(w.Key()); err != nil {
		return Wake{}, fmt.Errorf("wake-up: %w", err)
	}
	return w, nil
}

// session is the ordering domain of an aggregate's messages: tenant/shard.
func (s *Store) session(tenant, aggregate string) string {
	h := fnv.New32a()
	h.Write([]byte(aggregate))
	return fmt.Sprintf("%s/%02d", tenant, h.Sum32()%uint32(max(1, s.shards(tenant))))
}

// message makes the wake-up a message of a queue, with an id of its own.
func (s *Store) message(queue string, w Wake, at time.Time) (*Message, error) {
	w.Kind, w.Version, w.ID = WakeKind, WakeVersion, s.newID()
	body, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("wake-up of %s: %w", w.Aggregate, err)
	}
	return &Message{ID: w.ID, Queue: queue, Session: s.session(w.Tenant, w.Aggregate), Body: body, NotBefore: at}, nil
}

// withToken puts the session token of the commit into the wake-up it sent:
// it is known only once the commit is done.
func withToken(m Message, token string) Message {
	if token == "" {
		return m
	}
	var w Wake
	if json.Unmarshal(m.Body, &w) != nil || w.Kind != WakeKind {
		return m
	}
	w.Token = token
	if body, err := json.Marshal(w); err == nil {
		m.Body = body
	}
	return m
}
