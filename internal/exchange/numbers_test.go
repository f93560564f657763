package exchange

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

// stalling keeps commits until their contexts are over, as many as stalls
// takes.
type stalling struct {
	state.Backend
	stalls chan struct{}
}

func (s *stalling) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	select {
	case s.stalls <- struct{}{}:
		<-ctx.Done()
	default:
	}
	return s.Backend.Commit(ctx, key, ops, out)
}

func drawer(t *testing.T, stalls chan struct{}) *Exchange {
	t.Helper()
	p, err := local.Open(t.TempDir(), local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Exchange{Store: state.New(&stalling{p.Records, stalls}, p.Files, p.Queues, state.Options{})}
}

// Documents that draw at the same time, some of them twice, get each a number
// of its own and the same number again; after the last comes the first.
func TestDraws(t *testing.T) {
	e := drawer(t, nil)
	const documents = 150
	var mu sync.Mutex
	got := map[string][]int64{}
	var all sync.WaitGroup
	for i := range 2 * documents {
		all.Go(func() {
			id := fmt.Sprint(i % documents)
			d, err := e.draw(t.Context(), "quay", mappings.StandardX12, "buyer", id, from(mappings.NumberRange{First: 5, Last: 5 + documents - 1}))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			got[id] = append(got[id], d.Interchange)
		})
	}
	all.Wait()
	var numbers []int64
	for id, drawn := range got {
		if len(drawn) != 2 || drawn[0] != drawn[1] {
			t.Errorf("document %s drew %v", id, drawn)
		}
		numbers = append(numbers, drawn[0])
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != int64(5+i) {
			t.Fatalf("the numbers are %v", numbers)
		}
	}
	for i, want := range []int64{5, 6} {
		d, err := e.draw(t.Context(), "quay", mappings.StandardX12, "buyer", fmt.Sprint("more", i), from(mappings.NumberRange{First: 5, Last: 5 + documents - 1}))
		if err != nil || d.Interchange != want {
			t.Errorf("after the last number: %d, %v, want %d", d.Interchange, err, want)
		}
	}
}

// A draw whose time is up takes none of those down that it commits for.
func TestDrawBesideOneThatEnds(t *testing.T) {
	stalls := make(chan struct{}, 2)
	e := drawer(t, stalls)
	key := state.Key{Tenant: "quay", Aggregate: state.ID("numbers", "x12", "buyer")}
	until := func(done func() bool) {
		for !done() {
			runtime.Gosched()
		}
	}
	waiting := func(n int) func() bool {
		return func() bool {
			e.draws.mu.Lock()
			defer e.draws.mu.Unlock()
			return len(e.draws.lines[key].waiting) == n
		}
	}
	draw := func(ctx context.Context, id string) <-chan error {
		ended := make(chan error, 1)
		go func() {
			_, err := e.draw(ctx, "quay", mappings.StandardX12, "buyer", id, from(mappings.NumberRange{First: 1, Last: 9}))
			ended <- err
		}()
		return ended
	}
	ctxA, cancelA := context.WithCancel(t.Context())
	ctxB, cancelB := context.WithCancel(t.Context())
	a := draw(ctxA, "a")
	until(func() bool { return len(stalls) == 1 }) // a commits, alone
	b := draw(ctxB, "b")
	until(waiting(1))
	c := draw(t.Context(), "c")
	until(waiting(2))
	cancelA()
	until(func() bool { return len(stalls) == 2 }) // b commits, for c too
	cancelB()
	if err := <-c; err != nil {
		t.Errorf("the draw that has time left: %v", err)
	}
	for _, ended := range []<-chan error{a, b} {
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("a draw whose time was up: %v", err)
		}
	}
}

// from draws every number from one range.
func from(r mappings.NumberRange) ranges { return ranges{interchange: r, group: r, answer: r} }
