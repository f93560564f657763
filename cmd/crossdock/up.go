package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/internal/telemetry"
)

func (c *command) up() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "up [DIR]",
		Short: "Run the pipeline on a folder of this machine",
		Long: `Up runs the whole pipeline on a folder, ./data unless you name another. It
takes the files that appear in inbound/<tenant>/<channel>/: at once if they are
renamed in, else when they are unchanged and unopened for two seconds. Answers
lie in outbound/<tenant>/<channel>/. It logs one JSON object a line on stdout
and serves the API that the other verbs ask. Ctrl-C stops it cleanly, a second
one at once; killed at any moment, it goes on where it was at the next start.`,
		Example: "  crossdock up\n  crossdock up /srv/crossdock --listen 127.0.0.1:8071",
		Args:    args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			dir := "data"
			if len(words) == 1 {
				dir = words[0]
			}
			return c.runUp(cmd.Context(), dir, addr)
		},
	}
	cmd.Flags().StringVar(&addr, "listen", "127.0.0.1:7071", "address on loopback to serve the API on")
	return cmd
}

func (c *command) runUp(ctx context.Context, dir, addr string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("up: %w", err)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("up: %w", err)
	}
	p, err := startPlatform(ctx, platformOptions{Dir: dir, HTTPAddr: addr, Getenv: c.getenv, Log: telemetry.Log(c.out)})
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("up: %w; another crossdock may be up, and --listen takes another address", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.errs, "Crossdock is up on %s.\n", dir)
	for _, channel := range p.channels() {
		fmt.Fprintf(c.errs, "  drop files in   %s\n", filepath.Join(dir, "inbound", channel))
	}
	for _, t := range p.catalog().Tenants() {
		fmt.Fprintf(c.errs, "  answers lie in  %s\n", filepath.Join(dir, "outbound", t.ID))
	}
	fmt.Fprintf(c.errs, "  what it does    crossdock status --to %s\n", p.url())
	fmt.Fprintf(c.errs, "                  crossdock files list --to %s\n", p.url())
	if p.erp != nil {
		fmt.Fprintf(c.errs, "  the demo's ERP  %s/orders\n                  set %s to use your own\n", p.erpURL, erpSetting)
	}
	fmt.Fprintln(c.errs, "Ctrl-C stops it.")
	failed := make(chan error, 1)
	go func() { failed <- p.wait() }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		fmt.Fprintln(c.errs, "Stopping: finishing what is in flight.")
	}
	if serr := p.stop(); err == nil {
		err = serr
	}
	if err == nil {
		fmt.Fprintln(c.errs, "Stopped; the next start goes on here.")
	}
	return err
}
