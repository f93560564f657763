package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/state"
)

// What is held of an aggregate is what the disk has, whatever was committed.
func TestRecentIsWhatTheDiskHas(t *testing.T) {
	clock := newHandClock()
	p := openTest(t, t.TempDir(), Options{Now: clock.Now, AfterFunc: clock.AfterFunc})
	random := rand.New(rand.NewPCG(1, 2))
	ids := []string{"a", "b", "c"}
	etags := map[string]string{}
	held := 0
	for step := range 3000 {
		key := state.Key{Tenant: "acme", Aggregate: fmt.Sprintf("order.%d", random.IntN(40))}
		id := ids[random.IntN(len(ids))]
		at := key.Aggregate + id
		rec := state.Record{ID: id, Kind: "order", Version: 1, ETag: etags[at], Body: json.RawMessage(fmt.Sprintf(`{"n":%d}`, step))}
		if random.IntN(4) == 0 {
			rec.Expires = clock.Now().Add(time.Duration(random.IntN(100)) * time.Millisecond)
		}
		if random.IntN(10) == 0 {
			rec.Body = nil
		}
		verb := []state.Verb{state.Create, state.Create, state.Replace, state.Put, state.Delete}[random.IntN(5)]
		var out []state.Outgoing
		if random.IntN(200) == 0 { // a row may lie in any partition
			out = append(out, state.Outgoing{ID: "row", Row: &state.Row{Tenant: "acme", List: "order", ID: id, At: clock.Now()}})
		}
		receipt, err := p.Records.Commit(t.Context(), key, []state.Operation{{Verb: verb, Record: rec}}, out)
		if err == nil {
			etags[at] = receipt.ETags[0]
		} else if !errors.Is(err, state.ErrConflict) {
			t.Fatal(err)
		}
		clock.Advance(time.Millisecond)
		partition, now := partitionOf(key), clock.Now().UnixNano()
		got, ok := p.Records.recent.get(partition, now, ids)
		if !ok {
			continue
		}
		held++
		want, err := p.Records.fromDisk(t.Context(), partition, now, ids)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("step %d: %s (-disk +held)\n%s", step, key.Aggregate, diff)
		}
	}
	if held < 1000 {
		t.Errorf("%d times an aggregate was held", held)
	}
}

func TestRecentIsBounded(t *testing.T) {
	r := newRecent()
	body := json.RawMessage(`"` + strings.Repeat("x", 60<<10) + `"`)
	const aggregates = 1000
	for i := range aggregates {
		r.committed(&commit{
			partition: fmt.Sprint("acme/", i), fresh: true, etags: []int64{int64(i + 1)},
			ops: []state.Operation{{Verb: state.Create, Record: state.Record{ID: "a", Body: body}}},
		})
	}
	if r.size > recentBytes {
		t.Errorf("%d bytes are held, at most %d", r.size, recentBytes)
	}
	if _, ok := r.get("acme/0", 0, []string{"a"}); ok {
		t.Error("the oldest is held still")
	}
	if _, ok := r.get(fmt.Sprint("acme/", aggregates-1), 0, []string{"a"}); !ok {
		t.Error("the youngest is not held")
	}
	if len(r.order) != len(r.made) {
		t.Errorf("%d names for %d aggregates", len(r.order), len(r.made))
	}
}

// A row that comes to lie in a held partition, and a commit whose end is not
// known, put what is held in doubt.
func TestRecentLetsGoWhatIsInDoubt(t *testing.T) {
	for name, doubt := range map[string]func(*recent){
		"row":   func(r *recent) { r.committed(&commit{rows: []listChange{{partition: "acme/a"}}}) },
		"error": func(r *recent) { r.forget("acme/a") },
		"end":   (*recent).clear,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecent()
			r.committed(&commit{partition: "acme/a", fresh: true})
			if _, ok := r.get("acme/a", 0, nil); !ok {
				t.Fatal("it is not held")
			}
			doubt(r)
			if _, ok := r.get("acme/a", 0, nil); ok {
				t.Error("it is held still")
			}
			if r.size != 0 {
				t.Errorf("%d bytes are counted of nothing", r.size)
			}
		})
	}
}
