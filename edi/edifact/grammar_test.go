package edifact

import (
	"slices"
	"testing"

	"github.com/crossdock/crossdock/edi/grammar"
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

// TestGrammarTables counts what is embedded and looks at each set and list.
func TestGrammarTables(t *testing.T) {
	for _, want := range []struct {
		directory, syntax                      string
		segments, elements, notes, rows, loops int
	}{
		{"D96A", "3", 67, 288, 0, 999, 349},
		{"D96A", "4", 71, 325, 1, 999, 349},
		{"D01B", "3", 79, 334, 0, 1172, 381},
		{"D01B", "4", 83, 371, 1, 1172, 381},
	} {
		g, _ := Grammar(want.directory, want.syntax)
		got := want
		got.segments, got.elements, got.notes, got.rows, got.loops = 0, 0, 0, 0, 0
		for _, id := range g.Segments() {
			got.segments++
			got.notes += len(g.Segment(id).Notes)
		}
		for _, id := range g.Composites() {
			got.notes += len(g.Composite(id).Notes)
		}
		for _, id := range g.Elements() {
			got.elements++
			checkCodes(t, g.Element(id))
		}
		for _, id := range g.Sets() {
			s := g.Set(id)
			got.rows += len(s.Rows)
			got.loops += len(s.Loops) - 1
			checkSet(t, s)
		}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

// checkSet holds a set to what every set has.
func checkSet(t *testing.T, s *grammar.Set) {
	t.Helper()
	if first, last := s.Rows[0].Segment.ID, s.Rows[len(s.Rows)-1].Segment.ID; first != "UNH" || last != "UNT" {
		t.Errorf("%s goes from %s to %s", s.ID, first, last)
	}
	paths := map[string]bool{}
	for i, l := range s.Loops {
		if paths[l.Path] {
			t.Errorf("%s has two loops %q", s.ID, l.Path)
		}
		paths[l.Path] = true
		if i == 0 {
			continue
		}
		parent := s.Loops[l.Parent]
		if l.Parent >= i || l.First < parent.First || l.Last > parent.Last || s.Rows[l.First].Loop != i {
			t.Errorf("%s: loop %s is not inside its parent", s.ID, l.Path)
		}
	}
	for i, r := range s.Rows {
		l := s.Loops[r.Loop]
		if r.Segment == nil || i < l.First || i > l.Last || i > 0 && r.Position <= s.Rows[i-1].Position {
			t.Errorf("%s: row %d is out of its loop or order", s.ID, i)
		}
	}
}

// checkCodes looks at a code list: each code once, each as long as it may be.
func checkCodes(t *testing.T, e *grammar.ElementDef) {
	t.Helper()
	codes := e.Codes()
	if len(codes) != len(slices.Compact(slices.Sorted(slices.Values(codes)))) {
		t.Errorf("the list of element %s has a code twice", e.ID)
	}
	for _, code := range codes {
		if len(code) < e.Min || len(code) > e.Max || !e.HasCode(code) {
			t.Errorf("code %q of element %s, %d to %d characters", code, e.ID, e.Min, e.Max)
		}
	}
}

// A package marked with an SSCC is no fault, whichever directory and whether
// 0057 names EANCOM or not.
func TestMarkedPackages(t *testing.T) {
	for _, directory := range []string{"D96A", "D01B"} {
		for _, syntax := range []string{"3", "4"} {
			g, exact := Grammar(directory, syntax)
			if e := g.Element("4233"); !exact || !e.HasCode("33E") || !e.HasCode("17") || e.HasCode("33") {
				t.Errorf("%s, syntax %s: 33E %v, 17 %v, 33 %v", directory, syntax, e.HasCode("33E"), e.HasCode("17"), e.HasCode("33"))
			}
		}
	}
}
