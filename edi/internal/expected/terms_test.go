package expected

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/edi/x12"
)

var (
	counts    = regexp.MustCompile(`Expected (\d+) (?:segments|transactions|groups)\. Found (\d+)`)
	ourCounts = regexp.MustCompile(`says (\d+) (?:segments|sets|groups), there are (\d+)`)
)

// ediEngine counts, compares numbers, reports errors and writes a 997 in three
// modes; its rows say in words what is asserted.
func ediEngine(t *testing.T, r row, f *found) comparison {
	t.Helper()
	errors := len(f.codes(isError))
	switch {
	case strings.HasPrefix(r.says, `"Expected`):
		var want, got []string
		for _, m := range counts.FindAllStringSubmatch(r.says, -1) {
			want = append(want, m[1]+" stated, "+m[2]+" found")
		}
		for one := range f.All() {
			if m := ourCounts.FindStringSubmatch(one.Message); m != nil {
				got = append(got, m[1]+" stated, "+m[2]+" found")
			}
		}
		return comparison{expected: strings.Join(want, "; "), ours: strings.Join(got, "; ")}
	case strings.Contains(r.says, "control numbers do not match"):
		numbers := f.codes(func(f edi.Finding) bool {
			return isError(f) && slices.Contains([]string{x12.CodeIEANumber, x12.CodeGENumber, x12.CodeSENumber}, f.Code)
		})
		return comparison{expected: "3 control numbers differ", ours: fmt.Sprintf("%d control numbers differ", len(numbers))}
	case strings.HasPrefix(r.says, "syntax-note error"):
		notes := f.codes(func(f edi.Finding) bool { return isError(f) && f.Code == edi.CodeElementConditional })
		if len(notes) == 0 || errors != 1 {
			return comparison{expected: "a syntax note is violated", ours: strings.Join(f.codes(isError), ", ")}
		}
		return comparison{expected: "a syntax note is violated", ours: "a syntax note is violated"}
	case strings.HasPrefix(r.says, "reject mode"):
		note := judge(t, f.data, verdict.Policy{X12: x12.FatePolicy{AcceptErrors: true}})
		status := regexp.MustCompile(`AK5\*.|AK9\*[^ ]*`)
		say := func(v *verdict.File) string {
			var groups []string
			for _, one := range acknowledgements(v, verdict.Answers{}, "997") {
				groups = append(groups, strings.Join(status.FindAllString(one, -1), " "))
			}
			return strings.Join(groups, ", ")
		}
		return comparison{
			expected: "reject: AK5*A AK5*R AK9*P*2*2*1, AK5*R AK9*R; note: AK5*E, AK9*E; accept all: AK9*A*2*2*2",
			ours:     "reject: " + say(f.File) + "; note: " + say(note),
		}
	case strings.HasPrefix(r.says, "0 errors"):
		c := comparison{expected: r.says, ours: fmt.Sprintf("%d errors", errors)}
		if strings.Contains(r.says, "PO1 loops") {
			c.ours += fmt.Sprintf("; %d PO1 loops", f.tags["PO1"])
		}
		return c
	case strings.Contains(r.says, "interchanges x"):
		groups := 0
		for _, x := range f.Interchanges {
			groups += len(x.Groups)
		}
		return comparison{expected: "2 interchanges, 4 groups", ours: fmt.Sprintf("%d interchanges, %d groups", len(f.Interchanges), groups)}
	}
	t.Fatalf("%s: not understood: %s", r.file, r.says)
	return comparison{}
}

// gozer reads the structure of envelopes and sets, and compares no counts or
// numbers.
func gozer(r row, f *found) comparison {
	structure := []string{
		edi.CodeNotEDI, edi.CodeSegmentUnexpected, x12.CodeISABroken, x12.CodeISATerminator, x12.CodeGSMissing,
		x12.CodeIEAMissing, x12.CodeGEMissing, x12.CodeSEMissing,
	}
	plain, detailed := refused(f.codes(func(f edi.Finding) bool {
		return isError(f) && f.InSet == 0 && slices.Contains(structure, f.Code)
	}), "parsed")
	c := comparison{expected: "parsed", ours: detailed, agrees: differs}
	if strings.HasPrefix(r.says, "exception") {
		c.expected = "refused"
	}
	if c.expected == plain {
		c.agrees = agrees
	}
	return c
}

// stupidedi parses a file by its grammar or it does not; why it does not is
// not stated, so that an agreement there is one on the outcome alone.
func stupidedi(r row, f *found) comparison {
	plain, detailed := refused(f.codes(isError), "parses")
	c := comparison{expected: "parses", ours: detailed, agrees: differs}
	if strings.HasPrefix(r.says, "cannot parse") {
		c.expected = "refused"
	}
	if c.expected == plain {
		c.agrees = agrees
	}
	return c
}
