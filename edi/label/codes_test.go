package label

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi/grammar"
)

// A code that has a label is in the list of its element, in a release that has
// tables, once.
func TestCodesExist(t *testing.T) {
	for _, c := range []struct {
		name, text string
		grammars   []*grammar.Grammar
	}{
		{"x12", codesX12, x12Grammars()},
		{"edifact", codesEDIFACT, edifactGrammars()},
	} {
		seen := map[string]bool{}
		for line := range strings.Lines(c.text) {
			words := strings.SplitN(strings.TrimSuffix(line, "\n"), " ", 3)
			if len(words) != 3 || len(words[2]) > 36 || words[2] != strings.TrimSpace(words[2]) {
				t.Errorf("%s: %q is no element, code and short label", c.name, line)
				continue
			}
			if key := words[0] + " " + words[1]; seen[key] {
				t.Errorf("%s: %s has two labels", c.name, key)
			} else {
				seen[key] = true
			}
			found := false
			for _, g := range c.grammars {
				e := g.Element(words[0])
				found = found || e != nil && e.HasCode(words[1])
			}
			if !found {
				t.Errorf("%s: element %s has no code %s", c.name, words[0], words[1])
			}
		}
	}
	if got := X12().Code("98", "ST"); got != "ship to" {
		t.Errorf("ST of 98 is called %q", got)
	}
	if got := EDIFACT().Code("98", "ST"); got != "" {
		t.Errorf("a code of the other standard is called %q", got)
	}
}
