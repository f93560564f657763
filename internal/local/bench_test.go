package local

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

var benchBody = json.RawMessage(`{"po":"4500012345","partner":"globex","lines":12,"total":"1043.20","currency":"EUR","wanted":1,"done":0,"note":"` + string(bytes.Repeat([]byte("x"), 300)) + `"}`)

// concurrently does b.N things by n goroutines and reports how many a second.
func concurrently(b *testing.B, n int, unit string, do func(i int) error) {
	b.Helper()
	b.ReportAllocs()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for range n {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), unit)
}

func benchKey(i int) state.Key {
	return state.Key{Tenant: "acme", Aggregate: "order." + strconv.Itoa(i*7919%1_000_003)}
}

func benchOps() []state.Operation {
	return []state.Operation{{Verb: state.Create, Record: state.Record{ID: "head", Kind: "order", Version: 1, Body: benchBody}}}
}

func BenchmarkCommit(b *testing.B) {
	for _, n := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("committers=%d", n), func(b *testing.B) {
			p := openTest(b, b.TempDir(), Options{})
			concurrently(b, n, "commits/s", func(i int) error {
				_, err := p.Records.Commit(b.Context(), benchKey(i), benchOps(), nil)
				return err
			})
		})
	}
}

// A commit as the flow makes it: three records, a message and a list row.
func BenchmarkCommitWithOutgoing(b *testing.B) {
	for _, n := range []int{1, 32} {
		b.Run(fmt.Sprintf("committers=%d", n), func(b *testing.B) {
			p := openTest(b, b.TempDir(), Options{Queues: map[string]QueueConfig{"q": {}}})
			at := time.Now()
			concurrently(b, n, "commits/s", func(i int) error {
				id := strconv.Itoa(i)
				ops := append(benchOps(), benchOps()...)
				ops[1].Record.ID = "version.1"
				ops = append(ops, state.Operation{Verb: state.Put, Record: state.Record{ID: "target.erp", Kind: "target", Version: 1, Body: json.RawMessage(`{"wanted":1}`)}})
				out := []state.Outgoing{
					{ID: "m" + id, Message: &state.Message{ID: "m" + id, Queue: "q", Body: benchBody[:0]}},
					{ID: "r" + id, Row: &state.Row{Tenant: "acme", List: "documents", ID: "d" + id, At: at, Body: json.RawMessage(`{"po":"1"}`)}},
				}
				_, err := p.Records.Commit(b.Context(), benchKey(i), ops, out)
				return err
			})
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1, 8} {
		b.Run(fmt.Sprintf("readers=%d", n), func(b *testing.B) {
			p := openTest(b, b.TempDir(), Options{})
			const records = 10_000
			for i := 0; i < records; i += 100 {
				var ops []state.Operation
				for j := range 100 {
					op := benchOps()[0]
					op.Record.ID = strconv.Itoa(j)
					ops = append(ops, op)
				}
				if _, err := p.Records.Commit(b.Context(), benchKey(i/100), ops, nil); err != nil {
					b.Fatal(err)
				}
			}
			concurrently(b, n, "reads/s", func(i int) error {
				recs, err := p.Records.Read(b.Context(), benchKey(i%(records/100)), "", strconv.Itoa(i*31%100))
				if err == nil && len(recs) != 1 {
					err = fmt.Errorf("%d records", len(recs))
				}
				return err
			})
		})
	}
}

// A message sent, received and completed.
func BenchmarkQueue(b *testing.B) {
	for _, n := range []int{1, 32} {
		b.Run(fmt.Sprintf("workers=%d", n), func(b *testing.B) {
			p := openTest(b, b.TempDir(), Options{Queues: map[string]QueueConfig{"q": {}}})
			concurrently(b, n, "messages/s", func(i int) error {
				m := state.Message{ID: strconv.Itoa(i), Queue: "q", Body: benchBody}
				if err := p.Queues.Send(b.Context(), m); err != nil {
					return err
				}
				ds, err := p.Queues.Receive(b.Context(), "q", 1, time.Minute)
				if err != nil {
					return err
				}
				return p.Queues.Complete(b.Context(), "q", ds[0].Token)
			})
		})
	}
}

// Messages taken from a queue that holds a hundred thousand more.
func BenchmarkQueueDeep(b *testing.B) {
	p := openTest(b, b.TempDir(), Options{Queues: map[string]QueueConfig{"q": {Sessions: true}}})
	fill := func(n int) {
		for i := 0; i < n; i += 500 {
			var msgs []state.Message
			for j := i; j < min(n, i+500); j++ {
				msgs = append(msgs, state.Message{ID: strconv.Itoa(j), Queue: "q", Session: "acme/" + strconv.Itoa(j%64), Body: benchBody})
			}
			if err := p.Queues.Send(b.Context(), msgs...); err != nil {
				b.Fatal(err)
			}
		}
	}
	fill(100_000 + b.N)
	concurrently(b, 32, "messages/s", func(int) error {
		s, err := p.Queues.AcceptSession(b.Context(), "q", time.Minute)
		if err != nil {
			return err
		}
		d, err := s.Next(b.Context())
		if err != nil {
			return err
		}
		if err := p.Queues.Complete(b.Context(), "q", d.Token); err != nil {
			return err
		}
		return s.Close(b.Context())
	})
}

func BenchmarkFileCreate(b *testing.B) {
	content := bytes.Repeat([]byte("ISA*00*"), 300)
	for _, n := range []int{1, 16} {
		b.Run(fmt.Sprintf("creators=%d", n), func(b *testing.B) {
			p := openTest(b, b.TempDir(), Options{})
			concurrently(b, n, "files/s", func(i int) error {
				_, err := p.Files.Create(b.Context(), "archive/acme/"+strconv.Itoa(i), bytes.NewReader(content))
				return err
			})
		})
	}
}
