package edifact

import (
	"slices"
	"testing"
)

func TestGrammarNearest(t *testing.T) {
	for _, c := range []struct {
		directory, syntax, want string
		exact                   bool
	}{
		{"D96A", "3", "D96A", true}, {"d96a", "1", "D96A", true}, {"D01B", "4", "D01B", true}, {"D93A", "2", "D96A", false},
		{"S93A", "3", "D96A", false}, {"D98B", "3", "D96A", false}, {"D99A", "3", "D01B", false}, {"D17A", "4", "D01B", false},
		{"", "", "D96A", false}, {"2:1", "1", "D96A", false},
	} {
		g, exact := Grammar(c.directory, c.syntax)
		if g.Release() != c.want || exact != c.exact {
			t.Errorf("Grammar(%q, %q) = %s, %t, want %s, %t", c.directory, c.syntax, g.Release(), exact, c.want, c.exact)
		}
	}
}

func TestGrammarSets(t *testing.T) {
	want := []string{"CONTRL", "DESADV", "INVOIC", "INVRPT", "ORDCHG", "ORDERS", "ORDRSP", "PRICAT", "RECADV", "SLSRPT"}
	for _, directory := range []string{"D96A", "D01B"} {
		for _, syntax := range []string{"3", "4"} {
			g, _ := Grammar(directory, syntax)
			if got := g.Sets(); !slices.Equal(got, want) {
				t.Errorf("%s holds %v, want %v", directory, got, want)
			}
			for _, id := range g.Sets() {
				if s := g.Set(id); s == nil || len(s.Rows) < 8 {
					t.Errorf("%s %s has no rows", directory, id)
				}
			}
		}
	}
}
