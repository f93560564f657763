package statetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/state"
)

var batchTests = []test{
	{"one refused operation undoes all", func(t *testing.T, p Platform) {
		etag := p.commit(t, key, create("a", 1), create("b", 1)).ETags[0]
		for name, last := range map[string]state.Operation{
			"create":  create("b", 9),
			"replace": replace("b", etag, 9),
			"delete":  remove("b", etag),
		} {
			for _, ops := range [][]state.Operation{
				{create("new", 9), put("a", 9), last},
				{last, create("new", 9), put("a", 9)},
				{remove("a", ""), last, create("new", 9)},
			} {
				p.refused(t, state.ErrConflict, key, ops, send(plain("never-"+name)), send(inSession("acme/1", "never2-"+name)))
				p.holds(t, key, "", map[string]int{"a": 1, "b": 1, "new": -1})
			}
		}
		p.depth(t, PlainQueue, 0, 0, 0)
		p.depth(t, SessionQueue, 0, 0, 0)
		p.nothingUnsent(t)
	}},
	{"operations of a batch are done in turn", func(t *testing.T, p Platform) {
		p.refused(t, state.ErrConflict, key, []state.Operation{create("a", 1), create("a", 2)})
		p.holds(t, key, "", map[string]int{"a": -1})
		p.commit(t, key, put("a", 1), put("a", 2))
		p.holds(t, key, "", map[string]int{"a": 2})
		p.commit(t, key, remove("a", ""), create("a", 3))
		p.holds(t, key, "", map[string]int{"a": 3})
	}},
	{"a batch has a hundred operations", func(t *testing.T, p Platform) {
		var ops []state.Operation
		want := map[string]int{}
		for n := range state.MaxBatchOperations {
			ops = append(ops, create(fmt.Sprintf("r%03d", n), n))
			want[fmt.Sprintf("r%03d", n)] = n
		}
		p.refused(t, state.ErrTooLarge, key, append(ops, create("more", 1)))
		p.refused(t, state.ErrTooLarge, key, ops, send(plain("m"))) // an outgoing is one too
		p.refused(t, state.ErrInvalid, key, nil)
		p.holds(t, key, "", map[string]int{"r000": -1})
		p.commit(t, key, ops...)
		p.holds(t, key, "", want)
	}},
	{"records and batches have their size", func(t *testing.T, p Platform) {
		large := record("a", 1)
		large.Body = jsonOf(state.MaxRecordBytes)
		p.commit(t, key, state.Operation{Verb: state.Create, Record: large})
		large.ID, large.Body = "b", jsonOf(state.MaxRecordBytes+1)
		p.refused(t, state.ErrTooLarge, key, []state.Operation{{Verb: state.Create, Record: large}})

		var ops []state.Operation
		for n := range 40 { // 40 × 60 KiB lie above 2 MiB, 32 × 60 KiB below
			r := record(fmt.Sprintf("r%d", n), n)
			r.Body = jsonOf(60 << 10)
			ops = append(ops, state.Operation{Verb: state.Put, Record: r})
		}
		p.refused(t, state.ErrTooLarge, key, ops)
		if recs, err := p.Backend.Read(within(t), key, "", "r0"); err != nil || len(recs) != 0 {
			t.Errorf("after a refused batch: %v, %v, want none", idsOf(recs), err)
		}
		p.commit(t, key, ops[:32]...)
	}},
	{"a body is JSON", func(t *testing.T, p Platform) {
		r := record("a", 1)
		r.Body = json.RawMessage(`{"n":`)
		p.refused(t, state.ErrInvalid, key, []state.Operation{{Verb: state.Create, Record: r}})
		p.refused(t, state.ErrInvalid, key, []state.Operation{{Verb: 0, Record: record("a", 1)}})
	}},
}

// jsonOf is a JSON string of n bytes.
func jsonOf(n int) json.RawMessage {
	return json.RawMessage(`"` + strings.Repeat("x", n-2) + `"`)
}

// sameJSON compares as a reader does: a platform may write its own spelling.
func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var v [2]any
	for i, raw := range [][]byte{a, b} {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&v[i]); err != nil {
			t.Fatalf("body %q: %v", raw, err)
		}
	}
	return reflect.DeepEqual(v[0], v[1])
}
