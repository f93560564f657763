package x12

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// orders is an interchange of sets purchase orders of lines lines each.
func orders(sets, lines int) []byte {
	var body []byte
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	for i := range sets {
		w := edi.NewWriter(body, d, "\n")
		control := fmt.Sprintf("%04d", i+1)
		w.Segment("ST", "850", control)
		w.Segment("BEG", "00", "SA", fmt.Sprintf("PO%07d", i), "", "20260105")
		w.Segment("REF", "DP", "038")
		w.Segment("DTM", "002", "20260214")
		w.Segment("N1", "ST", "NORTHERN DISTRIBUTION CENTER", "92", "0042")
		w.Segment("N3", "1 HARBOUR ROAD")
		w.Segment("N4", "PORTLAND", "OR", "97201", "US")
		for n := range lines {
			w.Segment("PO1", fmt.Sprint(n+1), fmt.Sprint(n%90+1), "EA", "12.50", "", "UP", "012345678905", "VN", fmt.Sprintf("A%05d", n))
			w.Segment("PID", "F", "", "", "", "STAINLESS BRACKET 40 MM")
		}
		w.Segment("CTT", fmt.Sprint(lines))
		w.Segment("SE", fmt.Sprint(w.Count()+1), control)
		body = w.Bytes()
	}
	e := Envelope{
		ISA:        ISA{SenderID: "BUYER", ReceiverID: "SELLER", Date: "260105", Time: "0930", ControlNumber: "17"},
		Group:      GS{FunctionalID: "PO", Sender: "BUYER", Receiver: "SELLER", Date: "20260105", Time: "0930", ControlNumber: "17", Version: "004010"},
		Delimiters: d,
		LineEnd:    "\n",
	}
	return AppendInterchange(nil, e, sets, body)
}

// The work of reading, in steps: segments only, every element of them, the
// events of the envelopes, and events with every element.
func BenchmarkRead(b *testing.B) {
	data := orders(2000, 20)
	run := func(name string, read func() int) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = read()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/segment")
		})
	}
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	fail := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	run("segments", func() (n int) {
		for _, err := range edi.NewReader(bytes.NewReader(data), d, edi.Limits{}).Segments() {
			fail(err)
			n++
		}
		return n
	})
	run("elements", func() (n int) {
		size := 0
		for s, err := range edi.NewReader(bytes.NewReader(data), d, edi.Limits{}).Segments() {
			fail(err)
			n++
			for i := 1; i <= s.Len(); i++ {
				size += len(s.Element(i))
			}
		}
		return n
	})
	run("ids", func() (n int) {
		size := 0
		for s, err := range edi.NewReader(bytes.NewReader(data), d, edi.Limits{}).Segments() {
			fail(err)
			n++
			size += len(s.ID())
		}
		return n
	})
	run("events", func() (n int) {
		for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
			fail(err)
			if e.Kind == SetSegment {
				n++
			}
		}
		return n
	})
	run("events and elements", func() (n int) {
		size := 0
		for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
			fail(err)
			if e.Kind == SetSegment {
				n++
				for i := 1; i <= e.Segment.Len(); i++ {
					size += len(e.Segment.Element(i))
				}
			}
		}
		return n
	})
}

func BenchmarkAppend997(b *testing.B) {
	g := hostileGroup(rnd(1), 500)
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		dst = Append997(dst[:0], edi.Delimiters{Element: '*', Component: ':', Segment: '~'}, "0001", g, AckPolicy{})
	}
	b.SetBytes(int64(len(dst)))
}

// endless repeats block for size bytes.
type endless struct {
	head, block []byte
	left        int64
	at          int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.head) > 0 {
		n := copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, e.block[e.at:])
	e.at = (e.at + n) % len(e.block)
	e.left -= int64(n)
	return n, nil
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMemory reads much of each kind of data that could make a reader hold
// more and more of it.
func TestMemory(t *testing.T) {
	size := func(name string) int64 {
		switch name {
		case "no terminator":
			return 64 << 20
		case "sets":
			return 16 << 20
		}
		return 2 << 20
	}
	head := orders(0, 0)
	head = head[:bytes.Index(head, []byte("GE*"))]
	set := orders(1, 2000)
	set = set[bytes.Index(set, []byte("ST*")):bytes.Index(set, []byte("GE*"))]
	for name, src := range map[string]*endless{
		"sets":                 {head: head, block: set},
		"one set":              {head: append(bytes.Clone(head), "ST*850*0001~"...), block: []byte("PO1*1*1*EA*9.99~PID*F****A THING~\n")},
		"no terminator":        {head: head, block: []byte("PO1*1*1*EA*9.99")},
		"only separators":      {head: head, block: []byte("*")},
		"blanks":               {head: head, block: []byte(" \r\n")},
		"terminators":          {head: head, block: []byte("~")},
		"stray segments":       {head: head, block: []byte("N1*ST~")},
		"groups":               {head: head, block: []byte("GS*PO*A*B*20260101*0900*1*X*004010~GE*0*1~")},
		"control numbers":      {head: head, block: strayNumbers()},
		"interchanges":         {block: append(bytes.Clone(head), "GE*0*17~IEA*1*000000017~"...)},
		"ISA without an end":   {block: []byte("ISA*")},
		"no EDI":               {block: []byte("all work and no play\n")},
		"ISA parts everywhere": {head: head, block: []byte("ISA*00*ISA")},
	} {
		t.Run(name, func(t *testing.T) {
			src.left = size(name)
			before := heap()
			var peak uint64
			r := NewReader(src, Options{})
			n := 0
			for _, err := range r.Events() {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n%(1<<19) == 0 {
					peak = max(peak, heap())
				}
			}
			if after := max(peak, heap()); after > before+2<<20 {
				t.Errorf("heap grew from %d to %d bytes", before, after)
			}
			runtime.KeepAlive(r)
		})
	}
}

// strayNumbers are sets whose control numbers are in no order.
func strayNumbers() []byte {
	var b []byte
	for i := range 20000 {
		b = fmt.Appendf(b, "ST*850*%09d~SE*2*%[1]d~", (i*7919+13)%1000000007)
	}
	return b
}
