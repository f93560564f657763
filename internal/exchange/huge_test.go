package exchange_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
)

// peak returns by how many bytes the live heap rose, at most, while do ran.
func peak(do func()) int64 {
	heap := func() int64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		metrics.Read(s)
		return int64(s[0].Value.Uint64())
	}
	runtime.GC()
	before, most := heap(), int64(0)
	over := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, heap())
			select {
			case <-tick.C:
			case <-over:
				return
			}
		}
	})
	do()
	close(over)
	watcher.Wait()
	return most - before
}

// bounded is the most memory that any file may take, garbage included.
const bounded = 48 << 20

// archived makes a file that was taken already, so that it is not copied: its
// content is what fill writes, and after it zeros up to size.
func (r *rig) archived(name string, size int64, fill func(w io.Writer)) string {
	r.t.Helper()
	path := filepath.Join(r.dir, "archive", "quay", "main", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		r.t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		r.t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	fill(w)
	if err := w.Flush(); err != nil {
		r.t.Fatal(err)
	}
	if info, err := f.Stat(); err != nil || info.Size() < size {
		if err := f.Truncate(size); err != nil { // sparse: it takes no room
			r.t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		r.t.Fatal(err)
	}
	info, err := r.files.Stat(r.t.Context(), "archive/quay/main/"+name)
	if err != nil {
		r.t.Fatal(err)
	}
	id := state.Hash(name)[:24]
	rec := inbox.File{
		ID: id, Tenant: "quay", Channel: "main", Name: name, Inbound: "inbound/quay/main/" + name, ETag: "gone",
		Archive: info.Path, Content: info.ETag, Size: info.Size, Arrived: time.Now(),
	}
	b := r.Store.Batch(rec.Key())
	b.Create(inbox.RecordID, inbox.RecordKind, inbox.RecordVersion, rec)
	b.Want(state.QueueEDIInbound, 1)
	b.Post(state.ListFiles, id, rec.Arrived, map[string]string{"id": id, "name": name})
	if _, err := b.Commit(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	return id
}

// endless is what a file may go on with and never end.
type endless struct{ pattern string }

func (e endless) writeTo(w io.Writer, n int64) {
	block := strings.Repeat(e.pattern, max(1, (1<<16)/len(e.pattern)))
	for ; n > 0; n -= int64(len(block)) {
		io.WriteString(w, block)
	}
}

// A huge file without a terminator, or with a segment that does not end, is
// read once, ends as rejected, and takes no memory for its size.
func TestHugeFilesThatNeverEnd(t *testing.T) {
	huge, large := int64(2<<30), int64(64<<20)
	if testing.Short() || raceEnabled {
		huge, large = 64<<20, 8<<20
	}
	head := strings.SplitAfter(file("setwise", "A"), "\n")
	unb := strings.SplitAfter(orders("setwise", "A"), "\n")
	for _, c := range []struct {
		name string
		head string
		with string // written over and over; empty: zeros up to huge
		want ending
	}{
		{"an ISA, then zeros", head[0], "", ending{inbox.Rejected, 0, []string{"IEA-MISSING"}, []string{"TA1 R 023"}}},
		{"zeros", "", "", ending{inbox.Rejected, 0, []string{"FILE-EMPTY"}, nil}},
		{"an element without an end", strings.Join(head[:4], "") + "PO1*1*", "7", ending{inbox.Rejected, 0, []string{"IEA-MISSING"}, []string{"TA1 R 023"}}},
		{"a segment of ever more elements", strings.Join(head[:4], "") + "PO1", "*1", ending{inbox.Rejected, 0, []string{"IEA-MISSING"}, []string{"TA1 R 023"}}},
		{"an ISA without an end", head[0][:90], "x", ending{inbox.Rejected, 0, []string{"ISA-BROKEN"}, nil}},
		{"ever more ISAs", "", head[0], ending{inbox.Rejected, 0, []string{"GROUPS-TOO-MANY"}, nil}},
		{"ever more groups", head[0], head[1], ending{inbox.Rejected, 0, []string{"GROUPS-TOO-MANY"}, []string{"TA1 R 024"}}},
		{"a UNB, then zeros", unb[0], "", ending{inbox.Rejected, 0, []string{"UNZ-MISSING"}, []string{"CONTRL 4"}}},
		{"a component without an end", strings.Join(unb[:5], "") + "LIN+1++", "7", ending{inbox.Rejected, 0, []string{"UNZ-MISSING"}, []string{"CONTRL 4"}}},
		{"a segment of ever more components", strings.Join(unb[:5], "") + "LIN+1", ":1", ending{inbox.Rejected, 0, []string{"UNZ-MISSING"}, []string{"CONTRL 4"}}},
		{"ever more UNBs", "", unb[0], ending{inbox.Rejected, 0, []string{"GROUPS-TOO-MANY"}, nil}},
		{"a message that does not end", strings.Join(unb[:5], ""), unb[5], ending{inbox.Rejected, 0, []string{"UNZ-MISSING"}, []string{"CONTRL 4"}}},
		{"a set that does not end", strings.Join(head[:4], ""), head[4], ending{inbox.Rejected, 0, []string{"IEA-MISSING"}, []string{"TA1 R 023"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, nil)
			r.Options.Groups = 100
			size := int64(0)
			switch {
			case c.with == "" && c.head != "":
				size = huge
			case c.with == "":
				size = huge / 8
			}
			id := r.archived("huge", size, func(w io.Writer) {
				io.WriteString(w, c.head)
				if c.with != "" {
					endless{c.with}.writeTo(w, large)
				}
			})
			began := time.Now()
			var got ending
			rose := peak(func() {
				v := r.finish(id)
				got = ending{v.File.Outcome, created(v), codes(v), sent(v)}
			})
			t.Logf("%s, the heap rose by %d KiB", time.Since(began).Round(time.Millisecond), rose>>10)
			if rose > bounded {
				t.Errorf("the heap rose by %d MiB, want at most %d", rose>>20, bounded>>20)
			}
			if got.Outcome != c.want.Outcome || got.Orders != 0 || len(got.Errors) == 0 || got.Errors[0] != c.want.Errors[0] {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if c.want.Sent == nil && !strings.HasPrefix(c.name, "ever more ISAs") && c.name != "ever more UNBs" && len(got.Sent) > 0 {
				t.Errorf("sent %q to nobody", got.Sent)
			}
			if c.want.Sent != nil && !cmp.Equal(got.Sent, c.want.Sent) {
				t.Errorf("sent %q, want %q", got.Sent, c.want.Sent)
			}
		})
	}
}

// A hundred thousand sets in one file are judged, and answered for, in
// memory that does not grow with them.
func TestHugeNumberOfSets(t *testing.T) {
	sets := 100_000
	if testing.Short() || raceEnabled {
		sets = 10_000
	}
	r := newRig(t, nil)
	id := r.archived("sets", 0, func(w io.Writer) {
		head := strings.SplitAfter(file("setwise", "A"), "\n")
		io.WriteString(w, head[0]+head[1])
		for i := range sets {
			fmt.Fprintf(w, "ST*852*%06d~\nXQ*H*20261102~\nSE*3*%06d~\n", i, i)
		}
		fmt.Fprintf(w, "GE*%d*7~\nIEA*1*000000007~\n", sets)
	})
	began := time.Now()
	var got ending
	rose := peak(func() {
		v := r.finish(id)
		got = ending{v.File.Outcome, v.Verdict.Sets, codes(v), sent(v)}
	})
	t.Logf("%s, the heap rose by %d KiB", time.Since(began).Round(time.Millisecond), rose>>10)
	if rose > bounded {
		t.Errorf("the heap rose by %d MiB, want at most %d", rose>>20, bounded>>20)
	}
	want := ending{inbox.Rejected, sets, []string{"SET-UNSUPPORTED"}, []string{"997 R"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A judgement that is stopped leaves nothing behind that keeps the next try
// from making it.
func TestStoppedWhileJudging(t *testing.T) {
	r := newRig(t, nil)
	id := r.archived("stopped", 8<<20, func(w io.Writer) { io.WriteString(w, file("setwise", "A")) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Receive(ctx, state.Wake{Tenant: "quay", Aggregate: inbox.Key("quay", id).Aggregate}); err == nil {
		t.Fatal("a stopped call succeeded")
	}
	if v := r.finish(id); v.File.Outcome != inbox.Accepted {
		t.Errorf("taken up again: %s %v", v.File.Outcome, codes(v))
	}
}

// Of a file with more groups than a verdict may have, the interchanges that
// came whole stand; the one in which it is too much is refused.
func TestTooManyGroups(t *testing.T) {
	for _, c := range []struct {
		groups int
		want   ending
	}{
		{4, ending{inbox.PartlyAccepted, 2, []string{"GROUPS-TOO-MANY"}, []string{"997 A", "997 A"}}},
		{5, ending{inbox.PartlyAccepted, 2, []string{"GROUPS-TOO-MANY"}, []string{"997 A", "997 A", "TA1 R 024"}}},
		{6, ending{inbox.Accepted, 3, nil, []string{"997 A", "997 A", "997 A"}}},
	} {
		r := newRig(t, nil)
		r.Options.Groups = c.groups
		got := r.end("main", "three.edi", file("setwise", "A")+file("setwise", "B")+file("setwise", "C"))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%d: (-want +got)\n%s", c.groups, diff)
		}
	}
}
