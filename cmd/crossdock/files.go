package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/internal/ops"
)

func (c *command) files() *cobra.Command {
	cmd := group(&cobra.Command{
		Use:     "files",
		Short:   "List the files that arrived, or show one",
		Long:    "Files lists the files that arrived, newest first, or shows everything known of\none: verdict, findings, acknowledgements, orders.",
		Example: "  crossdock files list\n  crossdock files show 5f2c",
	})
	cmd.AddCommand(c.filesList(), c.filesShow())
	return cmd
}

func (c *command) filesList() *cobra.Command {
	var tenant string
	var limit int
	cmd := c.client(&cobra.Command{
		Use:     "list",
		Short:   "List the newest files with their outcomes",
		Long:    "List prints a line for each of the newest files: its id, when it arrived, where,\nits outcome and how long that took.",
		Example: "  crossdock files list --tenant harbor --limit 20",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := c.ops().Files(cmd.Context(), tenant, limit)
			if err != nil {
				return err
			}
			return c.print(rows, func(w *screen) { writeFiles(w, rows) })
		},
	})
	cmd.Flags().StringVar(&tenant, "tenant", "", "only the files of this tenant")
	cmd.Flags().IntVar(&limit, "limit", 50, "at most this many, up to 1000")
	return cmd
}

func writeFiles(w *screen, rows []ops.FileRow) {
	w.table(func(t io.Writer) {
		fmt.Fprintln(t, "id\tarrived\toutcome\ttook\tfile")
		for _, r := range rows {
			took := ""
			if r.Outcome != "" {
				took = duration(r.Took)
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s/%s/%s\n", r.ID[:8], r.Arrived.Local().Format("2006-01-02 15:04"),
				cmp.Or(string(r.Outcome), "unfinished"), took, r.Tenant, r.Channel, printable(r.Name))
		}
	})
}

func (c *command) filesShow() *cobra.Command {
	return c.client(&cobra.Command{
		Use:     "show ID",
		Short:   "Show everything known of a file",
		Long:    "Show prints what is known of the file whose id begins with ID.",
		Example: "  crossdock files show 5f2c",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			v, err := c.ops().File(cmd.Context(), words[0])
			if err != nil {
				return err
			}
			return c.print(v, func(w *screen) { writeView(w, v) })
		},
	})
}
