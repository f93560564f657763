package expected

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/verdict"
)

// found is what the engine finds in a file, by the default policy.
type found struct {
	*verdict.File
	data  []byte
	first *document.Interchange // nil if there is none
	tags  map[string]int        // segments of each tag
	last  string                // first element of the last segment, as sent
}

func readFile(t *testing.T, name string) *found {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f := &found{data: data, File: judge(t, data, verdict.Policy{}), tags: map[string]int{}}
	for s, err := range document.Read(text(t, data), document.Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		if f.first == nil {
			f.first = s.Interchange
		}
		if s.Segment != nil {
			f.tags[string(s.Segment.Tag())]++
			f.last = string(s.Segment.Element(1))
		}
	}
	return f
}

func text(t *testing.T, data []byte) *document.Text {
	t.Helper()
	text, err := document.NewText(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func judge(t *testing.T, data []byte, p verdict.Policy) *verdict.File {
	t.Helper()
	f, err := verdict.Read(text(t, data), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// codes are those of the findings that choose has, each once, in the order
// found.
func (f *found) codes(choose func(edi.Finding) bool) []string {
	var all []string
	for one := range f.All() {
		if choose(one) && !slices.Contains(all, one.Code) {
			all = append(all, one.Code)
		}
	}
	return all
}

// empty reports whether there are sets, and none has more than a header and a
// trailer.
func (f *found) empty() bool {
	sets := 0
	for _, x := range f.Interchanges {
		for _, g := range x.Groups {
			for _, s := range g.Sets {
				if sets++; s.Segments > 2 {
					return false
				}
			}
		}
	}
	return sets > 0
}

func isError(f edi.Finding) bool { return f.Severity == edi.Error }

// refused says that errors were found, or what is said if there are none.
func refused(codes []string, otherwise string) (plain, detailed string) {
	if len(codes) == 0 {
		return otherwise, otherwise
	}
	return "refused", "refused: " + strings.Join(codes, ", ")
}

// acknowledgements are the AK and IK segments of what an answer of the kind
// tells, a text for each, without the envelopes and the numbers of our own.
func acknowledgements(f *verdict.File, a verdict.Answers, kind string) []string {
	var all []string
	for _, x := range f.Interchanges {
		for _, answer := range x.Answers(a, 1, time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)) {
			if answer.Kind == kind {
				all = append(all, told(answer.Text)...)
			}
		}
	}
	return all
}

// told are the acknowledgements in an interchange of X12.
func told(interchange string) []string {
	var all []string
	var one []string
	for s := range edi.NewReader(strings.NewReader(interchange), edi.Delimiters{Element: interchange[3], Segment: interchange[105]}, edi.Limits{}).Segments() {
		tag := string(s.Tag())
		switch {
		case tag == "TA1", strings.HasPrefix(tag, "AK"), strings.HasPrefix(tag, "IK"), tag == "CTX":
			elements := []string{tag}
			for i := 1; i <= s.Len(); i++ {
				elements = append(elements, string(s.Element(i)))
			}
			one = append(one, strings.Join(elements, "*"))
		case tag == "SE", tag == "IEA":
			if len(one) > 0 {
				all = append(all, strings.Join(one, " "))
				one = nil
			}
		}
	}
	return all
}

// delimiters are those of the first interchange, as bytes.
func (f *found) delimiters() string {
	d := f.first.Delimiters
	return fmt.Sprintf("component %02X, element %02X, segment %02X", d.Component, d.Element, d.Segment)
}
