package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
	"github.com/crossdock/crossdock/edi/verdict"
	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
	"github.com/crossdock/crossdock/internal/worker"
	"github.com/crossdock/crossdock/mappings"
)

const tenant = "quay"

// pipeline is every function over the local platform in a folder of its own,
// with an ERP that keeps what it is sent and says what the test says. The test
// delivers each message, and moves the clock.
type pipeline struct {
	t       *testing.T
	dir     string
	local   *local.Platform
	store   *state.Store
	app     *handlers.App
	worker  *worker.Worker
	catalog *mappings.Catalog
	files   int // dropped so far

	mu     sync.Mutex
	now    time.Time
	saved  map[string]json.RawMessage // what the ERP holds, by path
	events []erp.Event
}

func newPipeline(t *testing.T, agreements fstest.MapFS) *pipeline {
	t.Helper()
	p := &pipeline{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 2, 10, 15, 0, 0, time.UTC), saved: map[string]json.RawMessage{}}
	queues := map[string]local.QueueConfig{}
	for _, q := range state.QueueNames() {
		queues[q] = local.QueueConfig{Sessions: true}
	}
	var err error
	p.local, err = local.Open(p.dir, local.Options{
		Queues: queues, Now: p.clock,
		// Each look at a queue sees what is due by the clock; nobody waits for it.
		AfterFunc: func(time.Duration, func()) func() bool { return func() bool { return false } },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(func() {
		server.Close()
		if err := p.local.Close(); err != nil {
			t.Error(err)
		}
	})
	shipped, err := partners.Ship(mappings.Options{Getenv: func(string) string { return server.URL }}, mappings.Embedded(), agreements)
	if err != nil {
		t.Fatal(err)
	}
	p.catalog = shipped.Catalog()
	p.store = state.New(p.local.Records, p.local.Files, p.local.Queues, state.Options{Now: p.clock})
	p.app = handlers.New(p.store, p.local.Queues, partners.New(p.store, shipped), erp.NewClient(1))
	p.worker = worker.New(p.store, handlers.Routes(p.app), worker.Options{Now: p.clock})
	return p
}

func (p *pipeline) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// serve is the ERP.
func (p *pipeline) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Method == http.MethodGet {
		after := r.URL.Query().Get("after")
		i := slices.IndexFunc(p.events, func(e erp.Event) bool { return e.ID == after })
		_ = json.NewEncoder(w).Encode(p.events[i+1:])
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	p.saved[r.URL.Path] = body
	fmt.Fprintf(w, `{"reference":"R-%d"}`, len(p.saved))
}

// holds is what the ERP has of a version of a document.
func (p *pipeline) holds(noun, key string, version int) (json.RawMessage, bool) {
	p.t.Helper()
	d, _ := p.catalog.ERP("rest")
	call, ok := d.Documents[noun]
	if !ok {
		return nil, false
	}
	path, _, _ := strings.Cut(call.Target(key, "", version), "?")
	p.mu.Lock()
	defer p.mu.Unlock()
	body, ok := p.saved[path]
	return body, ok
}

// run delivers messages until none is left that is due.
func (p *pipeline) run() {
	p.t.Helper()
	for deliverOne(p.t, p.local, p.worker) {
	}
}

// pass lets time pass, and what is due by then happen.
func (p *pipeline) pass(d time.Duration) {
	p.t.Helper()
	p.mu.Lock()
	p.now = p.now.Add(d)
	p.mu.Unlock()
	for _, q := range state.QueueNames() {
		if _, err := p.local.Queues.Depth(p.t.Context(), q); err != nil { // what is due is on its way to its place
			p.t.Fatal(err)
		}
	}
	// One writer does it all in turn: once this is written, they have theirs.
	b := p.store.Batch(state.Key{Tenant: tenant, Aggregate: "clock"})
	b.Put("moved", "moved", 1, p.clock())
	if _, err := b.Commit(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	p.run()
}

// receive drops a file of a channel, and returns what became of it.
func (p *pipeline) receive(text string) exchange.View {
	p.t.Helper()
	p.files++
	name := fmt.Sprintf("%d.edi", p.files)
	info, err := p.local.Files.Create(p.t.Context(), "inbound/"+tenant+"/main/"+name, strings.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	event, err := handlers.NewBlobEvent(info)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.store.SendEvents(p.t.Context(), state.QueueFiles, event); err != nil {
		p.t.Fatal(err)
	}
	p.run()
	rows, err := p.store.List(p.t.Context(), state.ListQuery{Tenant: tenant, List: state.ListFiles})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, row := range rows {
		if strings.Contains(string(row.Body), fmt.Sprintf("%q:%q", "name", name)) {
			v, err := p.app.Exchange.Show(p.t.Context(), tenant, row.ID, 10)
			if err != nil {
				p.t.Fatal(err)
			}
			return v
		}
	}
	p.t.Fatalf("nothing is known of %s", name)
	return exchange.View{}
}

// announce lets the ERP say something, and returns what became of it.
func (p *pipeline) announce(e erp.Event) exchange.OutgoingView {
	p.t.Helper()
	p.mu.Lock()
	e.ID = fmt.Sprint(len(p.events) + 1)
	p.events = append(p.events, e)
	p.mu.Unlock()
	if _, err := p.app.Clock.Run(p.t.Context(), tenant, erp.PollJob); err != nil {
		p.t.Fatal(err)
	}
	p.run()
	return p.shown(e)
}

// shown is what is known of the document of an event.
func (p *pipeline) shown(e erp.Event) exchange.OutgoingView {
	p.t.Helper()
	key := state.Key{Tenant: tenant, Aggregate: state.ID(trade.KeyParts(trade.Out, e.Noun, e.Partner, e.Number, e.Release, e.Test)...)}
	v, err := p.app.Exchange.ShowOutgoing(p.t.Context(), key)
	if err != nil {
		p.t.Fatalf("%v; failures: %q", err, p.failures())
	}
	return v
}

// file is the text of a file of the folder.
func (p *pipeline) file(path string) string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, filepath.FromSlash(path)))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// failures lists class and cause of all that failed.
func (p *pipeline) failures() []string {
	p.t.Helper()
	var all []string
	for _, row := range p.list(state.ListFailures) {
		var f state.Failure
		if err := json.Unmarshal(row.Body, &f); err != nil {
			p.t.Fatal(err)
		}
		all = append(all, f.Class+": "+f.Cause)
	}
	return all
}

func (p *pipeline) list(name string) []state.Row {
	p.t.Helper()
	rows, err := p.store.List(p.t.Context(), state.ListQuery{Tenant: tenant, List: name})
	if err != nil {
		p.t.Fatal(err)
	}
	return rows
}

// acknowledge is what a partner says of a file in which it finds nothing wrong.
func (p *pipeline) acknowledge(text string, as verdict.Answers) string {
	p.t.Helper()
	said, found := p.judge(text, as)
	for _, f := range found {
		p.t.Errorf("the partner finds %s at %s: %s", f.Code, f.Reference(), f.Message)
	}
	return said
}

// judge is what a partner says of a file, and the errors it finds in it.
func (p *pipeline) judge(text string, as verdict.Answers) (said string, found []edi.Finding) {
	p.t.Helper()
	in, err := document.NewText(strings.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	file, err := verdict.Read(in, verdict.Policy{}, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for f := range file.All() {
		if f.Severity == edi.Error {
			found = append(found, f)
		}
	}
	p.files++
	for _, x := range file.Interchanges {
		for _, a := range x.Answers(as, 9000+p.files, p.clock()) {
			said += a.Text
		}
	}
	return said, found
}

// read is the document that a file holds, read by the map named.
func (p *pipeline) read(text, name string) json.RawMessage {
	p.t.Helper()
	in, err := document.NewText(strings.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	var reading *mappings.Reading
	var doc json.RawMessage
	for s, err := range document.Read(in, document.Options{}) {
		if err != nil {
			p.t.Fatal(err)
		}
		switch s.Kind {
		case document.SetStart:
			m, ok := p.catalog.Document(name)
			if !ok {
				p.t.Fatalf("there is no map %s", name)
			}
			bound, err := m.Bind(s.Set.Grammar)
			if err != nil {
				p.t.Fatal(err)
			}
			reading = bound.NewReading(mappings.ReadingOptions{})
		case document.SetSegment:
			reading.Placed(s.Segment, s.InSet, s.Row)
		case document.SetEnd:
			found, findings := reading.Finish()
			for _, f := range findings {
				if f.Severity != edi.Note {
					p.t.Errorf("read again: %s at %s: %s", f.Code, f.Reference(), f.Message)
				}
			}
			doc = bytes.Clone(found)
		}
	}
	return doc
}
