package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/schedule"
	"github.com/crossdock/crossdock/internal/state"
)

// A schedule that cannot be run is told at every tick and holds up no other
// one, whichever comes first.
func TestBrokenScheduleHoldsUpNoOther(t *testing.T) {
	p, err := local.Open(t.TempDir(), local.Options{Queues: map[string]local.QueueConfig{state.QueueFiles: {}}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	now := time.Date(2026, 3, 2, 8, 0, 30, 0, time.UTC)
	store := state.New(p.Records, p.Files, p.Queues, state.Options{Now: func() time.Time { return now }})
	every := func(job string) schedule.Schedule {
		return schedule.Schedule{Tenant: "acme", Job: job, Queue: state.QueueFiles, Cron: "*/5 * * * *", Missed: schedule.RunOnce, Event: map[string]bool{}}
	}
	noTime := every("a-new")
	noTime.Cron = "now and then"
	c := &schedule.Clock{Store: store, Builtin: func() []schedule.Schedule { return []schedule.Schedule{noTime, every("b"), every("c")} }}
	if err := c.Tick(t.Context()); err == nil || !strings.Contains(err.Error(), "a-new") {
		t.Errorf("the first tick: %v, want the schedule that is no use named", err)
	}

	// One that a person broke in state comes before the others, too.
	broken := every("a-old")
	broken.Zone = "Atlantis/Harbor"
	b := store.Batch(schedule.Key())
	b.Create(state.ID("a-old", "acme"), "schedule", 1, broken)
	if _, err := b.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	now = now.Add(10 * time.Minute)
	if err := c.Tick(t.Context()); err == nil || !strings.Contains(err.Error(), "a-old") || !strings.Contains(err.Error(), "a-new") {
		t.Errorf("the second tick: %v, want both schedules named", err)
	}
	d, err := p.Queues.Depth(t.Context(), state.QueueFiles)
	if err != nil || d.Active != 2 {
		t.Errorf("%d wake-ups (%v), want those of the two others", d.Active, err)
	}
}
