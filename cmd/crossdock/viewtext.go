package main

import (
	"bufio"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi"
)

// viewText prints files for a person.
func (c *command) viewText(cmd *cobra.Command, names []string, o viewOptions) error {
	b := bufio.NewWriterSize(c.out, 64<<10)
	w := &viewWriter{Writer: b, width: newScreen(c.out).width, p: c.painter()}
	if w.p && w.width == 0 {
		w.width = 80
	}
	err := c.eachFile(cmd, names, func(in *input) error {
		if len(names) > 1 {
			fmt.Fprintf(b, "%s\n", w.p.paint(bold, printable(in.name)))
		}
		t, err := viewed(in, o, func(v *segmentView) error {
			w.segment(v)
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Fprintln(b, w.p.paint(bold, t.String()))
		return nil
	})
	if flushed := b.Flush(); err == nil {
		err = flushed
	}
	return err
}

// viewWriter prints segments.
type viewWriter struct {
	*bufio.Writer
	width int // of a line; 0: as long as it is
	p     painter
}

const (
	viewIndent  = 2  // of a level
	viewContent = 32 // column of what follows the name of a segment
	viewValue   = 40 // column of the value of an element
)

func (w *viewWriter) segment(v *segmentView) {
	indent := strings.Repeat(" ", viewIndent*v.Depth)
	if v.Tag != "" {
		name := indent + v.Tag + " " + v.Label
		pad := max(viewContent-utf8.RuneCountInString(name), 2)
		at := utf8.RuneCountInString(name) + pad
		text := v.Text
		if len(v.Elements) > 0 {
			text = ""
		}
		if v.Set != nil {
			text = setLine(v.Set)
		}
		room := 0
		if w.width > 0 {
			room = max(w.width-at, 20)
		}
		head := indent + w.p.paint(bold, v.Tag) + " " + w.p.paint(cyan, v.Label)
		for i, line := range wrap(text, room, v.marks) {
			switch {
			case i > 0:
				fmt.Fprintf(w, "%*s%s\n", at, "", w.marked(line, v))
			case line == "":
				fmt.Fprintln(w, strings.TrimRight(head, " "))
			default:
				fmt.Fprintf(w, "%s%*s%s\n", head, pad, "", w.marked(line, v))
			}
		}
		w.elements(indent, v.Elements)
	}
	for _, f := range v.Findings {
		w.finding(indent, f)
	}
}

func setLine(s *setView) string {
	text := s.ID
	if s.Label != "" {
		text += " " + s.Label
	}
	text += ", " + s.Number
	switch {
	case s.Tables == "":
		return text + "; no tables for it"
	case !s.Exact:
		return text + "; tables of " + s.Tables + ", the nearest"
	}
	return text + "; tables of " + s.Tables
}

// marked is text with its separators faint.
func (w *viewWriter) marked(text string, v *segmentView) string {
	if !w.p || v.Set != nil {
		return text
	}
	var b strings.Builder
	released := false
	for _, r := range text {
		if !released && r < utf8.RuneSelf && strings.ContainsRune(v.marks, r) && r != 0 {
			b.WriteString(w.p.paint(faint, string(r)))
		} else {
			b.WriteRune(r)
		}
		released = !released && v.release != 0 && r == rune(v.release)
	}
	return b.String()
}

func (w *viewWriter) elements(indent string, elements []elementView) {
	at := indent + "     "
	for _, e := range elements {
		name := at + e.Reference + strings.Repeat(" ", max(5-len(e.Reference), 1)) + e.Label
		pad := max(viewValue-utf8.RuneCountInString(name), 2)
		column := utf8.RuneCountInString(name) + pad
		room := 0
		if w.width > 0 {
			room = max(w.width-column, 20)
		}
		value := e.Value
		if e.Means != "" {
			value += " (" + e.Means + ")"
		}
		for i, line := range wrap(value, room, "") {
			if i == 0 {
				fmt.Fprintf(w, "%s%*s%s\n", w.p.paint(faint, name), pad, "", line)
			} else {
				fmt.Fprintf(w, "%*s%s\n", column, "", line)
			}
		}
	}
}

func (w *viewWriter) finding(indent string, f edi.Finding) {
	head := "! " + string(f.Severity) + " " + f.Code
	text := findingText(f)
	at := len(indent) + 2
	room := 0
	if w.width > 0 {
		room = max(w.width-at, 20)
	}
	for i, line := range wrap(head+" "+text, room, "") {
		if i > 0 {
			fmt.Fprintf(w, "%*s  %s\n", at, "", line)
			continue
		}
		rest, whole := strings.CutPrefix(line, head)
		if !whole {
			fmt.Fprintf(w, "%s  %s\n", indent, line)
			continue
		}
		fmt.Fprintf(w, "%s  %s%s\n", indent, w.p.paint(inkOf(f.Severity), head), rest)
	}
}

// findingText says where a finding is, what, and with which value.
func findingText(f edi.Finding) string {
	var b strings.Builder
	if ref := f.Reference(); ref != "" {
		b.WriteString(printable(ref) + ", ")
	}
	if f.Line > 0 {
		b.WriteString(where(f.Position) + ": ")
	}
	b.WriteString(printable(f.Message))
	if f.Value != "" {
		fmt.Fprintf(&b, " (%s)", printable(f.Value))
	}
	return b.String()
}

// where is a place as a person finds it: a file that is one line has segments
// to count, any other has lines.
func where(p edi.Position) string {
	if p.Line <= 1 && p.Segment > 1 {
		return fmt.Sprintf("segment %d", p.Segment)
	}
	return fmt.Sprintf("line %d", p.Line)
}

func inkOf(s edi.Severity) ink {
	switch s {
	case edi.Error:
		return red
	case edi.Warning:
		return yellow
	}
	return blue
}
