package worker

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// Trigger says what starts a function.
type Trigger string

// The triggers a function can have.
const (
	OnMessage Trigger = "message"
	OnTime    Trigger = "time"
	OnRequest Trigger = "request"
)

// Function is one row of the table of functions: a name, which is also its
// folder and its route, and what it does. Make one with Wakes, Events, Timer
// or HTTP.
type Function struct {
	Name    string
	Trigger Trigger
	Queue   string // of OnMessage
	Pattern string // of OnRequest: the path as http.ServeMux has it, with the /api prefix

	parse func(body []byte) (state.Wake, error)
	event bool // parse takes somebody else's body; the target is ours only while it is postponed
	wake  func(context.Context, state.Wake) error
	tick  func(context.Context, Tick) error
	http  http.Handler
}

// Wakes is a function for the wake-ups of a queue.
func Wakes(name, queue string, fn func(context.Context, state.Wake) error) Function {
	return Function{Name: name, Trigger: OnMessage, Queue: queue, parse: state.ParseWake, wake: fn}
}

// Events is a function for a queue that carries somebody else's events. parse
// makes such a body a wake-up with Event set; it is pure, and its error means
// that the body is nothing this function can ever take. A try of the same
// event that was postponed comes back as the wake-up parse made.
func Events(name, queue string, parse func(body []byte) (state.Wake, error), fn func(context.Context, state.Wake) error) Function {
	return Function{Name: name, Trigger: OnMessage, Queue: queue, event: true, wake: fn,
		parse: func(body []byte) (state.Wake, error) {
			var probe struct {
				Kind string `json:"kind"`
			}
			if json.Unmarshal(body, &probe) == nil && probe.Kind == state.WakeKind {
				return state.ParseWake(body)
			}
			return parse(body)
		}}
}

// Tick is what a timer function is told. It is for logs only: what is due is
// read from state, so that a run that failed or came twice changes nothing.
type Tick struct {
	PastDue bool
	Last    time.Time // zero when the timer never ran
	Next    time.Time
}

// Timer is a function that runs by the clock. Its error fails the run, which
// the host does not repeat.
func Timer(name string, fn func(context.Context, Tick) error) Function {
	return Function{Name: name, Trigger: OnTime, tick: fn}
}

// HTTP is a function for requests the host forwards as they are. pattern is
// a path for http.ServeMux, such as "/api/ops/".
func HTTP(name, pattern string, h http.Handler) Function {
	return Function{Name: name, Trigger: OnRequest, Pattern: pattern, http: h}
}
