package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/crossdock/crossdock"
	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/demoerp"
	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/host"
	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/remote"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/worker"
	"github.com/crossdock/crossdock/mappings"
)

// platformOptions say how the pipeline runs on this machine.
type platformOptions struct {
	Dir      string
	HTTPAddr string              // of the ops API
	Handler  []string            // a handler process to run; empty: the handler runs in this one
	Getenv   func(string) string // application settings
	Log      zerolog.Logger

	// Backoff is how long work that has to wait waits, when the handler runs
	// in this process; nil: as the worker has it.
	Backoff func(attempt int) time.Duration

	// Drivers wraps what a handler process reaches state by; nil: as it is.
	Drivers func(http.Handler) http.Handler
}

// platform is the whole pipeline on one machine: local state, the embedded
// Functions host with the handlers, and the demo's ERP beside it.
type platform struct {
	options  platformOptions
	local    *local.Platform
	store    *state.Store
	catalogs *partners.Catalogs
	erp      *demoerp.Server
	host     *host.Host
	inbox    *local.Inbox
	servers  []*http.Server
	serving  errgroup.Group // the servers, until closeAll closes them
	erpURL   string
	run      *errgroup.Group
	cancel   context.CancelFunc
}

// erpSetting is the setting a tenant file names for the demo's ERP.
const erpSetting = "HARBOR_ERP_URL"

// serviceBusSetting is the setting that function.json names the broker by.
const serviceBusSetting = "ServiceBusConnection__fullyQualifiedNamespace"

// startPlatform opens the folder and starts everything. Stop ends it.
func startPlatform(ctx context.Context, o platformOptions) (_ *platform, err error) {
	p := &platform{options: o}
	spareProcessors()
	defer func() {
		if err != nil {
			err = errors.Join(err, p.closeAll())
		}
	}()
	if p.local, err = openLocal(o.Dir, o.Log); err != nil {
		return nil, err
	}
	if err := p.startERP(); err != nil {
		return nil, err
	}
	configDir := filepath.Join(o.Dir, "config")
	layers := []fs.FS{mappings.Embedded()}
	if _, err := os.Stat(configDir); err == nil {
		layers = append(layers, os.DirFS(configDir))
	} else {
		configDir = ""
	}
	shipped, err := partners.Ship(mappings.Options{Getenv: p.getenv}, layers...)
	if err != nil {
		return nil, err
	}
	p.store = state.New(p.local.Records, p.local.Files, p.local.Queues, state.Options{Shards: handlers.Shards(p.catalog)})
	p.catalogs = partners.New(p.store, shipped)
	if err := p.renew(ctx); err != nil {
		return nil, err
	}
	if err := p.startHost(configDir); err != nil {
		return nil, err
	}
	watching := make(chan struct{})
	p.inbox = &local.Inbox{Files: p.local.Files, Arrived: p.arrived, Watching: watching, Log: o.Log}
	ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	p.run, ctx = errgroup.WithContext(ctx)
	p.run.Go(func() error { return p.host.Run(ctx) })
	p.run.Go(func() error { return p.inbox.Run(ctx) })
	p.run.Go(func() error { p.follow(ctx); return nil })
	select {
	case <-watching:
		return p, nil
	case <-ctx.Done(): // the host or the inbox gave up
		return nil, cmp.Or(p.run.Wait(), context.Cause(ctx))
	}
}

// openLocal opens the local state with the queues that functions/ binds.
func openLocal(dir string, log zerolog.Logger) (*local.Platform, error) {
	defs, _, err := host.Load(crossdock.ScriptRoot())
	if err != nil {
		return nil, err
	}
	queues := map[string]local.QueueConfig{}
	for _, d := range defs {
		if t := d.Trigger(); t.Type == host.QueueTrigger {
			queues[t.QueueName] = local.QueueConfig{Sessions: t.IsSessionsEnabled}
		}
	}
	return local.Open(dir, local.Options{Queues: queues, Log: log})
}

// getenv is the application settings: those of the environment, and where it
// names none, what stands in for them on one machine.
func (p *platform) getenv(name string) string {
	if v := p.options.Getenv(name); v != "" {
		return v
	}
	switch name {
	case erpSetting:
		return p.erpURL
	case serviceBusSetting:
		return "this machine" // the queues are those of the local state
	default:
		return ""
	}
}

// startERP starts the demo's ERP, unless the environment names one.
func (p *platform) startERP() (err error) {
	if p.options.Getenv(erpSetting) != "" {
		return nil
	}
	if p.erp, err = demoerp.Open(filepath.Join(p.options.Dir, "erp.db")); err != nil {
		return err
	}
	p.erpURL, err = p.serve(p.erp.Handler())
	return err
}

// serve serves h on a free port of loopback.
func (p *platform) serve(h http.Handler) (url string, err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen on loopback: %w", err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	p.servers = append(p.servers, s)
	p.serving.Go(func() error {
		if err := s.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve %s: %w", ln.Addr(), err)
		}
		return nil
	})
	return "http://" + ln.Addr().String(), nil
}

// startHost makes the host with the handler in this process or in its own.
func (p *platform) startHost(configDir string) (err error) {
	o := host.Options{
		Root: crossdock.ScriptRoot(), Queues: p.local.Queues, Records: p.local.Records,
		Getenv: p.getenv, HTTPAddr: p.options.HTTPAddr, Drain: true, Log: p.options.Log,
		OmitTraceparent: true, // a document keeps one trace over all its hops
	}
	if len(p.options.Handler) > 0 {
		token := state.RandomID()
		drivers := remote.NewServer(remote.Drivers{Records: p.local.Records, Files: p.local.Files, Queues: p.local.Queues}, token)
		if p.options.Drivers != nil {
			drivers = p.options.Drivers(drivers)
		}
		url, err := p.serve(drivers)
		if err != nil {
			return err
		}
		o.Command = p.options.Handler
		o.AppRoot = p.options.Dir
		o.Env = append(os.Environ(), "CROSSDOCK_STATE_URL="+url, "CROSSDOCK_STATE_TOKEN="+token, "CROSSDOCK_CONFIG="+configDir, erpSetting+"="+p.getenv(erpSetting))
	} else {
		app := handlers.New(p.store, p.local.Queues, p.catalogs, erp.NewClient(64))
		o.Handler = worker.New(p.store, handlers.Routes(app), worker.Options{Log: p.options.Log, Backoff: p.options.Backoff}).Handler()
	}
	p.host, err = host.New(o)
	return err
}

// catalog is the catalogue in force.
func (p *platform) catalog() *mappings.Catalog { return p.catalogs.Latest() }

// follow makes the folders of channels that are published while it runs.
func (p *platform) follow(ctx context.Context) {
	tick := time.NewTicker(30 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := p.renew(ctx); err != nil {
				p.options.Log.Warn().Err(err).Msg("the channels are those of before")
			}
		}
	}
}

// renew asks for the catalogue in force and makes its channels.
func (p *platform) renew(ctx context.Context) error {
	if _, err := p.catalogs.Catalog(ctx); err != nil {
		return err
	}
	return p.makeChannels()
}

// makeChannels makes the folders partners drop files in.
func (p *platform) makeChannels() error {
	for _, channel := range p.channels() {
		if err := os.MkdirAll(filepath.Join(p.options.Dir, local.InboundDir, channel), 0o777); err != nil {
			return fmt.Errorf("make the channels: %w", err)
		}
	}
	return nil
}

// channels lists the channels of all tenants, as <tenant>/<channel>.
func (p *platform) channels() []string {
	var all []string
	for _, t := range p.catalog().Tenants() {
		for _, channel := range slices.Sorted(maps.Keys(t.Channels)) {
			all = append(all, t.ID+"/"+channel)
		}
	}
	return all
}

// arrived raises the events that a storage account would.
func (p *platform) arrived(ctx context.Context, infos []state.FileInfo) error {
	events := make([]state.Event, len(infos))
	for i, info := range infos {
		var err error
		if events[i], err = handlers.NewBlobEvent(info); err != nil {
			return err
		}
	}
	return p.store.SendEvents(ctx, state.QueueFiles, events...)
}

// url is where the ops API answers.
func (p *platform) url() string { return p.host.Addr() }

// wait returns when something of the platform fails, or Stop was called.
func (p *platform) wait() error { return p.run.Wait() }

// stop ends everything: nothing new is taken, what is in flight is finished.
func (p *platform) stop() error {
	p.cancel()
	err := p.run.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, p.closeAll())
}

func (p *platform) closeAll() error {
	var errs []error
	for _, s := range p.servers {
		errs = append(errs, s.Close())
	}
	errs = append(errs, p.serving.Wait())
	if p.erp != nil {
		errs = append(errs, p.erp.Close())
	}
	if p.local != nil {
		errs = append(errs, p.local.Close())
	}
	return errors.Join(errs...)
}
