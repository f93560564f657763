package exchange

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/x12"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

const (
	appliedID   = "applied"
	appliedKind = "applied"
)

// Applied is how far the accepted sets of a file have been applied, and what
// became of them. It is a record of the file's aggregate.
type Applied struct {
	Sets      int           `json:"sets"` // of the file, applied or passed over
	Mark      x12.Mark      `json:"mark,omitzero"`
	Created   int           `json:"created"`
	Replaced  int           `json:"replaced,omitempty"`
	Duplicate int           `json:"duplicate,omitempty"`
	Held      int           `json:"held,omitempty"`
	Repeated  int           `json:"repeated,omitempty"` // rejected: the order exists with other content
	Findings  []edi.Finding `json:"findings,omitempty"`
}

func (a *Applied) add(r result, limit int) {
	switch r.became {
	case created:
		a.Created++
	case replaced:
		a.Replaced++
	case duplicate:
		a.Duplicate++
	case held:
		a.Held++
	case repeated:
		a.Repeated++
	}
	if r.finding != nil && len(a.Findings) < limit {
		a.Findings = append(a.Findings, *r.finding)
	}
}

// Apply makes the accepted sets of a judged file orders, from its checkpoint,
// and ends the file with its outcome. Orders are keyed by tenant, partner,
// number and release, so a set applied twice is one order.
func (e *Exchange) Apply(ctx context.Context, w state.Wake, due *state.Due, rec state.Record, f inbox.File, v *Verdict) error {
	o := e.Options.withDefaults()
	var a Applied
	if at, ok := due.Records[appliedID]; ok {
		if err := e.decodeKept(ctx, at, appliedKind, &a); err != nil {
			return err
		}
	}
	until := e.Store.Now().Add(o.Slice)
	for a.Sets < v.Sets && v.Accepted > 0 {
		mark, err := e.applyRun(ctx, w, f, v, &a, o)
		if err != nil {
			return err
		}
		if mark == nil {
			break
		}
		a.Mark = *mark
		kept, err := e.keep(ctx, f.Tenant, a)
		if err != nil {
			return err
		}
		b := e.Store.Batch(due.Key)
		b.Trace(w.Trace)
		due.Keep(b)
		b.Put(appliedID, appliedKind, keptVersion, kept)
		over := !e.Store.Now().Before(until)
		if over {
			b.Send(state.QueueEDIInbound)
		}
		receipt, err := b.Commit(ctx)
		if err != nil || over {
			return err
		}
		due.Committed(receipt)
	}
	return e.finish(ctx, w, due, rec, f, v, a)
}

// finish commits the file's outcome and lets the inbound file go.
func (e *Exchange) finish(ctx context.Context, w state.Wake, due *state.Due, rec state.Record, f inbox.File, v *Verdict, a Applied) error {
	b := e.Store.Batch(due.Key)
	b.Trace(w.Trace)
	due.Reach(b, due.Next())
	a.Sets, a.Mark = v.Sets, x12.Mark{}
	kept, err := e.keep(ctx, f.Tenant, a)
	if err != nil {
		return err
	}
	b.Put(appliedID, appliedKind, keptVersion, kept)
	inbox.Finish(b, rec, &f, outcome(v, a), e.Store.Now())
	if _, err := b.Commit(ctx); err != nil {
		return err
	}
	return inbox.Release(ctx, e.Store, f)
}

// outcome is the one word for what became of a file.
func outcome(v *Verdict, a Applied) inbox.Outcome {
	taken, again := a.Created+a.Replaced+a.Held, a.Duplicate+v.receivedBefore()
	switch {
	case v.lost() && taken == 0:
		return inbox.Rejected
	case !v.lost() && taken+a.Duplicate == v.Sets && (taken > 0 || v.Sets == 0):
		return inbox.Accepted // also of an interchange that holds no set, such as one of a TA1
	case taken > 0:
		return inbox.PartlyAccepted
	case again == v.Sets:
		return inbox.Duplicate
	default:
		return inbox.Rejected
	}
}

// lost reports whether something of the file was refused, or not understood,
// that is no set and so is not counted as one. What was received before is
// not lost.
func (v *Verdict) lost() bool {
	refused := func(ic Interchange) bool {
		return ic.DuplicateOf == "" &&
			(ic.Refused || slices.ContainsFunc(ic.Groups, func(g Group) bool { return g.Fate == x12.Rejected }))
	}
	return slices.ContainsFunc(v.Interchanges, refused) ||
		slices.ContainsFunc(v.Findings, func(f edi.Finding) bool { return f.Severity == edi.Error })
}

// receivedBefore counts the sets of the interchanges that came before.
func (v *Verdict) receivedBefore() int {
	n := 0
	for _, ic := range v.Interchanges {
		if ic.DuplicateOf == "" {
			continue
		}
		for _, g := range ic.Groups {
			n += g.Received
		}
	}
	return n
}

// applyRun applies sets from the checkpoint on, as many as a checkpoint may
// be apart. It returns the place of the next set, or nil at the end.
func (e *Exchange) applyRun(ctx context.Context, w state.Wake, f inbox.File, v *Verdict, a *Applied, o Options) (*x12.Mark, error) {
	src, err := e.Store.Files().Open(ctx, f.Archive, f.Content, a.Mark.Offset(), -1)
	if err != nil {
		return nil, fmt.Errorf("apply %s: %w", f.ID, err)
	}
	defer src.Close()
	reader := x12.NewReader(src, x12.Options{Findings: o.Findings})
	if a.Sets > 0 {
		reader = x12.Resume(src, a.Mark, x12.Options{Findings: o.Findings})
	}
	lines, stop := iter.Pull2(v.Lines.skip(ctx, e.Store.Files(), a.Sets))
	defer stop()

	catalog, err := e.catalog(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("apply %s: %w", f.ID, err)
	}
	workers := newCommitters(ctx, e, w, min(o.Concurrency, v.Sets))
	mark, err := e.feed(f, catalog, v, a.Sets, o, reader, lines, workers)
	results, werr := workers.wait()
	if err == nil {
		err = werr
	}
	if err == nil {
		err = ctx.Err() // a set may have been let go for it
	}
	if err != nil {
		return nil, err
	}
	// The committers finish in any order; the record does not.
	slices.SortStableFunc(results, func(x, y result) int { return cmp.Compare(x.set, y.set) })
	for _, r := range results {
		a.add(r, o.Findings)
	}
	a.Sets += workers.seen
	return mark, nil
}

// feed goes through the sets of the file beside their lines and hands the
// accepted ones to the committers.
func (e *Exchange) feed(f inbox.File, catalog *mappings.Catalog, v *Verdict, done int, o Options, reader *x12.Reader, lines func() (Set, error, bool), workers *committers) (*x12.Mark, error) {
	var line Set
	var reading *mappings.Reading
	readings := map[*mappings.Bound]*mappings.Reading{}
	for ev, err := range reader.Events() {
		if err != nil {
			return nil, fmt.Errorf("apply %s: %w", f.ID, err)
		}
		switch ev.Kind {
		case x12.SetStart:
			if done+workers.seen == v.Sets {
				return nil, nil // the verdict was not read further
			}
			if workers.seen == o.Checkpoint || workers.failed() {
				mark := ev.Set.Mark
				return &mark, nil
			}
			var ok bool
			if line, err, ok = lines(); err != nil {
				return nil, fmt.Errorf("apply %s: %w", f.ID, err)
			} else if !ok {
				return nil, fmt.Errorf("apply %s: the verdict has no line for set %d", f.ID, done+workers.seen+1)
			}
			workers.seen++
			reading = nil
			if !v.Applies(line) {
				continue
			}
			if reading, err = e.reread(f, catalog, line, ev.Group.Version, readings); err != nil {
				return nil, err
			}
		case x12.SetSegment:
			if reading != nil {
				reading.Segment(ev.Segment, ev.Set.Segments)
			}
		case x12.SetEnd:
			if reading == nil {
				continue
			}
			doc, _ := reading.Finish()
			if doc == nil {
				return nil, fmt.Errorf("apply %s: set %s was accepted but its map %s gives no document any more", f.ID, line.ControlNumber, line.Map)
			}
			workers.take(job{n: done + workers.seen, file: f, set: line, interchange: v.interchange(line.Interchange), doc: bytes.Clone(doc)})
		}
	}
	return nil, nil
}

// reread returns a reading by the map that the verdict accepted the set with,
// on the release it was read by.
func (e *Exchange) reread(f inbox.File, catalog *mappings.Catalog, line Set, release string, readings map[*mappings.Bound]*mappings.Reading) (*mappings.Reading, error) {
	doc, ok := catalog.Document(line.Map)
	if !ok {
		return nil, fmt.Errorf("apply %s: set %s was accepted by map %s, which is no more", f.ID, line.ControlNumber, line.Map)
	}
	bound, _, err := doc.For(release, "")
	if err != nil {
		return nil, fmt.Errorf("apply %s: %w", f.ID, err)
	}
	r := readings[bound]
	if r == nil {
		r = bound.NewReading(mappings.ReadingOptions{Findings: e.Options.withDefaults().Findings})
		readings[bound] = r
	}
	r.Reset()
	return r, nil
}

// job is one set to become an order.
type job struct {
	n           int // of the set in the file
	file        inbox.File
	set         Set
	interchange *Interchange
	doc         json.RawMessage
}

func (j job) source() string {
	return fmt.Sprintf("%s#%d.%d.%d", j.file.ID, j.set.Interchange, j.set.Group, j.set.Index)
}

// weight is what the job holds of committers.memory.
func (j job) weight() int64 { return min(int64(len(j.doc)), inFlight) }

// committers commit orders side by side. Sets of one order go to one
// committer, so they are applied in the order of the file.
type committers struct {
	seen   int
	lanes  []chan job
	found  [][]result
	memory *semaphore.Weighted // bytes of documents on their way
	group  *errgroup.Group
	ctx    context.Context
}

// inFlight is how many bytes of documents are on their way to be committed. A
// larger one goes alone.
const inFlight = 32 << 20

func newCommitters(ctx context.Context, e *Exchange, w state.Wake, n int) *committers {
	g, ctx := errgroup.WithContext(ctx)
	c := &committers{lanes: make([]chan job, n), found: make([][]result, n), memory: semaphore.NewWeighted(inFlight), group: g, ctx: ctx}
	for i := range c.lanes {
		lane := make(chan job, 4)
		c.lanes[i] = lane
		g.Go(func() error {
			for j := range lane {
				r, err := e.applyOrder(ctx, w, j)
				c.memory.Release(j.weight())
				if err != nil {
					return err
				}
				r.set = j.n
				c.found[i] = append(c.found[i], r)
			}
			return nil
		})
	}
	return c
}

// failed reports whether a committer gave up, so that no more are fed.
func (c *committers) failed() bool { return c.ctx.Err() != nil }

func (c *committers) take(j job) {
	if c.memory.Acquire(c.ctx, j.weight()) != nil {
		return
	}
	h := fnv.New32a()
	h.Write([]byte(j.set.Number + "\n" + j.set.Release))
	select {
	case c.lanes[h.Sum32()%uint32(len(c.lanes))] <- j:
	case <-c.ctx.Done():
	}
}

func (c *committers) wait() ([]result, error) {
	for _, lane := range c.lanes {
		close(lane)
	}
	err := c.group.Wait()
	var all []result
	for _, f := range c.found {
		all = append(all, f...)
	}
	return all, err
}
