package simtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// mood is how the ERP takes one request.
type mood string

const (
	moodGood    mood = ""
	moodBusy    mood = "503, not saved"
	moodLost    mood = "saved, and no answer"
	moodFailed  mood = "saved, and 500"
	moodPage    mood = "a page of HTML, not saved"
	moodDown    mood = "no connection"
	moodDoubled mood = "the request comes twice"
)

// ERP is the tenant's ERP of a world: it saves by idempotency key.
type ERP struct {
	mu     sync.Mutex // guards the rest
	saved  map[string]*Saved
	order  []string // keys in the order they were saved first
	broken []string // what no ERP would stand: an invariant of its own
	events []event  // what it has to say, in order
}

// event is what the ERP has to say to a partner.
type event struct {
	ID       string          `json:"id"`
	Noun     string          `json:"noun"`
	Partner  string          `json:"partner"`
	Number   string          `json:"number"`
	About    string          `json:"about"`
	Document json.RawMessage `json:"document"`
}

// Saved is one version of one order in the ERP.
type Saved struct {
	Target string // path of the request: order and version
	Body   string
	Effect int // times it was saved: one, if keys are worth anything
	Asked  int // requests that carried the key
}

func newERP() *ERP { return &ERP{saved: map[string]*Saved{}} }

// save takes a version in, once a key.
func (e *ERP) save(key, path, body string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.saved[key]
	if s == nil {
		s = &Saved{Target: path, Body: body}
		e.saved[key] = s
		e.order = append(e.order, key)
		for other, o := range e.saved {
			if other != key && o.Target == path {
				e.broken = append(e.broken, fmt.Sprintf("%s came under the keys %s and %s", path, other, key))
			}
		}
		s.Effect++
		e.react(path, body)
	}
	s.Asked++
	if key == "" || s.Target != path || s.Body != body {
		e.broken = append(e.broken, fmt.Sprintf("key %q came again with another request: %s", key, path))
	}
	return fmt.Sprintf(`{"reference":"SO-%s"}`, strings.NewReplacer("/", "-", ".", "-").Replace(strings.Trim(path, "/")))
}

// react confirms the first version of an order of the partners that are told.
func (e *ERP) react(path, body string) {
	partner, _, _ := strings.Cut(strings.TrimPrefix(path, "/orders/order."), ".")
	if partner != Hearer && partner != Gatherer || !strings.HasSuffix(path, "/versions/1") {
		return
	}
	number, quantity := orderOf(body)
	e.events = append(e.events, event{
		ID: fmt.Sprint(len(e.events) + 1), Noun: "order-response", Partner: partner, Number: number, About: number,
		Document: fmt.Appendf(nil, `{"kind":"order-response","version":1,"number":%q,"status":"accepted","orderDate":"2026-03-02",`+
			`"lines":[{"number":"1","quantity":%q,"unit":"EA","items":[{"type":"vendor","id":"HS-1"}]}]}`, number, quantity),
	})
}

// list tells what there is to say after an event.
func (e *ERP) list(after string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.events, func(one event) bool { return one.ID == after })
	text, err := json.Marshal(e.events[i+1:])
	if err != nil || i+1 == len(e.events) {
		return "[]"
	}
	return string(text)
}

// last is the id of the last event, empty if there is none.
func (e *ERP) last() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.events) == 0 {
		return ""
	}
	return e.events[len(e.events)-1].ID
}

// transport is the connection of one process to the ERP.
type transport struct {
	gate *gate
	erp  *ERP
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	var err error
	op := opPoll
	if req.Body != nil {
		op = opERP
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, fmt.Errorf("erp: %w", err)
		}
		req.Body.Close()
	}
	var resp *http.Response
	err = t.gate.pass(req.Context(), call{op: op, target: req.URL.Path, writes: true}, func(v verdict) error {
		resp, err = t.answer(req, v.mood, string(body))
		return err
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

func (t transport) answer(req *http.Request, m mood, body string) (*http.Response, error) {
	key := req.Header.Get("Idempotency-Key")
	save := func() string { return t.erp.save(key, req.URL.Path, body) }
	if req.Method == http.MethodGet {
		save = func() string { return t.erp.list(req.URL.Query().Get("after")) }
	}
	respond := func(status int, header http.Header, text string) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: header, Body: io.NopCloser(bytes.NewReader([]byte(text))),
			Request: req, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		}, nil
	}
	switch m {
	case moodLost:
		save()
		return nil, fmt.Errorf("erp: connection reset by peer")
	case moodDown:
		return nil, fmt.Errorf("erp: connection refused")
	case moodFailed:
		save()
		return respond(http.StatusInternalServerError, nil, "oops")
	case moodPage:
		return respond(http.StatusOK, http.Header{"Content-Type": {"text/html"}}, "<html>Sign in</html>")
	case moodDoubled:
		save()
	case moodGood:
	default:
		after, _ := strings.CutPrefix(string(m), string(moodBusy))
		return respond(http.StatusServiceUnavailable, http.Header{"Retry-After": {strings.TrimSpace(after)}}, "busy")
	}
	return respond(http.StatusOK, http.Header{"Content-Type": {"application/json"}}, save())
}
