package state_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// A list gives its newest rows first, over its shards and over months.
func TestList(t *testing.T) {
	r := newRig(t)
	const rows = 60
	now := r.Now().Truncate(time.Second)
	at := func(n int) time.Time { return now.AddDate(0, 0, -n) } // two months of days
	for n := range rows {
		b := r.Batch(state.Key{Tenant: "acme", Aggregate: fmt.Sprint("a", n)})
		b.Post(state.ListDocuments, fmt.Sprintf("d%02d", n), at(n), n)
		if _, err := b.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	list := func(q state.ListQuery) []state.Row {
		t.Helper()
		q.Tenant, q.List = "acme", state.ListDocuments
		got, err := r.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range got {
			if row.ID != fmt.Sprintf("d%02d", i) || !row.At.Equal(at(i)) || string(row.Body) != fmt.Sprint(i) {
				t.Fatalf("row %d of %+v: %+v", i, q, row)
			}
		}
		return got
	}
	for _, c := range []struct {
		query state.ListQuery
		want  int
	}{
		{state.ListQuery{Since: at(rows)}, rows}, {state.ListQuery{Since: at(9)}, 10}, {state.ListQuery{Limit: 35, Since: at(rows)}, 35},
		{state.ListQuery{Limit: 1}, 1}, {state.ListQuery{Since: now.Add(time.Second)}, 0},
	} {
		if got := len(list(c.query)); got != c.want {
			t.Errorf("%+v: %d rows, want %d", c.query, got, c.want)
		}
	}
	b := r.Batch(state.Key{Tenant: "acme", Aggregate: "a0"})
	b.Strike(state.ListDocuments, "d59", at(59))
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(list(state.ListQuery{Since: at(rows)})); got != rows-1 {
		t.Errorf("%d rows after one was struck", got)
	}
}
