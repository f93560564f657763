package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/internal/ops"
	"github.com/crossdock/crossdock/internal/state"
)

func (c *command) status() *cobra.Command {
	return c.client(&cobra.Command{
		Use:     "status",
		Short:   "Show what is unfinished, waiting and failed",
		Long:    "Status counts the files without an outcome, the documents held for a person,\nand the work that was given up. Oldest is the age of the oldest file without an\noutcome or of the oldest message, whichever came first.",
		Example: "  crossdock status\n  crossdock status --json",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := c.ops().Status(cmd.Context())
			if err != nil {
				return err
			}
			var failures []state.Failure
			if s.Failed > 0 {
				if failures, err = c.ops().Failures(cmd.Context(), ""); err != nil {
					return err
				}
			}
			return c.print(struct {
				ops.Status
				Failures []state.Failure `json:"failures,omitempty"`
			}{s, failures}, func(w *screen) { writeStatus(w, s, failures, time.Now()) })
		},
	})
}

func writeStatus(w *screen, s ops.Status, failures []state.Failure, now time.Time) {
	fmt.Fprintf(w, "unfinished  %d\nwaiting     %d\nfailed      %d\n", s.Unfinished, s.Waiting, s.Failed)
	if !s.Oldest.IsZero() {
		fmt.Fprintf(w, "oldest      %s\n", now.Sub(s.Oldest).Round(time.Second))
	}
	fmt.Fprintln(w)
	w.table(func(t io.Writer) {
		fmt.Fprintln(t, "queue\tactive\tscheduled\tdead-lettered")
		for _, q := range slices.Sorted(maps.Keys(s.Queues)) {
			d := s.Queues[q]
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\n", q, d.Active, d.Scheduled, d.DeadLetter)
		}
	})
	if len(failures) > 0 {
		fmt.Fprintln(w, "\ngiven up")
	}
	for _, f := range failures {
		tries := "1 try"
		if f.Attempts != 1 {
			tries = fmt.Sprintf("%d tries", f.Attempts)
		}
		w.entry(f.Class, "%s %s, after %s: %s", f.Tenant, f.Aggregate, tries, printable(f.Cause))
	}
	if more := s.Failed - len(failures); more > 0 && len(failures) > 0 {
		w.entry("", "and %d more", more)
	}
}
