package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/remote"
	"github.com/crossdock/crossdock/internal/state"
)

// asHandler, set in its environment, makes the test binary be the handler.
const asHandler = "CROSSDOCK_TEST_AS_HANDLER"

func TestMain(m *testing.M) {
	if os.Getenv(asHandler) != "" {
		main()
		return
	}
	os.Exit(inScratch(m.Run))
}

// inScratch runs do with a temporary folder of its own, and removes it.
func inScratch(do func() int) int {
	dir, err := os.MkdirTemp("", "crossdock-test-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = os.Setenv("TMPDIR", dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return do()
}

// canary is a secret: it must never be written anywhere.
const canary = "canary-4711-hush"

// buffer is what a process writes, to be read while it runs.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// process is a handler of its own.
type process struct {
	t         testing.TB
	cmd       *exec.Cmd
	base      string
	out, errs buffer
	ended     chan struct{}
	began     time.Time
}

// freePort is a port nobody listens on.
func freePort(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// start starts a handler, which is this test binary.
func start(t *testing.T, settings map[string]string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return startBinary(t, self, settings)
}

// startBinary starts a handler with the settings alone as its environment; it
// is killed at the end of the test if it still runs.
func startBinary(t testing.TB, path string, settings map[string]string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(path), ended: make(chan struct{}), base: "http://127.0.0.1:" + settings["FUNCTIONS_CUSTOMHANDLER_PORT"], began: time.Now()}
	p.cmd.Env = []string{asHandler + "=1", "HOME=" + t.TempDir()}
	for name, value := range settings {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.errs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // its exit code is asked for by code
	}()
	t.Cleanup(func() {
		select {
		case <-p.ended:
		default:
			_ = p.cmd.Process.Kill() // it may have ended by itself just now
			<-p.ended
		}
	})
	return p
}

// code waits for the end and returns the exit code.
func (p *process) code() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		p.t.Fatalf("the handler did not end; it said:\n%s", p.errs.String())
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) terminate() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
}

// ready returns how long the handler took to answer for the first time.
func (p *process) ready() time.Duration {
	p.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for late := time.After(10 * time.Second); ; {
		resp, err := http.Get(p.base + "/")
		if err == nil {
			resp.Body.Close()
			return time.Since(p.began)
		}
		select {
		case <-tick.C:
		case <-p.ended:
			p.t.Fatalf("the handler ended with %d: %s", p.cmd.ProcessState.ExitCode(), p.errs.String())
		case <-late:
			p.t.Fatalf("not ready: %v", err)
		}
	}
}

// post makes an invocation as the host does and returns the status.
func (p *process) post(function string, body []byte) (int, error) {
	raw, err := json.Marshal(map[string]any{"Data": map[string]any{"msg": body}, "Metadata": map[string]any{}})
	if err != nil {
		return 0, err
	}
	resp, err := http.Post(p.base+"/"+function, "application/json", bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && !json.Valid(answer) {
		err = fmt.Errorf("answer %q is no JSON", answer)
	}
	return resp.StatusCode, err
}

// logged returns the lines of stdout, each of which must be a JSON object,
// and holds all that was written against the canary.
func (p *process) logged() []map[string]any {
	p.t.Helper()
	var all []map[string]any
	for line := range strings.Lines(p.out.String()) {
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			p.t.Errorf("line %q on stdout is no JSON object: %v", line, err)
		}
		all = append(all, o)
	}
	if text := p.out.String() + p.errs.String(); strings.Contains(text, canary) {
		p.t.Errorf("a secret or a payload was written:\n%s", text)
	}
	return all
}

// rig is local state served to handler processes.
type rig struct {
	t      *testing.T
	dir    string
	local  *local.Platform
	url    string
	before func(r *http.Request) // called before each driver call
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), before: func(*http.Request) {}}
	queues := map[string]local.QueueConfig{}
	for _, q := range state.QueueNames() {
		queues[q] = local.QueueConfig{}
	}
	var err error
	if r.local, err = local.Open(r.dir, local.Options{Queues: queues}); err != nil {
		t.Fatal(err)
	}
	drivers := remote.NewServer(remote.Drivers{Records: r.local.Records, Files: r.local.Files, Queues: r.local.Queues}, canary)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.before(req)
		drivers.ServeHTTP(w, req)
	}))
	r.url = s.URL
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
		if err := r.local.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// settings are those of a handler on the rig.
func (r *rig) settings(erp string) map[string]string {
	return map[string]string{
		"FUNCTIONS_CUSTOMHANDLER_PORT": freePort(r.t), "CROSSDOCK_STATE_URL": r.url, "CROSSDOCK_STATE_TOKEN": canary, "HARBOR_ERP_URL": erp,
	}
}

// drop makes an inbound file and returns the event of it.
func (r *rig) drop(channel, name, content string) state.FileInfo {
	r.t.Helper()
	info, err := r.local.Files.Create(r.t.Context(), "inbound/harbor/"+channel+"/"+name, strings.NewReader(content))
	if err != nil {
		r.t.Fatal(err)
	}
	return info
}

// sample is a file of the demo.
func sample(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "crossdock", "demo", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
