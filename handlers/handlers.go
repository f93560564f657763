// Package handlers says what each function does: decode what the trigger
// brought, call one capability, return.
//
// Routes is the table of all functions; a test holds it against functions/.
// When a function runs is data in functions/; what happens to its errors is
// the work of internal/worker. Nothing here decides anything.
package handlers

import (
	"net/http"

	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/ops"
	"github.com/crossdock/crossdock/internal/schedule"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/worker"
	"github.com/crossdock/crossdock/mappings"
)

// App is what the functions work with.
type App struct {
	Store    *state.Store
	Queues   state.Queues // for sweep alone: it drains dead-letter queues
	Inbox    *inbox.Inbox
	Exchange *exchange.Exchange
	Pusher   *erp.Pusher
	Clock    *schedule.Clock
	Ops      http.Handler
}

// New wires an App over one platform's state and one catalogue.
func New(store *state.Store, queues state.Queues, catalog *mappings.Catalog, client *http.Client) *App {
	x := &exchange.Exchange{Store: store, Catalog: catalog}
	return &App{
		Store:    store,
		Queues:   queues,
		Inbox:    &inbox.Inbox{Store: store, Tenant: tenant(catalog), Channel: channel(catalog)},
		Exchange: x,
		Pusher:   &erp.Pusher{Store: store, Endpoint: endpoint(catalog), Client: client},
		Clock:    &schedule.Clock{Store: store, Builtin: builtin(catalog)},
		Ops:      ops.Handler(ops.API{Store: store, Queues: queues, Exchange: x, Tenants: tenants(catalog)}),
	}
}

func tenant(c *mappings.Catalog) func(id string) bool {
	return func(id string) bool {
		_, ok := c.Tenant(id)
		return ok
	}
}

// channel finds the queue that reads what comes on a channel.
func channel(c *mappings.Catalog) func(tenant, channel string) (string, bool) {
	return func(tenant, channel string) (string, bool) {
		_, ok := c.Channel(tenant, channel)
		return state.QueueEDIInbound, ok
	}
}

func tenants(c *mappings.Catalog) func() []string {
	return func() []string {
		var ids []string
		for _, t := range c.Tenants() {
			ids = append(ids, t.ID)
		}
		return ids
	}
}

func endpoint(c *mappings.Catalog) func(tenant string) (string, *mappings.ERPDescriptor, bool) {
	return func(tenant string) (string, *mappings.ERPDescriptor, bool) {
		t, ok := c.Tenant(tenant)
		if !ok || t.ERP.URL == "" {
			return "", nil, false
		}
		d, ok := c.ERP(t.ERP.Kind)
		return t.ERP.URL, d, ok
	}
}

// builtin lists the schedules every tenant has.
func builtin(c *mappings.Catalog) func() []schedule.Schedule {
	return func() []schedule.Schedule {
		var all []schedule.Schedule
		for _, t := range c.Tenants() {
			all = append(all, schedule.Schedule{
				Tenant: t.ID, Job: "inbox-sweep", Queue: state.QueueFiles, Cron: "*/5 * * * *",
				Missed: schedule.RunOnce, Event: inbox.Event{Sweep: true},
			})
		}
		return all
	}
}

// Routes is the table of functions.
func Routes(a *App) []worker.Function {
	return []worker.Function{
		worker.Events("file_arrived", state.QueueFiles, parseBlobEvent, a.FileArrived),
		worker.Wakes("edi_receive", state.QueueEDIInbound, a.EDIReceive),
		worker.Wakes("edi_send", state.QueueEDIOutbound, a.EDISend),
		worker.Wakes("erp_sync", state.QueueERPSync, a.ERPSync),
		worker.Timer("clock", a.Tick),
		worker.Timer("sweep", a.Sweep),
		worker.HTTP("ops", "/api/ops/", a.Ops),
		worker.HTTP("health", "/api/health", http.HandlerFunc(Health)),
	}
}

// Shards says over how many sessions a tenant's messages are spread: what its
// tier allows, so that no tenant takes all the slots of a host.
func Shards(c *mappings.Catalog) func(tenant string) int {
	return func(tenant string) int {
		if t, ok := c.Tenant(tenant); ok && t.Shards > 0 {
			return t.Shards
		}
		return 1
	}
}
