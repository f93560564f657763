package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/crossdock/crossdock/internal/local"
)

// childRig runs an application with one queue function in a child process.
func childRig(t *testing.T, host, mode string, o Options) (*rig, *watch) {
	t.Helper()
	log := newWatch()
	o.Log = log.logger()
	if o.Command == nil {
		o.Command = []string{os.Args[0]}
	}
	o.Env = append(os.Environ(), childMode+"="+mode)
	root := application(host, map[string]string{"f": queueFunction("q", "")})
	return startRig(t, root, map[string]local.QueueConfig{"q": {MaxDelivery: 3}}, o), log
}

func (r *rig) do(command string) { r.t.Helper(); r.send("q", "", `"do:`+command+`;"`) }

func TestL31_ChildIsStartedAsHostJSONSays(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	host := strings.Replace(plainHost, `"handler"`, `"will be overridden","arguments":["--x=%X%","%UNSET%-"],"workingDirectory":"sub"`, 1)
	env := settings{"X": "7 8", "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath": os.Args[0]}
	log := newWatch()
	root := application(host, map[string]string{"f": queueFunction("q", "")})
	r := startRig(t, root, map[string]local.QueueConfig{"q": {}}, Options{Getenv: env.get, AppRoot: dir, Log: log.logger(), Env: append(os.Environ(), childMode+"=serve")})
	line := log.line(t, 1, "started", "Console")["line"].(map[string]any)
	if got := fmt.Sprint(line["args"]); got != "[--x=7 8 -]" {
		t.Errorf("arguments %s", got)
	}
	real, err := filepath.EvalSymlinks(filepath.Join(dir, "sub"))
	if err != nil || line["dir"] != real {
		t.Errorf("working directory %v, want %s", line["dir"], real)
	}
	port := r.base[strings.LastIndexByte(r.base, ':')+1:]
	for name, want := range map[string]string{"FUNCTIONS_CUSTOMHANDLER_PORT": port, "FUNCTIONS_HTTPWORKER_PORT": port,
		"FUNCTIONS_HTTPWORKER_ID": line["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"].(string), "FUNCTIONS_APP_ROOT_PATH": dir, "FUNCTIONS_WORKER_RUNTIME": "custom"} {
		if line[name] != want || want == "" {
			t.Errorf("%s is %v, want %s", name, line[name], want)
		}
	}
	<-r.Ready()
	if r.PID() != int(line["started"].(float64)) {
		t.Errorf("PID %d, want %v", r.PID(), line["started"])
	}
}

func TestL32_NeverReady(t *testing.T) {
	host := strings.Replace(plainHost, `"00:00:05"`, `"00:00:00.05"`, 1)
	r, log := childRig(t, host, "deaf", Options{})
	r.do("out x")
	err := get(t, r.ended)
	r.once.Do(func() { r.stop() })
	if err == nil || !strings.Contains(err.Error(), "not ready") {
		t.Errorf("run: %v", err)
	}
	log.line(t, 1, "listening to nobody")
}

func TestL41_TimeoutKillsAndRestartsOnTheSamePort(t *testing.T) {
	host := strings.Replace(plainHost, `"00:00:30"`, `"00:00:04"`, 1)
	r, log := childRig(t, host, "serve", Options{})
	<-r.Ready()
	first := r.PID()
	r.do("late a")
	log.line(t, 1, "hanging: a")
	r.do("hang b") // has three seconds left when the time of the other is up
	log.line(t, 1, "hanging: b")
	log.line(t, 2, "started", "Console") // the second process
	if r.PID() == first || alive(first) {
		t.Errorf("process %d was not replaced", first)
	}
	one, two := log.line(t, 1, "started", "Console"), log.line(t, 2, "started", "Console")
	const port = "FUNCTIONS_CUSTOMHANDLER_PORT"
	if one["line"].(map[string]any)[port] != two["line"].(map[string]any)[port] {
		t.Errorf("ports differ: %v, %v", one, two)
	}
	log.line(t, 1, "invocation failed", "function timeout")
	log.line(t, 1, "invocation failed", "handler: ")
	if n := log.count("handler failed"); n != 0 {
		t.Errorf("a timeout was counted as an error of the handler %d times", n)
	}
}

func TestL42_ExitCodes(t *testing.T) {
	t.Run("200 restarts", func(t *testing.T) {
		r, log := childRig(t, plainHost, "serve", Options{})
		r.do("exit 200")
		// The message comes again until it is a dead letter: three restarts,
		// which would stop the host if they counted.
		r.depth("q", func(d depth) bool { return d.Active == 0 && d.DeadLetter == 1 })
		r.do("out still here")
		log.line(t, 1, "still here")
		if n := r.Restarts(); n != 3 || log.count("handler failed") != 0 {
			t.Errorf("%d restarts, %d errors", n, log.count("handler failed"))
		}
	})
	t.Run("others stop at the third", func(t *testing.T) {
		r, log := childRig(t, plainHost, "broken", Options{})
		err := get(t, r.ended)
		r.once.Do(func() { r.stop() })
		if err == nil || !strings.Contains(err.Error(), "code 3") || !strings.Contains(err.Error(), "no settings") {
			t.Errorf("run: %v, want code and last line", err)
		}
		if n := log.count("handler failed"); n != 3 || r.Restarts() != 2 {
			t.Errorf("%d errors, %d restarts", n, r.Restarts())
		}
	})
	t.Run("0 does not restart", func(t *testing.T) {
		r, log := childRig(t, plainHost, "serve", Options{})
		r.do("exit 0")
		log.line(t, 1, "ended with code 0")
		r.do("out x")
		r.depth("q", func(d depth) bool { return d.Active == 0 && d.DeadLetter == 2 })
		if r.Restarts() != 0 {
			t.Errorf("%d restarts", r.Restarts())
		}
	})
	t.Run("no such file", func(t *testing.T) {
		r, _ := childRig(t, plainHost, "serve", Options{Command: []string{filepath.Join(t.TempDir(), "nothing")}})
		err := get(t, r.ended)
		r.once.Do(func() { r.stop() })
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("run: %v", err)
		}
	})
}

func TestL43_StopKills(t *testing.T) {
	r, log := childRig(t, plainHost, "serve", Options{})
	<-r.Ready()
	pid := r.PID()
	r.do("hang a")
	log.line(t, 1, "hanging: a")
	if err := r.end(); err != nil {
		t.Errorf("run: %v", err)
	}
	if alive(pid) {
		t.Errorf("process %d is still there", pid)
	}
	if n := log.count("signal:"); n != 0 {
		t.Errorf("the handler got %d signals it could see", n)
	}
	r.depth("q", func(d depth) bool { return d.Active == 1 })
}

func TestL44_Output(t *testing.T) {
	r, log := childRig(t, plainHost, "serve", Options{})
	for _, c := range []struct{ command, text, level string }{
		{"out plain text", "plain text", "info"},
		{"err it failed", "it failed", "error"},
		{"err WARNing: low", "WARNing: low", "warn"},
	} {
		r.do(c.command)
		line := log.line(t, 1, c.text, "Host.Function.Console")
		if line["level"] != c.level || line["message"] != c.text {
			t.Errorf("%s: %v", c.command, line)
		}
	}
	r.do("fail") // its Logs are dropped, at each of its deliveries
	r.depth("q", func(d depth) bool { return d.Active == 0 && d.DeadLetter == 1 })
	if n := log.count("did fail"); n != 0 {
		t.Errorf("the logs of a failed answer were told %d times", n)
	}
	if line := log.line(t, 1, "did out"); line["category"] != "Function.f.User" || line["level"] != "info" {
		t.Errorf("logs of the answer: %v", line)
	}
}

func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	return err == nil && p.Signal(syscall.Signal(0)) == nil
}
