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

// find runs the segments of one set, written one after the other, through the
// packs and tells what they find.
func find(t testing.TB, set, text string, o business.Options) string {
	t.Helper()
	g, _ := x12.Grammar("004010")
	d := edi.Delimiters{Element: '*', Component: '>', Segment: '~'}
	if g.Set(set) == nil {
		g, _ = edifact.Grammar("D96A", "3")
		d = edi.Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	}
	s := g.Set(set)
	w, c := s.NewWalker(), business.New(s, o)
	c.Reset("260105")
	n := 0
	for seg, err := range edi.NewReader(strings.NewReader(text), d, edi.Limits{}).Segments() {
		if err != nil {
			t.Fatal(err)
		}
		n++
		row, fault := w.Place(seg.Element(0))
		if fault != grammar.Placed {
			t.Errorf("%s: segment %d, %s, has no place: %d", set, n, seg.ID(), fault)
		}
		c.Segment(seg, n, row)
	}
	var out []string
	for _, f := range c.Finish() {
		s := fmt.Sprintf("%d %s %s", f.InSet, f.Reference(), f.Code)
		if f.Severity != edi.Warning {
			s += " " + string(f.Severity)
		}
		if f.Value != "" && strings.Contains(f.Message, f.Value) && len(f.Value) > 2 {
			s += " with its value in the message"
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

type findCase struct{ name, set, text, want string }

func run(t *testing.T, cases []findCase) {
	t.Helper()
	for _, c := range cases {
		if got := find(t, c.set, c.text, business.Options{}); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCounts(t *testing.T) {
	order := func(ctt string) string {
		return "ST*850*1~BEG~PO1*1*1.5*EA~PO1*2*-2*EA~PO1*3*10*EA~" + ctt + "~SE*1*1~"
	}
	order96 := func(cnt string) string {
		return "UNH+1'BGM'DTM'LIN+1'QTY+21:1,5'QTY+59:12'LIN+2'QTY+21:4.50'UNS+S'" + cnt + "'UNT+1'"
	}
	run(t, []findCase{
		{"fine", "850", order("CTT*3*9.5"), ""},
		{"hash of digits", "850", order("CTT*3*27"), ""},
		{"lines", "850", order("CTT*2*9.5"), "6 CTT-01 TOTAL-LINES"},
		{"sum", "850", order("CTT*3*12.5"), "6 CTT-02 TOTAL-QUANTITY"},
		{"no number", "850", order("CTT*X*X"), "6 CTT-01 TOTAL-LINES, 6 CTT-02 TOTAL-QUANTITY"},
		{"not stated", "850", order("CTT"), ""},
		{"a quantity that cannot be read", "850", "ST*850*1~BEG~PO1*1*TEN*EA~CTT*1*10~SE*1*1~", ""},
		{"856 counts its levels", "856", "ST*856*1~BSN~HL*1**S~HL*2*1*I~SN1**5*EA~CTT*3*4~SE*1*1~", "6 CTT-01 TOTAL-LINES, 6 CTT-02 TOTAL-QUANTITY"},
		{"856 fine", "856", "ST*856*1~BSN~HL*1**S~HL*2*1*I~SN1**5*EA~CTT*2*5~SE*1*1~", ""},
		{"846", "846", "ST*846*1~BIA~LIN*1~QTY*33*5~QTY*17*6~LIN*2~QTY*33*7~CTT*2*18~SE*1*1~", ""},
		{"846, the first of each line", "846", "ST*846*1~BIA~LIN*1~QTY*33*5~QTY*17*6~LIN*2~QTY*33*7~CTT*2*12~SE*1*1~", ""},
		{"880", "880", "ST*880*1~G01~G17*3~G17*4~G31*8~G33~SE*1*1~", "5 G31-01 TOTAL-QUANTITY"},
		{"EDIFACT fine", "ORDERS", order96("CNT+2:2'CNT+1:6"), ""},
		{"EDIFACT, all of them", "ORDERS", order96("CNT+1:18"), ""},
		{"EDIFACT wrong", "ORDERS", order96("CNT+2:3'CNT+1:7'CNT+11:99"), "10 CNT-01-2 TOTAL-LINES, 11 CNT-01-2 TOTAL-QUANTITY"},
	})
}

func TestHierarchy(t *testing.T) {
	advice := func(levels string) string { return "ST*856*1~BSN~" + levels + "SE*1*1~" }
	despatch := func(levels string) string { return "UNH+1'BGM'" + levels + "UNT+1'" }
	run(t, []findCase{
		{"SOTPI", "856", advice("HL*1**S*1~HL*2*1*O*1~HL*3*2*T*1~HL*4*3*P*1~HL*5*4*I*0~HL*6*4*I*0~HL*7*3*P*1~HL*8*7*I*0~HL*9*1*O*0~"), ""},
		{"SOIP", "856", advice("HL*1**S~HL*2*1*O~HL*3*2*I~HL*4*3*P~HL*5*2*I~"), ""},
		{"two shipments", "856", advice("HL*1**S~HL*2*1*O~HL*3**S~"), ""},
		{"a gap", "856", advice("HL*1**S~HL*3*1*O~HL*4*3*I~"), "4 HL-01 HIERARCHY-NUMBER"},
		{"not from 1", "856", advice("HL*2**S~"), "3 HL-01 HIERARCHY-NUMBER"},
		{"no number", "856", advice("HL*A**S~HL*2*1*O~"), "3 HL-01 HIERARCHY-NUMBER"},
		{"orphan", "856", advice("HL*1**S~HL*2*9*O~"), "4 HL-02 HIERARCHY-PARENT"},
		{"its own parent", "856", advice("HL*1**S~HL*2*2*O~"), "4 HL-02 HIERARCHY-PARENT"},
		{"an order without parent", "856", advice("HL*1**S~HL*2**O~"), "4 HL-02 HIERARCHY-PARENT"},
		{"a closed parent", "856", advice("HL*1**S~HL*2*1*O~HL*3*1*O~HL*4*2*I~"), "6 HL-02 HIERARCHY-PARENT"},
		{"an order in an item", "856", advice("HL*1**S~HL*2*1*I~HL*3*2*O~"), "5 HL-03 HIERARCHY-LEVEL"},
		{"a shipment in a shipment", "856", advice("HL*1**S~HL*2*1*S~"), "4 HL-03 HIERARCHY-LEVEL"},
		{"levels of others", "856", advice("HL*1**S~HL*2*1*E~HL*3*2*F~HL*4*3*I~"), ""},
		{"says it has children", "856", advice("HL*1**S*1~HL*2*1*O*1~HL*3*1*O*0~"), "4 HL-04 HIERARCHY-CHILDREN"},
		{"says it has none", "856", advice("HL*1**S*0~HL*2*1*O*0~HL*3*1*O*0~"), "3 HL-04 HIERARCHY-CHILDREN"},
		{"says so of the last", "856", advice("HL*1**S*1~HL*2*1*O*1~"), "4 HL-04 HIERARCHY-CHILDREN"},
		{"DESADV", "DESADV", despatch("CPS+1'CPS+2+1'CPS+3+2'CPS+4+1'"), ""},
		{"DESADV orphan", "DESADV", despatch("CPS+1'CPS+2+7'CPS+4+1'"), "4 CPS-02 HIERARCHY-PARENT, 5 CPS-01 HIERARCHY-NUMBER"},
		{"deeper than any tree", "856", advice("HL*1**S~" + deep(60)), ""},
	})
}

// deep is a chain of packs, each in the one before, as deep as is followed,
// and others beside.
func deep(n int) string {
	var b strings.Builder
	for i := 2; i <= n; i++ {
		fmt.Fprintf(&b, "HL*%d*%d*P~", i, min(i-1, 31))
	}
	return b.String()
}

func TestIdentifiers(t *testing.T) {
	order := func(pairs string) string { return "ST*850*1~BEG~PO1*1*1*EA***" + pairs + "~SE*1*1~" }
	advice := func(man string) string { return "ST*856*1~BSN~HL*1**S~MAN*" + man + "~SE*1*1~" }
	order96 := func(lin string) string {
		return "UNH+1'BGM'DTM'LIN+1++" + lin + "'PIA+1+4006381333931:EN+X:SA'UNS+S'UNT+1'"
	}
	run(t, []findCase{
		{"GTIN-12", "850", order("UP*036000291452*VN*1"), ""},
		{"GTIN-13", "850", order("EN*4006381333931"), ""},
		{"GTIN-14", "850", order("VN*1*UK*10012345678902"), ""},
		{"GTIN-8", "850", order("EO*96385074"), ""},
		{"digit", "850", order("VN*1*UP*036000291453"), "3 PO1-09 CHECK-DIGIT"},
		{"length", "850", order("UP*36000291452"), "3 PO1-07 IDENTIFIER-LENGTH"},
		{"letters", "850", order("UP*03600029145X"), "3 PO1-07 IDENTIFIER-LENGTH"},
		{"others are free", "850", order("VN*036000291453*BP*1"), ""},
		{"SSCC with identifier", "856", advice("GM*00106141412345678908"), ""},
		{"SSCC without", "856", advice("AA*106141412345678908"), ""},
		{"SSCC digit", "856", advice("GM*00106141412345678909"), "4 MAN-02 CHECK-DIGIT"},
		{"SSCC length", "856", advice("GM*0106141412345678908"), "4 MAN-02 IDENTIFIER-LENGTH"},
		{"a range", "856", advice("GM*00106141412345678908*00106141412345678909"), "4 MAN-03 CHECK-DIGIT"},
		{"the second pair", "856", advice("CP*1**GM*00106141412345678909"), "4 MAN-05 CHECK-DIGIT"},
		{"carrier's", "856", advice("CP*1Z999"), ""},
		{"EDIFACT", "ORDERS", order96("96385074:EN"), ""},
		{"EDIFACT digit", "ORDERS", order96("036000291453:UP"), "4 LIN-03-1 CHECK-DIGIT"},
		{"EDIFACT length", "ORDERS", order96("0360:SRV"), "4 LIN-03-1 IDENTIFIER-LENGTH"},
		{"EDIFACT SSCC", "DESADV", "UNH+1'BGM'CPS+1'PAC+1'PCI+33E'GIN+BJ+106141412345678908:106141412345678909+106141412345678908'UNT+1'", "6 GIN-02-2 CHECK-DIGIT"},
	})
}

func TestDates(t *testing.T) {
	order := func(date string) string { return "ST*850*1~BEG*00*SA*1**" + date + "~PO1~SE*1*1~" }
	order96 := func(dtm string) string { return "UNH+1'BGM'DTM+" + dtm + "'LIN+1'UNS+S'UNT+1'" }
	run(t, []findCase{
		{"near", "850", order("20260214"), ""},
		{"a leap day", "850", order("20240229"), ""},
		{"far", "850", order("20160214"), "2 BEG-05 DATE-IMPLAUSIBLE"},
		{"typing", "850", order("20620214"), "2 BEG-05 DATE-IMPLAUSIBLE"},
		{"without end", "850", order("99991231"), ""},
		{"no date", "850", order("20261399"), ""},
		{"EDIFACT", "ORDERS", order96("137:20260214:102"), ""},
		{"EDIFACT with a time", "ORDERS", order96("137:202602141200:203"), ""},
		{"EDIFACT far", "ORDERS", order96("137:19260214:102"), "3 DTM-01-2 DATE-IMPLAUSIBLE"},
		{"EDIFACT no day", "ORDERS", order96("137:20261301:102"), "3 DTM-01-2 ELEMENT-DATE"},
		{"EDIFACT other form", "ORDERS", order96("137:260214:102"), "3 DTM-01-2 ELEMENT-DATE"},
		{"EDIFACT two digits", "ORDERS", order96("137:260214:101"), ""},
		{"EDIFACT weeks", "ORDERS", order96("137:202607:616"), ""},
		{"EDIFACT, a form nobody looks at", "ORDERS", order96("137:3:804"), ""},
	})
	if got := find(t, "850", order("20250101"), business.Options{Days: 30, Dates: edi.Error}); got != "2 BEG-05 DATE-IMPLAUSIBLE error" {
		t.Errorf("within 30 days: %q", got)
	}
	if got := find(t, "850", order("20160214"), business.Options{Dates: grammar.Off}); got != "" {
		t.Errorf("turned off: %q", got)
	}
}

func TestTotals(t *testing.T) {
	invoice := func(summary string) string {
		return "ST*810*1~BIG~IT1*1*3*EA*1.335~SAC*A****100~IT1*2*100*EA*2.5*HP~" + summary + "SE*1*1~"
	}
	invoic := func(summary string) string {
		return "UNH+1'BGM'DTM'LIN+1'QTY+47:3'MOA+203:4,01'PRI+AAA:1.335'LIN+2'QTY+47:200'MOA+203:5'PRI+AAA:2.5:::100'UNS+S'" + summary + "UNT+1'"
	}
	run(t, []findCase{
		{"lines only", "810", invoice("TDS*651~"), ""},
		{"rounded", "810", invoice("TDS*650~"), ""},
		{"with what the lines allow", "810", invoice("TDS*551~"), ""},
		{"with charges and taxes", "810", invoice("TDS*1001~TXI*ST*1.50~SAC*C****300~"), ""},
		{"wrong", "810", invoice("TDS*960~TXI*ST*1.50~SAC*C****250~"), "6 TDS-01 TOTAL-AMOUNT"},
		{"by a cent", "810", invoice("TDS*649~"), "6 TDS-01 TOTAL-AMOUNT"},
		{"no amount of the charge", "810", invoice("TDS*649~SAC*C*****1*5~"), ""},
		{"a line without price", "810", "ST*810*1~BIG~IT1*1*3*EA~TDS*649~SE*1*1~", ""},
		{"a price by weight", "810", "ST*810*1~BIG~IT1*1*3*EA*2*PP~TDS*649~SE*1*1~", ""},
		{"880", "880", "ST*880*1~G01~G17*3*EA*1.25~G31*3~G33*375~SE*1*1~", ""},
		{"880 wrong", "880", "ST*880*1~G01~G17*3*EA*1.25~G31*3~G33*370~SE*1*1~", "5 G33-01 TOTAL-AMOUNT"},
		{"880 with allowances", "880", "ST*880*1~G01~G72*1~G17*3*EA*1.25~G31*3~G33*370~SE*1*1~", ""},
		{"INVOIC", "INVOIC", invoic("MOA+79:9,01'MOA+125:9.01'MOA+124:1.71'MOA+77:10.72'"), ""},
		{"INVOIC line total", "INVOIC", invoic("MOA+79:9.02'"), "13 MOA-01-2 TOTAL-AMOUNT"},
		{"INVOIC total", "INVOIC", invoic("MOA+79:9.01'MOA+77:10.72'MOA+124:1.7'"), "14 MOA-01-2 TOTAL-AMOUNT"},
		{"INVOIC, the tax in its group", "INVOIC", invoic("MOA+79:9.01'MOA+77:10.72'TAX+7'MOA+124:1'TAX+7'MOA+124:0.70'"), "14 MOA-01-2 TOTAL-AMOUNT"},
		{"INVOIC, no tax stated", "INVOIC", invoic("MOA+79:9.01'MOA+77:10.72'"), ""},
		{"INVOIC, charges nobody sums up", "INVOIC", invoic("MOA+79:9.01'MOA+77:10.72'TAX+7'MOA+124:1'ALC+C'"), ""},
		{"INVOIC line", "INVOIC", "UNH+1'BGM'DTM'LIN+1'QTY+47:3'MOA+203:4,05'PRI+AAA:1.335'UNS+S'MOA+77:1'UNT+1'", "6 MOA-01-2 TOTAL-AMOUNT"},
		{"INVOIC line without quantity", "INVOIC", "UNH+1'BGM'DTM'LIN+1'MOA+203:4,05'PRI+AAA:1.335'UNS+S'MOA+77:1'UNT+1'", ""},
	})
}
