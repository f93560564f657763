package grammar

import (
	"fmt"
	"strings"
	"testing"
)

// walk places the tags and tells, for each, its position in the set, its
// fault and what is missing before it.
func walk(w *Walker, tags string) string {
	names := [...]string{"", "unknown", "not in set", "unexpected", "out of order", "too often", "loop too often", "not used"}
	var out []string
	missing := func() string {
		s := ""
		for _, m := range w.Missing() {
			s += fmt.Sprintf("-%s ", w.set.Rows[m].Segment.ID)
		}
		return s
	}
	for tag := range strings.FieldsSeq(tags) {
		row, fault := w.Place([]byte(tag))
		place := "none"
		if row >= 0 {
			place = fmt.Sprint(w.set.Rows[row].Position)
		}
		out = append(out, strings.TrimSpace(missing()+place+" "+names[fault]))
	}
	w.Finish()
	if m := missing(); m != "" {
		out = append(out, strings.TrimSpace(m))
	}
	return strings.Join(out, ", ")
}

func TestWalker(t *testing.T) {
	w := parse(t, small).Set("100").NewWalker()
	for _, c := range []struct{ name, tags, want string }{
		{"all", "ST BEG REF REF DTM N1 N2 REF N1 PO1 PID PID QTY MSG LS LDT REF LDT LE REF REF PO1 CTT AMT AMT REF SE",
			"10, 20, 30, 30, 40, 50, 60, 70, 50, 80, 90, 90, 100, 110, 120, 130, 140, 130, 150, 160, 160, 80, 170, 180, 180, 190, 200"},
		{"least", "ST BEG PO1 CTT SE", "10, 20, 80, 170, 200"},
		{"unknown", "ST BEG XYZ PO1 CTT SE", "10, 20, none unknown, 80, 170, 200"},
		{"no tag", "ST BEG X PO1 CTT SE", "10, 20, none unknown, 80, 170, 200"},
		{"missing", "ST REF PO1 CTT SE", "10, -BEG 30, 80, 170, 200"},
		{"missing loop", "ST BEG CTT SE", "10, 20, -PO1 170, 200"},
		{"missing in an inner loop", "ST BEG PO1 QTY PO1 CTT SE", "10, 20, 80, 100, -MSG 80, 170, 200"},
		{"missing at several depths", "ST BEG PO1 LS LDT SE", "10, 20, 80, 120, 130, -LE -CTT 200"},
		{"all missing", "ST SE", "10, -BEG -PO1 -CTT 200"},
		{"too often", "ST BEG DTM DTM PO1 CTT SE", "10, 20, 40, 40 too often, 80, 170, 200"},
		{"the next place when one is full", "ST BEG REF REF REF PO1 CTT SE", "10, 20, 30, 30, 30 too often, 80, 170, 200"},
		{"loop too often", "ST BEG N1 N1 N1 N1 N2 PO1 CTT SE", "10, 20, 50, 50, 50, 50 loop too often, 60, 80, 170, 200"},
		{"inner loop too often", "ST BEG PO1 QTY MSG QTY MSG PO1 QTY MSG CTT SE", "10, 20, 80, 100, 110, 100 loop too often, 110, 80, 100, 110, 170, 200"},
		{"out of order", "ST BEG DTM REF PO1 CTT SE", "10, 20, 40, 30 out of order, 80, 170, 200"},
		{"late", "ST DTM BEG PO1 CTT SE", "10, -BEG 40, 20 out of order, 80, 170, 200"},
		{"a trailer's segment in the middle is late", "ST BEG PO1 PID N1 CTT SE", "10, 20, 80, 90, 50 out of order, 170, 200"},
		{"unexpected", "ST BEG N2 PO1 CTT SE", "10, 20, none unexpected, 80, 170, 200"},
		{"unexpected inside", "ST BEG PO1 LDT CTT SE", "10, 20, 80, none unexpected, 170, 200"},
		{"truncated", "ST BEG PO1 QTY", "10, 20, 80, 100, -MSG -CTT"},
		{"nothing", "", "-BEG -PO1 -CTT"},
		{"no header", "BEG PO1 CTT SE", "20, 80, 170, 200"},
		{"twice the header", "ST ST BEG PO1 CTT SE", "10, none unexpected, 20, 80, 170, 200"},
		{"after the trailer", "ST BEG PO1 CTT SE REF SE", "10, 20, 80, 170, 200, 190 out of order, 200 too often"},
	} {
		w.Reset()
		if got := walk(w, c.tags); got != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", c.name, c.tags, got, c.want)
		}
	}
}

// A set of another standard need not know the segments of this one.
func TestWalkerNotInSet(t *testing.T) {
	g := parse(t, small+"set 200\n10 ST!\n20 BEG!\n30 SE!\n")
	w := g.Set("200").NewWalker()
	if got, want := walk(w, "ST BEG PO1 SE"), "10, 20, none not in set, 30"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
