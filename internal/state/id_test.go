package state_test

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/state"
)

func TestID(t *testing.T) {
	for want, parts := range map[string][]string{
		"order.globex.4711":       {"order", "globex", "4711"},
		"order.globex.47~2F11":    {"order", "globex", "47/11"},
		"a~2Eb.c":                 {"a.b", "c"},
		"a.b~2Ec":                 {"a", "b.c"},
		"~7E.~20.~C3~A4":          {"~", " ", "ä"},
		"order.globex.47~0A~00x.": {"order", "globex", "47\n\x00x", ""},
	} {
		if got := state.ID(parts...); got != want {
			t.Errorf("%q: %s, want %s", parts, got, want)
		}
	}
}

// Whatever a partner sends, different parts give different ids, and each is
// one that every platform takes, by itself and wherever it is a part of one:
// as an aggregate, a failure of it, and a row.
func TestIDsOfAnyLength(t *testing.T) {
	seen := map[string]string{}
	for _, unit := range []string{"a", ".", "~", "/", "ü", "注"} {
		for n := 1; n <= 400; n++ {
			number := strings.Repeat(unit, n)
			for _, parts := range [][]string{
				{"order", "a-partner-with-a-name-of-32-bytes", number},
				{"order", "p", number, number}, {"claim", "x12", "p", number, number, number},
			} {
				id := state.ID(parts...)
				if !state.ValidID(id) {
					t.Fatalf("%d of %q: %q is no id", n, unit, id)
				}
				if other := seen[id]; other != "" {
					t.Fatalf("%.40q and %.40q are both %s", parts, other, id)
				}
				seen[id] = strings.Join(parts, " ")
				for _, of := range []string{id, id + ".0123456789ab", state.ID("failure", state.QueueEDIOutbound, id)} {
					if row := state.RowRecord(state.Row{ID: of, Body: []byte("{}")}).ID; !state.ValidID(row) {
						t.Fatalf("%d of %q: the row's id %q is %d bytes", n, unit, row, len(row))
					}
				}
			}
		}
	}
}
