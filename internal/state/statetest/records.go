package statetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

var recordTests = []test{
	{"create is conditional", func(t *testing.T, p Platform) {
		p.commit(t, key, create("a", 1))
		p.refused(t, state.ErrConflict, key, []state.Operation{create("a", 2)})
		p.holds(t, key, "", map[string]int{"a": 1})
	}},
	{"of many creators one wins", func(t *testing.T, p Platform) {
		for round := range 10 {
			id := fmt.Sprintf("r%d", round)
			winner := race(t, 8, func(n int) error {
				_, err := p.Backend.Commit(within(t), key, []state.Operation{create(id, n)}, nil)
				return err
			})
			p.holds(t, key, "", map[string]int{id: winner})
		}
	}},
	{"of many replacers of one ETag one wins", func(t *testing.T, p Platform) {
		etag := p.commit(t, key, create("a", 0)).ETags[0]
		for range 10 {
			winner := race(t, 8, func(n int) error {
				_, err := p.Backend.Commit(within(t), key, []state.Operation{replace("a", etag, n)}, nil)
				return err
			})
			recs, err := p.Backend.Read(within(t), key, "", "a")
			if err != nil || len(recs) != 1 || number(t, recs[0].Body) != winner {
				t.Fatalf("after %d won: %+v, %v", winner, recs, err)
			}
			if recs[0].ETag == etag {
				t.Fatalf("the ETag %s did not change", etag)
			}
			etag = recs[0].ETag
		}
	}},
	{"replace wants the ETag and the record", func(t *testing.T, p Platform) {
		first := p.commit(t, key, create("a", 1)).ETags[0]
		second := p.commit(t, key, replace("a", first, 2)).ETags[0]
		p.refused(t, state.ErrConflict, key, []state.Operation{replace("a", first, 3)})
		p.refused(t, state.ErrConflict, key, []state.Operation{replace("a", "", 3)})
		p.refused(t, state.ErrConflict, key, []state.Operation{replace("none", second, 3)})
		p.holds(t, key, "", map[string]int{"a": 2, "none": -1})
	}},
	{"an ETag is not used again", func(t *testing.T, p Platform) {
		first := p.commit(t, key, create("a", 1)).ETags[0]
		p.commit(t, key, remove("a", first))
		if again := p.commit(t, key, create("a", 1)).ETags[0]; again == first {
			t.Errorf("a record created anew has the ETag %s it had before", again)
		}
		p.refused(t, state.ErrConflict, key, []state.Operation{replace("a", first, 2)})
	}},
	{"put writes whatever is there", func(t *testing.T, p Platform) {
		first := p.commit(t, key, put("a", 1)).ETags[0]
		p.holds(t, key, "", map[string]int{"a": 1})
		if second := p.commit(t, key, put("a", 2)).ETags[0]; second == first {
			t.Errorf("put did not change the ETag %s", first)
		}
		p.holds(t, key, "", map[string]int{"a": 2})
	}},
	{"delete under an ETag and without", func(t *testing.T, p Platform) {
		first := p.commit(t, key, create("a", 1)).ETags[0]
		p.commit(t, key, put("a", 2))
		p.refused(t, state.ErrConflict, key, []state.Operation{remove("a", first)})
		p.holds(t, key, "", map[string]int{"a": 2})
		if etag := p.commit(t, key, remove("a", "")).ETags[0]; etag != "" {
			t.Errorf("a delete answers the ETag %q, want none", etag)
		}
		p.holds(t, key, "", map[string]int{"a": -1})
		p.commit(t, key, remove("a", "")) // nothing there: nothing to do
		p.refused(t, state.ErrConflict, key, []state.Operation{remove("a", first)})
	}},
	{"a record comes back as it was", func(t *testing.T, p Platform) {
		want := record("a-B_9.~x", 7)
		want.Version, want.Expires = 3, p.Now().Add(time.Hour).UTC().Truncate(time.Second)
		want.Body = []byte(`{"n":7,"text":"ä<&>\u2028\"","big":12345678901234567890,"list":[1.50,null,true]}`)
		want.ETag = p.commit(t, key, state.Operation{Verb: state.Create, Record: want}).ETags[0]
		recs, err := p.Backend.Read(within(t), key, "", want.ID)
		if err != nil || len(recs) != 1 {
			t.Fatalf("read: %+v, %v", recs, err)
		}
		got := recs[0]
		if got.ID != want.ID || got.Kind != want.Kind || got.Version != want.Version || got.ETag != want.ETag || !got.Expires.Equal(want.Expires) {
			t.Errorf("read %+v, want %+v", got, want)
		}
		if !sameJSON(t, got.Body, want.Body) {
			t.Errorf("body %s, want %s", got.Body, want.Body)
		}
	}},
	{"read answers what exists, in the order asked", func(t *testing.T, p Platform) {
		p.commit(t, key, create("a", 1), create("b", 2), create("c", 3))
		recs, err := p.Backend.Read(within(t), key, "", "c", "none", "a")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := idsOf(recs), []string{"c", "a"}; !slices.Equal(got, want) {
			t.Errorf("read %v, want %v", got, want)
		}
		if recs, err := p.Backend.Read(within(t), key, ""); err != nil || len(recs) != 0 {
			t.Errorf("read of no ids: %v, %v", recs, err)
		}
	}},
	{"partitions know nothing of each other", func(t *testing.T, p Platform) {
		keys := []state.Key{key, {Tenant: "acme", Aggregate: "order.2"}, {Tenant: "acme2", Aggregate: "order.1"}, {Tenant: "_", Aggregate: "order.1"}, {Tenant: "acme", Aggregate: "order"}, {Tenant: "acme", Aggregate: "order.1/x"}}
		for i, k := range keys {
			p.commit(t, k, create("a", i))
		}
		for i, k := range keys {
			p.holds(t, k, "", map[string]int{"a": i})
			page, err := p.Backend.Scan(within(t), k, "", "", "", "", 10)
			if err != nil || len(page.Records) != 1 {
				t.Errorf("scan of %+v: %v, %v, want its one record", k, idsOf(page.Records), err)
			}
		}
		p.commit(t, keys[0], remove("a", ""))
		p.holds(t, keys[1], "", map[string]int{"a": 1})
	}},
	{"scan goes in byte order, page by page", func(t *testing.T, p Platform) {
		ids := []string{"-", "1", "10", "2", "A", "B", "_", "a", "a-", "a.", "a.b", "aa", "b", "~"}
		for _, id := range slices.Backward(ids) {
			p.commit(t, key, create(id, 1))
		}
		for _, c := range []struct {
			from, to string
			want     []string
		}{
			{"", "", ids},
			{"a", "b", ids[7:12]},
			{"a.", "a/", ids[9:11]},
			{"2", "", ids[3:]},
			{"", "A", ids[:4]},
			{"b", "a", nil},
		} {
			for _, limit := range []int{1, 3, 5, 100} {
				if got := p.scan(t, key, c.from, c.to, limit); !slices.Equal(got, c.want) {
					t.Errorf("scan [%q, %q) by %d: %v, want %v", c.from, c.to, limit, got, c.want)
				}
			}
		}
	}},
	{"what expired is gone", func(t *testing.T, p Platform) {
		short, long := record("short", 1), record("long", 2)
		short.Expires, long.Expires = p.Now().Add(10*time.Second), p.Now().Add(time.Hour)
		p.commit(t, key, state.Operation{Verb: state.Create, Record: short}, state.Operation{Verb: state.Create, Record: long}, create("ever", 3))
		p.holds(t, key, "", map[string]int{"short": 1, "long": 2, "ever": 3})
		p.Advance(11 * time.Second)
		p.holds(t, key, "", map[string]int{"short": -1, "long": 2, "ever": 3})
		if got, want := p.scan(t, key, "", "", 1), []string{"ever", "long"}; !slices.Equal(got, want) {
			t.Errorf("scan: %v, want %v", got, want)
		}
		p.commit(t, key, create("short", 4)) // its place is free
		p.holds(t, key, "", map[string]int{"short": 4})
	}},
	{"what expired has no ETag to replace", func(t *testing.T, p Platform) {
		r := record("a", 1)
		r.Expires = p.Now().Add(10 * time.Second)
		etag := p.commit(t, key, state.Operation{Verb: state.Create, Record: r}).ETags[0]
		p.Advance(11 * time.Second)
		p.refused(t, state.ErrConflict, key, []state.Operation{replace("a", etag, 2)})
		p.refused(t, state.ErrConflict, key, []state.Operation{remove("a", etag)})
	}},
	{"a read that carries the token sees the commit", func(t *testing.T, p Platform) {
		if p.Stale != nil {
			p.Stale(true)
			defer p.Stale(false)
		}
		for n := range 20 {
			r := p.commit(t, key, put("a", n))
			p.holds(t, key, r.Token, map[string]int{"a": n})
			page, err := p.Backend.Scan(within(t), key, r.Token, "", "", "", 10)
			if err != nil || len(page.Records) != 1 || number(t, page.Records[0].Body) != n {
				t.Errorf("scan with token: %+v, %v, want %d", page, err, n)
			}
		}
		p.refused(t, state.ErrConflict, key, []state.Operation{create("a", 0)})
	}},
	{"a reopened platform remembers", func(t *testing.T, p Platform) {
		if p.Reopen == nil {
			return
		}
		etag := p.commit(t, key, create("a", 1)).ETags[0]
		p = p.Reopen(t)
		p.holds(t, key, "", map[string]int{"a": 1})
		again := p.commit(t, key, replace("a", etag, 2)).ETags[0]
		if again == etag {
			t.Errorf("the ETag %s is used again", etag)
		}
	}},
	{"ids of another alphabet are refused", func(t *testing.T, p Platform) {
		long := string(slices.Repeat([]byte("a"), state.MaxIDBytes+1))
		for _, id := range []string{"", "a/b", "a b", "ä", "a\x00", "a#", "a?", `a\b`, "a%2F", long} {
			p.refused(t, state.ErrInvalid, key, []state.Operation{create(id, 1)})
			p.refused(t, state.ErrInvalid, key, []state.Operation{remove(id, "")})
			if _, err := p.Backend.Read(within(t), key, "", id); !errors.Is(err, state.ErrInvalid) {
				t.Errorf("read of id %q: %v, want %v", id, err, state.ErrInvalid)
			}
		}
		for _, k := range []state.Key{{}, {Tenant: "acme"}, {Aggregate: "a"}, {Tenant: "acme/x", Aggregate: "a"}, {Tenant: "acme", Aggregate: "a b"}, {Tenant: "acme", Aggregate: "/a"}, {Tenant: "acme", Aggregate: "a//b"}} {
			p.refused(t, state.ErrInvalid, k, []state.Operation{create("a", 1)})
			if _, err := p.Backend.Read(within(t), k, "", "a"); !errors.Is(err, state.ErrInvalid) {
				t.Errorf("read of %+v: %v, want %v", k, err, state.ErrInvalid)
			}
			if _, err := p.Backend.Scan(within(t), k, "", "", "", "", 1); !errors.Is(err, state.ErrInvalid) {
				t.Errorf("scan of %+v: %v, want %v", k, err, state.ErrInvalid)
			}
		}
		p.commit(t, key, create(long[1:], 1))
	}},
}

// race lets n goroutines try at once and wants exactly one to win and the
// others to meet ErrConflict. It returns the winner.
func race(t *testing.T, n int, try func(n int) error) int {
	t.Helper()
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = try(i)
		})
	}
	close(start)
	wg.Wait()
	winner := -1
	for i, err := range errs {
		switch {
		case err == nil && winner < 0:
			winner = i
		case err == nil:
			t.Fatalf("both %d and %d won", winner, i)
		case !errors.Is(err, state.ErrConflict):
			t.Fatalf("%d: %v, want %v", i, err, state.ErrConflict)
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	return winner
}

func (p Platform) scan(t *testing.T, k state.Key, from, to string, limit int) []string {
	t.Helper()
	var ids []string
	for next := ""; ; {
		page, err := p.Backend.Scan(within(t), k, "", from, to, next, limit)
		if err != nil {
			t.Fatalf("scan [%q, %q): %v", from, to, err)
		}
		if len(page.Records) > limit {
			t.Fatalf("page of %d, limit %d", len(page.Records), limit)
		}
		ids = append(ids, idsOf(page.Records)...)
		if next = page.Next; next == "" {
			return ids
		}
	}
}

func idsOf(recs []state.Record) []string {
	var ids []string
	for _, r := range recs {
		ids = append(ids, r.ID)
	}
	return ids
}
