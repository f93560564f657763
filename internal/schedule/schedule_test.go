package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

// rig is a clock over a platform, at a time the test says.
type rig struct {
	t     *testing.T
	queue *local.Queues
	store *state.Store
	now   time.Time
	sent  int
}

func newRig(t *testing.T) *rig {
	t.Helper()
	p, err := local.Open(t.TempDir(), local.Options{Queues: map[string]local.QueueConfig{state.QueueFiles: {}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, queue: p.Queues, now: time.Date(2026, 3, 2, 8, 0, 30, 0, time.UTC)}
	r.store = state.New(p.Records, p.Files, p.Queues, state.Options{Now: func() time.Time { return r.now }})
	return r
}

func (r *rig) clock(s ...Schedule) *Clock {
	return &Clock{Store: r.store, Builtin: func() []Schedule { return s }}
}

func (r *rig) tick(c *Clock) {
	r.t.Helper()
	if err := c.Tick(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// wants compares the wake-ups sent since the last call.
func (r *rig) wants(n int, when string) {
	r.t.Helper()
	d, err := r.queue.Depth(r.t.Context(), state.QueueFiles)
	if err != nil {
		r.t.Fatal(err)
	}
	if got := d.Active - r.sent; got != n {
		r.t.Errorf("%s: %d wake-ups, want %d", when, got, n)
	}
	r.sent = d.Active
}

// record reads a schedule back.
func (r *rig) record(job string) (s Schedule) {
	r.t.Helper()
	if _, err := r.store.ReadInto(r.t.Context(), Key(), state.ID(job, "acme"), recordKind, recordVersion, &s); err != nil {
		r.t.Fatal(err)
	}
	return s
}

func nightly(missed Missed) Schedule {
	return Schedule{Tenant: "acme", Job: "nightly", Queue: state.QueueFiles, Cron: "30 2 * * *", Zone: "America/New_York", Missed: missed, Event: map[string]bool{"sweep": true}}
}

// What is due is read from the schedules' own records, not from the tick: two
// ticks for one window, one after the other or at the same time, start a run
// once.
func TestH28_TwoTicksOfAWindowAreOneRun(t *testing.T) {
	r := newRig(t)
	every := Schedule{Tenant: "acme", Job: "sweep", Queue: state.QueueFiles, Cron: "*/5 * * * *", Missed: RunOnce, Event: map[string]bool{"sweep": true}}
	c := r.clock(every)
	r.tick(c)
	r.wants(0, "the first tick makes the record")
	r.now = time.Date(2026, 3, 2, 8, 5, 0, 0, time.UTC)
	r.tick(c)
	r.wants(1, "due")
	r.tick(c)
	r.now = r.now.Add(time.Minute)
	r.tick(c)
	r.wants(0, "the same window again")
	if got := r.record("sweep"); !got.Next.Equal(time.Date(2026, 3, 2, 8, 10, 0, 0, time.UTC)) || !got.Last.Equal(r.now.Add(-time.Minute)) {
		t.Errorf("the record says %+v", got)
	}

	r.now = time.Date(2026, 3, 2, 8, 10, 0, 0, time.UTC)
	var ticks sync.WaitGroup
	for range 8 {
		ticks.Go(func() {
			if err := c.Tick(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	ticks.Wait()
	r.wants(1, "eight ticks at the same time")

	ds, err := r.queue.Receive(t.Context(), state.QueueFiles, 10, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range ds {
		w, err := state.ParseWake(d.Body)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(JobKey("acme", "sweep"), w.Key()); diff != "" || !json.Valid(w.Event) || string(w.Event) != `{"sweep":true}` {
			t.Errorf("wake-up %+v\n%s", w, diff)
		}
	}
}

// A run that was missed is made up for once, or not at all; its time is that
// of its zone, summer and winter.
func TestMissedRuns(t *testing.T) {
	for missed, makesUp := range map[Missed]int{RunOnce: 1, Skip: 0} {
		r := newRig(t)
		c := r.clock(nightly(missed))
		r.tick(c)
		if got, want := r.record("nightly").Next, time.Date(2026, 3, 3, 7, 30, 0, 0, time.UTC); !got.Equal(want) {
			t.Errorf("%s: the first run is due %s, want %s", missed, got, want)
		}
		r.now = time.Date(2026, 3, 3, 7, 34, 0, 0, time.UTC) // a restart came between
		r.tick(c)
		r.wants(1, string(missed)+": four minutes late is not missed")
		r.now = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC) // six nights, and the clocks went forward
		r.tick(c)
		r.tick(c)
		r.wants(makesUp, string(missed)+": six nights late")
		if got, want := r.record("nightly").Next, time.Date(2026, 3, 10, 6, 30, 0, 0, time.UTC); !got.Equal(want) {
			t.Errorf("%s: the next run is due %s, want %s", missed, got, want)
		}
	}
}

func TestPaused(t *testing.T) {
	r := newRig(t)
	s := nightly(RunOnce)
	s.Paused = true
	c := r.clock(s)
	r.tick(c)
	r.now = r.now.AddDate(0, 1, 0)
	r.tick(c)
	r.wants(0, "paused")
}

func TestMalformedSchedules(t *testing.T) {
	for name, change := range map[string]func(*Schedule){
		"cron": func(s *Schedule) { s.Cron = "now and then" },
		"zone": func(s *Schedule) { s.Zone = "Atlantis/Harbor" },
	} {
		s := nightly(RunOnce)
		change(&s)
		if err := newRig(t).clock(s).Tick(t.Context()); err == nil {
			t.Errorf("a malformed %s passes", name)
		}
	}
}

// A job can be run at once, known to state yet or not; its next time stays.
func TestRunNow(t *testing.T) {
	r := newRig(t)
	c := r.clock(Schedule{Tenant: "acme", Job: "sweep", Queue: state.QueueFiles, Cron: "0 9 * * *", Missed: RunOnce})
	for range 2 {
		s, err := c.Run(t.Context(), "acme", "sweep")
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC); !s.Next.Equal(want) || !s.Last.Equal(r.now) {
			t.Errorf("next %s, last %s; want %s and now", s.Next, s.Last, want)
		}
		r.wants(1, "by hand")
	}
	for _, job := range [][2]string{{"acme", "dance"}, {"other", "sweep"}} {
		if _, err := c.Run(t.Context(), job[0], job[1]); !errors.Is(err, state.ErrNotFound) {
			t.Errorf("%v: %v, want %v", job, err, state.ErrNotFound)
		}
	}
}
