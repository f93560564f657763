package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (c *command) explain() *cobra.Command {
	return c.client(&cobra.Command{
		Use:     "explain CODE",
		Short:   "Explain a finding: what it means, and who does what about it",
		Long:    "Explain shows what docs/findings.md says of a finding's code: its meaning, an\nexample, the remedy, and who acts.",
		Example: "  crossdock explain SE-COUNT",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			e, err := c.ops().Explain(cmd.Context(), strings.ToUpper(words[0]))
			if err != nil {
				return err
			}
			return c.print(e, func(w *screen) { fmt.Fprintf(w, "%s\n\n%s\n", e.Code, e.Text) })
		},
	})
}
