// Command handler is the custom-handler process behind the Functions host:
// wiring only. It listens where the host tells it to, answers pings before
// the catalogue is loaded or any dependency touched, and logs one JSON object
// a line on stdout.
//
// It exits 1 with one line on stderr if it cannot start, and 0 only when it
// was asked to stop and what was in flight is finished.
package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/remote"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/telemetry"
	"github.com/crossdock/crossdock/internal/worker"
	"github.com/crossdock/crossdock/mappings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "handler:", err)
		os.Exit(1)
	}
}

// grace is how long a stop waits for what is in flight.
const grace = 30 * time.Second

func run(ctx context.Context, getenv func(string) string) error {
	ln, err := worker.Listen(getenv)
	if err != nil {
		return err
	}
	cfg, err := ReadConfig(getenv)
	if err != nil {
		return err
	}
	return worker.Serve(ctx, ln, func() (*worker.Worker, error) { return build(cfg) }, grace)
}

// build loads the catalogue and wires the worker. It touches no dependency.
func build(cfg Config) (*worker.Worker, error) {
	shipped, err := partners.Ship(mappings.Options{Getenv: cfg.Getenv}, layers(cfg)...)
	if err != nil {
		return nil, err
	}
	drivers := remote.Dial(cfg.StateURL, cfg.StateToken, remote.Options{})
	var catalogs *partners.Catalogs
	latest := func() *mappings.Catalog { return catalogs.Latest() }
	store := state.New(drivers, drivers, drivers, state.Options{Shards: handlers.Shards(latest)})
	catalogs = partners.New(store, shipped)
	app := handlers.New(store, drivers, catalogs, erp.NewClient(64))
	return worker.New(store, handlers.Routes(app), worker.Options{Log: telemetry.Log(os.Stdout)}), nil
}

// layers are the files of the catalogue: the built-in ones, and over them
// those of the installation.
func layers(cfg Config) []fs.FS {
	all := []fs.FS{mappings.Embedded()}
	if cfg.ConfigDir != "" {
		all = append(all, os.DirFS(cfg.ConfigDir))
	}
	return all
}
