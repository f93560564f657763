package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/mappings"
)

// convertOptions say how a file is converted.
type convertOptions struct {
	mapName  string
	with     []string
	standard string
	out      string
	envelope envelopeOptions
}

func (c *command) convert() *cobra.Command {
	var o convertOptions
	cmd := &cobra.Command{
		Use:   "convert FILE...",
		Short: "Turn EDI into our JSON, or our JSON into EDI",
		Long: `Convert reads each set of a file by the map of the catalogue that is for it, and
prints our document as JSON, one after another; with --json each is a line. A
file that begins with { or [ is read as such documents, and EDI is written by
the same maps: --standard says which, --from and --to whose ids the envelope
has. What is found is told on standard error, and what could not be converted
by the exit code.`,
		Example: "  crossdock convert po.edi > po.json\n" +
			"  crossdock convert --from ZZ:GRANITE --to ZZ:HARBOR po.json\n" +
			"  crossdock convert po.edi | crossdock convert --standard edifact -",
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, names []string) error {
			if o.standard != mappings.StandardX12 && o.standard != mappings.StandardEDIFACT {
				return &usageError{fmt.Errorf("--standard %q: want x12 or edifact", o.standard)}
			}
			return c.convertFiles(cmd, names, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.mapName, "map", "", "map to use, such as x12/850")
	f.StringArrayVar(&o.with, "with", nil, "files of agreements and maps, over the shipped ones")
	f.StringVar(&o.out, "out", stdin, "file to write; - is standard output")
	f.StringVar(&o.standard, "standard", mappings.StandardX12, "of the EDI to write: x12 or edifact")
	o.envelope.flags(f)
	return cmd
}

// catalogue is the one that is shipped with the files named over it.
func (c *command) catalogue(with []string) (*mappings.Catalog, error) {
	files := map[string][]byte{}
	if len(with) > 0 {
		var err error
		if files, err = collect(with); err != nil {
			return nil, err
		}
	}
	catalog, err := overShipped(files)
	if err != nil {
		return nil, c.faults(err)
	}
	return catalog, nil
}

func (c *command) convertFiles(cmd *cobra.Command, names []string, o convertOptions) error {
	catalog, err := c.catalogue(o.with)
	if err != nil {
		return err
	}
	if _, ok := catalog.Document(o.mapName); o.mapName != "" && !ok {
		return &usageError{fmt.Errorf("there is no map %q; there are %s", o.mapName, strings.Join(catalog.Documents(), ", "))}
	}
	out, done, err := c.outFile(o.out)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 64<<10)
	err = c.outcomes(names, func(name string) error {
		err := c.convertFile(cmd, w, name, catalog, o)
		if flushed := w.Flush(); err == nil && flushed != nil {
			err = &fileError{flushed}
		}
		return err
	})
	if closed := done(); err == nil {
		err = closed
	}
	return err
}

// outcomes calls do for each of the files named. One that does not end as it
// should is told, and the others are done all the same.
func (c *command) outcomes(names []string, do func(name string) error) error {
	bad := 0
	for _, name := range names {
		err := do(name)
		var outcome *outcomeError
		switch {
		case err == nil:
		case len(names) > 1 && errors.As(err, &outcome):
			fmt.Fprintln(c.errs, err)
			bad++
		default:
			return err
		}
	}
	if bad > 0 {
		return &outcomeError{fmt.Sprintf("%d of %s did not end as they should", bad, plural(len(names), "file"))}
	}
	return nil
}

func (c *command) convertFile(cmd *cobra.Command, w *bufio.Writer, name string, catalog *mappings.Catalog, o convertOptions) error {
	in, err := c.open(cmd, name)
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := document.NewText(in)
	if err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	if src, isJSON := looksLikeJSON(text); isJSON {
		return c.toEDI(w, src, in.name, catalog, o)
	}
	return c.toJSON(w, text, in.name, catalog, o)
}

// looksLikeJSON reports whether a text begins with { or [.
func looksLikeJSON(text *document.Text) (*bufio.Reader, bool) {
	if text.Found {
		return nil, false
	}
	src := bufio.NewReader(text)
	start, _ := src.Peek(512) // what could not be read is told by the next who reads
	start = bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xEF\xBB\xBF")), " \t\r\n")
	return src, len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

// toJSON prints the document that each set makes.
func (c *command) toJSON(w *bufio.Writer, text *document.Text, name string, catalog *mappings.Catalog, o convertOptions) error {
	if !text.Found {
		return &outcomeError{fmt.Sprintf("%s: neither an interchange of X12 or EDIFACT nor JSON begins in it", name)}
	}
	readings := newReadings(text.Standard, catalog, o.mapName)
	var reading *mappings.Reading
	made, failed := 0, 0
	for s, err := range document.Read(text, document.Options{}) {
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		switch s.Kind {
		case document.SetStart:
			reading, err = readings.next(s)
			if err != nil {
				c.tell(name, s.Set, edi.Finding{Severity: edi.Error, Message: err.Error()})
				failed++
			}
		case document.SetSegment:
			if reading != nil {
				reading.Placed(s.Segment, s.InSet, s.Row)
			}
		case document.SetEnd:
			if reading == nil {
				continue
			}
			body, findings := reading.Finish()
			for _, f := range findings {
				c.tell(name, s.Set, f)
			}
			if body == nil {
				failed++
				continue
			}
			made++
			if err := c.printDocument(w, body); err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return &outcomeError{fmt.Sprintf("%s: %s could not be converted, %d could", name, plural(failed, "set"), made)}
	}
	return nil
}

func (c *command) printDocument(w *bufio.Writer, body json.RawMessage) error {
	var b bytes.Buffer
	if c.json {
		b.Write(body)
	} else if err := json.Indent(&b, body, "", "  "); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	b.WriteByte('\n')
	if _, err := w.Write(b.Bytes()); err != nil {
		return &fileError{err}
	}
	return nil
}

// tell says on standard error what is found about a set.
func (c *command) tell(name string, s *document.Set, f edi.Finding) {
	where := ""
	if s != nil {
		where = ": " + printable(s.ID+" "+s.Number)
	}
	if f.Code == "" {
		fmt.Fprintf(c.errs, "%s%s: %s: %s\n", name, where, f.Severity, printable(f.Message))
		return
	}
	fmt.Fprintf(c.errs, "%s%s: %s %s %s\n", name, where, f.Severity, f.Code, findingText(f))
}

// moment is a date and time as a flag takes them.
type moment struct{ time.Time }

const momentForm = "2006-01-02T15:04"

func (m *moment) String() string {
	if m.IsZero() {
		return ""
	}
	return m.Format(momentForm)
}

// Set implements [pflag.Value].
func (m *moment) Set(text string) error {
	t, err := time.ParseInLocation(momentForm, text, time.Local)
	if err != nil {
		return fmt.Errorf("want a moment such as 2026-11-02T09:30")
	}
	m.Time = t
	return nil
}

// Type implements [pflag.Value].
func (m *moment) Type() string { return "moment" }
