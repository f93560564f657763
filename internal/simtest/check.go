package simtest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/handlers"
	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/internal/trade"
)

// invariant is what must hold once a world has come to rest, whatever
// happened in it.
type invariant struct {
	name  string
	check func(*world) []string // what speaks against it
}

func invariants() []invariant {
	return []invariant{
		{"nothing is left to do", nothingLeft},
		{"the run ends as the scenario may end", ending},
		{"each file is recorded once", recordedOnce},
		{"each archived copy is the file that was taken", archived},
		{"the ERP saved each version once and in order", savedOnce},
		{"each acknowledgement is in the outbound folder once", sentOnce},
		{"control numbers are drawn without gap or repeat", numbered},
		{"every target is reached", reached},
		{"nothing failed", nothingFailed},
		{"no list row speaks of what is not", rows},
	}
}

// world is a World at rest, as the invariants look at it.
type world struct {
	*World
	ctx   context.Context
	store *state.Store
	files []seen
	sent  []message

	documents []exchange.OutgoingView
}

// seen is a file's record and what is known of it.
type seen struct {
	step string // that dropped it
	data string
	file inbox.File
	view exchange.View
}

// finished reports whether the file of a step has its outcome.
func (w *World) finished(step string) bool {
	if !w.finishedSteps[step] && w.lookedAt != w.records.last {
		w.lookedAt = w.records.last
		for _, s := range w.look().files {
			w.finishedSteps[s.step] = s.file.Outcome != ""
		}
	}
	return w.finishedSteps[step]
}

// observer reads the world without being part of it.
func (w *World) observer() *state.Store {
	return state.New(backend{&gate{}, w.records}, fileDriver{&gate{}, w.files}, queueDriver{&gate{}, w.queues}, state.Options{
		Shards: handlers.Shards(w.scenario.Shipped.Catalog), Now: w.now,
	})
}

// look reads every file record there is.
func (w *World) look() *world {
	o := &world{World: w, ctx: context.Background(), store: w.observer()}
	for _, key := range w.keys() {
		var f inbox.File
		if !strings.HasPrefix(key.Aggregate, "file.") {
			continue
		}
		if _, err := o.store.ReadInto(o.ctx, key, inbox.RecordID, inbox.RecordKind, inbox.RecordVersion, &f); err != nil {
			w.problem("file %s: %v", key.Aggregate, err)
			continue
		}
		s := seen{step: "unknown " + f.Inbound + " " + f.ETag, file: f}
		for _, d := range w.dropped {
			if d.info.Path == f.Inbound && d.info.ETag == f.ETag {
				s.step, s.data = d.step.Name, d.step.Content
			}
		}
		o.files = append(o.files, s)
	}
	slices.SortFunc(o.files, func(a, b seen) int { return strings.Compare(a.step, b.step) })
	return o
}

// keys are the partitions there are, in order.
func (w *World) keys() []state.Key {
	w.records.mu.Lock()
	defer w.records.mu.Unlock()
	return slices.SortedFunc(maps.Keys(w.records.parts), func(a, b state.Key) int {
		return strings.Compare(target(a), target(b))
	})
}

// check looks at the world at rest.
func (w *World) check() {
	o := w.look()
	exchanging := &exchange.Exchange{Store: o.store, Catalogs: partners.New(o.store, w.scenario.Shipped)}
	for i := range o.files {
		view, err := exchanging.Show(o.ctx, o.files[i].file.Tenant, o.files[i].file.ID, 100)
		if err != nil {
			w.problem("file %s: %v", o.files[i].step, err)
		}
		o.files[i].view = view
	}
	o.sent = o.outbound()
	for _, key := range w.keys() {
		if !strings.HasPrefix(key.Aggregate, "order-response-out.") {
			continue
		}
		doc, err := exchanging.ShowOutgoing(o.ctx, key)
		if err != nil {
			w.problem("document %s: %v", key.Aggregate, err)
		}
		o.documents = append(o.documents, doc)
	}
	w.left = o.shape()
	for _, i := range invariants() {
		for _, against := range i.check(o) {
			w.problem("%s: %s", i.name, against)
		}
	}
}

// shape lists the records of each aggregate, without what is drawn or told by
// a clock: runs of one scenario that end alike leave the same records.
func (w *world) shape() []string {
	var names []string
	for _, s := range w.files {
		names = append(names, s.file.ID, s.step)
	}
	named := strings.NewReplacer(names...)
	var lines []string
	for _, key := range w.keys() {
		if key.Tenant == state.House || strings.HasPrefix(key.Aggregate, "list/") || key.Aggregate == "inbox" || strings.HasPrefix(key.Aggregate, "sent.") {
			continue // schedules, rows that rows looks at, the sweep's own note, and control numbers, which race
		}
		recs, err := w.store.ScanAll(w.ctx, key)
		if err != nil {
			w.problem("%s: %v", key.Aggregate, err)
		}
		for _, rec := range recs {
			lines = append(lines, named.Replace(key.Aggregate+" "+rec.ID+" "+rec.Kind))
		}
	}
	slices.Sort(lines)
	return lines
}

func nothingLeft(w *world) []string {
	if left := w.unrest(); left != "" {
		return []string{left}
	}
	return nil
}

// ending compares the run with the endings its scenario may have.
func ending(w *world) []string {
	got := Ending{Files: map[string]string{}, Orders: map[string]string{}}
	for _, s := range w.scenario.Steps {
		got.Files[s.Name] = "none"
	}
	for _, s := range w.files {
		got.Files[s.step] = w.endOf(s)
	}
	for _, key := range w.ERP.order {
		saved := w.ERP.saved[key]
		name, quantity := orderOf(saved.Body)
		partner, _, _ := strings.Cut(strings.TrimPrefix(saved.Target, "/orders/order."), ".")
		name = partner + " " + name
		got.Orders[name] = strings.TrimSpace(got.Orders[name] + " " + quantity)
	}
	for _, doc := range w.documents {
		for _, sent := range doc.Sent {
			for _, m := range w.sent {
				if m.path == sent.Path {
					got.Documents = append(got.Documents, doc.Partner+" "+strings.Join(m.says, "; "))
				}
			}
		}
	}
	slices.Sort(got.Documents)
	waiting, err := w.store.List(w.ctx, state.ListQuery{Tenant: Tenant, List: state.ListWaiting})
	if err != nil {
		return []string{err.Error()}
	}
	got.Waiting = len(waiting)
	var differences []string
	for _, want := range w.scenario.Endings {
		if reflect.DeepEqual(got, want) {
			return nil
		}
		differences = append(differences, fmt.Sprintf("got %v\n    want %v", got, want))
	}
	return differences
}

// endOf is how a file ended, in a line: its outcome, the findings about the
// file as such, and the acknowledgements, as they stand in the outbound folder.
func (w *world) endOf(s seen) string {
	end := string(s.file.Outcome)
	for _, f := range s.file.Findings {
		end += " " + f.Code
	}
	var acks []string
	for _, sent := range s.view.Sent {
		for _, m := range w.sent {
			if m.path == sent.Path {
				acks = append(acks, m.says...)
			}
		}
	}
	slices.Sort(acks)
	return strings.Join(append([]string{end}, acks...), "; ")
}

func recordedOnce(w *world) []string {
	var against []string
	listed := map[string]int{}
	rows, err := w.store.List(w.ctx, state.ListQuery{Tenant: Tenant, List: state.ListFiles})
	if err != nil {
		return []string{err.Error()}
	}
	for _, row := range rows {
		listed[row.ID]++
	}
	for _, s := range w.files {
		if strings.HasPrefix(s.step, "unknown") {
			against = append(against, "nobody dropped "+s.step)
		}
		if listed[s.file.ID] != 1 {
			against = append(against, fmt.Sprintf("%s is %d times on the list of files", s.step, listed[s.file.ID]))
		}
	}
	if len(rows) != len(w.files) {
		against = append(against, fmt.Sprintf("the list has %d files, there are %d", len(rows), len(w.files)))
	}
	return against
}

func archived(w *world) []string {
	var against []string
	for _, s := range w.files {
		if s.file.Archive == "" {
			continue
		}
		at := w.World.files.set[s.file.Archive]
		if at == nil || string(at.data) != s.data || at.info.ETag != s.file.Content || s.file.SHA256 != state.Hash(s.data) {
			against = append(against, fmt.Sprintf("%s: the copy %s is another", s.step, s.file.Archive))
		}
	}
	return against
}

func savedOnce(w *world) []string {
	against := slices.Clone(w.ERP.broken)
	last := map[string]int{}
	for _, key := range w.ERP.order {
		s := w.ERP.saved[key]
		if s.Effect != 1 {
			against = append(against, fmt.Sprintf("%s was saved %d times", s.Target, s.Effect))
		}
		var version int
		order, number, _ := strings.Cut(s.Target, "/versions/")
		if _, err := fmt.Sscan(number, &version); err != nil || version != last[order]+1 {
			against = append(against, fmt.Sprintf("%s came after version %d", s.Target, last[order]))
		}
		last[order] = version
	}
	return against
}

// reached looks at every target of every aggregate, and compares orders with
// the ERP.
func reached(w *world) []string {
	var against []string
	for _, key := range w.keys() {
		recs, err := w.store.ScanAll(w.ctx, key)
		if err != nil {
			return []string{err.Error()}
		}
		for _, rec := range recs {
			switch {
			case rec.Kind == "target":
				t, err := state.DecodeTarget(rec)
				if err != nil || t.Done != t.Wanted || t.Parked {
					against = append(against, fmt.Sprintf("%s of %s: %+v, %v", rec.ID, key.Aggregate, t, err))
				}
			case rec.ID == trade.DocumentRecordID:
				against = append(against, w.current(key, rec)...)
			}
		}
	}
	return against
}

// current compares an order with the version the ERP holds.
func (w *world) current(key state.Key, rec state.Record) []string {
	var order trade.DocumentRecord
	if err := state.Decode(rec, trade.DocumentRecordKind, trade.DocumentRecordVersion, &order); err != nil {
		return []string{err.Error()}
	}
	if order.Direction == trade.Out {
		return nil // it came from there
	}
	saved := w.ERP.saved[fmt.Sprintf("%s/%s@%d", key.Tenant, key.Aggregate, order.Version)]
	switch {
	case order.Test && saved == nil:
		return nil
	case order.Test:
		return []string{key.Aggregate + " is a test and in the ERP"}
	case saved == nil || saved.Body != string(order.Body):
		return []string{fmt.Sprintf("%s version %d is not in the ERP", key.Aggregate, order.Version)}
	}
	return nil
}

func nothingFailed(w *world) []string {
	var against []string
	for _, tenant := range []string{Tenant, state.House} {
		rows, err := w.store.List(w.ctx, state.ListQuery{Tenant: tenant, List: state.ListFailures})
		if err != nil {
			return []string{err.Error()}
		}
		for _, row := range rows {
			against = append(against, string(row.Body))
		}
	}
	return against
}

// rows compares the lists with what they list.
func rows(w *world) []string {
	var against []string
	open, err := w.store.List(w.ctx, state.ListQuery{Tenant: Tenant, List: state.ListUnfinished})
	if err != nil {
		return []string{err.Error()}
	}
	for _, row := range open {
		against = append(against, fmt.Sprintf("file %s is finished, and on the list of the unfinished", row.ID))
	}
	listed := map[string]bool{}
	documents, err := w.store.List(w.ctx, state.ListQuery{Tenant: Tenant, List: state.ListDocuments})
	if err != nil {
		return []string{err.Error()}
	}
	for _, row := range documents {
		if listed[row.ID] {
			against = append(against, row.ID+" is twice on the list of documents")
		}
		listed[row.ID] = true
	}
	for _, key := range w.keys() {
		if strings.HasPrefix(key.Aggregate, "order.") && !listed[key.Aggregate] {
			against = append(against, key.Aggregate+" is not on the list of documents")
		}
	}
	return against
}
