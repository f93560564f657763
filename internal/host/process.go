package host

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// handlerProcess is a handler that was started. exited gives its exit code
// once; kill ends it without asking.
type handlerProcess interface {
	pid() int
	exited() <-chan int
	kill()
	last() string // its last lines on stderr
}

// child is a handler in a process of its own.
type child struct {
	cmd  *exec.Cmd
	done chan int
	mu   sync.Mutex
	tail []string
}

// startChild starts the handler's executable.
func startChild(path string, args []string, dir string, env []string, log zerolog.Logger) (*child, error) {
	c := &child{cmd: exec.Command(path, args...), done: make(chan int, 1)}
	c.cmd.Dir, c.cmd.Env = dir, env
	c.cmd.SysProcAttr = processAttributes()
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	errs, err := c.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	started := make(chan error)
	go func() {
		// The kernel ends the child when the thread that started it ends, so
		// that thread is kept until the child is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		var pipes sync.WaitGroup
		pipes.Go(func() { c.lines(out, log, false) })
		pipes.Go(func() { c.lines(errs, log, true) })
		pipes.Wait()
		_ = c.cmd.Wait() // the exit code says what there is to say
		c.done <- c.cmd.ProcessState.ExitCode()
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start handler: %w", err)
	}
	return c, nil
}

func (c *child) pid() int           { return c.cmd.Process.Pid }
func (c *child) exited() <-chan int { return c.done }
func (c *child) kill()              { killProcess(c.cmd) }

func (c *child) last() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.tail, "\n")
}

// lines logs what the handler writes: stdout as information, stderr as an
// error, or a warning where the line says so.
func (c *child) lines(r io.Reader, log zerolog.Logger, stderr bool) {
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		line, more, err := in.ReadLine()
		if err != nil {
			return
		}
		if len(line) == 0 && !more {
			continue
		}
		e := log.Info()
		if stderr {
			e = log.Error()
			if strings.Contains(strings.ToLower(string(line)), "warn") {
				e = log.Warn()
			}
			c.mu.Lock()
			c.tail = append(c.tail[max(len(c.tail)-9, 0):], string(line))
			c.mu.Unlock()
		}
		e = e.Str("category", "Host.Function.Console")
		if line[0] == '{' && json.Valid(line) {
			e.RawJSON("line", line).Send()
		} else {
			e.Msg(string(line))
		}
	}
}

// executable finds the handler under the application root, or leaves it to PATH.
func executable(root, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	under, err := filepath.Abs(filepath.Join(root, path))
	if err != nil {
		return path
	}
	if info, err := os.Stat(under); err == nil && !info.IsDir() {
		return under
	}
	return path
}

// embedded is a handler in this process. To kill it is to drop its
// connections, which ends the context of each invocation.
type embedded struct {
	server *http.Server
	done   chan int
	calls  sync.RWMutex // held for reading by each call
	over   bool         // guarded by calls: no call begins any more
}

// lingerFor bounds how long the end of an embedded handler waits for
// invocations that do not heed their context.
const lingerFor = 5 * time.Second

func startEmbedded(ln net.Listener, handler http.Handler) *embedded {
	e := &embedded{done: make(chan int, 1)}
	counted := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		e.calls.RLock()
		defer e.calls.RUnlock()
		if !e.over {
			handler.ServeHTTP(rw, r)
		}
	})
	e.server = &http.Server{Handler: counted, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		code := 1
		if err := e.server.Serve(ln); errors.Is(err, http.ErrServerClosed) {
			code = killed
		}
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			e.calls.Lock()
			defer e.calls.Unlock()
			e.over = true
		}()
		select {
		case <-gone:
		case <-time.After(lingerFor):
		}
		e.done <- code
	}()
	return e
}

// killed is the exit code of a process that a signal ended.
const killed = -1

func (e *embedded) pid() int           { return os.Getpid() }
func (e *embedded) exited() <-chan int { return e.done }
func (e *embedded) last() string       { return "" }
func (e *embedded) kill()              { _ = e.server.Close() } // its errors are of connections being dropped
