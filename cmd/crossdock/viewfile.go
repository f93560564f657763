package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/label"
)

func (c *command) view() *cobra.Command {
	var o viewOptions
	cmd := &cobra.Command{
		Use:   "view FILE...",
		Short: "Look at a file of EDI: segments named, indented, findings in place",
		Long: "View prints a file of X12 or EDIFACT with each segment named, indented by its\n" +
			"loops and levels, and what is found about it beneath it; - is standard input.\n" +
			"--html writes one page that needs nothing else and can be mailed.",
		Example: "  crossdock view po.edi\n  crossdock view --elements po.edi | less -R\n  crossdock view --html po.html po.edi",
		Args:    args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, names []string) error {
			switch {
			case o.html != "" && len(names) > 1:
				return &usageError{fmt.Errorf("--html shows one file, %d are named", len(names))}
			case o.html != "":
				return c.viewHTML(cmd, names[0], o)
			case c.json:
				return c.viewJSON(cmd, names, o)
			}
			return c.viewText(cmd, names, o)
		},
	}
	cmd.Flags().BoolVarP(&o.elements, "elements", "e", false, "name the elements of each segment too")
	cmd.Flags().BoolVar(&o.findings, "findings", false, "only the segments that something is found about")
	cmd.Flags().StringVar(&o.html, "html", "", "write a page to this file; - is standard output")
	return cmd
}

// viewOptions are what is shown of a file.
type viewOptions struct {
	elements, findings bool
	html               string
}

// segmentView is a segment as view shows it; without a tag it is what is found
// where there is no segment.
type segmentView struct {
	Tag   string `json:"tag,omitempty"`
	Label string `json:"label,omitempty"`
	Depth int    `json:"depth"`
	Loop  string `json:"loop,omitempty"`
	edi.Position
	Text     string        `json:"text,omitempty"` // from the first element on
	Elements []elementView `json:"elements,omitempty"`
	Findings []edi.Finding `json:"findings,omitempty"`
	Set      *setView      `json:"set,omitempty"` // of the header of a set

	release byte
	marks   string // the separators in Text
}

// elementView is an element as view shows it.
type elementView struct {
	Reference string `json:"reference"` // 03, 03-2
	Label     string `json:"label,omitempty"`
	Value     string `json:"value"`
	Means     string `json:"means,omitempty"` // of a code
}

// setView is what view says of a set at its header.
type setView struct {
	ID     string `json:"id"`
	Label  string `json:"label,omitempty"`
	Number string `json:"number"`
	Tables string `json:"tables,omitempty"` // release by which it is looked at; empty if there are none
	Exact  bool   `json:"exact"`
}

// viewed are the segments of a file as view shows them, to be called with each
// in order; it returns the file's totals.
func viewed(src io.Reader, o viewOptions, each func(v *segmentView) error) (totals, error) {
	var t totals
	text, err := document.NewText(src)
	if err != nil {
		return t, err
	}
	labels := label.X12()
	if text.Standard == edi.EDIFACT {
		labels = label.EDIFACT()
	}
	t.Standard = string(text.Standard)
	var pending *segmentView // waits for what is found at the end of its level
	flush := func() error {
		v := pending
		pending = nil
		if v == nil || o.findings && len(v.Findings) == 0 {
			return nil
		}
		return each(v)
	}
	for s, err := range document.Read(text, document.Options{}) {
		if err != nil {
			return t, err
		}
		t.count(s)
		if s.Segment == nil || s.Kind == document.SetStart || s.Kind == document.SetEnd {
			if len(s.Findings) > 0 && pending != nil && s.Kind == document.SetEnd {
				pending.Findings = append(pending.Findings, s.Findings...)
			} else if len(s.Findings) > 0 {
				if err := flush(); err != nil {
					return t, err
				}
				pending = &segmentView{Position: edi.Position{Offset: s.From}, Findings: append([]edi.Finding(nil), s.Findings...)}
			}
			continue
		}
		if err := flush(); err != nil {
			return t, err
		}
		if s.Kind == document.InterchangeStart && s.Interchange.Header != "" && !o.findings {
			if err := each(serviceString(s)); err != nil {
				return t, err
			}
		}
		pending = viewOf(s, labels, o)
	}
	return t, flush()
}

func viewOf(s *document.Step, labels *label.Labels, o viewOptions) *segmentView {
	seg := s.Segment
	d := seg.Delimiters()
	at := seg.Position()
	tag := edi.Printable(seg.Tag(), 20)
	v := &segmentView{
		Tag: tag, Label: labels.Segment(tag), Depth: depth(s), Position: at, Text: content(seg),
		Findings: append([]edi.Finding(nil), s.Findings...), release: d.Release,
		marks: string([]byte{d.Element, d.Component, d.Repetition}),
	}
	if s.Row >= 0 {
		set := s.Set.Grammar
		v.Loop = set.Loops[set.Rows[s.Row].Loop].Path
	}
	if s.Kind == document.SetSegment && (tag == "ST" || tag == "UNH") {
		v.Set = &setView{ID: printable(s.Set.ID), Label: labels.Set(s.Set.ID), Number: printable(s.Set.Number), Exact: s.Set.Exact}
		if s.Set.Grammar != nil {
			v.Set.Tables = s.Set.Tables.Release()
		}
	}
	if !o.elements {
		return v
	}
	for e := range document.Elements(seg, s.Definition()) {
		one := elementView{Reference: fmt.Sprintf("%02d", e.Element), Value: edi.Printable([]byte(seg.Value(e.Raw)), len(e.Raw)*4)}
		if e.Component > 0 {
			one.Reference += fmt.Sprintf("-%d", e.Component)
		}
		if e.Def != nil {
			one.Label, one.Means = labels.Element(e.Def.ID), labels.Code(e.Def.ID, one.Value)
		}
		v.Elements = append(v.Elements, one)
	}
	return v
}

// serviceString is the UNA before a UNB.
func serviceString(s *document.Step) *segmentView {
	una := s.Interchange.Header
	at := edi.Position{Offset: s.Interchange.At, Line: s.Segment.Position().Line}
	return &segmentView{Tag: "UNA", Label: "service characters", Position: at, Text: edi.Printable([]byte(una[3:]), len(una))}
}

// depth is how far a segment is indented: envelopes inside one another, then
// loops.
func depth(s *document.Step) int {
	group := 1
	if s.Group == nil || s.Group.Implicit {
		group = 0
	}
	switch s.Kind {
	case document.InterchangeStart, document.InterchangeEnd:
		return 0
	case document.GroupStart, document.GroupEnd:
		return 1
	case document.SetSegment:
		last := s.Set.Grammar != nil && s.Row == len(s.Set.Grammar.Rows)-1
		if s.Row == 0 || last || s.Segment.Is("ST") || s.Segment.Is("SE") || s.Segment.Is("UNH") || s.Segment.Is("UNT") {
			return 1 + group
		}
		return 2 + group + s.Depth
	}
	return 1
}

// content is what follows the tag, as it stands if it is UTF-8, else in its
// character set.
func content(seg *edi.Segment) string {
	raw := seg.Raw()
	raw = raw[min(len(seg.Tag())+1, len(raw)):]
	if utf8.Valid(raw) {
		return edi.Printable(raw, len(raw))
	}
	text := seg.Value(raw)
	return edi.Printable([]byte(text), len(text))
}

// totals are what a file holds altogether.
type totals struct {
	Standard     string `json:"standard"`
	Interchanges int    `json:"interchanges"`
	Sets         int    `json:"sets"`
	Segments     int    `json:"segments"`
	Errors       int    `json:"errors"`
	Warnings     int    `json:"warnings"`
	Notes        int    `json:"notes"`
}

func (t *totals) count(s *document.Step) {
	switch s.Kind {
	case document.InterchangeStart:
		t.Interchanges++
	case document.SetStart:
		t.Sets++
	}
	if s.Segment != nil {
		t.Segments++
	}
	for _, f := range s.Findings {
		switch f.Severity {
		case edi.Error:
			t.Errors++
		case edi.Warning:
			t.Warnings++
		default:
			t.Notes++
		}
	}
}

func (t totals) String() string {
	parts := []string{t.Standard, plural(t.Interchanges, "interchange"), plural(t.Sets, "set"), plural(t.Segments, "segment")}
	text := strings.Join(parts, ", ") + ": "
	if t.Errors+t.Warnings+t.Notes == 0 {
		return text + "nothing found"
	}
	var found []string
	for _, f := range []struct {
		n    int
		noun string
	}{{t.Errors, "error"}, {t.Warnings, "warning"}, {t.Notes, "note"}} {
		if f.n > 0 {
			found = append(found, plural(f.n, f.noun))
		}
	}
	return text + strings.Join(found, ", ")
}

// viewJSON prints the segments as one array, as they come.
func (c *command) viewJSON(cmd *cobra.Command, names []string, o viewOptions) error {
	w := bufio.NewWriter(c.out)
	fmt.Fprint(w, "[")
	before := "\n"
	err := c.eachFile(cmd, names, func(in *input) error {
		_, err := viewed(in, o, func(v *segmentView) error {
			body, err := json.Marshal(v)
			if err == nil {
				fmt.Fprint(w, before)
				_, err = w.Write(body)
			}
			before = ",\n"
			return err
		})
		return err
	})
	fmt.Fprint(w, "\n]\n")
	if flushed := w.Flush(); err == nil {
		err = flushed
	}
	return err
}

// outFile is a file that a verb writes, or standard output for -.
func (c *command) outFile(name string) (io.Writer, func() error, error) {
	if name == stdin {
		return c.out, func() error { return nil }, nil
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, nil, &fileError{err}
	}
	return f, func() error {
		if err := f.Close(); err != nil {
			return &fileError{err}
		}
		return nil
	}, nil
}
