package grammar

import (
	"strings"
	"testing"
)

func TestCharacters(t *testing.T) {
	s := parse(t, small).Set("100")
	for _, c := range []struct {
		characters Characters
		value      string
		want       string
	}{
		{AnyCharacters, "aé$", ""},
		{BasicCharacters, "A-1=?", ""},
		{BasicCharacters, "Ab", "2 BEG-02 ELEMENT-CHARACTER"},
		{BasicCharacters, "A$", "2 BEG-02 ELEMENT-CHARACTER"},
		{ExtendedCharacters, "Ab$_|", ""},
		{ExtendedCharacters, "Aé", "2 BEG-02 ELEMENT-CHARACTER"},
	} {
		got := check(t, s.NewChecker(CheckOptions{Characters: c.characters}), x12Delimiters(), "ST*100*0001~BEG*AA*"+c.value+"~PO1****AB~CTT*1~SE*5*0001~")
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%q in %q: got %s, want %s", c.value, c.characters, got, c.want)
		}
	}
}
