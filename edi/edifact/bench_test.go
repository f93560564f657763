package edifact

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// orders is an interchange of so many purchase orders with so many lines.
func orders(messages, lines int, syntax string) []byte {
	e := Envelope{
		UNB: UNB{Syntax: syntax, Sender: Party{ID: "4012345000009", Qualifier: "14"}, Receiver: Party{ID: "4012345000016", Qualifier: "14"},
			Date: "260105", Time: "0930", Reference: "REF17"},
		Delimiters: Delimiters("3"), LineEnd: "\n",
	}
	w := edi.NewWriter(nil, e.Delimiters, e.LineEnd)
	for i := range messages {
		begin := w.Count()
		reference := fmt.Sprintf("M%06d", i+1)
		composite := func(tag string, elements ...[]string) {
			w.Begin(tag)
			for _, c := range elements {
				w.Composite(c...)
			}
			w.End()
		}
		composite("UNH", []string{reference}, []string{"ORDERS", "D", "96A", "UN", "EAN008"})
		composite("BGM", []string{"220"}, []string{fmt.Sprintf("PO%07d", i)}, []string{"9"})
		composite("DTM", []string{"137", "20260105", "102"})
		composite("DTM", []string{"2", "20260214", "102"})
		composite("NAD", []string{"BY"}, []string{"4012345000009", "", "9"}, nil, []string{"NORTHERN DISTRIBUTION CENTER"}, []string{"1 HARBOUR ROAD"}, []string{"PORTLAND"})
		composite("NAD", []string{"SU"}, []string{"4012345000016", "", "9"})
		for n := range lines {
			composite("LIN", []string{fmt.Sprint(n + 1)}, []string{""}, []string{"4012345678901", "EN"})
			composite("PIA", []string{"1"}, []string{fmt.Sprintf("A%05d", n), "SA"})
			composite("IMD", []string{"F"}, []string{""}, []string{"", "", "", "STAINLESS BRACKET 40 MM"})
			composite("QTY", []string{"21", fmt.Sprint(n%90 + 1), "PCE"})
			composite("PRI", []string{"AAA", "12.50"})
		}
		composite("UNS", []string{"S"})
		composite("CNT", []string{"2", fmt.Sprint(lines)})
		composite("UNT", []string{fmt.Sprint(w.Count() - begin + 1)}, []string{reference})
	}
	return AppendInterchange(nil, e, messages, w.Bytes())
}

// The work of reading, in steps: segments only, the events of the envelopes
// with the check of characters, and events with every element.
func BenchmarkRead(b *testing.B) {
	data := orders(2000, 20, "UNOC")
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
	run("segments", func() (n int) {
		for _, err := range edi.NewReader(bytes.NewReader(data), Delimiters("3"), edi.Limits{}).Segments() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		return n
	})
	run("events", func() (n int) {
		for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
			if err != nil {
				b.Fatal(err)
			}
			if e.Kind == MessageSegment {
				n++
			}
		}
		return n
	})
	run("events and elements", func() (n int) {
		size := 0
		for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
			if err != nil {
				b.Fatal(err)
			}
			if e.Kind == MessageSegment {
				n++
				for i := 1; i <= e.Segment.Len(); i++ {
					size += len(e.Segment.Element(i))
				}
			}
		}
		return n
	})
}

func TestOrdersAreClean(t *testing.T) {
	for e, err := range NewReader(bytes.NewReader(orders(3, 2, "UNOA")), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == MessageEnd && len(e.Message.Findings) > 0 || e.Kind == InterchangeEnd && len(e.Interchange.Findings) > 0 || e.Kind == Other {
			t.Errorf("%+v", e)
		}
	}
}

func TestNothingAllocatedPerSegment(t *testing.T) {
	few, many := orders(1, 10, "UNOC"), orders(1, 10000, "UNOC")
	count := func(data []byte) float64 {
		return testing.AllocsPerRun(3, func() {
			for e, err := range NewReader(bytes.NewReader(data), Options{}).Events() {
				if err != nil || e.Kind == MessageSegment && e.Segment.ID() == "" {
					t.Fatal("unexpected segment")
				}
			}
		})
	}
	if a, b := count(few), count(many); b > a+10 {
		t.Errorf("%v allocations for 10 lines, %v for 10,000", a, b)
	}
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
	head := []byte("UNB+UNOC:3+A+B+260105:0930+1'")
	for name, src := range map[string]*endless{
		"messages":             {head: head, block: []byte("UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'UNT+3+1'")},
		"one message":          {head: append(bytes.Clone(head), "UNH+1+ORDERS:D:96A:UN'"...), block: []byte("LIN+1++4012345678901:EN'FTX+AAI+++\x01'\n")},
		"no terminator":        {head: head, block: []byte("LIN+1++4012345678901")},
		"only separators":      {head: head, block: []byte("+")},
		"only release":         {head: head, block: []byte("?")},
		"blanks":               {head: head, block: []byte(" \r\n")},
		"terminators":          {head: head, block: []byte("'")},
		"stray segments":       {head: head, block: []byte("NAD+BY'")},
		"groups":               {head: head, block: []byte("UNG+ORDERS+A+B+260105:0930+1+UN+D:96A'UNE+0+1'")},
		"interchanges":         {block: append(bytes.Clone(head), "UNZ+0+1'"...)},
		"references":           {head: head, block: strayReferences()},
		"UNB without an end":   {block: []byte("UNB+")},
		"no EDI":               {block: []byte("all work and no play\n")},
		"UNB parts everywhere": {head: head, block: []byte("UNB+UNOC:UNA")},
		"acknowledgements":     {head: append(bytes.Clone(head), "UNH+1+CONTRL:D:3:UN'UCI+1+A+B+7'UCM+1+ORDERS:D:96A:UN+4'"...), block: []byte("UCS+3+12'UCD+13+2:1'")},
	} {
		t.Run(name, func(t *testing.T) {
			src.block = bytes.Repeat(src.block, 1+4096/len(src.block)) // a source gives more than a byte at a time
			src.left = 2 << 20
			before := heap()
			var peak uint64
			r, acks := NewReader(src, Options{}), NewAckReader(0)
			n := 0
			for e, err := range r.Events() {
				if err != nil {
					t.Fatal(err)
				}
				acks.Event(e)
				if n++; n%(1<<17) == 0 {
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

// strayReferences are messages whose references are in no order.
func strayReferences() []byte {
	var b []byte
	for i := range 20000 {
		b = fmt.Appendf(b, "UNH+R%09d+ORDERS:D:96A:UN'UNT+2+R%09[1]d'", (i*7919+13)%1000000007)
	}
	return b
}
