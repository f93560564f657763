package main

import (
	"cmp"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/internal/ops"
)

func (c *command) files() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "files",
		Short:   "List the files that arrived, or show one",
		Long:    "Files lists the files that arrived, newest first, or shows everything known of\none: verdict, findings, acknowledgements, orders.",
		Example: "  crossdock files list\n  crossdock files show 5f2c",
		Args:    args(cobra.NoArgs),
	}
	cmd.AddCommand(c.filesList(), c.filesShow())
	return cmd
}

func (c *command) filesList() *cobra.Command {
	var tenant string
	var limit int
	cmd := c.client(&cobra.Command{
		Use:     "list",
		Short:   "List the newest files with their outcomes",
		Example: "  crossdock files list --tenant harbor --limit 20",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := c.ops().Files(cmd.Context(), tenant, limit)
			if err != nil {
				return err
			}
			return c.print(rows, func(w io.Writer) { writeFiles(w, rows) })
		},
	})
	cmd.Flags().StringVar(&tenant, "tenant", "", "only the files of this tenant")
	cmd.Flags().IntVar(&limit, "limit", 50, "at most this many, up to 1000")
	return cmd
}

func writeFiles(w io.Writer, rows []ops.FileRow) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "id\tarrived\ttenant\tchannel\toutcome\ttook\tname")
	for _, r := range rows {
		took := ""
		if r.Outcome != "" {
			took = duration(r.Took)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID[:12], r.Arrived.Local().Format(time.DateTime), r.Tenant, r.Channel,
			cmp.Or(string(r.Outcome), "unfinished"), took, printable(r.Name))
	}
	t.Flush()
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
			return c.print(v, func(w io.Writer) { writeView(w, v) })
		},
	})
}
