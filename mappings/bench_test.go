package mappings

import (
	"fmt"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// generated returns sets of orders as wholesale partners send them.
func generated(sets, lines int) string {
	var b strings.Builder
	for i := range sets {
		n := 0
		segment := func(format string, args ...any) {
			n++
			fmt.Fprintf(&b, format+"~", args...)
		}
		segment("ST*850*%04d", i+1)
		segment("BEG*00*NE*G%06d**20261102", i)
		segment("REF*DP*042")
		segment("DTM*010*20261109")
		segment("N1*ST*STORE %d*92*%04d", i, i)
		segment("N3*14 QUAY STREET")
		segment("N4*PORT ALDER*ME*04099*US")
		for j := range lines {
			segment("PO1*%d*%d*CA*%d.%02d**UP*0419000%05d*VN*HS-%d", j+1, j%90+1, j%50+1, j%100, j, j)
			segment("PID*F****OATMEAL, STEEL CUT %d", j)
			segment("PO4*12*24*OZ")
		}
		segment("CTT*%d", lines)
		segment("SE*%d*%04d", n+1, i+1)
	}
	return b.String()
}

// BenchmarkReading measures the map alone: the segments are split once.
func BenchmarkReading(b *testing.B) {
	text := generated(1, 2000)
	d := document(b, "x12/850")
	delimiters := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	var segments []*edi.Segment
	for seg, err := range edi.NewReader(strings.NewReader(text), delimiters, edi.Limits{}).Segments() {
		if err != nil {
			b.Fatal(err)
		}
		segments = append(segments, seg.Clone())
	}
	reading := d.NewReading(ReadingOptions{})
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		reading.Reset()
		for i, seg := range segments {
			reading.Segment(seg, i+1)
		}
		if doc, findings := reading.Finish(); doc == nil || len(findings) > 0 {
			b.Fatal(findings)
		}
	}
}

// BenchmarkReadFile measures bytes to canonical JSON, splitting included.
func BenchmarkReadFile(b *testing.B) {
	text := generated(200, 20)
	d := document(b, "x12/850")
	delimiters := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	reading := d.NewReading(ReadingOptions{})
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		inSet := 0
		for seg, err := range edi.NewReader(strings.NewReader(text), delimiters, edi.Limits{}).Segments() {
			if err != nil {
				b.Fatal(err)
			}
			inSet++
			reading.Segment(seg, inSet)
			if seg.Is("SE") {
				if doc, _ := reading.Finish(); doc == nil {
					b.Fatal("no document")
				}
				reading.Reset()
				inSet = 0
			}
		}
	}
}
