package arch

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/host"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/worker"
	"github.com/crossdock/crossdock/mappings"
)

func load(t *testing.T) ([]host.FunctionDefinition, host.HostConfig) {
	t.Helper()
	defs, config, err := host.Load(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	return defs, config
}

func routes() map[string]worker.Function {
	byName := map[string]worker.Function{}
	for _, f := range handlers.Routes(&handlers.App{Ops: http.NotFoundHandler()}) {
		byName[f.Name] = f
	}
	return byName
}

// ownHandler is the function whose handler is the capability's own, so that
// handlers has nothing to decode for it.
const ownHandler = "ops"

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// functions/ says when a function runs and handlers.Routes what it does; they
// are the same functions under the same names.
func TestH04_FunctionsAndRoutesAgree(t *testing.T) {
	defs, config := load(t)
	routes := routes()
	for _, d := range defs {
		f, ok := routes[d.Name]
		if !ok {
			t.Errorf("functions/%s has no route in handlers.Routes", d.Name)
			continue
		}
		delete(routes, d.Name)
		if !snakeCase.MatchString(d.Name) {
			t.Errorf("the function %s is not named in snake_case", d.Name)
		}
		if d.Name != ownHandler && rooms(t)["handlers"].file(d.Name+".go") == nil {
			t.Errorf("the function %s has no handlers/%s.go", d.Name, d.Name)
		}
		switch trigger := d.Trigger(); trigger.Type {
		case host.QueueTrigger:
			if f.Trigger != worker.OnMessage || f.Queue != trigger.QueueName {
				t.Errorf("functions/%s is bound to queue %q, its route to %s %q", d.Name, trigger.QueueName, f.Trigger, f.Queue)
			}
			if !trigger.IsSessionsEnabled {
				t.Errorf("functions/%s has no sessions: they keep the order within an aggregate", d.Name)
			}
			if trigger.DataType != "binary" {
				// A body read as text is merged into the metadata by the host.
				t.Errorf("functions/%s takes its message as %q, want binary", d.Name, trigger.DataType)
			}
		case host.TimerTrigger:
			if f.Trigger != worker.OnTime {
				t.Errorf("functions/%s is a timer, its route is for %s", d.Name, f.Trigger)
			}
		case host.HTTPTrigger:
			if got := pattern(config.RoutePrefix, trigger.Route); f.Trigger != worker.OnRequest || f.Pattern != got {
				t.Errorf("functions/%s answers %s, its route %s %s", d.Name, got, f.Trigger, f.Pattern)
			}
		}
	}
	for name := range routes {
		t.Errorf("the route %s has no functions/%s/function.json", name, name)
	}
}

func (r *room) file(name string) *file {
	for i := range r.files {
		if path.Base(r.files[i].path) == name {
			return &r.files[i]
		}
	}
	return nil
}

// pattern is the path a host's route means, as http.ServeMux has it.
func pattern(prefix, route string) string {
	before, _, rest := strings.Cut(route, "{*")
	p := "/" + prefix + "/" + before
	if !rest {
		p = strings.TrimSuffix(p, "/")
	}
	return p
}

// A host takes a stray file in a function's folder for its script.
func TestH30_FunctionFoldersHoldOneFile(t *testing.T) {
	err := fs.WalkDir(os.DirFS(root), "functions", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (path.Base(name) != "function.json" || strings.Count(name, "/") != 2) {
			t.Errorf("%s: a function's folder holds function.json and nothing else", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryQueueHasOneFunction(t *testing.T) {
	defs, _ := load(t)
	bound := map[string][]string{}
	for _, d := range defs {
		if trigger := d.Trigger(); trigger.Type == host.QueueTrigger {
			bound[trigger.QueueName] = append(bound[trigger.QueueName], d.Name)
		}
	}
	for _, queue := range state.QueueNames() {
		if n := len(bound[queue]); n != 1 {
			t.Errorf("queue %s is bound by %d functions %v, want one", queue, n, bound[queue])
		}
		delete(bound, queue)
	}
	for queue, names := range bound {
		t.Errorf("functions %v are bound to queue %s, which state.QueueNames does not list", names, queue)
	}
}

// A function ends before its lock does, and its lock before the host kills the
// process.
func TestH17_DeadlinesRise(t *testing.T) {
	_, config := load(t)
	if ours, lock := worker.Deadline+worker.Settling, config.MaxLockRenewal; ours >= lock {
		t.Errorf("an invocation may take %s, its lock is renewed for %s", ours, lock)
	}
	if lock, timeout := config.MaxLockRenewal, config.FunctionTimeout; timeout <= lock {
		t.Errorf("locks are renewed for %s, the host kills after %s", lock, timeout)
	}
}

func TestNoTenantTakesTheHost(t *testing.T) {
	_, config := load(t)
	catalog, err := mappings.Load(mappings.Options{}, mappings.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for _, tenant := range catalog.Tenants() {
		if n, most := handlers.Shards(func() *mappings.Catalog { return catalog })(tenant.ID), config.MaxConcurrentSessions/4; n > most {
			t.Errorf("tenant %s has %d shards, at most a quarter of the host's sessions, %d", tenant.ID, n, most)
		}
	}
}
