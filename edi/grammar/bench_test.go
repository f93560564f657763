package grammar_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// repeated is a file of one interchange: its head, then a set again and again,
// then its tail. It takes no memory whatever its size.
type repeated struct {
	head, set, tail []byte
	times           int
	rest            []byte
}

func repeat(head, set, tail string, size int) *repeated {
	r := &repeated{head: []byte(head), set: []byte(set), tail: []byte(tail), times: max(1, size/len(set))}
	r.rest = r.head
	return r
}

func (r *repeated) size() int { return len(r.head) + r.times*len(r.set) + len(r.tail) }

func (r *repeated) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(r.rest) == 0 {
			switch {
			case r.times > 0:
				r.times--
				r.rest = r.set
			case r.tail != nil:
				r.rest, r.tail = r.tail, nil
			default:
				if n == 0 {
					return 0, io.EOF
				}
				return n, nil
			}
		}
		m := copy(p[n:], r.rest)
		n, r.rest = n+m, r.rest[m:]
	}
	return n, nil
}

const (
	isa = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260105*0930*U*00401*000000017*0*P*>~GS*PO*BUYER*SELLER*20260105*0930*17*X*004010~"
	iea = "GE*1*17~IEA*1*000000017~"
	unb = "UNB+UNOC:3+4012345000009:14+4098765000005:14+260105:0930+17'"
	unz = "UNZ+1+17'"
)

// order850 is an order of lines, as partners send it, or with something wrong
// in every segment.
func order850(lines int, hostile bool) string {
	var b strings.Builder
	put := func(format string, a ...any) { fmt.Fprintf(&b, format+"~", a...) }
	put("ST*850*0001")
	put("BEG*00*SA*PO0004711**20260105")
	put("REF*DP*038")
	put("DTM*002*20260214")
	put("N1*ST*NORTHERN DISTRIBUTION CENTER*92*0042")
	put("N3*1 HARBOUR ROAD")
	put("N4*PORTLAND*OR*97201*US")
	for n := range lines {
		if hostile {
			put("PO1*%d*4O*EA*12,50**QQ*012345678905*VN", n+1)
			put("PID*F****ÄRGER MIT ÜBERLÄNGE %s", strings.Repeat("é", 80))
			put("XYZ*%s", strings.Repeat("*", 40))
			put("REF*DP*A>B>C")
			put("N2*LOST")
			continue
		}
		put("PO1*%d*%d*EA*12.50**UP*012345678905*VN*A%05d", n+1, n%90+1, n)
		put("PID*F****STAINLESS BRACKET 40 MM")
	}
	put("CTT*%d", lines)
	put("SE*%d*0001", 2*lines+9)
	return b.String()
}

// orders96A is the same order as an ORDERS.
func orders96A(lines int, hostile bool) string {
	var b strings.Builder
	put := func(format string, a ...any) { fmt.Fprintf(&b, format+"'", a...) }
	put("UNH+1+ORDERS:D:96A:UN:EAN008")
	put("BGM+220+PO0004711+9")
	put("DTM+137:20260105:102")
	put("RFF+CT:038")
	put("NAD+DP+4012345000009::9++NORTHERN DISTRIBUTION CENTER+1 HARBOUR ROAD+PORTLAND++97201+US")
	for n := range lines {
		if hostile {
			put("LIN+%d++4012345678901:QQ", n+1)
			put("IMD+F++:::%s", strings.Repeat("?+ä?'", 30))
			put("QTY+21:1O:PCE:1:2")
			put("XYZ+%s", strings.Repeat("+", 40))
			put("PRI+AAA:.5")
			continue
		}
		put("LIN+%d++4012345678901:EN", n+1)
		put("IMD+F++:::STAINLESS BRACKET 40 MM")
		put("QTY+21:%d", n%90+1)
		put("PRI+AAA:12.50")
	}
	put("UNS+S")
	put("CNT+2:%d", lines)
	put("UNT+%d+1", 4*lines+8)
	return b.String()
}

// checkX12 reads and checks src and returns its segments and findings.
func checkX12(t testing.TB, src io.Reader) (segments, findings int) {
	t.Helper()
	var c *grammar.Checker
	for e, err := range x12.NewReader(src, x12.Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case x12.SetStart:
			if c == nil {
				g, _ := x12.Grammar(e.Group.Version)
				c = g.Set(e.Set.ID).NewChecker(grammar.CheckOptions{})
			}
			c.Reset()
		case x12.SetSegment:
			segments++
			c.Segment(e.Segment, e.Set.Segments)
		case x12.SetEnd:
			findings += len(c.Finish(edi.Position{}))
		}
	}
	return segments, findings
}

// checkEDIFACT reads and checks src and returns its segments and findings.
func checkEDIFACT(t testing.TB, src io.Reader) (segments, findings int) {
	t.Helper()
	var c *grammar.Checker
	for e, err := range edifact.NewReader(src, edifact.Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case edifact.MessageStart:
			if c == nil {
				g, _ := edifact.Grammar(e.Message.Directory(), e.Interchange.Version)
				c = g.Set(e.Message.Type).NewChecker(grammar.CheckOptions{})
			}
			c.Reset()
		case edifact.MessageSegment:
			segments++
			c.Segment(e.Segment, e.Message.Segments)
		case edifact.MessageEnd:
			findings += len(c.Finish(edi.Position{}))
		}
	}
	return segments, findings
}

// files are what is measured: orders of 2,000 lines, and small ones.
func files() []struct {
	name            string
	head, set, tail string
	check           func(testing.TB, io.Reader) (int, int)
} {
	type file = struct {
		name            string
		head, set, tail string
		check           func(testing.TB, io.Reader) (int, int)
	}
	return []file{
		{"850", isa, order850(2000, false), iea, checkX12},
		{"850 of 20 lines", isa, order850(20, false), iea, checkX12},
		{"850 hostile", isa, order850(2000, true), iea, checkX12},
		{"ORDERS", unb, orders96A(2000, false), unz, checkEDIFACT},
		{"ORDERS of 20 lines", unb, orders96A(20, false), unz, checkEDIFACT},
		{"ORDERS hostile", unb, orders96A(2000, true), unz, checkEDIFACT},
	}
}

// BenchmarkCheck is full validation, from bytes to findings: envelope, place
// and content of every segment of a file of 100 MB.
func BenchmarkCheck(b *testing.B) {
	for _, f := range files() {
		b.Run(f.name, func(b *testing.B) {
			r := repeat(f.head, f.set, f.tail, 100_000_000)
			b.SetBytes(int64(r.size()))
			b.ReportAllocs()
			segments := 0
			for b.Loop() {
				segments, _ = f.check(b, repeat(f.head, f.set, f.tail, 100_000_000))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(segments), "ns/segment")
		})
	}
}

// BenchmarkSegment is placing and checking alone, of segments that were read
// and split before.
func BenchmarkSegment(b *testing.B) {
	g, _ := x12.Grammar("004010")
	d, _ := edifact.Grammar("D96A", "3")
	for _, f := range []struct {
		name string
		set  *grammar.Set
		text string
		d    edi.Delimiters
	}{
		{"850", g.Set("850"), order850(200, false), edi.Delimiters{Element: '*', Component: '>', Segment: '~'}},
		{"ORDERS", d.Set("ORDERS"), orders96A(200, false), edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}},
	} {
		var segments []*edi.Segment
		for seg, err := range edi.NewReader(strings.NewReader(f.text), f.d, edi.Limits{}).Segments() {
			if err != nil {
				b.Fatal(err)
			}
			c := seg.Clone()
			c.Len()
			segments = append(segments, c)
		}
		run := func(name string, one func(*edi.Segment, int), reset func()) {
			b.Run(f.name+" "+name, func(b *testing.B) {
				b.SetBytes(int64(len(f.text)))
				b.ReportAllocs()
				for b.Loop() {
					reset()
					for i, seg := range segments {
						one(seg, i+1)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(segments)), "ns/segment")
			})
		}
		w := f.set.NewWalker()
		run("place", func(s *edi.Segment, _ int) { w.Place(s.Element(0)) }, w.Reset)
		c := f.set.NewChecker(grammar.CheckOptions{})
		run("check", func(s *edi.Segment, i int) { c.Segment(s, i) }, c.Reset)
	}
}

// BenchmarkParse is what the first use of a release and of a set costs.
func BenchmarkParse(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("..", "x12", "004010.grammar"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		g, err := grammar.Parse(string(text))
		if err != nil {
			b.Fatal(err)
		}
		if g.Set("850") == nil {
			b.Fatal("no 850")
		}
	}
}

// The files that are measured are what they are said to be.
func TestBenchmarkFiles(t *testing.T) {
	for _, f := range files() {
		segments, findings := f.check(t, repeat(f.head, f.set, f.tail, 1))
		if hostile := strings.Contains(f.name, "hostile"); segments < 40 || (findings > 0) != hostile {
			t.Errorf("%s: %d segments, %d findings", f.name, segments, findings)
		}
		data, err := io.ReadAll(repeat(f.head, f.set, f.tail, 3*len(f.set)))
		if want := f.head + strings.Repeat(f.set, 3) + f.tail; err != nil || !bytes.Equal(data, []byte(want)) {
			t.Errorf("%s: %d bytes, %v, want %d", f.name, len(data), err, len(want))
		}
	}
}
