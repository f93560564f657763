package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/split"
)

func (c *command) split() *cobra.Command {
	var by, size, dir string
	var o split.Options
	cmd := &cobra.Command{
		Use:   "split FILE...",
		Short: "Divide a file of EDI into files of one interchange each",
		Long: `Split writes a file for each set, or for each group or interchange, or so many
sets or bytes a file. Each is an interchange whose counts and numbers are
right; sets go over byte for byte. Control numbers stay those of the file: give
--number if all are to go to a partner who looks for duplicates.`,
		Example: "  crossdock split orders.edi\n  crossdock split --size 10MB --out parts catalogue.edi\n  crossdock split --by group --number 5001 day.edi",
		Args:    args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, names []string) error {
			if err := splitOptions(&o, by, size); err != nil {
				return &usageError{err}
			}
			made := []splitFile{}
			for _, name := range names {
				one, err := c.splitOne(cmd, name, dir, o)
				made = append(made, one...)
				if err != nil {
					return err
				}
				if o.Number > 0 {
					o.Number += len(one)
				}
			}
			return c.print(made, func(w *screen) { writeSplit(w, made) })
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "what a file is made of: set, group or interchange")
	cmd.Flags().IntVar(&o.Sets, "count", 0, "at most so many sets a file")
	cmd.Flags().StringVar(&size, "size", "", "at most so many bytes a file, such as 500KB or 10MB")
	cmd.Flags().IntVar(&o.Number, "number", 0, "number the interchanges from here on")
	cmd.Flags().StringVar(&dir, "out", ".", "folder to write to")
	return cmd
}

func splitOptions(o *split.Options, by, size string) error {
	o.By = split.By(by)
	switch o.By {
	case "", split.Set, split.Group, split.Interchange:
	default:
		return fmt.Errorf("--by %q: want set, group or interchange", by)
	}
	if by == string(split.Set) && (o.Sets > 0 || size != "") {
		return fmt.Errorf("--by set leaves nothing for --count and --size to bound")
	}
	if o.Sets < 0 || o.Number < 0 {
		return fmt.Errorf("--count and --number are not below zero")
	}
	var err error
	if size != "" {
		o.Bytes, err = parseSize(size)
	}
	return err
}

// parseSize reads a size such as 500KB.
func parseSize(text string) (int64, error) {
	digits := strings.TrimRight(strings.ToUpper(text), "KMGB ")
	n, err := strconv.ParseInt(digits, 10, 64)
	shift := 0
	switch strings.TrimSpace(strings.ToUpper(text[len(digits):])) {
	case "", "B":
	case "K", "KB":
		shift = 10
	case "M", "MB":
		shift = 20
	case "G", "GB":
		shift = 30
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || n <= 0 || n > 1<<20 && shift == 30 {
		return 0, fmt.Errorf("--size %q: want a size such as 500KB or 10MB", text)
	}
	return n << shift, nil
}

// splitFile is one file that split made.
type splitFile struct {
	Path        string `json:"path"`
	Bytes       int64  `json:"bytes"`
	Interchange string `json:"interchange"` // control number
	Groups      int    `json:"groups"`
	Sets        int    `json:"sets"`
	First       string `json:"first,omitempty"` // id and number of the first set
}

func (c *command) splitOne(cmd *cobra.Command, name, dir string, o split.Options) ([]splitFile, error) {
	in, err := c.open(cmd, name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, err := document.NewText(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.name, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, &fileError{err}
	}
	base, ext := "stdin", ".edi"
	if name != stdin {
		ext = filepath.Ext(name)
		base = strings.TrimSuffix(filepath.Base(name), ext)
	}
	path := func(p split.Part) string { return filepath.Join(dir, fmt.Sprintf("%s-%04d%s", base, p.Index, ext)) }
	var made []splitFile
	result, err := split.File(text, o, func(p split.Part) (io.WriteCloser, error) {
		f, err := os.OpenFile(path(p), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return nil, &fileError{err}
		}
		return f, nil
	}, func(p split.Part) {
		one := splitFile{Path: path(p), Bytes: p.Bytes, Interchange: p.Number, Groups: p.Groups, Sets: p.Sets}
		if p.First != nil {
			one.First = printable(p.First.ID + " " + p.First.Number)
		}
		made = append(made, one)
	})
	if err != nil {
		return made, fmt.Errorf("%s: %w", in.name, err)
	}
	if result.LeftOut > 0 {
		fmt.Fprintf(c.errs, "crossdock: %s: %s\n", in.name, leftOut(result.LeftOut))
	}
	if !text.Found && result.Parts == 0 {
		return made, &outcomeError{fmt.Sprintf("%s: no interchange of X12 or EDIFACT begins in it", in.name)}
	}
	return made, nil
}

func leftOut(n int) string {
	if n == 1 {
		return "1 segment belongs to no set and is in no file"
	}
	return fmt.Sprintf("%d segments belong to no set and are in no file", n)
}

func writeSplit(w *screen, made []splitFile) {
	w.table(func(t io.Writer) {
		fmt.Fprintln(t, "file\tbytes\tinterchange\tsets\tfirst set")
		for _, f := range made {
			fmt.Fprintf(t, "%s\t%d\t%s\t%d\t%s\n", printable(f.Path), f.Bytes, printable(f.Interchange), f.Sets, f.First)
		}
	})
}
