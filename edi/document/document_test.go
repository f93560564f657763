package document

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/samplestest"
)

// sample is a real file.
type sample struct {
	name string
	data []byte
}

// samples are the real files of the index, read where they are.
func samples(t testing.TB) []sample {
	t.Helper()
	var all []sample
	for name, data := range samplestest.All(t) {
		all = append(all, sample{name, data})
	}
	if len(all) < 300 {
		t.Fatalf("the index names %d files", len(all))
	}
	return all
}

// walked is what the steps through a file come to.
type walked struct {
	segments int
	findings []edi.Finding
	depth    int
	loops    []string // depth and tag of each segment of a set
}

func read(t testing.TB, name string, data []byte) walked {
	t.Helper()
	text, err := NewText(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var w walked
	end := int64(0)
	open := map[Kind]int{}
	for s, err := range Read(text, Options{}) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.From != end || s.To < s.From {
			t.Fatalf("%s: a step of kind %d from %d to %d follows one that ended at %d", name, s.Kind, s.From, s.To, end)
		}
		end = s.To
		open[s.Kind]++
		if s.Segment != nil {
			w.segments++
		}
		if s.Kind == SetSegment {
			w.depth = max(w.depth, s.Depth)
			w.loops = append(w.loops, strings.Repeat(" ", s.Depth)+s.Segment.ID())
		}
		w.findings = append(w.findings, s.Findings...)
	}
	rest := bytes.TrimLeftFunc(data[min(int(end), len(data)):], func(r rune) bool { return r <= ' ' || r == 0x1A || r == utf8.RuneError }) // or the rest of a terminator of several bytes
	if !text.Decoded() && len(rest) > 0 {
		t.Errorf("%s: bytes from %d on are in no step: %q", name, end, edi.Printable(data[end:], 40))
	}
	if open[InterchangeStart] != open[InterchangeEnd] || open[GroupStart] != open[GroupEnd] || open[SetStart] != open[SetEnd] {
		t.Errorf("%s: a level that started did not end: %v", name, open)
	}
	return w
}

// Every byte of every real file is in one step, and every level ends.
func TestSamples(t *testing.T) {
	deep := 0
	for _, s := range samples(t) {
		w := read(t, s.name, s.data)
		if w.depth > 1 {
			deep++
		}
	}
	if deep < 40 {
		t.Errorf("%d files have loops in loops, want more", deep)
	}
}

const order = "ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~\n" +
	"GS*PO*GRANITE*HARBOR*20261102*0930*7*X*004010~\nST*850*0001~\nBEG*00*SA*G-100**20261102~\n" +
	"N1*ST*Granite Hardware*92*0042~\nN3*Quarry Road 1~\nPO1*1*12*XX*9.50**VP*4711~\nPID*F****Nails, 40 mm~\nXYZ*1~\nCTT*1~\nSE*9*0001~\nGE*1*7~\nIEA*1*000000007~\n"

// Members of a loop stand deeper than its trigger, and a finding comes with
// the segment it is about, that of a trailer after it.
func TestSteps(t *testing.T) {
	w := read(t, "order", []byte(order))
	want := "ST BEG N1  N3 PO1  PID XYZ CTT SE"
	if got := strings.Join(w.loops, " "); got != want {
		t.Errorf("loops %q, want %q", got, want)
	}
	var codes []string
	for _, f := range w.findings {
		codes = append(codes, f.Reference()+" "+f.Code)
	}
	if got, want := strings.Join(codes, ", "), "PO1-03 ELEMENT-CODE, XYZ SEGMENT-UNKNOWN"; got != want {
		t.Errorf("findings %q, want %q", got, want)
	}
}

// A file in UTF-16 is the same file.
func TestUTF16(t *testing.T) {
	want := read(t, "order", []byte(order))
	for _, c := range []struct {
		name string
		mark bool
		big  bool
	}{{"big", true, true}, {"little", true, false}, {"big without a mark", false, true}, {"little without a mark", false, false}} {
		var data []byte
		units := utf16.Encode([]rune(order))
		if c.mark {
			units = append([]uint16{0xFEFF}, units...)
		}
		for _, u := range units {
			if c.big {
				data = append(data, byte(u>>8), byte(u))
			} else {
				data = append(data, byte(u), byte(u>>8))
			}
		}
		got := read(t, c.name, data)
		if got.segments != want.segments || len(got.findings) != len(want.findings) {
			t.Errorf("%s: %d segments and %d findings, want %d and %d", c.name, got.segments, len(got.findings), want.segments, len(want.findings))
		}
	}
}

// The levels of a shipment are indented by what they say of their parents.
func TestTree(t *testing.T) {
	w := read(t, "shipment", []byte("ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~"+
		"GS*SH*GRANITE*HARBOR*20261102*0930*7*X*004010~ST*856*0001~BSN*00*S1*20261102*0930~HL*1**S~TD5*****x~HL*2*1*O~PRF*G-100~HL*3*2*I~LIN**VP*4711~HL*4*1*O~CTT*4~SE*11*0001~GE*1*7~IEA*1*000000007~"))
	want := "ST BSN HL  TD5  HL   PRF   HL    LIN  HL CTT SE"
	if got := strings.Join(w.loops, " "); got != want {
		t.Errorf("tree %q, want %q", got, want)
	}
}

// Numbers of levels that are none are not remembered, and their levels stand
// where the tree begins.
func TestTreeOfLongNumbers(t *testing.T) {
	long := strings.Repeat("7", 60000)
	w := read(t, "shipment", []byte("ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~"+
		"GS*SH*GRANITE*HARBOR*20261102*0930*7*X*004010~ST*856*0001~BSN*00*S1*20261102*0930~HL*"+long+"**S~HL*2*"+long+"*O~SE*5*0001~GE*1*7~IEA*1*000000007~"))
	if got, want := strings.Join(w.loops, " "), "ST BSN HL HL SE"; got != want {
		t.Errorf("tree %q, want %q", got, want)
	}
}

// A tree as deep as a file is long has a bottom all the same.
func TestTreeWithoutEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *ZZ*GRANITE        *ZZ*HARBOR         *261102*0930*U*00401*000000007*0*T*>~" +
		"GS*SH*GRANITE*HARBOR*20261102*0930*7*X*004010~ST*856*0001~BSN*00*S1*20261102*0930~HL*1**S~")
	for i := 2; i <= 1000; i++ {
		fmt.Fprintf(&b, "HL*%d*%d*I~", i, i-1)
	}
	b.WriteString("SE*1003*0001~GE*1*7~IEA*1*000000007~")
	if w := read(t, "shipment", []byte(b.String())); w.depth != deepest {
		t.Errorf("the deepest level is %d, want %d", w.depth, deepest)
	}
}
