package local

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// The environment that makes this test binary the child that is killed.
const (
	crashDir   = "CROSSDOCK_TEST_CRASH_DIR"
	crashRound = "CROSSDOCK_TEST_CRASH_ROUND"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		if err := crashChild(dir, os.Getenv(crashRound)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

const crashWorkers = 8

func crashOptions() Options {
	return Options{Queues: map[string]QueueConfig{"q": {}}}
}

// crashName names commit n of a worker; keys, messages and rows carry it.
func crashName(round string, worker, n int) string { return fmt.Sprintf("%s.%d.%d", round, worker, n) }

func crashRow(name string) state.Row {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	return state.Row{Tenant: "acme", List: "documents", ID: name, At: at, Body: json.RawMessage(`{}`)}
}

func crashKey(name string) state.Key { return state.Key{Tenant: "acme", Aggregate: "order." + name} }

func crashContent(name string) []byte { return bytes.Repeat([]byte(name+"\n"), 3000) }

// crashChild commits, receives and creates files until it is killed, and
// says of each what it begins and what was answered.
func crashChild(dir, round string) error {
	p, err := Open(dir, crashOptions())
	if err != nil {
		return err
	}
	ctx := context.Background()
	failed := make(chan error)
	var mu sync.Mutex
	say := func(what, name string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Println(what, name)
	}
	for worker := range crashWorkers {
		go func() {
			for n := 0; ; n++ {
				name := crashName(round, worker, n)
				row := crashRow(name)
				ops := benchOps()
				for _, id := range []string{"v1", "v2"} {
					op := benchOps()[0]
					op.Record.ID = id
					ops = append(ops, op)
				}
				_, err := p.Records.Commit(ctx, crashKey(name), ops, []state.Outgoing{
					{ID: "m", Message: &state.Message{ID: name, Queue: "q", Body: benchBody}},
					{ID: "r", Row: &row},
				})
				if err != nil {
					failed <- err
					return
				}
				say("committed", name)
			}
		}()
	}
	go func() {
		for {
			ds, err := p.Queues.Receive(ctx, "q", 1, time.Minute)
			if err == nil {
				say("completing", ds[0].ID)
				err = p.Queues.Complete(ctx, "q", ds[0].Token)
			}
			if err != nil {
				failed <- err
				return
			}
			say("completed", ds[0].ID)
		}
	}()
	go func() {
		for n := 0; ; n++ {
			name := crashName(round, 0, n)
			if _, err := p.Files.Create(ctx, "archive/"+name, bytes.NewReader(crashContent(name))); err != nil {
				failed <- err
				return
			}
			say("created", name)
		}
	}()
	return <-failed
}

// A process killed at any moment leaves each commit whole or absent, what was
// answered present, and what was completed gone.
func TestKilledAtAnyMoment(t *testing.T) {
	dir, rounds := t.TempDir(), 25
	if testing.Short() {
		rounds = 5
	}
	for round := range rounds {
		verifyCrash(t, dir, fmt.Sprint(round), killChild(t, dir, fmt.Sprint(round)))
	}
}

// killChild runs the child, kills it after some lines, and returns what it
// said, by what.
func killChild(t *testing.T, dir, round string) map[string]map[string]bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+dir, crashRound+"="+round)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	said := map[string]map[string]bool{"committed": {}, "completing": {}, "completed": {}, "created": {}}
	left := rand.IntN(150)
	for ; ; left-- {
		if left == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break // a line cut short says nothing
		}
		if err != nil {
			t.Fatal(err)
		}
		what, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		said[what][name] = true
	}
	if err := cmd.Wait(); err == nil || stderr.Len() > 0 {
		t.Fatalf("child ended by itself: %v, %s", err, &stderr)
	}
	return said
}

func verifyCrash(t *testing.T, dir, round string, said map[string]map[string]bool) {
	t.Helper()
	p := openTest(t, dir, crashOptions())
	defer p.Close()
	queued := drainAll(t, p)
	for worker := range crashWorkers {
		for n := 0; ; n++ {
			name := crashName(round, worker, n)
			recs, err := p.Records.Read(t.Context(), crashKey(name), "", "head", "v1", "v2")
			if err != nil {
				t.Fatal(err)
			}
			row, err := p.Records.Read(t.Context(), state.RowKey(crashRow(name)), "", state.RowRecord(crashRow(name)).ID)
			if err != nil {
				t.Fatal(err)
			}
			whole := len(recs) == 3 && len(row) == 1
			if !whole && len(recs)+len(row) > 0 {
				t.Fatalf("commit %s is half there: %d records, %d rows", name, len(recs), len(row))
			}
			if said["committed"][name] && !whole {
				t.Fatalf("commit %s was answered and is gone", name)
			}
			if queued[name] > 1 || queued[name] == 1 && !whole {
				t.Fatalf("commit %s, there: %t, has %d messages", name, whole, queued[name])
			}
			if whole && queued[name] == 0 && !said["completing"][name] {
				t.Fatalf("commit %s is there without its message", name)
			}
			if !whole {
				break
			}
		}
	}
	for name := range said["completed"] {
		if queued[name] != 0 {
			t.Fatalf("message %s was completed and is there", name)
		}
	}
	for n := 0; ; n++ {
		name := crashName(round, 0, n)
		r, err := p.Files.Open(t.Context(), "archive/"+name, "", 0, -1)
		if err != nil {
			if said["created"][name] {
				t.Fatalf("file %s was answered: %v", name, err)
			}
			return
		}
		b, err := io.ReadAll(r)
		r.Close()
		if err != nil || !bytes.Equal(b, crashContent(name)) {
			t.Fatalf("file %s: %d bytes, %v", name, len(b), err)
		}
	}
}

// drainAll locks every message of the queue and counts them by id.
func drainAll(t *testing.T, p *Platform) map[string]int {
	t.Helper()
	counts := map[string]int{}
	d, err := p.Queues.Depth(t.Context(), "q")
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < d.Active; {
		ds, err := p.Queues.Receive(t.Context(), "q", 1000, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			counts[d.ID]++
		}
		n += len(ds)
	}
	return counts
}
