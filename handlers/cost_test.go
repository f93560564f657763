package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/demoerp"
	"github.com/crossdock/crossdock/internal/erp"
	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/worker"
	"github.com/crossdock/crossdock/mappings"
)

// counted counts what reaches the records driver.
type counted struct {
	state.Backend
	commits, reads atomic.Int64
}

func (c *counted) Commit(ctx context.Context, key state.Key, ops []state.Operation, out []state.Outgoing) (state.Receipt, error) {
	c.commits.Add(1)
	return c.Backend.Commit(ctx, key, ops, out)
}

func (c *counted) Read(ctx context.Context, key state.Key, token string, ids ...string) ([]state.Record, error) {
	c.reads.Add(1)
	return c.Backend.Read(ctx, key, token, ids...)
}

func (c *counted) Scan(ctx context.Context, key state.Key, token, from, to, next string, limit int) (state.Page, error) {
	c.reads.Add(1)
	return c.Backend.Scan(ctx, key, token, from, to, next, limit)
}

// TestCostOfAnOrder holds the commits and reads of an order over its whole
// life, from the inbox to the ERP and the partner, to what they are today. A
// change that raises one must say why.
func TestCostOfAnOrder(t *testing.T) {
	for _, tt := range []struct {
		orders         int
		commits, reads float64 // at most, per order
	}{
		{1, 8, 4},
		{500, 2.1, 1.1},
	} {
		t.Run(fmt.Sprint(tt.orders), func(t *testing.T) {
			commits, reads := costOf(t, tt.orders)
			n := float64(tt.orders)
			t.Logf("%d orders in a file: %.3f commits and %.3f reads per order", tt.orders, float64(commits)/n, float64(reads)/n)
			if got := float64(commits) / n; got > tt.commits {
				t.Errorf("commits per order: got %.3f, want at most %.3f", got, tt.commits)
			}
			if got := float64(reads) / n; got > tt.reads {
				t.Errorf("reads per order: got %.3f, want at most %.3f", got, tt.reads)
			}
		})
	}
}

// costOf carries one file through every function, delivering each message by
// hand, and returns what it cost.
func costOf(t *testing.T, orders int) (commits, reads int64) {
	t.Helper()
	ctx := t.Context()
	queues := map[string]local.QueueConfig{}
	for _, q := range state.QueueNames() {
		queues[q] = local.QueueConfig{Sessions: true}
	}
	p, err := local.Open(t.TempDir(), local.Options{Queues: queues})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	books, err := demoerp.Open(filepath.Join(t.TempDir(), "erp.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer books.Close()
	server := httptest.NewServer(books.Handler())
	defer server.Close()
	shipped, err := partners.Ship(mappings.Options{Getenv: func(string) string { return server.URL }}, mappings.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	backend := &counted{Backend: p.Records}
	store := state.New(backend, p.Files, p.Queues, state.Options{})
	catalogs := partners.New(store, shipped)
	if _, err := catalogs.Catalog(ctx); err != nil { // once every half a minute, whatever comes
		t.Fatal(err)
	}
	backend.reads.Store(0)
	app := handlers.New(store, p.Queues, catalogs, erp.NewClient(1))
	w := worker.New(store, handlers.Routes(app), worker.Options{})

	info, err := p.Files.Create(ctx, "inbound/harbor/sftp-east/orders.edi", bytes.NewReader(orderFile(orders)))
	if err != nil {
		t.Fatal(err)
	}
	event, err := handlers.NewBlobEvent(info)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.SendEvents(ctx, state.QueueFiles, event); err != nil {
		t.Fatal(err)
	}
	for deliverOne(t, p, w) {
	}
	held, err := books.Count()
	if err != nil || held != orders {
		t.Fatalf("the ERP holds %d orders (%v), want %d", held, err, orders)
	}
	return backend.commits.Load(), backend.reads.Load()
}

// deliverOne delivers a message of the first queue that has one.
func deliverOne(t *testing.T, p *local.Platform, w *worker.Worker) bool {
	t.Helper()
	ctx := t.Context()
	for _, f := range w.Functions() {
		if f.Trigger != worker.OnMessage {
			continue
		}
		d, err := p.Queues.Depth(ctx, f.Queue)
		if err != nil {
			t.Fatal(err)
		}
		if d.Active == 0 {
			continue
		}
		s, err := p.Queues.AcceptSession(ctx, f.Queue, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		err = w.Deliver(ctx, f.Name, m.Body)
		err = errors.Join(err, p.Queues.Complete(ctx, f.Queue, m.Token), s.Close(ctx))
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		return true
	}
	return false
}

// orderFile is an interchange of the demo's first partner with so many orders.
func orderFile(orders int) []byte {
	var b strings.Builder
	b.WriteString("ISA*00*          *00*          *01*100200300      *01*600600600      *261102*0900*U*00401*000000001*0*P*>~")
	b.WriteString("GS*PO*100200300*600600600*20261102*0900*1*X*004010~")
	for i := range orders {
		fmt.Fprintf(&b, "ST*850*%04d~BEG*00*SA*PO-%d**20261102~PO1*1*24*CA*18.40**UP*012345678905~CTT*1~SE*5*%04d~", i+1, i+1, i+1)
	}
	fmt.Fprintf(&b, "GE*%d*1~IEA*1*000000001~", orders)
	return []byte(b.String())
}
