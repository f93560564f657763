package docs

import (
	"strings"
	"testing"
)

// The remedy of a code is a part of its section, on one line.
func TestRemedy(t *testing.T) {
	if got := Remedy("SE-COUNT"); got == "" || strings.Contains(got, "\n") || strings.Contains(got, "Who acts") {
		t.Errorf("the remedy is %q", got)
	}
	text, _ := Finding("SE-COUNT")
	if got := Remedy("SE-COUNT"); !strings.Contains(strings.Join(strings.Fields(text), " "), "What to do: "+got) {
		t.Errorf("%q is not what the section says", got)
	}
	for _, code := range []string{"", "NO-SUCH"} {
		if got := Remedy(code); got != "" {
			t.Errorf("the remedy of %q is %q", code, got)
		}
	}
}
