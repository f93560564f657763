package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/demoerp"
)

// setMood tells the demo's ERP how to behave, the way anyone may.
func setMood(t *testing.T, p *platform, m demoerp.Mood) {
	t.Helper()
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, p.erpURL+"/mood", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("PUT /mood: %s", resp.Status)
	}
}

// Whatever mood the ERP is in, each version of each order reaches it once, in
// order, and nothing is given up.
func TestERPMoods(t *testing.T) {
	steps, err := builtinSteps()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		mood    demoerp.Mood
		atLeast time.Duration // that the orders take
	}{
		{"fails ten times", demoerp.Mood{Fail: 10}, 0},
		{"fails and says when to come back", demoerp.Mood{Fail: 3, RetryAfter: "1"}, time.Second},
		{"saves ten times without answering", demoerp.Mood{Drop: 10}, 0},
		{"slow", demoerp.Mood{Slow: 200 * time.Millisecond}, 200 * time.Millisecond},
		{"fails, then saves without answering, slowly", demoerp.Mood{Fail: 5, Drop: 10, Slow: 20 * time.Millisecond}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlatform(t, nil)
			setMood(t, p, c.mood)
			began := time.Now()
			for _, r := range play(t, p, steps) {
				if len(r.Wrong) > 0 {
					t.Errorf("%s: %q", r.As, r.Wrong)
				}
			}
			if took := time.Since(began); took < c.atLeast {
				t.Errorf("it took %s, want at least %s", took, c.atLeast)
			}
			held, err := p.erp.Orders()
			if err != nil {
				t.Fatal(err)
			}
			if len(held) != 12 {
				t.Errorf("the ERP holds %d orders, want 12", len(held))
			}
			for _, o := range held {
				want := 1
				if o.Key == "order.prairie-outfitters.PRO8801" {
					want = 2
				}
				if o.Version != want || o.Saves != want {
					t.Errorf("%s: version %d saved %d times, want %d and %d", o.Key, o.Version, o.Saves, want, want)
				}
			}
			status, err := (&command{to: p.url()}).ops().Status(t.Context())
			if err != nil || status.Failed > 0 {
				t.Errorf("status %+v, %v", status, err)
			}
		})
	}
}
