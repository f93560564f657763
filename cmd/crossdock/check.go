package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/docs"
	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/label"
	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/mappings"
)

// checkOptions say how files are checked.
type checkOptions struct {
	with    []string
	partner string
	all     bool
	policy  policyOptions
}

func (c *command) check() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Check files of EDI: what is wrong, where, and what to do",
		Long: `Check looks at the envelopes of a file, at each set by the grammar of its
release, at what its segments say about each other, and at what our map needs if
there is one. It tells what is found set by set, with place, value and remedy,
and exits with 5 if anything is rejected. It goes by the standards, or with
--partner by what is agreed, whoever the sender is.`,
		Example: "  crossdock check po.edi\n  crossdock check --json *.edi\n  crossdock check --partner harbor/granite-hardware po.edi",
		Args:    args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, names []string) error {
			return c.checkFiles(cmd, names, o)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.all, "all", false, "list the sets that nothing is found about too")
	f.StringVar(&o.partner, "partner", "", "check by what is agreed with this TENANT/PARTNER")
	f.StringArrayVar(&o.with, "with", nil, "files of agreements and maps, over the shipped ones")
	o.policy.flags(f)
	return cmd
}

// checkedFile is what check --json prints of a file.
type checkedFile struct {
	Name string `json:"file"`
	*verdict.File
	Accepted int `json:"accepted"` // sets
	Rejected int `json:"rejected"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Notes    int `json:"notes"`
}

func (c *command) checkFiles(cmd *cobra.Command, names []string, o checkOptions) error {
	policy, err := o.policy.policy()
	if err != nil {
		return &usageError{err}
	}
	catalog, err := c.catalogue(o.with)
	if err != nil {
		return err
	}
	agreement, err := agreed(cmd, catalog, o.partner)
	if err != nil {
		return err
	}
	checked, bad := []checkedFile{}, 0
	err = c.outcomes(names, func(name string) error {
		in, err := c.open(cmd, name)
		if err != nil {
			return err
		}
		defer in.Close()
		one, err := checkOne(in, catalog, agreement, policy)
		if err != nil {
			return fmt.Errorf("%s: %w", in.name, err)
		}
		if one.wrong() {
			bad++
		}
		checked = append(checked, one)
		if !c.json {
			w := &checkWriter{screen: newScreen(c.out), p: c.painter(), all: o.all, told: map[string]bool{}}
			w.file(one)
			checked = nil
		}
		return nil
	})
	if c.json {
		if printed := c.print(checked, nil); printed != nil {
			return printed
		}
	}
	if err == nil && bad > 0 {
		err = &outcomeError{fmt.Sprintf("%d of %s not accepted whole", bad, plural(len(names), "file"))}
	}
	return err
}

// wrong reports whether anything of the file is not accepted.
func (f checkedFile) wrong() bool {
	if f.Rejected > 0 || len(f.Interchanges) == 0 {
		return true
	}
	for _, x := range f.Interchanges {
		if x.Fate == edi.Rejected {
			return true
		}
	}
	for _, one := range f.Findings {
		if one.Severity == edi.Error {
			return true
		}
	}
	return false
}

func checkOne(in *input, catalog *mappings.Catalog, a *mappings.Agreement, policy verdict.Policy) (checkedFile, error) {
	one := checkedFile{Name: in.name}
	var err error
	if a != nil {
		one.File, _, err = examined(catalog, in, a, time.Now())
	} else {
		one.File, err = judged(catalog, in, policy)
	}
	if err != nil {
		return one, err
	}
	for _, x := range one.Interchanges {
		accepted, sets := x.Accepted()
		one.Accepted += accepted
		one.Rejected += sets - accepted
	}
	for found := range one.All() {
		one.count(found)
	}
	return one, nil
}

// judged is the verdict by the standards and the maps of a catalogue.
func judged(catalog *mappings.Catalog, src io.Reader, policy verdict.Policy) (*verdict.File, error) {
	text, err := document.NewText(src)
	if err != nil {
		return nil, err
	}
	return verdict.Read(text, policy, mapped(catalog, text.Standard))
}

func (f *checkedFile) count(one edi.Finding) {
	switch one.Severity {
	case edi.Error:
		f.Errors++
	case edi.Warning:
		f.Warnings++
	default:
		f.Notes++
	}
}

// mapped looks at the sets of a file by the maps of a catalogue, where it has
// one.
func mapped(catalog *mappings.Catalog, standard edi.Standard) verdict.More {
	readings := newReadings(standard, catalog, "")
	var reading *mappings.Reading
	return func(s *document.Step) ([]edi.Finding, string) {
		switch s.Kind {
		case document.SetStart:
			reading, _ = readings.next(s) // a set without a map is judged by its grammar
		case document.SetSegment:
			if reading != nil {
				reading.Placed(s.Segment, s.InSet, s.Row)
			}
		case document.SetEnd:
			if reading == nil {
				return nil, ""
			}
			body, found := reading.Finish()
			if body == nil {
				return found, ""
			}
			return found, reading.Text("number")
		}
		return nil, ""
	}
}

// checkWriter prints verdicts for a person.
type checkWriter struct {
	*screen
	p      painter
	all    bool
	told   map[string]bool // codes whose remedy was told
	labels *label.Labels
}

func (w *checkWriter) file(f checkedFile) {
	w.labels = label.X12()
	if f.Standard == edi.EDIFACT {
		w.labels = label.EDIFACT()
	}
	fmt.Fprintln(w, w.p.paint(bold, printable(f.Name)))
	w.findings("  ", f.Findings)
	for _, x := range f.Interchanges {
		test := ""
		if x.Test {
			test = ", test"
		}
		w.line("", fmt.Sprintf("%s interchange %s, %s to %s%s", f.Standard, x.Number, x.Sender, x.Receiver, test), x.Fate)
		w.findings("  ", x.Findings)
		for _, g := range x.Groups {
			if len(g.Findings) > 0 {
				w.line("  ", strings.TrimSpace("group "+g.Kind+" "+g.Number), g.Fate)
				w.findings("    ", g.Findings)
			}
			for _, s := range g.Sets {
				if w.all || len(s.Findings) > 0 || s.Fate == edi.Rejected {
					w.line("  ", w.set(s), s.Fate)
					w.findings("    ", s.Findings)
				}
			}
		}
	}
	fmt.Fprintln(w, w.p.paint(bold, f.summary()))
}

// set is how a set is called.
func (w *checkWriter) set(s *verdict.Set) string {
	text := strings.TrimSpace(cmp.Or(s.ID, "set") + " " + w.labels.Set(s.ID))
	if s.Document != "" {
		text += " " + s.Document
	}
	if s.Number != "" {
		text += ", " + s.Number
	}
	switch {
	case s.Tables == "":
		text += ", not checked: no tables for it"
	case !s.Exact:
		text += ", by the tables of " + s.Tables
	}
	return text
}

func (w *checkWriter) line(indent, text string, fate edi.Fate) {
	colour, word := cyan, "accepted"
	switch fate {
	case edi.Rejected:
		colour, word = red, "rejected"
	case edi.AcceptedWithErrors:
		colour, word = yellow, "accepted with errors"
	}
	fmt.Fprintf(w, "%s%s: %s\n", indent, printable(text), w.p.paint(colour, word))
}

// findings prints each finding, and the remedy once for each code.
func (w *checkWriter) findings(indent string, findings []edi.Finding) {
	room := 0
	if w.width > 0 {
		room = max(w.width-len(indent)-4, 30)
	}
	for _, f := range findings {
		head := string(f.Severity) + " " + f.Code
		for i, line := range wrap(head+" "+findingText(f), room, "") {
			if rest, ok := strings.CutPrefix(line, head); ok && i == 0 {
				fmt.Fprintf(w, "%s%s%s\n", indent, w.p.paint(inkOf(f.Severity), head), rest)
			} else {
				fmt.Fprintf(w, "%s    %s\n", indent, line)
			}
		}
		if w.told[f.Code] {
			continue
		}
		w.told[f.Code] = true
		remedy := docs.Remedy(f.Code)
		if remedy == "" {
			continue
		}
		for _, line := range wrap("to do: "+remedy, room, "") {
			fmt.Fprintf(w, "%s    %s\n", indent, w.p.paint(faint, line))
		}
	}
}

func (f checkedFile) summary() string {
	text := plural(f.Accepted, "set") + " accepted"
	if f.Rejected > 0 {
		text += fmt.Sprintf(", %d rejected", f.Rejected)
	}
	var found []string
	for _, one := range []struct {
		n    int
		noun string
	}{{f.Errors, "error"}, {f.Warnings, "warning"}, {f.Notes, "note"}} {
		if one.n > 0 {
			found = append(found, plural(one.n, one.noun))
		}
	}
	if len(found) == 0 {
		return text + ": nothing found"
	}
	return text + ": " + strings.Join(found, ", ")
}
