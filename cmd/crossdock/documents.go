package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/internal/ops"
)

func (c *command) documents() *cobra.Command {
	cmd := group(&cobra.Command{
		Use:     "documents",
		Short:   "List the documents of ours, with what their partners say of them",
		Long:    "Documents lists what was sent to partners, and lets go what waits to be sent.",
		Example: "  crossdock documents list\n  crossdock documents send harbor summit-foundry",
	})
	cmd.AddCommand(c.documentsList(), c.documentsSend())
	return cmd
}

func (c *command) documentsList() *cobra.Command {
	var tenant string
	var limit int
	cmd := c.client(&cobra.Command{
		Use:   "list",
		Short: "List the newest documents with what their partners say of them",
		Long: `List prints a line for each of the newest documents that the ERP had for
partners: when it came, to whom it goes, what it is, the control number it left
under, and what the partner says of it.`,
		Example: "  crossdock documents list --tenant harbor --limit 20",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := c.ops().Documents(cmd.Context(), tenant, limit)
			if err != nil {
				return err
			}
			return c.print(rows, func(w *screen) { writeOutgoing(w, rows) })
		},
	})
	cmd.Flags().StringVar(&tenant, "tenant", "", "only the documents of this tenant")
	cmd.Flags().IntVar(&limit, "limit", 50, "at most this many, up to 1000")
	return cmd
}

func writeOutgoing(w *screen, rows []ops.Document) {
	w.table(func(t io.Writer) {
		fmt.Fprintln(t, "came\tpartner\tset\tnumber\tabout\tcontrol\tsays the partner")
		for _, r := range rows {
			control := ""
			if n := len(r.Sent); n > 0 {
				control = r.Sent[n-1].Control
			}
			fmt.Fprintf(t, "%s\t%s/%s\t%s\t%s\t%s\t%s\t%s\n", r.At.Local().Format("2006-01-02 15:04"), r.Tenant, r.Partner, r.Set,
				printable(r.Number), printable(r.About), control, saidOf(r))
		}
	})
	for _, r := range rows {
		if n := len(r.Sent); n > 0 {
			for _, f := range r.Sent[n-1].Findings {
				fmt.Fprintf(w, "%s %s: %s %s: %s\n", r.Set, printable(r.Number), f.Severity, f.Code, f.Message)
			}
		}
	}
}

func (c *command) documentsSend() *cobra.Command {
	return c.client(&cobra.Command{
		Use:     "send TENANT PARTNER",
		Short:   "Let the documents leave that wait for others of the same partner",
		Long:    "Send lets leave now what would otherwise wait until its batch is full or its\ntime has come.",
		Example: "  crossdock documents send harbor summit-foundry",
		Args:    args(cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, words []string) error {
			sent, err := c.ops().SendBatches(cmd.Context(), words[0], words[1])
			if err != nil {
				return err
			}
			return c.print(sent, func(w *screen) { fmt.Fprintf(w, "%s leave\n", plural(sent.Documents, "document")) })
		},
	})
}
