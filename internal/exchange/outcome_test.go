package exchange_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/inbox"
)

// The outcome is one word for all of a file: nothing that was refused hides
// behind what was received before, and what holds nothing is not rejected.
func TestOutcomes(t *testing.T) {
	first := file("setwise", "A")
	for _, c := range []struct {
		name, content string
		want          ending
	}{
		{"the same order again", first, ending{inbox.Duplicate, 0, nil, []string{"997 A"}}},
		{"the same order again and a bad one", edited(file("setwise", "A", "B"), "SE*5*0002", "SE*6*0002"),
			ending{inbox.Rejected, 0, []string{"SE-COUNT"}, []string{"997 P"}}},
		{"the same order again and a new one", file("setwise", "A", "C"), ending{inbox.Accepted, 1, nil, []string{"997 A"}}},
		{"the same order again and segments nobody reads", first + "ST*850*0001~\nSE*2*0001~\n",
			ending{inbox.Rejected, 0, []string{"STRAY-DATA"}, []string{"997 A"}}},
		{"a new order and an interchange of EDIFACT", file("setwise", "E") + orders("setwise", "F"),
			ending{inbox.PartlyAccepted, 1, []string{"OTHER-STANDARD"}, []string{"997 A"}}},
		{"no set in the group", file("setwise"), ending{inbox.Accepted, 0, nil, []string{"997 A"}}},
		{"no set in a group that says two", edited(file("setwise"), "GE*0*7", "GE*2*7"),
			ending{inbox.Rejected, 0, []string{"GE-COUNT"}, []string{"997 R"}}},
		{"an order and a group that lost its sets",
			edited(file("setwise", "D"), "IEA*1*", "GS*PO*THEM*US*20261102*1015*8*X*004010~\nGE*2*8~\nIEA*2*"),
			ending{inbox.PartlyAccepted, 1, []string{"GE-COUNT"}, []string{"997 A", "997 R"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, nil)
			if got := r.end("main", "first", first); got.Outcome != inbox.Accepted {
				t.Fatalf("the first file: %+v", got)
			}
			if diff := cmp.Diff(c.want, r.end("main", c.name, c.content)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// However much is wrong with the syntax of a set, what its map refuses it for
// is told, to the operator and to the partner.
func TestManyFindingsHideNone(t *testing.T) {
	r := newRig(t, nil)
	content := edited(file("setwise", "A"), "BEG*00*SA*A*", strings.Repeat("~", 250)+"BEG*00*SA**")
	v := r.receive("main", "many.edi", []byte(content))
	if got := codes(v); !slices.Contains(got, "ELEMENT-MISSING") {
		t.Errorf("errors %q", got)
	}
	ack, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(v.Sent[0].Path)))
	if err != nil || !strings.Contains(string(ack), "AK4*3*324*1~") {
		t.Errorf("the acknowledgement says (%v)\n%s", err, ack)
	}
}

// Control numbers come again once their range is through; an answer that
// still lies there under the same number is not taken for this one.
func TestAnswersOfOneNumber(t *testing.T) {
	r := newRig(t, nil)
	seen := map[string]bool{}
	for _, name := range []string{"a", "b", "c"} {
		v := r.receive("main", name, []byte(file("shortly", strings.ToUpper(name))))
		if len(v.Sent) != 1 || v.Sent[0].Control != "000000005" {
			t.Fatalf("%s: sent %+v, want one answer under the only number", name, v.Sent)
		}
		seen[v.Sent[0].Path] = true
	}
	if len(seen) != 3 {
		t.Errorf("three answers lie in %d files: %v", len(seen), seen)
	}
}

// A stranger is answered whatever its ISA calls it.
func TestStrangersOfAnyName(t *testing.T) {
	junk := strings.Repeat("&", 40)
	content := edited(file("nobody", "A"), "*ZZ*NOBODY         *", "*"+junk+"*"+junk+"*")
	if got := newRig(t, nil).end("main", "stranger.edi", content); !slices.Equal(got.Sent, []string{"TA1 R 006"}) {
		t.Errorf("got %+v, want a TA1", got)
	}
}
