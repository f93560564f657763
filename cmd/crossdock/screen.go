package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"golang.org/x/term"
)

// screen is what text for a person is printed on. A terminal has a width, at
// which long entries go on in the next line; a file or a pipe has none, so
// that each entry stays a line for other programs to look for.
type screen struct {
	io.Writer
	width int // in characters; 0: lines are as long as they are
}

func newScreen(w io.Writer) *screen {
	s := &screen{Writer: w}
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width >= 40 {
			s.width = width
		}
	}
	return s
}

// entryIndent is where the text of an entry begins.
const entryIndent = 12

// entry prints a label and what is said under it.
func (s *screen) entry(label, format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	fmt.Fprintf(s, "  %-*s", entryIndent-2, label)
	if s.width == 0 {
		fmt.Fprintln(s, text)
		return
	}
	at := entryIndent
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > s.width:
			fmt.Fprintf(s, "\n%*s", entryIndent, "")
			at = entryIndent
		default:
			fmt.Fprint(s, " ")
			at++
		}
		fmt.Fprint(s, word)
		at += n
	}
	fmt.Fprintln(s)
}

// table prints rows of cells that tabs divide, cut at the width of the screen.
func (s *screen) table(rows func(w io.Writer)) {
	var b bytes.Buffer
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	rows(t)
	t.Flush()
	for line := range strings.Lines(b.String()) {
		text := []rune(strings.TrimRight(line, " \n"))
		if s.width > 0 && len(text) > s.width {
			text = append(text[:s.width-1], '…')
		}
		fmt.Fprintln(s, string(text))
	}
}
