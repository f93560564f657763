package mappings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// generator writes segments of sets as wholesale partners send them.
type generator struct {
	strings.Builder
	d edi.Delimiters
	n int // segments of the set
}

func (g *generator) segment(format string, args ...any) {
	g.n++
	fmt.Fprintf(g, format+string(g.d.Segment), args...)
}

// generated returns 850s.
func generated(sets, lines int) string {
	g := generator{d: testDelimiters()}
	for i := range sets {
		g.n = 0
		g.segment("ST*850*%04d", i+1)
		g.segment("BEG*00*NE*G%06d**20261102", i)
		g.segment("REF*DP*042")
		g.segment("DTM*010*20261109")
		g.segment("N1*ST*STORE %d*92*%04d", i, i)
		g.segment("N3*14 QUAY STREET")
		g.segment("N4*PORT ALDER*ME*04099*US")
		for j := range lines {
			g.segment("PO1*%d*%d*CA*%d.%02d**UP*0419000%05d*VN*HS-%d", j+1, j%90+1, j%50+1, j%100, j, j)
			g.segment("PID*F****OATMEAL, STEEL CUT %d", j)
			g.segment("PO4*12*24*OZ")
		}
		g.segment("CTT*%d", lines)
		g.segment("SE*%d*%04d", g.n+1, i+1)
	}
	return g.String()
}

// generatedORDERS returns ORDERS messages of the same content.
func generatedORDERS(sets, lines int) string {
	g := generator{d: edifactDelimiters()}
	for i := range sets {
		g.n = 0
		g.segment("UNH+%d+ORDERS:D:96A:UN:EAN008", i+1)
		g.segment("BGM+220+G%06d+9", i)
		g.segment("DTM+137:20261102:102")
		g.segment("DTM+10:20261109:102")
		g.segment("RFF+DP:042")
		g.segment("NAD+DP+%04d::92++STORE %d+14 QUAY STREET+PORT ALDER+ME+04099+US", i, i)
		for j := range lines {
			g.segment("LIN+%d++0419000%05d:UP", j+1, j)
			g.segment("PIA+5+HS-%d:SA", j)
			g.segment("IMD+F++:::OATMEAL, STEEL CUT ?'%d?'", j)
			g.segment("QTY+21:%d:CT", j%90+1)
			g.segment("PRI+AAA:%d.%02d", j%50+1, j%100)
		}
		g.segment("UNS+S")
		g.segment("CNT+2:%d", lines)
		g.segment("UNT+%d+%d", g.n+1, i+1)
	}
	return g.String()
}

// generated856 returns ship notices of one order in cartons.
func generated856(sets, packs int) string {
	g := generator{d: testDelimiters()}
	for i := range sets {
		g.n = 0
		g.segment("ST*856*%04d", i+1)
		g.segment("BSN*00*S%06d*20261103*1430*0001", i)
		g.segment("HL*1**S*1")
		g.segment("TD5**2*ABCD*M*ANY ROUTE")
		g.segment("DTM*011*20261103")
		g.segment("N1*ST*STORE %d*92*%04d", i, i)
		g.segment("HL*2*1*O*1")
		g.segment("PRF*G%06d***20261102", i)
		for j := range packs {
			g.segment("HL*%d*2*P*1", 3+2*j)
			g.segment("MAN*GM*00012345678%09d", j)
			g.segment("HL*%d*%d*I*0", 4+2*j, 3+2*j)
			g.segment("LIN*%d*UP*0419000%05d*VN*HS-%d", j+1, j, j)
			g.segment("SN1**%d*CA", j%90+1)
		}
		g.segment("CTT*%d", 2+2*packs)
		g.segment("SE*%d*%04d", g.n+1, i+1)
	}
	return g.String()
}

// benchmarkReading reads the text again and again and reports bytes of it.
func benchmarkReading(b *testing.B, name, text string, d edi.Delimiters) {
	bound := bindings(b, document(b, name))[0]
	reading := bound.NewReading(ReadingOptions{})
	trailer := "SE"
	if bound.d.standard == "edifact" {
		trailer = "UNT"
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		inSet := 0
		for seg, err := range edi.NewReader(strings.NewReader(text), d, edi.Limits{}).Segments() {
			if err != nil {
				b.Fatal(err)
			}
			inSet++
			reading.Segment(seg, inSet)
			if seg.Is(trailer) {
				inSet = 0
				if doc, findings := reading.Finish(); doc == nil {
					b.Fatal(listing(findings))
				}
				reading.Reset()
			}
		}
	}
}

// BenchmarkDocument measures bytes to canonical JSON on one core: splitting,
// placing and mapping.
func BenchmarkDocument(b *testing.B) {
	b.Run("x12-850", func(b *testing.B) { benchmarkReading(b, "x12/850", generated(200, 20), testDelimiters()) })
	b.Run("x12-850-long", func(b *testing.B) { benchmarkReading(b, "x12/850", generated(2, 5000), testDelimiters()) })
	b.Run("x12-856", func(b *testing.B) { benchmarkReading(b, "x12/856", generated856(100, 40), testDelimiters()) })
	b.Run("edifact-ORDERS", func(b *testing.B) {
		benchmarkReading(b, "edifact/ORDERS", generatedORDERS(200, 20), edifactDelimiters())
	})
}

// BenchmarkReading measures the map alone: the segments are split and placed
// once.
func BenchmarkReading(b *testing.B) {
	text := generated(1, 2000)
	bound := bindings(b, document(b, "x12/850"))[0]
	walker := bound.Set().NewWalker()
	list := segments(b, text)
	rows := make([]int, len(list))
	for i, seg := range list {
		rows[i], _ = walker.Place(seg.Tag())
	}
	reading := bound.NewReading(ReadingOptions{})
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		reading.Reset()
		for i, seg := range list {
			reading.Placed(seg, i+1, rows[i])
		}
		if doc, findings := reading.Finish(); doc == nil || len(findings) > 0 {
			b.Fatal(findings)
		}
	}
}

// BenchmarkWriting measures canonical JSON to segments, checked and read
// again; bytes are those of the segments.
func BenchmarkWriting(b *testing.B) {
	for _, test := range []struct{ name, text string }{
		{"x12/850", generated(1, 20)}, {"x12/856", generated856(1, 20)}, {"edifact/ORDERS", generatedORDERS(1, 20)},
	} {
		b.Run(strings.ReplaceAll(test.name, "/", "-"), func(b *testing.B) {
			bound := bindings(b, document(b, test.name))[0]
			h := header(bound.d.standard, bound.d.set)
			doc, _ := readText(b, bound, []byte(test.text), h.Delimiters)
			doc = json.RawMessage(bytes.Clone(doc))
			w := bound.NewWriting(WritingOptions{Permissive: true})
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				text, _, findings, err := w.Append(out[:0], doc, h)
				if err != nil || len(text) == 0 {
					b.Fatal(listing(findings), err)
				}
				out = text
			}
			b.SetBytes(int64(len(out)))
		})
	}
}

// BenchmarkLoad measures what a handler waits for before its first document:
// the catalogue, and the map placed on the grammar of the document.
func BenchmarkLoad(b *testing.B) {
	b.Run("catalogue", func(b *testing.B) {
		for b.Loop() {
			shipped(b)
		}
	})
	b.Run("first-use", func(b *testing.B) {
		set := bindings(b, document(b, "x12/850"))[0].Set()
		for b.Loop() {
			if _, err := document(b, "x12/850").Bind(set); err != nil {
				b.Fatal(err)
			}
		}
	})
}
