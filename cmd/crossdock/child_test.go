package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/exchange"
)

// rejecting reports whether an acknowledgement tells of a rejection.
func rejecting(s exchange.Sent) bool {
	return strings.HasPrefix(s.Summary, "TA1 R") || s.Summary == "997 R" || s.Summary == "997 P"
}

// ended is what of a result must be the same wherever the handlers ran: all
// but times, and the numbers that files worked on side by side draw.
type ended struct {
	As, Outcome string
	Findings    []string
	Sent        []string
	ERP         []string
	Wrong       []string
}

func endings(results []demoResult) []ended {
	var all []ended
	for _, r := range results {
		e := ended{As: r.As, Outcome: string(r.View.File.Outcome), Wrong: r.Wrong}
		for f := range r.View.Findings() {
			e.Findings = append(e.Findings, f.Code+" at "+f.Position.String()+" "+f.Reference())
		}
		for _, s := range r.View.Sent {
			e.Sent = append(e.Sent, s.Summary+" to "+s.Partner)
		}
		for _, h := range r.ERP {
			e.ERP = append(e.ERP, strings.Repeat("*", h.Saves)+h.Key)
		}
		all = append(all, e)
	}
	return all
}

// TestH29_OneOrMoreProcesses runs the demo's files with the handlers in this
// process, in a process of their own, and in one that is killed in the middle
// and started again: nothing of the truth is in a handler's memory, so the
// results are the same.
func TestH29_OneOrMoreProcesses(t *testing.T) {
	steps, err := builtinSteps()
	if err != nil {
		t.Fatal(err)
	}
	within := newPlatform(t, nil)
	want := endings(play(t, within, steps))
	for _, e := range want {
		if len(e.Wrong) > 0 {
			t.Errorf("%s: %q", e.As, e.Wrong)
		}
	}
	for _, c := range []struct {
		name string
		at   int // the call to state at which the process is killed
	}{{"its own process", 0}, {"killed in the middle", 100}} {
		t.Run(c.name, func(t *testing.T) {
			k := &killer{at: c.at}
			p := newPlatform(t, func(o *platformOptions) {
				o.Handler = []string{handlerPath(t)}
				o.Drivers = func(h http.Handler) http.Handler { k.next = h; return k }
			})
			k.pid = p.host.PID
			results := playOn(t, p, steps)
			if diff := cmp.Diff(want, endings(results)); diff != "" {
				t.Errorf("(-within +%s)\n%s", c.name, diff)
			}
			if k.fired != (c.at > 0) || p.host.Restarts() != map[bool]int{true: 1}[k.fired] {
				t.Errorf("killed: %v; the handler was started again %d times", k.fired, p.host.Restarts())
			}
			for _, r := range results {
				holdAcks(t, p.options.Dir, r.View)
			}
		})
	}
}

// playOn is play with an ops API that outlives the handler.
func playOn(t *testing.T, p *platform, steps []step) []demoResult {
	t.Helper()
	watch, err := watchAPI(p)
	if err != nil {
		t.Fatal(err)
	}
	return playAt(t, p, watch, slices.Clone(steps))
}
