package x12

import (
	"slices"
	"testing"

	"github.com/crossdock/crossdock/edi/grammar"
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

// TestGrammarTables counts what is embedded and looks at each set and list.
func TestGrammarTables(t *testing.T) {
	for _, want := range []struct {
		version                                string
		segments, elements, notes, rows, loops int
	}{
		{"004010", 205, 473, 446, 1458, 256},
		{"005010", 214, 494, 464, 1605, 283},
	} {
		g, _ := Grammar(want.version)
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
	if first, last := s.Rows[0].Segment.ID, s.Rows[len(s.Rows)-1].Segment.ID; first != "ST" || last != "SE" {
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
		// 478 has codes of three letters though it is one long: the sources say so.
		if (len(code) < e.Min || len(code) > e.Max) && e.ID != "478" || !e.HasCode(code) {
			t.Errorf("code %q of element %s, %d to %d characters", code, e.ID, e.Min, e.Max)
		}
	}
}
