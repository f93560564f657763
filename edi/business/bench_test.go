package business_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// BenchmarkPacks is all packs over the segments of an invoice and of despatch
// advices that were read and placed before.
func BenchmarkPacks(b *testing.B) {
	old, _ := x12.Grammar("004010")
	d96a, _ := edifact.Grammar("D96A", "3")
	x12Delimiters := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	edifactDelimiters := edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	for _, f := range []struct {
		name string
		set  *grammar.Set
		text string
		d    edi.Delimiters
	}{
		{"810", old.Set("810"), "ST*810*1~BIG*20260105*1~" + lines("IT1*%[1]d*3*EA*1.25**UP*036000291452~PID*F****BRACKET~") + "TDS*375000~CTT*1000~SE*1*1~", x12Delimiters},
		{"856", old.Set("856"), "ST*856*1~BSN*00*1*20260105*0930~HL*1**S~" + advice() + "CTT*1001~SE*1*1~", x12Delimiters},
		{"INVOIC", d96a.Set("INVOIC"), "UNH+1'BGM'DTM+137:20260105:102'" + lines("LIN+%[1]d++4006381333931:EN'QTY+47:3'MOA+203:3.75'PRI+AAA:1.25'") + "UNS+S'MOA+79:3750'MOA+77:3750'UNT+1'", edifactDelimiters},
	} {
		b.Run(f.name, func(b *testing.B) {
			w := f.set.NewWalker()
			var segments []*edi.Segment
			var rows []int
			for seg, err := range edi.NewReader(strings.NewReader(f.text), f.d, edi.Limits{}).Segments() {
				if err != nil {
					b.Fatal(err)
				}
				row, _ := w.Place(seg.Element(0))
				c := seg.Clone()
				c.Len()
				segments, rows = append(segments, c), append(rows, row)
			}
			c := business.New(f.set, business.Options{})
			b.SetBytes(int64(len(f.text)))
			b.ReportAllocs()
			for b.Loop() {
				c.Reset("260105")
				for i, seg := range segments {
					c.Segment(seg, i+1, rows[i])
				}
				if found := c.Finish(); len(found) > 0 {
					b.Fatal(found)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(segments)), "ns/segment")
		})
	}
}

// lines is a thousand lines in that form.
func lines(form string) string {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, form, i+1)
	}
	return b.String()
}

// advice is a thousand items in one shipment.
func advice() string {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "HL*%d*1*I*0~LIN**UP*036000291452~SN1**1*EA~", i+2)
	}
	return b.String()
}
