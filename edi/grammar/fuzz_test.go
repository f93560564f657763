package grammar_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/edifact"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/edi/x12"
)

// FuzzChecker checks whatever comes as segments of a set: places are places,
// findings are bounded and located, and the same again is found the same.
func FuzzChecker(f *testing.F) {
	f.Add([]byte(order850(3, false)), uint8(5))
	f.Add([]byte(order850(2, true)), uint8(5))
	f.Add([]byte(orders96A(3, false)), uint8(25))
	f.Add([]byte(orders96A(2, true)), uint8(25))
	f.Add([]byte("ST~BEG~PO1~LS*LDT~LDT~LE*LDT~N1~N1~SAC**A>B^C~~SE~"), uint8(5))
	f.Add([]byte("ST*997*1~AK1*PO*1~AK2~AK3~AK4*1>2>3^4~AK5~AK9~SE~"), uint8(18))
	f.Add([]byte("UNH+1+CONTRL'UCI+?+::*'UCM'UCS'UCD+++:'UNT'"), uint8(20))
	type target struct {
		set *grammar.Set
		d   edi.Delimiters
	}
	var targets []target
	for _, version := range []string{"004010", "005010"} {
		g, _ := x12.Grammar(version)
		for _, id := range g.Sets() {
			targets = append(targets, target{g.Set(id), edi.Delimiters{Element: '*', Component: '>', Repetition: '^', Segment: '~'}})
		}
	}
	for _, directory := range []string{"D96A", "D01B"} {
		g, _ := edifact.Grammar(directory, "4")
		for _, id := range g.Sets() {
			targets = append(targets, target{g.Set(id), edi.Delimiters{Element: '+', Component: ':', Repetition: '*', Segment: '\'', Release: '?'}})
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		one := targets[int(which)%len(targets)]
		const most = 20
		c := one.set.NewChecker(grammar.CheckOptions{Findings: most, Trailing: edi.Note})
		run := func() []edi.Finding {
			n := 0
			for seg, err := range edi.NewReader(bytes.NewReader(data), one.d, edi.Limits{}).Segments() {
				if err != nil {
					t.Fatal(err)
				}
				n++
				if row := c.Segment(seg, n); row < -1 || row >= len(one.set.Rows) || row >= 0 && !seg.Is(one.set.Rows[row].Segment.ID) {
					t.Fatalf("%s: %q is at row %d", one.set.ID, seg.Raw(), row)
				}
			}
			return c.Finish(edi.Position{})
		}
		first := run()
		if len(first) > most {
			t.Fatalf("%d findings are kept, at most %d", len(first), most)
		}
		for _, found := range first {
			if found.Code == "" || found.Severity == "" || found.Message == "" {
				t.Fatalf("a finding is not complete: %+v", found)
			}
			if len(found.Value) > 3 && strings.Contains(found.Message, found.Value) {
				t.Fatalf("the message of %s quotes its value %q", found.Code, found.Value)
			}
		}
		kept := append([]edi.Finding(nil), first...)
		c.Reset()
		if diff := cmp.Diff(kept, run()); diff != "" {
			t.Fatalf("the same again is found otherwise (-first +again)\n%s", diff)
		}
		if diff := cmp.Diff(kept, first); diff != "" {
			t.Fatalf("findings returned before changed (-was +is)\n%s", diff)
		}
	})
}

// FuzzParse reads whatever comes as a grammar: an error, or sets that can be
// walked through.
func FuzzParse(f *testing.F) {
	f.Add("grammar X12 1\nelements\n1 AN 1 2\ncodes\n1 A B\ncomposites\nC1 1! 1*2 ; P0102\nsegments\nST 1!\nSE C1\nsets\nset 1\n1 ST!\n( SE\n2 SE!\n)\n3 SE!\n")
	f.Add("grammar X12 1\nsegments\nST\nsets\nset 1\n1 ST!\n2 ST!\n")
	f.Add("grammar X12 1\nsets\nset 1")
	f.Fuzz(func(t *testing.T, text string) {
		g, err := grammar.Parse(text)
		if err != nil {
			return
		}
		for _, id := range g.Sets() {
			s := g.Set(id)
			w := s.NewWalker()
			for range 2 {
				for _, r := range s.Rows {
					w.Place([]byte(r.Segment.ID))
				}
			}
			w.Finish()
		}
	})
}
