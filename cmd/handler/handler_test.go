package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/demoerp"
	"github.com/crossdock/crossdock/internal/state"
)

// unreachable are the settings of a handler whose state nobody serves.
func unreachable(t testing.TB) map[string]string {
	return map[string]string{
		"FUNCTIONS_CUSTOMHANDLER_PORT": freePort(t), "CROSSDOCK_STATE_URL": "http://127.0.0.1:1",
		"CROSSDOCK_STATE_TOKEN": canary, "HARBOR_ERP_URL": "http://127.0.0.1:1",
	}
}

func with(settings map[string]string, name, value string) map[string]string {
	settings[name] = value
	return settings
}

// wakeUp is a message that names an aggregate nobody knows.
func wakeUp(t *testing.T, aggregate string) []byte {
	t.Helper()
	body, err := json.Marshal(state.Wake{Kind: state.WakeKind, Version: state.WakeVersion, ID: "1", Tenant: "harbor", Aggregate: aggregate})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return lines[len(lines)-1]
}

func TestH01_PortFromTheEnvironment(t *testing.T) {
	t.Parallel()
	first := start(t, unreachable(t))
	first.ready()
	_, port, _ := strings.Cut(strings.TrimPrefix(first.base, "http://"), ":")
	second := start(t, with(unreachable(t), "FUNCTIONS_CUSTOMHANDLER_PORT", port))
	if code := second.code(); code != 1 {
		t.Errorf("on a taken port: exit code %d, want 1", code)
	}
	if line := lastLine(second.errs.String()); !strings.Contains(line, port) || !strings.Contains(line, "in use") {
		t.Errorf("on a taken port: %q, want the port and the cause", line)
	}
	first.ready()
}

// The host pings for life, whatever the handler is doing and whether or not
// its state is there.
func TestH02_PingWhileStateIsUnreachable(t *testing.T) {
	t.Parallel()
	p := start(t, unreachable(t))
	p.ready()
	go p.post("edi_receive", wakeUp(t, "file.1")) // held until the process ends
	fastest := time.Hour                          // of many, for a busy machine makes any one slow
	waitFor(t, "an invocation", func() bool {
		began := time.Now()
		resp, err := http.Get(p.base + "/")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		fastest = min(fastest, time.Since(began))
		if resp.StatusCode != http.StatusOK {
			t.Errorf("GET / answered %d", resp.StatusCode)
		}
		return time.Since(p.began) > 500*time.Millisecond
	})
	if fastest > 100*time.Millisecond {
		t.Errorf("the fastest answer to GET / took %s", fastest)
	}
}

func TestH03_ReadyWithNothingElseThere(t *testing.T) {
	t.Parallel()
	took := start(t, unreachable(t)).ready()
	t.Logf("ready after %s, the test binary's own start included", took)
	if took > 5*time.Second {
		t.Errorf("ready after %s, want at most 5 s", took)
	}
}

// What SIGTERM finds in flight is finished, and only then the process ends,
// with 0.
func TestH21_TerminateFinishesWhatRuns(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	r.before = func(*http.Request) {
		once.Do(func() { close(begun) })
		<-release
	}
	p := start(t, r.settings("http://127.0.0.1:1"))
	p.ready()
	info := r.drop("sftp-east", "po.edi", sample(t, "lighthouse-three-orders.edi"))
	event, err := handlers.NewBlobEvent(info)
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		status, err := p.post("file_arrived", event.Body)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("status %d", status)
		}
		answered <- err
	}()
	<-begun
	p.terminate()
	waitFor(t, "no more connections", func() bool {
		resp, err := http.Get(p.base + "/")
		if err == nil {
			resp.Body.Close()
		}
		return err != nil
	})
	select {
	case <-p.ended:
		t.Fatalf("it ended with work in flight: %s", p.errs.String())
	default:
	}
	close(release)
	if err := <-answered; err != nil {
		t.Errorf("what was in flight: %v", err)
	}
	if code := p.code(); code != 0 || p.errs.String() != "" {
		t.Errorf("exit code %d, stderr %q", code, p.errs.String())
	}
	if depth, err := r.local.Queues.Depth(t.Context(), state.QueueEDIInbound); err != nil || depth.Active != 1 {
		t.Errorf("the file was not taken: %+v, %v", depth, err)
	}
	p.logged()
}

// An error at the start ends the process with 1, and the last line on stderr
// names the cause and the setting.
func TestH22_FatalStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setting, value string
		says           string
	}{
		{"CROSSDOCK_STATE_URL", "", "CROSSDOCK_STATE_URL"},
		{"CROSSDOCK_STATE_URL", "127.0.0.1:7072", "CROSSDOCK_STATE_URL"},
		{"CROSSDOCK_STATE_TOKEN", "", "CROSSDOCK_STATE_TOKEN"},
		{"CROSSDOCK_CONFIG", filepath.Join(t.TempDir(), "nowhere"), "CROSSDOCK_CONFIG"},
		{"CROSSDOCK_CONFIG", filepath.Join("..", "crossdock", "main.go"), "CROSSDOCK_CONFIG"},
		{"HARBOR_ERP_URL", "", "HARBOR_ERP_URL"},
		{"FUNCTIONS_CUSTOMHANDLER_PORT", "http", "FUNCTIONS_CUSTOMHANDLER_PORT"},
	} {
		p := start(t, with(unreachable(t), c.setting, c.value))
		code := p.code()
		if line := lastLine(p.errs.String()); code != 1 || !strings.HasPrefix(line, "handler: ") || !strings.Contains(line, c.says) {
			t.Errorf("%s=%q: exit code %d, last line %q; want 1 and %s in it", c.setting, c.value, code, line, c.says)
		}
		if p.out.String() != "" {
			t.Errorf("%s=%q: stdout %q", c.setting, c.value, p.out.String())
		}
		p.logged()
	}
}

// One JSON object a line on stdout, nothing on stderr, and nowhere the token,
// a message's content or a file's.
func TestH23_LogsWithoutPayload(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	p := start(t, r.settings("http://127.0.0.1:1"))
	p.ready()
	content := strings.ReplaceAll(sample(t, "lighthouse-three-orders.edi"), "14 QUAY STREET", canary)
	if !strings.Contains(content, canary) {
		t.Fatal("the canary is not in the file")
	}
	r.drop("sftp-east", "po.edi", content)
	r.events()
	r.pump([]*process{p}, func() bool { return true })
	for _, body := range []string{canary, `{"kind":"wake","v":1,"tenant":"` + canary + `"`, `{"` + canary + `":1}`} {
		if status, err := p.post("edi_receive", []byte(body)); err != nil || status != http.StatusOK {
			t.Errorf("poison %q: %d, %v", body, status, err)
		}
	}
	if status, err := p.post(canary, nil); err != nil || status != http.StatusNotFound {
		t.Errorf("unknown function: %d, %v", status, err)
	}
	p.terminate()
	if code := p.code(); code != 0 || p.errs.String() != "" {
		t.Errorf("exit code %d, stderr %q", code, p.errs.String())
	}
	lines := p.logged()
	if len(lines) < 6 {
		t.Errorf("%d lines, want one for each invocation", len(lines))
	}
	for _, line := range lines {
		for _, field := range []string{"level", "time", "message", "function", "outcome", "ms"} {
			if line[field] == nil {
				t.Errorf("no %s in %v", field, line)
			}
		}
	}
}

// Two processes that take every other message end where one does: neither
// holds a truth of its own.
func TestH29_TwoProcessesEndWhereOneDoes(t *testing.T) {
	t.Parallel()
	one, two := runWith(t, 1), runWith(t, 2)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("(-one process +two)\n%s", diff)
	}
	if len(one.Orders) != 5 {
		t.Errorf("the ERP holds %q", one.Orders)
	}
}

// end is what processes leave behind.
type end struct{ Orders, Out []string }

// runWith lets n processes work on three files of the demo.
func runWith(t *testing.T, n int) end {
	t.Helper()
	r := newRig(t)
	erp, err := demoerp.Open(filepath.Join(t.TempDir(), "erp.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer erp.Close()
	server := httptest.NewServer(erp.Handler())
	defer server.Close()
	var ps []*process
	for range n {
		p := start(t, r.settings(server.URL))
		p.ready()
		ps = append(ps, p)
	}
	for _, name := range []string{"lighthouse-three-orders.edi", "lighthouse-bad-set.edi", "lighthouse-wrong-group-count.edi", "lighthouse-forecast.edi"} {
		r.drop("sftp-east", name, sample(t, name))
	}
	r.events()
	// Empty queues are the end of it only if nothing is on its way.
	r.pump(ps, func() bool {
		held, err := erp.Orders()
		return err == nil && len(held) == 5
	})
	var e end
	held, err := erp.Orders()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range held {
		e.Orders = append(e.Orders, fmt.Sprintf("%s version %d saved %d times", o.Key, o.Version, o.Saves))
	}
	slices.Sort(e.Orders)
	out, err := r.local.Files.List(t.Context(), "outbound/", "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range out {
		e.Out = append(e.Out, filepath.Base(f.Path)[:len("lighthouse-grocers-000000001")])
	}
	if left, err := r.local.Files.List(t.Context(), "inbound/", "", 100); err != nil || len(left) > 0 {
		t.Errorf("left in the inbox: %v, %v", left, err)
	}
	return e
}

// events sends the event of each file in the inbox.
func (r *rig) events() {
	r.t.Helper()
	files, err := r.local.Files.List(r.t.Context(), "inbound/", "", 100)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, f := range files {
		event, err := handlers.NewBlobEvent(f)
		if err != nil {
			r.t.Fatal(err)
		}
		if err := r.local.Queues.Send(r.t.Context(), state.Message{ID: state.RandomID(), Queue: state.QueueFiles, Body: event.Body}); err != nil {
			r.t.Fatal(err)
		}
	}
}

// pump delivers messages, each to the next of the processes, until no queue
// holds one and done agrees.
func (r *rig) pump(ps []*process, done func() bool) {
	r.t.Helper()
	functions := map[string]string{
		state.QueueFiles: "file_arrived", state.QueueEDIInbound: "edi_receive", state.QueueEDIOutbound: "edi_send", state.QueueERPSync: "erp_sync",
		state.QueueERPEvents: "erp_event", state.QueueEDIDue: "edi_due",
	}
	turn := 0
	waitFor(r.t, "empty queues", func() bool {
		idle := true
		for _, queue := range state.QueueNames() {
			for depth := 1; depth > 0; {
				d, err := r.local.Queues.Depth(r.t.Context(), queue)
				if err != nil {
					r.t.Fatal(err)
				}
				if depth = d.Active; depth == 0 {
					break
				}
				idle = false
				got, err := r.local.Queues.Receive(r.t.Context(), queue, 1, time.Minute)
				if err != nil {
					r.t.Fatal(err)
				}
				for _, m := range got {
					turn++
					status, err := ps[turn%len(ps)].post(functions[queue], m.Message.Body)
					if err = errors.Join(err, r.local.Queues.Complete(r.t.Context(), queue, m.Token)); err != nil || status != http.StatusOK {
						r.t.Fatalf("%s: %d, %v", queue, status, err)
					}
				}
			}
		}
		return idle && done()
	})
}

// waitFor returns once look is true.
func waitFor(t *testing.T, what string, look func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(20 * time.Second); !look(); {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}
