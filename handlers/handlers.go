// Package handlers says what each function does: decode what the trigger
// brought, call one capability, return.
//
// Routes is the table of all functions; a test holds it against functions/.
// When a function runs is data in functions/; what happens to its errors is
// the work of internal/worker. Nothing here decides anything.
package handlers

import (
	"context"
	"net/http"

	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/ops"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/schedule"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/internal/worker"
	"github.com/crossdock/crossdock/mappings"
)

// App is what the functions work with.
type App struct {
	Store    *state.Store
	Queues   state.Queues // for sweep alone: it drains dead-letter queues
	Inbox    *inbox.Inbox
	Catalogs *partners.Catalogs
	Exchange *exchange.Exchange
	ERP      *erp.ERP
	Clock    *schedule.Clock
	Ops      http.Handler
}

// New wires an App over one platform's state and the catalogues kept in it.
func New(store *state.Store, queues state.Queues, catalogs *partners.Catalogs, client *http.Client) *App {
	x := &exchange.Exchange{Store: store, Catalogs: catalogs}
	latest := catalogs.Latest // every function that needs it asks for it first: see fresh
	clock := &schedule.Clock{Store: store, Builtin: builtin(latest)}
	return &App{
		Store:    store,
		Queues:   queues,
		Catalogs: catalogs,
		Inbox:    &inbox.Inbox{Store: store, Tenant: tenant(latest), Channel: channel(latest)},
		Exchange: x,
		ERP:      &erp.ERP{Store: store, Endpoint: endpoint(latest), After: after(latest), Outgoing: outgoing(latest), Client: client},
		Clock:    clock,
		Ops:      ops.Handler(ops.API{Store: store, Queues: queues, Exchange: x, Catalogs: catalogs, Clock: clock, Tenants: tenants(catalogs)}),
	}
}

// latest gives the catalogue in force.
type latest func() *mappings.Catalog

func tenant(c latest) func(id string) bool {
	return func(id string) bool {
		_, ok := c().Tenant(id)
		return ok
	}
}

// channel finds the queue that reads what comes on a channel.
func channel(c latest) func(tenant, channel string) (string, bool) {
	return func(tenant, channel string) (string, bool) {
		_, ok := c().Channel(tenant, channel)
		return state.QueueEDIInbound, ok
	}
}

func tenants(c *partners.Catalogs) func(context.Context) ([]string, error) {
	return func(ctx context.Context) ([]string, error) {
		catalog, err := c.Catalog(ctx)
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, t := range catalog.Tenants() {
			ids = append(ids, t.ID)
		}
		return ids, nil
	}
}

func endpoint(c latest) func(tenant string) (string, *mappings.ERPDescriptor, bool) {
	return func(tenant string) (string, *mappings.ERPDescriptor, bool) {
		catalog := c()
		t, ok := catalog.Tenant(tenant)
		if !ok || t.ERP.URL == "" {
			return "", nil, false
		}
		d, ok := catalog.ERP(t.ERP.Kind)
		return t.ERP.URL, d, ok
	}
}

// after says what a document that came from a partner waits for.
func after(c latest) func(tenant string, doc trade.DocumentRecord) mappings.After {
	return func(tenant string, doc trade.DocumentRecord) mappings.After {
		return c().After(tenant, doc.Partner, doc.Set, doc.Noun)
	}
}

func outgoing(c latest) func(tenant, partner, noun, standard, set string) (mappings.Outgoing, error) {
	return func(tenant, partner, noun, standard, set string) (mappings.Outgoing, error) {
		return c().Outgoing(tenant, partner, noun, standard, set)
	}
}

// builtin lists the schedules every tenant has, and that of tenants whose ERP
// has something to say.
func builtin(c latest) func() []schedule.Schedule {
	return func() []schedule.Schedule {
		var all []schedule.Schedule
		for _, t := range c().Tenants() {
			all = append(all, schedule.Schedule{
				Tenant: t.ID, Job: "inbox-sweep", Queue: state.QueueFiles, Cron: "*/5 * * * *",
				Missed: schedule.RunOnce, Event: inbox.Event{Sweep: true},
			})
			if _, d, ok := endpoint(c)(t.ID); ok && d != nil && d.Events != nil {
				all = append(all, schedule.Schedule{
					Tenant: t.ID, Job: erp.PollJob, Queue: state.QueueERPEvents, Cron: "* * * * *", Missed: schedule.RunOnce, Event: struct{}{},
				})
			}
		}
		return all
	}
}

// fresh sees to it that the catalogue is at most a minute old when a function
// begins. What cannot be confirmed is tried later.
func fresh[T any](a *App, fn func(context.Context, T) error) func(context.Context, T) error {
	return func(ctx context.Context, v T) error {
		if _, err := a.Catalogs.Catalog(ctx); err != nil {
			return err
		}
		return fn(ctx, v)
	}
}

// Routes is the table of functions.
func Routes(a *App) []worker.Function {
	return []worker.Function{
		worker.Events("file_arrived", state.QueueFiles, parseBlobEvent, fresh(a, a.FileArrived)),
		worker.Wakes("edi_receive", state.QueueEDIInbound, fresh(a, a.EDIReceive)),
		worker.Wakes("edi_send", state.QueueEDIOutbound, fresh(a, a.EDISend)),
		worker.Events("edi_due", state.QueueEDIDue, state.ParseWake, fresh(a, a.EDIDue)),
		worker.Wakes("erp_sync", state.QueueERPSync, fresh(a, a.ERPSync)),
		worker.Events("erp_event", state.QueueERPEvents, state.ParseWake, fresh(a, a.ERPEvent)),
		worker.Timer("clock", fresh(a, a.Tick)),
		worker.Timer("sweep", a.Sweep),
		worker.HTTP("ops", "/api/ops/", a.Ops),
		worker.HTTP("health", "/api/health", http.HandlerFunc(Health)),
	}
}

// Shards says over how many sessions a tenant's messages are spread by the
// catalogue in force: what its tier allows, so that no tenant takes all the
// slots of a host.
func Shards(latest func() *mappings.Catalog) func(tenant string) int {
	return func(tenant string) int {
		if t, ok := latest().Tenant(tenant); ok && t.Shards > 0 {
			return t.Shards
		}
		return 1
	}
}
