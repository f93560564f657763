package exchange

import (
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
	Mark      Mark          `json:"mark,omitzero"`
	Created   int           `json:"created"`
	Passed    int           `json:"passed,omitempty"` // accepted, and no document of ours
	Replaced  int           `json:"replaced,omitempty"`
	Duplicate int           `json:"duplicate,omitempty"`
	Held      int           `json:"held,omitempty"`
	Repeated  int           `json:"repeated,omitempty"` // rejected: the document exists with other content
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

// Apply makes the accepted sets of a judged file documents, from its
// checkpoint, and ends the file with its outcome. Documents are keyed by tenant,
// noun, partner, number and release, so a set applied twice is one document.
func (e *Exchange) Apply(ctx context.Context, w state.Wake, due *state.Due, rec state.Record, f inbox.File, v *Verdict) error {
	o := e.Options.withDefaults()
	var a Applied
	if at, ok := due.Records[appliedID]; ok {
		if err := e.decodeKept(ctx, at, appliedKind, &a); err != nil {
			return err
		}
	}
	until := e.Store.Now().Add(o.Slice)
	for a.Sets < v.Sets && v.Accepted > 0 || a.Sets == 0 && v.answers() {
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
	a.Sets, a.Mark = v.Sets, Mark{}
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
	taken, again := a.Created+a.Replaced+a.Held+a.Passed, a.Duplicate+v.receivedBefore()
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
			(ic.Refused || slices.ContainsFunc(ic.Groups, func(g Group) bool { return !g.applies() }))
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
func (e *Exchange) applyRun(ctx context.Context, w state.Wake, f inbox.File, v *Verdict, a *Applied, o Options) (*Mark, error) {
	src, err := e.Store.Files().Open(ctx, f.Archive, f.Content, a.Mark.Offset(), -1)
	if err != nil {
		return nil, fmt.Errorf("apply %s: %w", f.ID, err)
	}
	defer src.Close()
	lines, stop := iter.Pull2(v.Lines.skip(ctx, e.Store.Files(), a.Sets))
	defer stop()

	catalog, err := e.catalog(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("apply %s: %w", f.ID, err)
	}
	workers := newCommitters(ctx, e, w, min(o.Concurrency, v.Sets))
	in := &feeding{
		file: f, verdict: v, applied: a, options: o, files: e.Store.Files(), lines: lines, workers: workers, answers: newReceiver(e, catalog, f, v, o.Findings),
		again: rereading{catalog: catalog, file: f, verdict: v, findings: o.Findings, readings: map[*mappings.Bound]*mappings.Reading{}},
	}
	mark, err := in.run(ctx, src)
	in.stop(err)
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
	for _, f := range in.answers.found {
		a.Findings = edi.Keep(a.Findings, f, o.Findings)
	}
	a.Sets += workers.seen
	a.Passed += in.passed
	return mark, nil
}

// job is one set to become a document.
type job struct {
	n           int // of the set in the file
	standard    string
	rules       *rules
	file        inbox.File
	set         Set
	interchange *Interchange
	doc         json.RawMessage   // nil: it is a feed
	feed        string            // the file that holds it then
	answers     bool              // it answers a document of ours
	hash        string            // of the content
	push        bool              // the ERP is owed it
	owes        []mappings.Answer // the partner is owed for it
}

func (j job) source() string { return j.set.source(j.file.ID) }

// weight is what the job holds of committers.memory.
func (j job) weight() int64 { return min(int64(len(j.doc)), inFlight) }

// committers commit documents side by side. Sets of one document go to one
// committer, so they are applied in the order of the file, and so do all of a
// partner who wants its interchanges in order.
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
				r, err := e.applySet(ctx, w, j)
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
	select {
	case c.lanes[j.lane(len(c.lanes))] <- j:
	case <-c.ctx.Done():
	}
}

// lane is which of n committers makes the set a document: the same for all
// that an agreement wants in order.
func (j job) lane(n int) int {
	if j.rules.deliver == mappings.DeliverInterchange {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(j.set.Noun + "\n" + j.set.Number + "\n" + j.set.Release))
	return int(h.Sum32() % uint32(n))
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
