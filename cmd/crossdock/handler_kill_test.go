package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/ops"
	"github.com/crossdock/crossdock/internal/state"
)

// buildHandler builds the production process once for all tests.
var buildHandler = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "crossdock-handler-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "handler")
	out, err := exec.Command("go", "build", "-o", path, "github.com/crossdock/crossdock/cmd/handler").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the handler: %w\n%s", err, out)
	}
	return path, nil
})

func handlerPath(t testing.TB) string {
	t.Helper()
	path, err := buildHandler()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// killer kills the handler process at one driver call of its life: the
// enumeration of all calls is the enumeration of all steps of the flow.
type killer struct {
	next   http.Handler
	pid    func() int
	at     int  // the call to kill at, from 1; 0: only count
	before bool // before the call has its effect, else after

	mu    sync.Mutex
	calls int
	names []string
	fired bool
}

func (k *killer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	k.calls++
	k.names = append(k.names, r.Method+" "+r.URL.Path)
	due := k.calls == k.at && !k.fired
	if due {
		k.fired = true
	}
	k.mu.Unlock()
	switch {
	case due && k.before:
		k.kill()
		panic(http.ErrAbortHandler)
	case due:
		k.next.ServeHTTP(discard{http.Header{}}, r)
		k.kill()
		panic(http.ErrAbortHandler)
	default:
		k.next.ServeHTTP(w, r)
	}
}

func (k *killer) kill() {
	if p, err := os.FindProcess(k.pid()); err == nil {
		p.Kill()
	}
}

// discard is where the answer goes that the dead handler never reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// finalState is what must be the same however often the handler died.
type finalState struct {
	Outcome string
	Sent    []string
	Orders  []demoERPHolds
	Out     []string
	Status  ops.Status
}

// killRun drops one file with one order and one bad set, kills as told, and
// returns the final state and how many driver calls the run made.
func killRun(t *testing.T, at int, before bool) (finalState, *killer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	k := &killer{at: at, before: before}
	var p *platform
	k.pid = func() int { return p.host.PID() }
	p, err := startPlatform(ctx, platformOptions{
		Dir: t.TempDir(), HTTPAddr: "127.0.0.1:0", Getenv: func(string) string { return "" }, Log: zerolog.Nop(),
		Handler: []string{handlerPath(t)},
		Drivers: func(h http.Handler) http.Handler { k.next = h; return k },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}()
	steps, err := builtinSteps()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(steps, func(s step) bool { return s.As == "lighthouse-bad-set.edi" })
	watch, err := watchAPI(p)
	if err != nil {
		t.Fatal(err)
	}
	c := &command{out: t.Output(), errs: t.Output(), to: watch}
	d := &demoRun{command: c, platform: p, client: c.ops(), steps: steps[i : i+1], progress: newProgress(t.Output())}
	results, err := d.run(ctx)
	if err != nil {
		t.Fatalf("killed at call %d (before: %v): %v", at, before, err)
	}
	r := results[0]
	if len(r.Wrong) > 0 {
		t.Errorf("killed at call %d (before: %v): %q", at, before, r.Wrong)
	}
	s := finalState{Outcome: string(r.View.File.Outcome), Orders: r.ERP}
	// An answer's name ends in what names the file, which differs from run to run.
	answer := func(path string) string { return path[:max(0, len(path)-len("-01234567.edi"))] }
	for _, a := range r.View.Sent {
		s.Sent = append(s.Sent, a.Summary+" "+answer(a.Path))
	}
	for i := range s.Orders {
		s.Orders[i].Reference = "" // which of two orders comes first is nobody's promise
	}
	outs, err := p.local.Files.List(ctx, "outbound/", "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outs {
		s.Out = append(s.Out, answer(o.Path))
	}
	if s.Status, err = d.client.Status(ctx); err != nil {
		t.Fatal(err)
	}
	left, err := p.local.Files.List(ctx, "inbound/", "", 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 && k.fired {
		// A release cut short is the inbox sweep's to finish.
		if err := sweepInbox(ctx, p); err != nil {
			t.Fatal(err)
		}
		if left, err = p.local.Files.List(ctx, "inbound/", "", 100); err != nil {
			t.Fatal(err)
		}
	}
	if len(left) > 0 {
		t.Errorf("killed at call %d (before: %v): left in the inbox: %v", at, before, left)
	}
	return s, k
}

// toldRun drops one order that the ERP confirms, ships and invoices, and
// returns what left, what the partner says of it, and how many driver calls
// there were: before the ERP spoke, and in all.
func toldRun(t *testing.T, at int, before bool) (told []string, spoke int, k *killer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	k = &killer{at: at, before: before}
	var p *platform
	k.pid = func() int { return p.host.PID() }
	p, err := startPlatform(ctx, platformOptions{
		Dir: t.TempDir(), HTTPAddr: "127.0.0.1:0", Getenv: func(string) string { return "" }, Log: zerolog.Nop(),
		Handler: []string{handlerPath(t)},
		Drivers: func(h http.Handler) http.Handler { k.next = h; return k },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}()
	steps, announcements, err := builtinDemo()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(steps, func(s step) bool { return s.As == "castle-order.edi" })
	watch, err := watchAPI(p)
	if err != nil {
		t.Fatal(err)
	}
	p.erp.Answer("castle-markets")
	c := &command{out: t.Output(), errs: t.Output(), to: watch}
	d := &demoRun{command: c, platform: p, client: c.ops(), steps: steps[i : i+1], progress: newProgress(t.Output())}
	if _, err := d.run(ctx); err != nil {
		t.Fatalf("killed at call %d (before: %v): %v", at, before, err)
	}
	k.mu.Lock()
	spoke = k.calls
	k.mu.Unlock()
	wanted := slices.DeleteFunc(announcements, func(a announcement) bool { return a.Partner != "castle-markets" })
	documents, err := d.converse(ctx, wanted)
	if err != nil {
		t.Fatalf("killed at call %d (before: %v): %v", at, before, err)
	}
	controls := map[string]bool{}
	for _, doc := range documents {
		if len(doc.Wrong) > 0 {
			t.Errorf("killed at call %d (before: %v): %s: %q", at, before, doc.Set, doc.Wrong)
		}
		for _, s := range doc.Sent {
			told, controls[s.Control] = append(told, doc.Set+" "+doc.Number+" "+saidOf(doc.Document)), true
		}
	}
	slices.Sort(told)
	outs, err := p.local.Files.List(ctx, "outbound/", "", 100)
	if err != nil {
		t.Fatal(err)
	}
	// A CONTRL for the order and the documents, under one number each.
	if len(outs) != len(told)+1 || len(controls) != len(told) {
		t.Errorf("killed at call %d (before: %v): %d files for %d documents, under the numbers %v", at, before, len(outs), len(told), controls)
	}
	failures, err := d.client.Failures(ctx, "")
	if err != nil || len(failures) > 0 {
		t.Errorf("killed at call %d (before: %v): failures %+v (%v)", at, before, failures, err)
	}
	return told, spoke, k
}

// sweepInbox runs the inbox sweep as it would run an hour later.
func sweepInbox(ctx context.Context, p *platform) error {
	later := func() time.Time { return time.Now().Add(time.Hour) }
	s := state.New(p.local.Records, p.local.Files, p.local.Queues, state.Options{Now: later})
	return (&inbox.Inbox{Store: s}).Sweep(ctx, "harbor")
}

// TestH20_KilledAtEachStep kills the production process at every call it
// makes to state, before and after the call has its effect, and wants the
// final state of a run in which nothing died (H20).
func TestH20_KilledAtEachStep(t *testing.T) {
	want, k := killRun(t, 0, false)
	if k.calls < 10 {
		t.Fatalf("the flow made %d driver calls, want at least 10: %v", k.calls, k.names)
	}
	t.Logf("%d steps: %v", k.calls, k.names)
	for at := 1; at <= k.calls; at++ {
		for _, before := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d/before=%v", at, before), func(t *testing.T) {
				got, k := killRun(t, at, before)
				if !k.fired {
					return // this run took fewer calls: two steps of it met in one
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("killed at %s: final state (-want +got):\n%s", k.names[at-1], diff)
				}
			})
		}
	}
}

// TestH20_ToldWhateverDies kills the production process at every call of the
// way out, by turns before and after the call has its effect, and wants every
// document to leave once and to be known as what its partner says of it (H20).
func TestH20_ToldWhateverDies(t *testing.T) {
	want, spoke, k := toldRun(t, 0, false)
	t.Logf("%d steps after the first %d: %v", k.calls-spoke, spoke, k.names[spoke:])
	for at := spoke + 1; at <= k.calls; at++ {
		t.Run(fmt.Sprintf("%d/before=%v", at, at%2 == 0), func(t *testing.T) {
			got, _, _ := toldRun(t, at, at%2 == 0)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("killed at %s (-want +got):\n%s", k.names[at-1], diff)
			}
		})
	}
}
