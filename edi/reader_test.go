package edi

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var plain = Delimiters{Element: '*', Component: ':', Repetition: '^', Segment: '~'}

func TestReader(t *testing.T) {
	type seg struct {
		ID, Raw string
		Len     int
		Position
		From, To int64
	}
	edifact := Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	lines := Delimiters{Element: '*', Segment: '\n'}
	for _, c := range []struct {
		name, in string
		d        Delimiters
		want     []seg
	}{
		{"plain", "ST*850*1~\r\nSE*2*1~", plain, []seg{
			{"ST", "ST*850*1", 2, Position{0, 1, 1}, 0, 9}, {"SE", "SE*2*1", 2, Position{11, 2, 2}, 9, 18},
		}},
		{"carriage returns and blanks", "A~\r  B~\r\r\nC", plain, []seg{
			{"A", "A", 0, Position{0, 1, 1}, 0, 2}, {"B", "B", 0, Position{5, 2, 2}, 2, 7}, {"C", "C", 0, Position{10, 4, 3}, 7, 11},
		}},
		{"line terminator", "A*1\r\n\nB*2\n", lines, []seg{
			{"A", "A*1\r", 1, Position{0, 1, 1}, 0, 5}, {"B", "B*2", 1, Position{6, 3, 2}, 5, 10},
		}},
		{"empty", "A~~B~", plain, []seg{
			{"A", "A", 0, Position{0, 1, 1}, 0, 2}, {"", "", 0, Position{2, 1, 2}, 2, 3}, {"B", "B", 0, Position{3, 1, 3}, 3, 5},
		}},
		{"release", "FTX+a?'b??'UNT+?+'", edifact, []seg{
			{"FTX", "FTX+a?'b??", 1, Position{0, 1, 1}, 0, 11}, {"UNT", "UNT+?+", 1, Position{11, 1, 2}, 11, 18},
		}},
		{"terminator of two bytes", "A\xc3\x96B\xc3\x96", Delimiters{Element: '*', Segment: 0xC3}, []seg{
			{"A", "A", 0, Position{0, 1, 1}, 0, 2}, {"B", "B", 0, Position{3, 1, 2}, 2, 5},
		}},
	} {
		for how, src := range map[string]io.Reader{
			"whole": strings.NewReader(c.in), "bytes": iotest.OneByteReader(strings.NewReader(c.in)),
		} {
			var got []seg
			for s, err := range NewReader(src, c.d, Limits{}).Segments() {
				if err != nil {
					t.Fatal(err)
				}
				from, to := s.Span()
				got = append(got, seg{s.ID(), string(s.Raw()), s.Len(), s.Position(), from, to})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s, %s: (-want +got)\n%s", c.name, how, diff)
			}
		}
	}
}

func TestReaderError(t *testing.T) {
	broken := errors.New("line is down")
	r := NewReader(io.MultiReader(strings.NewReader("A~B*1"), iotest.ErrReader(broken)), plain, Limits{})
	n := 0
	var last error
	for _, err := range r.Segments() {
		if last = err; err == nil {
			n++
		}
	}
	if n != 1 || !errors.Is(last, broken) || !errors.Is(r.Err(), broken) || !strings.Contains(last.Error(), "byte 5") {
		t.Errorf("%d segments, then %v", n, last)
	}
	if _, err := NewReader(iotest.ErrReader(nil), plain, Limits{}).Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got %v, want %v", err, io.ErrNoProgress)
	}
}

func TestReaderLimits(t *testing.T) {
	in := "A*" + strings.Repeat("x", 5000) + "~B" + strings.Repeat("*", 50) + "~C~"
	var parts []int
	var codes []string
	var to int64
	for s, err := range NewReader(iotest.HalfReader(strings.NewReader(in)), plain, Limits{SegmentBytes: 2048, Elements: 10}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		from, end := s.Span()
		if from != to {
			t.Errorf("span begins at %d after %d", from, to)
		}
		to = end
		parts = append(parts, s.Part())
		findings := s.AppendFindings(nil)
		if s.Flawed() != (len(findings) > 0 || s.Part() > 1) {
			t.Errorf("flawed %v, findings %v", s.Flawed(), findings)
		}
		for _, f := range findings {
			codes = append(codes, f.Code)
		}
		if s.Is("B") && (s.Len() != 10 || s.Element(10) == nil || s.Element(11) != nil) {
			t.Errorf("%d elements", s.Len())
		}
	}
	if want := []int{1, 2, 3, 0, 0}; !slices.Equal(parts, want) || to != int64(len(in)) {
		t.Errorf("parts %v to %d, want %v to %d", parts, to, want, len(in))
	}
	if want := []string{CodeSegmentTooLarge, CodeSegmentElements}; !slices.Equal(codes, want) {
		t.Errorf("codes %v, want %v", codes, want)
	}
}

// A long segment from a source that gives a byte at a time takes one search,
// not one for each byte, which would be 10^12 steps here; and what precedes the
// place where the search goes on still counts.
func TestReaderSearchesOnce(t *testing.T) {
	const size = 2 << 20
	data := []byte("FTX+" + strings.Repeat("a??b?'", size/6) + "'BGM+?''")
	d := Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	for _, c := range []struct {
		name string
		d    Delimiters
		cut  int // bytes at the end that are missing
		want []string
	}{
		{"ahead", d, 0, []string{"FTX", "BGM"}},
		{"without a terminator at the end", d, len("'BGM+?''"), []string{"FTX"}},
		{"without an element separator", Delimiters{Segment: '\'', Release: '?'}, 0, []string{"FTX+", "BGM+"}},
	} {
		var got []string
		from := int64(0)
		for s, err := range NewReader(iotest.OneByteReader(bytes.NewReader(data[:len(data)-c.cut])), c.d, Limits{SegmentBytes: 2 * size}).Segments() {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(s.Raw()[:min(len(s.Raw()), len(c.want[0]))]))
			if at, _ := s.Span(); at != from {
				t.Errorf("%s: a segment begins at %d, the one before ended at %d", c.name, at, from)
			}
			_, from = s.Span()
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: segments %q, want %q", c.name, got, c.want)
		}
	}
}

// A part of a long segment ends with no release character that is about the
// next: the terminator there is data, and the segment goes on.
func TestReaderPartsKeepReleases(t *testing.T) {
	d := Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	for _, run := range []int{1, 2, 3, 4, 4001} {
		in := "FTX+" + strings.Repeat("x", 2044-run%2000) + strings.Repeat("?", run) + "'" + strings.Repeat("y", 100) + "'BGM'"
		var got []string
		for s, err := range NewReader(strings.NewReader(in), d, Limits{SegmentBytes: 2048}).Segments() {
			if err != nil {
				t.Fatal(err)
			}
			if s.Part() > 1 {
				got[len(got)-1] += string(s.Raw())
				continue
			}
			got = append(got, string(s.Raw()))
		}
		end := strings.Repeat("y", 100)
		if run%2 == 1 {
			end = "'" + end // released
		}
		if text := strings.Join(got, "|"); !strings.HasSuffix(strings.ReplaceAll(text, "?", ""), end+"|BGM") {
			t.Errorf("%d release characters: the segments end with %q", run, text[len(text)-120:])
		}
	}
}

func TestSegment(t *testing.T) {
	s := ParseSegment([]byte("SV1*HC:99213*a^b:c^*"), plain)
	check := func(what string, got []byte, want string, present bool) {
		t.Helper()
		if string(got) != want || (got != nil) != present {
			t.Errorf("%s: got %q (%v), want %q (%v)", what, got, got != nil, want, present)
		}
	}
	check("element 0", s.Element(0), "SV1", true)
	check("element 1", s.Element(1), "HC:99213", true)
	check("element 3", s.Element(3), "", true)
	check("element 4", s.Element(4), "", false)
	check("element -1", s.Element(-1), "", false)
	check("component 1-2", s.Component(1, 2), "99213", true)
	check("component 1-3", s.Component(1, 3), "", false)
	check("component 1-0", s.Component(1, 0), "", false)
	check("component 2-1", s.Component(2, 1), "a", true)
	check("repetition 2", s.Repetition(2, 2), "b:c", true)
	check("repetition 4", s.Repetition(2, 4), "", false)
	var repetitions []string
	for r := range s.Repetitions(2) {
		repetitions = append(repetitions, string(r))
	}
	if want := []string{"a", "b:c", ""}; !slices.Equal(repetitions, want) {
		t.Errorf("repetitions %q, want %q", repetitions, want)
	}
	if s.ID() != "SV1" || !s.Is("SV1") || s.Is("SV") || s.Is("SV12") || s.Len() != 3 {
		t.Errorf("ID %q, length %d", s.ID(), s.Len())
	}
	e := ParseSegment([]byte("FTX+a?+b:c??+d"), Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'})
	if e.Text(1) != "a+b:c?" || string(e.Component(1, 2)) != "c??" || e.Text(2) != "d" || e.Text(9) != "" {
		t.Errorf("got %q, %q, %q", e.Text(1), e.Component(1, 2), e.Text(2))
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"PO-1": "PO-1", "a\nb\x00\x7f": "a\u240Ab\u2400\u2421", "\xff": "\uFFFD", "é": "é", "longer than it may be": "longer tha",
	} {
		if got := Printable([]byte(in), 10); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestClone(t *testing.T) {
	r := NewReader(strings.NewReader("A*1~\nB*2~C*"+strings.Repeat("x", 40000)+"~"), plain, Limits{})
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	s, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	c := s.Clone()
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if c.ID() != "B" || c.Text(1) != "2" || c.Position() != (Position{Offset: 5, Line: 2, Segment: 2}) {
		t.Errorf("got %s %s %+v", c.ID(), c.Text(1), c.Position())
	}
}

func TestNothingAllocatedPerSegment(t *testing.T) {
	data := bytes.Repeat([]byte("PO1*1*5*EA*2.50**VN*A-1~\nN1*ST*SOMEWHERE~\r\n"), 5000)
	allocations := testing.AllocsPerRun(3, func() {
		for s, err := range NewReader(bytes.NewReader(data), plain, Limits{}).Segments() {
			if err != nil || s.ID() == "" || s.Len() == 0 || s.Component(1, 1) == nil || s.Position().Line == 0 {
				t.Fatal("unexpected segment")
			}
		}
	})
	if allocations > 20 {
		t.Errorf("%v allocations for 10,000 segments", allocations)
	}
}

// FuzzReader compares with a splitter that is too simple to be wrong.
func FuzzReader(f *testing.F) {
	f.Add([]byte("ISA*1~\r\nGS*2~~ST*850*1~"), uint8(1), false)
	f.Add([]byte("UNH+1?'+2??'UNT'"), uint8(2), true)
	f.Fuzz(func(t *testing.T, data []byte, chunk uint8, release bool) {
		d := plain
		if release {
			d = Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
		}
		var src io.Reader = bytes.NewReader(data)
		if chunk%2 == 1 {
			src = iotest.OneByteReader(src)
		}
		var to int64
		last := Position{Offset: -1, Line: 1}
		for s, err := range NewReader(src, d, Limits{SegmentBytes: 2048, Elements: 10}).Segments() {
			if err != nil {
				t.Fatal(err)
			}
			from, end := s.Span()
			p := s.Position()
			if from != to || end <= from || p.Offset <= last.Offset || p.Line < last.Line || !bytes.HasPrefix(data[p.Offset:], s.Raw()) {
				t.Fatalf("segment %q at %+v, %d to %d after %d", s.Raw(), p, from, end, to)
			}
			if want := 1 + breaks(data[:p.Offset]); p.Line != want {
				t.Fatalf("line %d, want %d", p.Line, want)
			}
			to, last = end, p
			joined := append([]byte(nil), s.Element(0)...)
			for i := 1; i <= s.Len(); i++ {
				joined = append(append(joined, d.Element), s.Element(i)...)
			}
			if s.Len() < 10 && !bytes.Equal(joined, s.Raw()) {
				t.Fatalf("elements give %q, not %q", joined, s.Raw())
			}
		}
		if rest := data[to:]; len(bytes.TrimLeft(rest, string(controls()))) > 0 {
			t.Fatalf("not read: %q", rest)
		}
	})
}

func breaks(b []byte) int {
	return bytes.Count(b, []byte("\n")) + bytes.Count(b, []byte("\r")) - bytes.Count(b, []byte("\r\n"))
}

func controls() []byte {
	var b []byte
	for c := range byte(' ' + 1) {
		b = append(b, c)
	}
	return b
}
