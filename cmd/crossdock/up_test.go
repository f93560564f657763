package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// oneOrder is a file of a guest with one test order.
func oneOrder(number string) string { return orders("guest", "ISA13"+number, number) }

// Up says where to drop files, takes a file renamed in at once, one written
// in place when it rests, and none that somebody still writes.
func TestUpTakesWhatIsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := up(t, dir)
	for _, want := range []string{
		"drop files in   " + filepath.Join(dir, "inbound", "harbor", "guest") + "\n",
		"answers lie in  " + filepath.Join(dir, "outbound", "harbor") + "\n",
		"crossdock files list --to " + p.url + "\n",
		"/orders\n",
	} {
		if !strings.Contains(p.stderr(), want) {
			t.Errorf("%q is not in:\n%s", want, p.stderr())
		}
	}
	inbound := filepath.Join(dir, "inbound", "harbor", "guest")
	began := time.Now()
	drop(t, dir, "harbor/guest", "renamed.edi", oneOrder("1"))
	if err := os.WriteFile(filepath.Join(inbound, "written.edi"), []byte(oneOrder("2")), 0o666); err != nil {
		t.Fatal(err)
	}
	open, err := os.Create(filepath.Join(inbound, "open.edi"))
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	whole := oneOrder("3")
	if _, err := open.WriteString(whole[:100]); err != nil {
		t.Fatal(err)
	}
	after := map[string]time.Duration{} // by name, when its outcome was seen
	look := func(name string) func() bool {
		return func() bool {
			for n, outcome := range outcomes(t, p.api()) {
				if outcome != "" && after[n] == 0 {
					after[n] = time.Since(began)
				}
				if outcome != "" && outcome != "accepted" {
					t.Errorf("%s: %s", n, outcome)
				}
			}
			return after[name] > 0
		}
	}
	wait(t, 10*time.Second, "renamed.edi", look("renamed.edi"))
	wait(t, 10*time.Second, "written.edi", look("written.edi"))
	wait(t, 10*time.Second, "a second more", func() bool { look("")(); return time.Since(began) > 3500*time.Millisecond })
	if after["open.edi"] != 0 {
		t.Errorf("open.edi was taken after %s, while it was being written", after["open.edi"])
	}
	if _, err := open.WriteString(whole[100:]); err != nil {
		t.Fatal(err)
	}
	closed := time.Now()
	if err := open.Close(); err != nil {
		t.Fatal(err)
	}
	wait(t, 10*time.Second, "open.edi", look("open.edi"))
	if d := after["renamed.edi"]; d > 1500*time.Millisecond {
		t.Errorf("renamed.edi took %s, want it taken at once", d)
	}
	if d := after["written.edi"]; d < 2*time.Second {
		t.Errorf("written.edi was taken after %s, want it left alone for two seconds", d)
	}
	if d := began.Add(after["open.edi"]).Sub(closed); d < 1500*time.Millisecond {
		t.Errorf("open.edi was taken %s after it was closed, want it left alone for two seconds", d)
	}
	p.signal(syscall.SIGINT)
	if code := p.code(); code != exitOK {
		t.Errorf("exit code %d after SIGINT", code)
	}
	for i, line := range p.logged() {
		if line["level"] == nil || line["time"] == nil || line["message"] == nil {
			t.Errorf("log line %d lacks level, time or message: %v", i, line)
		}
	}
}

// SIGINT while there is work: what is in flight is finished, the rest is done
// at the next start.
func TestUpStopsCleanly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := up(t, dir)
	for i := range 20 {
		drop(t, dir, "harbor/sftp-east", name(i), orders("lighthouse", name(i), name(i)+"A", name(i)+"B"))
	}
	wait(t, 10*time.Second, "one of twenty", func() bool { return len(outcomes(t, p.api())) > 0 })
	p.signal(syscall.SIGINT)
	if code := p.code(); code != exitOK {
		t.Errorf("exit code %d after SIGINT:\n%s", code, p.stderr())
	}
	if !strings.HasSuffix(p.stderr(), "Stopping: finishing what is in flight.\nStopped; the next start goes on here.\n") {
		t.Errorf("the last lines are:\n%s", p.stderr())
	}
	for _, line := range p.logged() {
		if l := line["level"]; l != "info" {
			t.Errorf("stopping logs %v", line)
		}
	}
	p = up(t, dir)
	wait(t, 20*time.Second, "twenty outcomes", func() bool { return settled(t, p.api(), 20) })
	for n, outcome := range outcomes(t, p.api()) {
		if outcome != "accepted" {
			t.Errorf("%s: %s", n, outcome)
		}
	}
	p.signal(syscall.SIGTERM)
	if code := p.code(); code != exitOK {
		t.Errorf("exit code %d after SIGTERM", code)
	}
}

func TestUpRefusesWhatIsTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := up(t, dir)
	second := start(t, "up", dir, "--listen", "127.0.0.1:0")
	if code := second.code(); code != exitFailed || !strings.Contains(second.stderr(), dir) || !strings.Contains(second.stderr(), "in use") {
		t.Errorf("a second up on the folder: code %d, %q", code, second.stderr())
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	third := start(t, "up", t.TempDir(), "--listen", ln.Addr().String())
	if code := third.code(); code != exitFailed || !strings.Contains(third.stderr(), ln.Addr().String()) || !strings.Contains(third.stderr(), "in use") {
		t.Errorf("up on a taken port: code %d, %q", code, third.stderr())
	}
	for _, p := range []*process{second, third} {
		if text := p.stderr(); strings.Count(text, "\n") != 1 || strings.Contains(text, "drop files") {
			t.Errorf("want one line, got %q", text)
		}
	}
	if _, err := first.api().Status(t.Context()); err != nil {
		t.Errorf("the first is disturbed: %v", err)
	}
}
