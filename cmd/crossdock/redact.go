package main

import (
	"bufio"
	"crypto/rand"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/redact"
)

func (c *command) redact() *cobra.Command {
	var out, key string
	cmd := &cobra.Command{
		Use:   "redact FILE",
		Short: "Take names, numbers and prices out of a file for a report of a fault",
		Long: `Redact replaces names, addresses, numbers of things, texts and prices by others
of the same characters and length, the same value always by the same. Segments,
codes, dates, quantities, counts and control numbers stay, and the findings are
the same before and after. Look at the result before you send it: what a sender
hid in a code nobody can know. --key makes several files agree. UTF-16 comes
out as UTF-8.`,
		Example: "  crossdock redact po.edi > report.edi\n  crossdock redact --out report.edi --key \"$(openssl rand -hex 16)\" po.edi",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, names []string) error {
			return c.redactFile(cmd, names[0], out, key)
		},
	}
	cmd.Flags().StringVar(&out, "out", stdin, "file to write; - is standard output")
	cmd.Flags().StringVar(&key, "key", "", "word that decides what values become; else random")
	return cmd
}

func (c *command) redactFile(cmd *cobra.Command, name, outName, key string) error {
	if c.json && outName == stdin {
		return &usageError{fmt.Errorf("--json says what was done, and needs --out for the file")}
	}
	if key == "" {
		key = rand.Text()
	}
	in, err := c.open(cmd, name)
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := document.NewText(in)
	if err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	out, done, err := c.outFile(outName)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 64<<10)
	result, err := redact.File(w, text, []byte(key))
	if flushed := w.Flush(); err == nil && flushed != nil {
		err = &fileError{flushed}
	}
	if closed := done(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	if c.json {
		return c.print(redacted{result.Sets, result.Values, result.Priced}, nil)
	}
	fmt.Fprintf(c.errs, "crossdock: replaced %s in %s\n", plural(result.Values, "value"), plural(result.Sets, "set"))
	if result.Priced > 0 {
		fmt.Fprintf(c.errs, "crossdock: in %s the prices are zero or as they were, so that the totals are as right or wrong as before\n", plural(result.Priced, "set"))
	}
	return nil
}

// redacted says what redact did.
type redacted struct {
	Sets   int `json:"sets"`
	Values int `json:"values"`
	Priced int `json:"pricesHeldBack"` // sets
}
