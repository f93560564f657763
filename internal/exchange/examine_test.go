package exchange_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/exchange"
)

// TestExamine: what is said of a file without any state is what Judge says of
// it, and so is what would go back.
func TestExamine(t *testing.T) {
	for name, content := range map[string]string{
		"accepted":           file("setwise", "A", "B"),
		"partly":             edited(file("setwise", "A", "B"), "SE*5*0002", "SE*6*0002"),
		"a set with errors":  edited(file("lenient", "A"), "PO1*1*12*EA", "PO1*1*12*XX"),
		"refused":            edited(file("strict", "A", "B"), "IEA*1*000000007", "IEA*1*000000008"),
		"of a stranger":      file("nobody", "A"),
		"to somebody else":   edited(file("setwise", "A"), "ZZ*QUAY ", "ZZ*QUAI "),
		"EDIFACT":            orders("setwise", "A", "B"),
		"EDIFACT, one bad":   edited(orders("setwise", "A", "B"), "UNT+8+2'", "UNT+9+2'"),
		"EDIFACT, all fall":  edited(orders("strict", "A", "B"), "UNT+8+2'", "UNT+9+2'"),
		"EDIFACT, cut short": orders("setwise", "A", "B")[:200],
		"no file":            "Dear Sir or Madam",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			v := r.receive("main", "it.edi", []byte(content))
			c, err := r.Catalogs.Catalog(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			made := 0
			x, err := exchange.Examine(c, bytes.NewReader([]byte(content)), exchange.ExamineOptions{
				Tenant: "quay", Channel: "main", At: v.Verdict.At,
				Document: func(s exchange.Set, doc json.RawMessage) error {
					if !json.Valid(doc) {
						t.Errorf("set %s: %s", s.ControlNumber, doc)
					}
					made++
					return nil
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			var sets []exchange.Set
			for s, err := range x.Sets() {
				if err != nil {
					t.Fatal(err)
				}
				sets = append(sets, s)
			}
			var judged []exchange.Set
			for _, s := range v.Sets {
				judged = append(judged, s.Set)
			}
			if diff := cmp.Diff(judged, sets); diff != "" {
				t.Errorf("sets (-judged +examined)\n%s", diff)
			}
			x.Verdict.Lines, v.Verdict.Lines = nil, nil
			if diff := cmp.Diff(v.Verdict, x.Verdict); diff != "" {
				t.Errorf("verdict (-judged +examined)\n%s", diff)
			}
			if made < created(v) {
				t.Errorf("%d documents were made, and %d applied", made, created(v))
			}
		})
	}
}

// What would go back is what goes back, numbers aside.
func TestExaminedAnswers(t *testing.T) {
	for _, content := range []string{
		edited(file("setwise", "A", "B"), "SE*5*0002", "SE*6*0002"), orders("setwise", "A", "B"), file("nobody", "A"),
	} {
		r := newRig(t, nil)
		v := r.receive("main", "it.edi", []byte(content))
		c, err := r.Catalogs.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		x, err := exchange.Examine(c, bytes.NewReader([]byte(content)), exchange.ExamineOptions{Tenant: "quay", Channel: "main", At: v.Verdict.At})
		if err != nil {
			t.Fatal(err)
		}
		acks, err := x.Acknowledgements()
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, a := range acks {
			all = append(all, a.Summary)
			if got := summary(t, a.Text); got != a.Summary {
				t.Errorf("it says %q, and is %q", got, a.Summary)
			}
		}
		if diff := cmp.Diff(sent(v), all); diff != "" {
			t.Errorf("(-sent +examined)\n%s", diff)
		}
	}
}

// Acknowledgements that stand in a group of another name are not acknowledged,
// and hold up no other answer.
func TestAcknowledgementsInAGroupOfOrders(t *testing.T) {
	const acknowledgement = "ST*999*0009~\nAK1*PO*1~\nAK9*A*1*1*1~\nSE*4*0009~\n"
	one := file("setwise", "A")
	alone := one[:strings.Index(one, "ST*850")] + acknowledgement + one[strings.Index(one, "GE*"):]
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"alone":           {alone, nil},
		"beside an order": {edited(one, "GE*1*7", acknowledgement+"GE*2*7"), []string{"997 A"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			v := r.receive("main", "it.edi", []byte(c.content))
			if diff := cmp.Diff(c.want, sent(v)); diff != "" {
				t.Errorf("(-want +sent)\n%s", diff)
			}
		})
	}
}

// A file of a standard that is not agreed is not judged by the agreement.
func TestExamineNotAgreed(t *testing.T) {
	files := buyers()
	files["partners/quay/plain.jsonc"] = &fstest.MapFile{Data: []byte(`{"name": "plain",
		"x12": {"theirs": [{"qualifier": "ZZ", "id": "PLAIN"}]}, "receive": {"850": {"map": "x12/850"}}}`)}
	r := newRigOf(t, nil, nil, files)
	c, err := r.Catalogs.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a, ok := c.Partner("quay", "plain")
	if !ok {
		t.Fatal("there is no partner")
	}
	_, err = exchange.Examine(c, strings.NewReader(orders("plain", "A")), exchange.ExamineOptions{Agreement: a})
	if !errors.Is(err, exchange.ErrNotAgreed) {
		t.Errorf("got %v, want %v", err, exchange.ErrNotAgreed)
	}
}
