package verdict

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// A sender could make a file hold ever more levels and findings: what is kept
// of them has bounds, and what is beyond is told.

func TestReadTooManyInterchanges(t *testing.T) {
	f := read(t, "interchanges", strings.Repeat("ISA*", 4*maxGroups), Policy{})
	if len(f.Interchanges) > maxGroups {
		t.Errorf("%d interchanges are kept", len(f.Interchanges))
	}
	isa := strings.TrimSpace(order[:strings.Index(order, "GS*")])
	f = read(t, "interchanges", strings.Repeat(isa+"IEA*0*000000017~", maxGroups+3), Policy{})
	if len(f.Interchanges) != maxGroups {
		t.Errorf("got %d interchanges, want %d", len(f.Interchanges), maxGroups)
	}
	end := f.Findings[0]
	if end.Code != edi.CodeTooManyGroups || end.SegmentID != "ISA" || end.Offset != int64(maxGroups*len(isa+"IEA*0*000000017~")) {
		t.Errorf("the end is %s at %s: %v", end.Code, end.Reference(), end.Position)
	}
}

func TestReadTooManyGroups(t *testing.T) {
	isa := strings.TrimSpace(order[:strings.Index(order, "GS*")])
	f := read(t, "groups", isa+strings.Repeat("GS*PO*A*B*20261102*0930*1*X*004010~GE*0*1~", maxGroups), Policy{})
	x := f.Interchanges[0]
	if len(x.Groups) != maxGroups-1 || x.Fate != edi.Rejected {
		t.Errorf("got %d groups, and the interchange %s", len(x.Groups), x.Fate)
	}
	if end := x.Findings[len(x.Findings)-1]; end.Code != edi.CodeTooManyGroups || end.SegmentID != "GS" {
		t.Errorf("the end is %s at %s: %v", end.Code, end.Reference(), end.Position)
	}
	for _, a := range x.Answers(Answers{}, 1, at) {
		if a.Kind != "TA1" {
			t.Errorf("got a %s for an interchange that is not read to its end", a.Kind)
		}
	}
}

func TestReadTooManySets(t *testing.T) {
	envelope, _, _ := strings.Cut(order, "ST*")
	f := read(t, "sets", envelope+strings.Repeat("ST*850*1~SE*2*1~", maxSets+1), Policy{})
	x := f.Interchanges[0]
	if accepted, all := x.Accepted(); accepted != 0 || all != maxSets {
		t.Errorf("got %d of %d sets accepted, want 0 of %d", accepted, all, maxSets)
	}
	if end := x.Findings[len(x.Findings)-1]; end.Code != edi.CodeTooManyGroups || end.SegmentID != "ST" {
		t.Errorf("the end is %s at %s: %v", end.Code, end.Reference(), end.Position)
	}
}

func TestReadTooManyFindings(t *testing.T) {
	envelope, rest, _ := strings.Cut(order, "ST*")
	trailer := rest[strings.Index(rest, "GE*"):]
	const sets = 400
	one := "ST*850*0001~BEG*00*SA*1**20261102~" + strings.Repeat("PO1**x*EA~", 60) + "SE*9*0002~"
	f := read(t, "findings", envelope+strings.Repeat(one, sets)+trailer, Policy{})
	n, omitted := 0, false
	for found := range f.All() {
		n++
		omitted = omitted || found.Code == edi.CodeFindingsOmitted && found.Severity == edi.Note && found.Offset > 0
	}
	if n > maxFindings+sets+10 {
		t.Errorf("%d findings are kept", n)
	}
	if !omitted {
		t.Error("nothing says that findings were left out")
	}
	if accepted, all := f.Interchanges[0].Accepted(); accepted != 0 || all != sets {
		t.Errorf("got %d of %d sets accepted, want 0 of %d", accepted, all, sets)
	}
}
