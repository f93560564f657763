package local

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// When the disk is full a commit is refused whole, and what fits goes on;
// once there is room everything does.
func TestDiskFull(t *testing.T) {
	p := openTest(t, t.TempDir(), Options{MaxPages: 120, Queues: map[string]QueueConfig{"q": {}}})
	commit := func(n int) error {
		ops := benchOps()
		for i := range 9 {
			op := benchOps()[0]
			op.Record.ID = "v" + strconv.Itoa(i)
			ops = append(ops, op)
		}
		m := state.Message{ID: strconv.Itoa(n), Queue: "q", Body: benchBody}
		_, err := p.Records.Commit(t.Context(), benchKey(n), ops, []state.Outgoing{{ID: "m", Message: &m}})
		return err
	}
	const commits, committers = 200, 16
	errs := make([]error, commits)
	var wg sync.WaitGroup
	for c := range committers {
		wg.Go(func() {
			for n := c; n < commits; n += committers {
				errs[n] = commit(n)
			}
		})
	}
	wg.Wait()

	good := 0
	for n, err := range errs {
		page, serr := p.Records.Scan(t.Context(), benchKey(n), "", "", "", "", 100)
		if serr != nil {
			t.Fatal(serr)
		}
		want := 0
		if err == nil {
			want = 10
			good++
		} else if !errors.Is(err, state.ErrUnavailable) {
			t.Fatalf("commit %d: %v, want %v", n, err, state.ErrUnavailable)
		}
		if len(page.Records) != want {
			t.Errorf("commit %d, answered %v, left %d records", n, err, len(page.Records))
		}
	}
	if good == 0 || good == commits {
		t.Fatalf("%d of %d commits fit", good, commits)
	}
	if counts := drainAll(t, p); len(counts) != good {
		t.Errorf("%d messages of %d commits", len(counts), good)
	}

	for n := range commits {
		for _, id := range []string{"head", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8"} {
			if _, err := p.Records.Commit(t.Context(), benchKey(n), []state.Operation{{Verb: state.Delete, Record: state.Record{ID: id}}}, nil); err != nil && !errors.Is(err, state.ErrUnavailable) {
				t.Fatal(err)
			}
		}
	}
	if err := commit(commits); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// A refused change leaves the others of its transaction alone.
func TestRefusedAmongOthers(t *testing.T) {
	p := openTest(t, t.TempDir(), Options{})
	var mu sync.Mutex
	won := map[string]int{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for n := range 50 {
				key := state.Key{Tenant: "acme", Aggregate: fmt.Sprint("a", n)}
				_, err := p.Records.Commit(t.Context(), key, benchOps(), nil)
				if err != nil && !errors.Is(err, state.ErrConflict) {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					won[key.Aggregate]++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	for n := range 50 {
		if name := fmt.Sprint("a", n); won[name] != 1 {
			t.Errorf("%d won %s", won[name], name)
		}
	}
}

// Expired records are taken off the disk in time.
func TestPurge(t *testing.T) {
	clock := newHandClock()
	p := openTest(t, t.TempDir(), Options{Now: clock.Now, AfterFunc: clock.AfterFunc})
	for n := range 30 {
		ops := benchOps()
		ops[0].Record.Expires = clock.Now().Add(time.Second)
		if _, err := p.Records.Commit(t.Context(), benchKey(n), ops, nil); err != nil {
			t.Fatal(err)
		}
	}
	clock.Advance(2 * time.Minute)
	for n := range 2 { // the second comes after what the first let happen
		if _, err := p.Records.Commit(t.Context(), benchKey(100+n), benchOps(), nil); err != nil {
			t.Fatal(err)
		}
	}
	left := 0
	err := p.readers.read(t.Context(), false, func(r *reader) error {
		s, _, err := r.conn.PrepareTransient("SELECT count(*) FROM records")
		if err != nil {
			return err
		}
		if _, err = s.Step(); err == nil {
			left = s.ColumnInt(0)
		}
		return errors.Join(err, s.Finalize())
	})
	if err != nil || left != 2 {
		t.Errorf("%d records on the disk, %v, want 2", left, err)
	}
}
