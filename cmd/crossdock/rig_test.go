package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/ops"
)

// asCommand, set in its environment, makes the test binary be crossdock: the
// tests start it as the process a user starts.
const asCommand = "CROSSDOCK_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
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

// answer is what a call of the command gave.
type answer struct {
	out, errs string
	code      int
}

// call runs the command in this process.
func call(t *testing.T, words ...string) answer {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), words, &out, &errs, func(string) string { return "" })
	return answer{out.String(), errs.String(), code}
}

// wait returns once look is true: the state of another process can only be
// looked at again and again.
func wait(t *testing.T, limit time.Duration, what string, look func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !look() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("after %s not yet: %s", limit, what)
		}
	}
}

// newPlatform starts the platform in this process, on a folder of its own, as
// change says.
func newPlatform(t *testing.T, change func(*platformOptions)) *platform {
	t.Helper()
	o := platformOptions{
		Dir: t.TempDir(), HTTPAddr: "127.0.0.1:0", Getenv: func(string) string { return "" }, Log: zerolog.Nop(),
		Backoff: func(int) time.Duration { return 10 * time.Millisecond },
	}
	if change != nil {
		change(&o)
	}
	p, err := startPlatform(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return p
}

// play drops steps into a running platform and returns what became of them.
func play(t *testing.T, p *platform, steps []step) []demoResult {
	t.Helper()
	return playAt(t, p, p.url(), steps)
}

// playAt is play that watches by the API at an address.
func playAt(t *testing.T, p *platform, url string, steps []step) []demoResult {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := &command{out: io.Discard, errs: io.Discard, to: url}
	d := &demoRun{command: c, platform: p, client: c.ops(), steps: steps, progress: newProgress(io.Discard)}
	results, err := d.run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// watchAPI serves an ops API beside the handlers: it answers while the
// handler process is dead, and adds no call to its count.
func watchAPI(p *platform) (url string, err error) {
	return p.serve(handlers.New(p.store, p.local.Queues, p.catalogs, erp.NewClient(1)).Ops)
}

// process is a crossdock of its own.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string        // of its API
	ended chan struct{} // closed once it is gone and all it wrote was read

	mu        sync.Mutex
	out, errs bytes.Buffer
}

// start starts crossdock with the words. It is killed at the end of the test
// if it still runs.
func start(t *testing.T, words ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: exec.Command(self, words...), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), asCommand+"=1")
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	readers.Go(func() { p.keep(&p.out, out) })
	readers.Go(func() { p.keep(&p.errs, errs) })
	go func() {
		defer close(p.ended)
		readers.Wait()
		_ = p.cmd.Wait() // its exit code is asked for by code
	}()
	t.Cleanup(func() {
		select {
		case <-p.ended:
		default:
			p.signal(syscall.SIGKILL)
			<-p.ended
		}
	})
	return p
}

func (p *process) keep(to *bytes.Buffer, from io.Reader) {
	in := bufio.NewReader(from)
	for {
		line, err := in.ReadString('\n')
		p.mu.Lock()
		to.WriteString(line)
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *process) stdout() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

func (p *process) stderr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.errs.String()
}

func (p *process) signal(s syscall.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Errorf("signal %s: %v", s, err)
	}
}

// code waits for the end and returns the exit code.
func (p *process) code() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(30 * time.Second):
		p.t.Fatalf("the process did not end; it said:\n%s", p.stderr())
	}
	return p.cmd.ProcessState.ExitCode()
}

// up starts crossdock up on a folder and returns once it is up.
func up(t *testing.T, dir string) *process {
	t.Helper()
	p := start(t, "up", dir, "--listen", "127.0.0.1:0")
	wait(t, 20*time.Second, "up", func() bool {
		select {
		case <-p.ended:
			t.Fatalf("up ended with %d:\n%s", p.cmd.ProcessState.ExitCode(), p.stderr())
		default:
		}
		text := p.stderr()
		_, rest, ok := strings.Cut(text, "crossdock status --to ")
		p.url, _, _ = strings.Cut(rest, "\n")
		return ok && strings.Contains(text, "Ctrl-C stops it.\n")
	})
	return p
}

// api is a client of the process.
func (p *process) api() *ops.Client { return (&command{to: p.url}).ops() }

// logged returns the lines of the log, each of which must be a JSON object.
func (p *process) logged() []map[string]any {
	p.t.Helper()
	var all []map[string]any
	for line := range strings.Lines(p.stdout()) {
		if !strings.HasSuffix(line, "\n") {
			continue // cut off by a kill
		}
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			p.t.Errorf("log line %q is no JSON object: %v", line, err)
		}
		all = append(all, o)
	}
	return all
}

// drop renames a file into a channel, as a transfer server does.
func drop(t *testing.T, dir, channel, name, content string) {
	t.Helper()
	staged := filepath.Join(dir, "staged-"+filepath.Base(t.Name())+"-"+filepath.Base(name))
	if err := os.WriteFile(staged, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(staged, filepath.Join(dir, "inbound", channel, name)); err != nil {
		t.Fatal(err)
	}
}

// outcomes returns the outcome of each file by its name; "" while it has none.
func outcomes(t *testing.T, c *ops.Client) map[string]string {
	t.Helper()
	rows, err := c.Files(t.Context(), "", most)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, r := range rows {
		all[r.Name] = string(r.Outcome)
	}
	return all
}

// parsed is what an acknowledgement file says, read by our own reader.
type parsed struct {
	summary string            // such as "997 A" or "TA1 R 025"
	control string            // ISA13
	sets    map[string]string // AK502 (from AK5-01) by set control number
}

// parseAck reads an acknowledgement file.
func parseAck(t *testing.T, path string) parsed {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := parsed{sets: map[string]string{}}
	set := ""
	for ev, err := range x12.NewReader(f, x12.Options{}).Events() {
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if ev.Interchange != nil {
			p.control = ev.Interchange.ControlNumber
		}
		if seg := ev.Segment; seg != nil {
			switch seg.ID() {
			case "TA1":
				p.summary = "TA1 " + seg.Text(4) + " " + seg.Text(5)
			case "AK2":
				set = seg.Text(2)
			case "AK5":
				p.sets[set] = seg.Text(1)
			case "AK9":
				p.summary = "997 " + seg.Text(1)
			}
		}
		if ev.Kind == x12.InterchangeEnd && len(ev.Interchange.Findings) > 0 {
			t.Errorf("%s: our own acknowledgement has findings: %v", path, ev.Interchange.Findings)
		}
	}
	return p
}

// parseContrl reads a CONTRL file with our own reader, as parseAck does.
func parseContrl(t *testing.T, path string) parsed {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := parsed{sets: map[string]string{}}
	for ev, err := range edifact.NewReader(f, edifact.Options{}).Events() {
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if ev.Interchange != nil {
			p.control = ev.Interchange.Reference
		}
		if seg := ev.Segment; seg != nil && seg.Is("UCI") {
			p.summary = "CONTRL " + seg.Text(4)
		}
		if ev.Kind == edifact.InterchangeEnd && len(ev.Interchange.Findings) > 0 {
			t.Errorf("%s: our own acknowledgement has findings: %v", path, ev.Interchange.Findings)
		}
	}
	return p
}

// holdAcks holds the acknowledgement files of a view against what it says.
func holdAcks(t *testing.T, dir string, v exchange.View) {
	t.Helper()
	for _, s := range v.Sent {
		path := filepath.Join(dir, filepath.FromSlash(s.Path))
		got := parseAck(t, path)
		if s.Kind == exchange.KindCONTRL {
			got = parseContrl(t, path)
		}
		if got.summary != s.Summary || got.control != s.Control {
			t.Errorf("%s: the file says %q under %s, the view %q under %s", v.File.Name, got.summary, got.control, s.Summary, s.Control)
		}
		if s.Kind != exchange.Kind997 {
			continue
		}
		for _, set := range v.Sets {
			said, ok := got.sets[set.ControlNumber]
			if ok && (said == "R") == (set.Document != nil) {
				t.Errorf("%s: set %s: the 997 says %q, the view has order %+v", v.File.Name, set.ControlNumber, said, set.Document)
			}
		}
	}
}
