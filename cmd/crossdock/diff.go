package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi/compare"
	"github.com/crossdock/crossdock/edi/document"
)

func (c *command) diff() *cobra.Command {
	var o compare.Options
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two files of EDI by what they say",
		Long: `Diff says what B says otherwise than A: lines, parties and values that are new,
gone or others. How a file is written does not count: delimiters, line ends,
padding, empty elements, zeros around numbers, the order of what a qualifier or
a number tells apart, and dates, numbers and counts of envelopes; --envelope
makes the last of these count. It exits with 0 if both say the same, with 1 if
not.`,
		Example: "  crossdock diff monday.edi tuesday.edi\n  crossdock diff --envelope sent.edi - < received.edi",
		Args:    args(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, names []string) error {
			if names[0] == stdin && names[1] == stdin {
				return &usageError{fmt.Errorf("only one of two files can be standard input")}
			}
			return c.diffFiles(cmd, names, o)
		},
	}
	cmd.Flags().BoolVar(&o.Envelope, "envelope", false, "dates, numbers, delimiters and counts of envelopes count too")
	return cmd
}

// diffAnswer is what diff --json prints.
type diffAnswer struct {
	compare.Result
	List []compare.Change `json:"list"`
}

func (c *command) diffFiles(cmd *cobra.Command, names []string, o compare.Options) error {
	var texts [2]*document.Text
	for i, name := range names {
		in, err := c.open(cmd, name)
		if err != nil {
			return err
		}
		defer in.Close()
		if texts[i], err = document.NewText(in); err != nil {
			return fmt.Errorf("%s: %w", in.name, err)
		}
		if !texts[i].Found {
			return &outcomeError{fmt.Sprintf("%s: no interchange of X12 or EDIFACT begins in it", in.name)}
		}
	}
	if texts[0].Standard != texts[1].Standard {
		return &usageError{fmt.Errorf("%s is %s and %s is %s: convert both to compare what they say", names[0], texts[0].Standard, names[1], texts[1].Standard)}
	}
	answer := diffAnswer{List: []compare.Change{}}
	var err error
	answer.Result, err = compare.Files(texts[0], texts[1], o, func(change compare.Change) {
		answer.List = append(answer.List, change)
	})
	if err != nil {
		return &fileError{err}
	}
	if err := c.print(answer, func(w *screen) { writeDiff(w, c.painter(), answer) }); err != nil {
		return &fileError{err}
	}
	if len(answer.List) > 0 {
		return &differentError{fmt.Sprintf("%s and %s differ in %s", names[0], names[1], plural(len(answer.List), "place"))}
	}
	return nil
}

func writeDiff(w *screen, p painter, answer diffAnswer) {
	set := ""
	for _, change := range answer.List {
		if change.Set != set && change.Place != "" {
			set = change.Set
			fmt.Fprintln(w, p.paint(bold, printable(set)))
		}
		mark, colour := "~", yellow
		switch change.Kind {
		case compare.Added:
			mark, colour = "+", blue
		case compare.Removed:
			mark, colour = "-", red
		}
		indent := "  "
		if change.Place == "" {
			indent, set = "", ""
		}
		for i, line := range wrap(diffLine(change), w.width-len(indent)-2, "") {
			if i == 0 {
				fmt.Fprintf(w, "%s%s %s\n", indent, p.paint(colour, mark), line)
			} else {
				fmt.Fprintf(w, "%s    %s\n", indent, line)
			}
		}
	}
	if len(answer.List) == 0 {
		fmt.Fprintf(w, "the same: %s\n", plural(answer.Sets, "set"))
	}
}

// diffLine is a change with the place in the segment after it.
func diffLine(change compare.Change) string {
	text := change.String()
	if change.Kind == compare.Changed && change.Reference != "" {
		text += " (" + change.Reference + ")"
	}
	return printable(strings.TrimSpace(text))
}
