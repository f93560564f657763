package x12

import (
	"slices"
	"testing"
)

func TestGrammarNearest(t *testing.T) {
	for _, c := range []struct {
		version, want string
		exact         bool
	}{
		{"004010", "004010", true}, {"004010VICS", "004010", true}, {"005010", "005010", true}, {"005010X222A1", "005010", true},
		{"003010", "004010", false}, {"004060", "004010", false}, {"005030", "005010", false}, {"", "004010", false}, {"00401", "004010", false},
	} {
		g, exact := Grammar(c.version)
		if g.Release() != c.want || exact != c.exact {
			t.Errorf("Grammar(%q) = %s, %t, want %s, %t", c.version, g.Release(), exact, c.want, c.exact)
		}
	}
}

func TestGrammarSets(t *testing.T) {
	want := []string{
		"810", "820", "824", "832", "846", "850", "852", "855", "856", "860", "865", "867", "875", "880", "940", "943", "944", "945", "997",
	}
	for _, version := range []string{"004010", "005010"} {
		g, _ := Grammar(version)
		if version == "005010" {
			want = append(want, "999")
		}
		if got := g.Sets(); !slices.Equal(got, want) {
			t.Errorf("%s holds %v, want %v", version, got, want)
		}
		for _, id := range g.Sets() {
			if s := g.Set(id); s == nil || len(s.Rows) < 8 {
				t.Errorf("%s %s has no rows", version, id)
			}
		}
	}
}
