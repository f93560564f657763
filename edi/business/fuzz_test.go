package business_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// FuzzPacks runs all packs over whatever comes as segments of a set: findings
// are bounded and complete, and the same again is found the same.
func FuzzPacks(f *testing.F) {
	f.Add([]byte("ST*810*1~BIG*20260105~IT1*1*3*EA*1.25*HP*UP*036000291453~SAC*A****9~TDS*375~TXI*ST*1~CTT*2*9~SE~"), uint8(0))
	f.Add([]byte("ST~BSN~HL*1**S*1~HL*2*9*O*0~HL*3*2*I~MAN*GM*00106141412345678909~SN1**4*EA~CTT*9*9~SE~"), uint8(1))
	f.Add([]byte("ST~G01~G17*3*EA*1.25~G31*8~G33*375~SE~"), uint8(2))
	f.Add([]byte("UNH'BGM'DTM+137:19260105:102'LIN+1++4006381333932:EN'QTY+47:3'MOA+203:4'PRI+AAA:1:::100'UNS+S'MOA+79:9'MOA+77:1'TAX'MOA+124:1'CNT+2:9'UNT'"), uint8(3))
	f.Add([]byte("UNH'BGM'CPS+1'CPS+2+7'PAC'PCI'GIN+BJ+1:2+3'CNT+1:9'UNT'"), uint8(4))
	old, _ := x12.Grammar("004010")
	d96a, _ := edifact.Grammar("D96A", "3")
	x12Delimiters := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	edifactDelimiters := edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	sets := []*grammar.Set{old.Set("810"), old.Set("856"), old.Set("880"), d96a.Set("INVOIC"), d96a.Set("DESADV")}
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		set := sets[int(which)%len(sets)]
		d := x12Delimiters
		if set.Grammar() == d96a {
			d = edifactDelimiters
		}
		const most = 10
		w, c := set.NewWalker(), business.New(set, business.Options{Findings: most})
		run := func() []edi.Finding {
			w.Reset()
			c.Reset("260105")
			n := 0
			for seg, err := range edi.NewReader(bytes.NewReader(data), d, edi.Limits{}).Segments() {
				if err != nil {
					t.Fatal(err)
				}
				n++
				row, _ := w.Place(seg.Element(0))
				c.Segment(seg, n, row)
			}
			return c.Finish()
		}
		first := run()
		if len(first) > most {
			t.Fatalf("%d findings are kept, at most %d", len(first), most)
		}
		for _, found := range first {
			if found.Code == "" || found.Message == "" || found.Code != edi.CodeFindingsOmitted && found.InSet == 0 {
				t.Fatalf("a finding is not complete: %+v", found)
			}
		}
		if diff := cmp.Diff(first, run()); diff != "" {
			t.Fatalf("the same again is found otherwise (-first +again)\n%s", diff)
		}
	})
}
