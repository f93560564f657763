package grammar

import (
	"strings"
	"testing"

	"github.com/crossdock/crossdock/edi"
)

// Each kind of note over each combination of three elements.
func TestNotes(t *testing.T) {
	for _, c := range []struct{ note, holds string }{
		{"P010203", "--- 123"},
		{"R010203", "1-- -2- --3 12- 1-3 -23 123"},
		{"E010203", "--- 1-- -2- --3"},
		{"C010203", "--- -2- --3 -23 123"},
		{"L010203", "--- -2- --3 -23 12- 1-3 123"},
		{"D1:01,02,03", "1-- -2- --3"},
		{"D2:01,02,03", "--- 123"},
		{"D3:01,02,03", "1-- -2- --3 12- 1-3 -23 123"},
		{"D4:01,02,03", "--- 1-- -2- --3"},
		{"D5:01,02,03", "--- -2- --3 -23 123"},
		{"D6:01,02,03", "--- -2- --3 -23 12- 1-3 123"},
		{"D7:01,02,03", "--- -2- --3 -23 1--"},
	} {
		n, err := ParseNote(c.note)
		if err != nil {
			t.Fatal(err)
		}
		m := &compileNotes([]Note{n})[0]
		for present := range uint64(8) {
			name := []byte("---")
			for i := range name {
				if present&(1<<i) != 0 {
					name[i] = byte('1' + i)
				}
			}
			if got, want := m.holds(present), strings.Contains(c.holds, string(name)); got != want {
				t.Errorf("%s holds for %s: %t", c.note, name, got)
			}
			if text := m.String(); !strings.Contains(text, "01") || !strings.Contains(text, "03") {
				t.Errorf("%s reads %q", c.note, text)
			}
		}
	}
}

// What a broken note is told as, and of which element.
func TestNoteFindings(t *testing.T) {
	for _, c := range []struct{ note, segment, want string }{
		{"P0102", "N1**B", "N1-01 ELEMENT-CONDITIONAL"},
		{"R0102", "N1***C", "N1-01 ELEMENT-CONDITIONAL"},
		{"E0102", "N1*A*B", "N1-02 ELEMENT-EXCLUSION"},
		{"E0201", "N1*A*B", "N1-01 ELEMENT-EXCLUSION"},
		{"C010203", "N1*A*B", "N1-03 ELEMENT-CONDITIONAL"},
		{"C010203", "N1*A", "N1-02 ELEMENT-CONDITIONAL, N1-03 ELEMENT-CONDITIONAL"},
		{"L010203", "N1*A", "N1-02 ELEMENT-CONDITIONAL"},
		{"D1:01,02", "N1*A*B", "N1-02 ELEMENT-EXCLUSION"},
		{"D1:01,02", "N1***C", "N1-01 ELEMENT-CONDITIONAL"},
		{"D7:01,02,03", "N1*A**C", "N1-03 ELEMENT-EXCLUSION"},
	} {
		g := parse(t, "grammar X12 1\nelements\n1 AN 1 1\nsegments\nST 1\nSE 1\nN1 1 1 1 ; "+c.note+"\nsets\nset 1\n1 ST!\n2 N1\n3 SE!\n")
		var got []string
		for _, f := range check(t, g.Set("1").NewChecker(CheckOptions{}), x12Delimiters(), "ST*1~"+c.segment+"~SE*1~") {
			got = append(got, strings.TrimPrefix(f, "2 "))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s, %s: got %s, want %s", c.note, c.segment, got, c.want)
		}
	}
}

// The scan finds each byte it looks for at each place.
func TestScan(t *testing.T) {
	d := edi.Delimiters{Element: '*', Component: '>', Repetition: '^', Release: '?'}
	within := newScan(d, false)
	finding := newScan(d, true)
	few := newScan(edi.Delimiters{Element: '*', Component: '>'}, true)
	for n := range 70 {
		text := []byte(strings.Repeat("AZ az*09~!", 7))[:n]
		for i := range text {
			was := text[i]
			for b := range 256 {
				text[i] = byte(b)
				special := b < ' ' || b >= 0x7F
				if got, _ := within.look(text); got != (!special && !strings.ContainsRune(">^?", rune(b))) {
					t.Fatalf("%q plain: %t", text, got)
				}
				got, separators := finding.look(text)
				if want := !special && b != '^' && b != '?' && n <= 64; got != want || got && separators != bitsOf(text) {
					t.Fatalf("%q plain: %t, separators %b", text, got, separators)
				}
				if got, _ := few.look(text); got == (special || n > 64) {
					t.Fatalf("%q plain without delimiters: %t", text, got)
				}
			}
			text[i] = was
		}
	}
}

func bitsOf(text []byte) (separators uint64) {
	for i, b := range text {
		if b == '>' {
			separators |= 1 << i
		}
	}
	return separators
}
