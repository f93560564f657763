package compare

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/internal/samplestest"
)

func differ(t testing.TB, name string, a, b []byte, o Options) []Change {
	t.Helper()
	var texts [2]*document.Text
	for i, data := range [][]byte{a, b} {
		var err error
		if texts[i], err = document.NewText(bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	changes := []Change{}
	result, err := Files(texts[0], texts[1], o, func(c Change) { changes = append(changes, c) })
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if result.Changes != len(changes) {
		t.Errorf("%s: %d changes were told, the result says %d", name, len(changes), result.Changes)
	}
	return changes
}

// mutant is data with the last digit of one quantity or amount another, and
// false if there is none.
func mutant(t testing.TB, data []byte) ([]byte, bool) {
	t.Helper()
	text, err := document.NewText(bytes.NewReader(data))
	if err != nil || text.Decoded() {
		return nil, false
	}
	for s, err := range document.Read(text, document.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		if s.Kind != document.SetSegment || s.Interchange.Index > 1 {
			continue
		}
		for e := range document.Elements(s.Segment, s.Definition()) {
			last := len(e.Raw) - 1
			if e.Def == nil || e.Def.Type != grammar.TypeR && e.Def.ID != "6060" || e.Raw[last] < '0' || e.Raw[last] > '9' || bytes.ContainsAny(s.Segment.Raw(), "\r\n") {
				continue
			}
			out := bytes.Clone(data)
			at := int(s.Segment.Position().Offset) + e.At + last
			out[at] = '0' + (out[at]-'0'+1)%10
			return out, true
		}
	}
	return nil, false
}

// A real file is the same as itself, however its lines end; with one figure
// changed that is what is told.
func TestSamples(t *testing.T) {
	mutants := 0
	for name, data := range samplestest.All(t) {
		for _, o := range []Options{{}, {Envelope: true}} {
			if changes := differ(t, name, data, data, o); len(changes) > 0 {
				t.Errorf("%s differs from itself: %v", name, changes)
			}
		}
		if bytes.HasPrefix(data, []byte("ISA")) && !bytes.ContainsAny(data, "\r\n") && bytes.Count(data, []byte("~")) > 3 {
			if changes := differ(t, name, data, bytes.ReplaceAll(data, []byte("~"), []byte("~\r\n")), Options{}); len(changes) > 0 {
				t.Errorf("%s differs with other line ends: %v", name, changes)
			}
		}
		other, ok := mutant(t, data)
		if !ok {
			continue
		}
		mutants++
		forth, back := differ(t, name, data, other, Options{}), differ(t, name, other, data, Options{})
		if len(forth) != 1 || len(back) != 1 || forth[0].Kind != Changed || forth[0].Old != back[0].New {
			t.Errorf("%s with one figure changed: %v, and back: %v", name, forth, back)
		}
	}
	if mutants < 80 {
		t.Errorf("%d files had a figure to change, want more", mutants)
	}
}

const before = "ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~" +
	"GS*PO*GRANITE*HARBOR*20261102*0930*7*X*004010~ST*850*0001~BEG*00*SA*G-100**20261102~REF*DP*038~REF*PS*R~DTM*002*20261116~" +
	"N1*ST*Granite Hardware*92*0042~N4*Stonetown*OH*44139~PO1*1*12*EA*9.50**VP*4711~PO1*2*5*CA*31**VP*4712~CTT*2~SE*11*0001~GE*1*7~IEA*1*000000007~"

// How a file is written makes no difference, and each thing said otherwise
// makes one.
func TestChanges(t *testing.T) {
	replaced := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(before) }
	for _, c := range []struct {
		name, after string
		want        []string
	}{
		{"delimiters", replaced("*", "|", "~", "\n"), nil},
		{"zeros", replaced("*9.50*", "*09.5*", "*31*", "*31.00*"), nil},
		{"padding and separators", replaced("*038~", "*038   ~", "*0042~", "*0042***~"), nil},
		{"order", replaced("REF*DP*038~REF*PS*R~", "REF*PS*R~REF*DP*038~"), nil},
		{"envelope", replaced("000000007", "000000008", "*261102*0930", "*261103*1200", "*0001~", "*0009~"), nil},
		{"a value", replaced("*12*EA", "*13*EA"), []string{"line 1, item 4711: quantity ordered was 12, is 13"}},
		{"a value gone", replaced("*R~", "*~"), []string{"reference (PS): reference was R, is empty"}},
		{"a date", replaced("20261116", "20261117"), []string{"date or time (requested delivery): date was 2026-11-16, is 2026-11-17"}},
		{"a line number", replaced("PO1*2*5", "PO1*20*5"), []string{"line 2, item 4712: line number was 2, is 20"}},
		{"an item", replaced("VP*4712", "VP*4713"), []string{"line 2, item 4712: item id was 4712, is 4713"}},
		{"a line", replaced("PO1*2*5*CA*31**VP*4712~", ""), []string{"line 2, item 4712: gone, PO1*2*5*CA*31**VP*4712"}},
		{"a party", replaced("N1*ST*Granite Hardware*92*0042~N4*Stonetown*OH*44139~", ""), []string{"party (ship to): gone, N1*ST*Granite Hardware*92*0042, with 1 segment more"}},
		{"a sender", replaced("*ZZ*GRANITE  ", "*ZZ*QUARRY   "), []string{"envelope: sender was ZZ:GRANITE, is ZZ:QUARRY"}},
		{"a document", replaced("*850*", "*855*", "BEG*00*SA*G-100**20261102", "BAK*00*AC*G-100*20261102"), []string{
			"850 purchase order G-100: gone, with 11 segments more", "855 order answer G-100: new, with 11 segments more",
		}},
	} {
		var got []string
		for _, change := range differ(t, c.name, []byte(before), []byte(c.after), Options{}) {
			got = append(got, change.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if n := len(differ(t, "envelope", []byte(before), []byte(replaced("000000007", "000000008")), Options{Envelope: true})); n != 1 {
		t.Errorf("%d changes of the envelope, want 1", n)
	}
}

// Files of different standards are not compared.
func TestStandards(t *testing.T) {
	a, err := document.NewText(strings.NewReader(before))
	if err != nil {
		t.Fatal(err)
	}
	b, err := document.NewText(strings.NewReader("UNB+UNOA:3+A+B+261102:0930+1'UNZ+0+1'"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Files(a, b, Options{}, nil); err == nil || !strings.Contains(err.Error(), "EDIFACT") {
		t.Errorf("error %v", err)
	}
}
