package exchange_test

import (
	"bytes"
	"encoding/json"
	"testing"

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
