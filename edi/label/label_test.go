package label

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// Everything the grammars know has a label, and every label is of something
// they know or an envelope has.
func TestEverythingHasALabel(t *testing.T) {
	for _, c := range []struct {
		name     string
		labels   *Labels
		text     string
		grammars []*grammar.Grammar
	}{
		{"x12", X12(), textX12, x12Grammars()},
		{"edifact", EDIFACT(), textEDIFACT, edifactGrammars()},
	} {
		known := map[string]bool{"sets": true, "segments": true, "composites": true, "elements": true}
		check := func(kind, id, text string) {
			known[id] = true
			if text == "" {
				t.Errorf("%s: %s %s has no label", c.name, kind, id)
			}
		}
		for _, g := range c.grammars {
			for _, id := range g.Sets() {
				check("set", id, c.labels.Set(id))
			}
			for _, id := range g.Segments() {
				check("segment", id, c.labels.Segment(id))
			}
			for _, id := range g.Composites() {
				check("composite", id, c.labels.Element(id))
			}
			for _, id := range g.Elements() {
				check("element", id, c.labels.Element(id))
			}
		}
		seen := map[string]bool{}
		for line := range strings.Lines(c.text) {
			id, label, _ := strings.Cut(strings.TrimSpace(line), " ")
			if id != "" && !known[id] {
				t.Errorf("%s: %q is the label of nothing", c.name, line)
			}
			if id != "" && seen[id+label] {
				t.Errorf("%s: %q is there twice", c.name, line)
			}
			seen[id+label] = true
			if len(label) > 36 || label != strings.TrimSpace(label) {
				t.Errorf("%s: the label %q is too long for a line, or has blanks around it", c.name, label)
			}
		}
	}
	if X12().Segment("PO1") == "" || X12().Segment("NO!") != "" {
		t.Error("PO1 has a label, and what is no segment has none")
	}
}

func x12Grammars() []*grammar.Grammar {
	old, _ := x12.Grammar("004010")
	late, _ := x12.Grammar("005010")
	return []*grammar.Grammar{old, late}
}

func edifactGrammars() []*grammar.Grammar {
	var all []*grammar.Grammar
	for _, directory := range []string{"D96A", "D01B"} {
		for _, syntax := range []string{"3", "4"} {
			g, _ := edifact.Grammar(directory, syntax)
			all = append(all, g)
		}
	}
	return all
}
