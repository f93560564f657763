package host

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// childMode makes the test binary a handler instead.
const childMode = "HOST_TEST_CHILD"

func TestMain(m *testing.M) {
	if mode := os.Getenv(childMode); mode != "" {
		os.Exit(runChild(mode))
	}
	os.Exit(m.Run())
}

// runChild is a handler that does what the body of a message says.
func runChild(mode string) int {
	switch mode {
	case "deaf":
		fmt.Fprintln(os.Stderr, "listening to nobody")
		select {}
	case "broken":
		fmt.Fprintln(os.Stderr, "no settings")
		return 3
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM, os.Interrupt)
	go func() {
		for s := range terminated {
			fmt.Println("signal:", s)
		}
	}()
	dir, err := os.Getwd()
	if err != nil {
		return 1
	}
	started := map[string]any{"started": os.Getpid(), "args": os.Args[1:], "dir": dir}
	for _, name := range []string{"FUNCTIONS_CUSTOMHANDLER_PORT", "FUNCTIONS_CUSTOMHANDLER_WORKER_ID", "FUNCTIONS_HTTPWORKER_PORT",
		"FUNCTIONS_HTTPWORKER_ID", "FUNCTIONS_APP_ROOT_PATH", "FUNCTIONS_WORKER_RUNTIME"} {
		started[name] = os.Getenv(name)
	}
	line, err := json.Marshal(started)
	if err != nil {
		return 1
	}
	fmt.Println(string(line))
	ln, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("FUNCTIONS_CUSTOMHANDLER_PORT"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return serveChild(ln)
}

func serveChild(ln net.Listener) int {
	code := make(chan int)
	go func() {
		_ = http.Serve(ln, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil || r.URL.Path == "/" {
				return
			}
			_, command, _ := strings.Cut(string(body), "do:")
			command, _, _ = strings.Cut(command, ";")
			verb, rest, _ := strings.Cut(command, " ")
			switch verb {
			case "exit":
				n, _ := strconv.Atoi(rest)
				code <- n
				select {} // the answer never comes
			case "late": // hangs like hang, and says so after three seconds
				time.AfterFunc(3*time.Second, func() { fmt.Println("hanging:", rest) })
				<-r.Context().Done()
			case "hang":
				fmt.Println("hanging:", rest)
				<-r.Context().Done()
			case "out":
				fmt.Println(rest)
			case "err":
				fmt.Fprintln(os.Stderr, rest)
			case "fail":
				answerJSON(rw, http.StatusInternalServerError, `{"Logs":["did `+verb+`"]}`)
				return
			}
			answerJSON(rw, http.StatusOK, `{"Logs":["did `+verb+`"]}`)
		}))
	}()
	return <-code
}

// watch is a log whose lines a test can wait for.
type watch struct {
	mu    sync.Mutex
	lines []map[string]any
	more  chan struct{}
}

func newWatch() *watch { return &watch{more: make(chan struct{})} }

func (w *watch) Write(p []byte) (int, error) {
	var line map[string]any
	if err := json.Unmarshal(p, &line); err != nil {
		return 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, line)
	close(w.more)
	w.more = make(chan struct{})
	return len(p), nil
}

func (w *watch) logger() zerolog.Logger { return zerolog.New(w) }

// line waits for the nth line, from 1, that holds all of the words.
func (w *watch) line(t testing.TB, n int, words ...string) map[string]any {
	t.Helper()
	ctx := within(t)
	for {
		w.mu.Lock()
		found := w.find(words)
		more, all := w.more, w.lines
		w.mu.Unlock()
		if len(found) >= n {
			return found[n-1]
		}
		select {
		case <-more:
		case <-ctx.Done():
			t.Fatalf("no line %d with %q in %v", n, words, all)
		}
	}
}

// count is how many lines there are that hold all of the words.
func (w *watch) count(words ...string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.find(words))
}

func (w *watch) find(words []string) []map[string]any {
	var found []map[string]any
	for _, line := range w.lines {
		s := fmt.Sprint(line)
		all := true
		for _, word := range words {
			all = all && strings.Contains(s, word)
		}
		if all {
			found = append(found, line)
		}
	}
	return found
}
