// Package schedule turns due schedules into wake-ups.
//
// A schedule is a record: tenant, job, cron expression in a time zone, what
// to do about a missed run, and whether it is paused. The clock function
// ticks every minute; a schedule that is due gets its next time and sends its
// wake-up in one commit, so two ticks for the same minute, or on two
// instances, start a run once. It knows nothing of what a run does.
package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/crossdock/crossdock/internal/state"
)

// Missed says what happens to a run whose time passed while nothing ticked.
type Missed string

const (
	RunOnce Missed = "once" // one run makes up for all that were missed
	Skip    Missed = "skip" // wait for the next time
)

// Schedule is a record of the aggregate Key.
type Schedule struct {
	Tenant string    `json:"tenant"`
	Job    string    `json:"job"`
	Queue  string    `json:"queue"` // whose function does the job
	Cron   string    `json:"cron"`  // minute hour day month weekday
	Zone   string    `json:"zone"`  // IANA name; empty: UTC
	Missed Missed    `json:"missed"`
	Paused bool      `json:"paused,omitempty"`
	Next   time.Time `json:"next"`
	Last   time.Time `json:"last,omitzero"`
	Event  any       `json:"event,omitempty"` // what the wake-up carries
}

const recordKind, recordVersion = "schedule", 1

// grace is how late a tick may be before its run counts as missed: the timer
// is a minute, and a restart takes less than four.
const grace = 5 * time.Minute

// Key is the aggregate that holds every schedule.
func Key() state.Key { return state.Key{Tenant: state.House, Aggregate: "schedules"} }

// JobKey is the aggregate a job's wake-up names.
func JobKey(tenant, job string) state.Key {
	return state.Key{Tenant: tenant, Aggregate: state.ID("job", job)}
}

// Clock sends the wake-ups of due schedules.
type Clock struct {
	Store *state.Store
	// Builtin returns the schedules every installation has; those state does
	// not know yet are added by the first tick.
	Builtin func() []Schedule
}

// Tick sends what is due. It may run twice for a minute, and at the same time.
// A schedule that cannot be run holds up no other; the error tells of each.
func (c *Clock) Tick(ctx context.Context) error {
	now := c.Store.Now()
	known, err := c.Store.ScanAll(ctx, Key())
	if err != nil {
		return err
	}
	var failed []error
	for _, s := range c.Builtin() {
		id := state.ID(s.Job, s.Tenant)
		if slices.ContainsFunc(known, func(r state.Record) bool { return r.ID == id }) {
			continue
		}
		failed = append(failed, c.add(ctx, id, s, now))
	}
	for _, rec := range known {
		failed = append(failed, c.run(ctx, rec, now))
	}
	return errors.Join(failed...)
}

// add makes a schedule known; its first run is at its next time.
func (c *Clock) add(ctx context.Context, id string, s Schedule, now time.Time) error {
	var err error
	if s.Next, err = next(s, now); err != nil {
		return err
	}
	b := c.Store.Batch(Key())
	b.Create(id, recordKind, recordVersion, s)
	if _, err := b.Commit(ctx); err != nil && !errors.Is(err, state.ErrConflict) {
		return err
	}
	return nil
}

func (c *Clock) run(ctx context.Context, rec state.Record, now time.Time) error {
	var s Schedule
	if err := state.Decode(rec, recordKind, recordVersion, &s); err != nil {
		return err
	}
	if s.Paused || now.Before(s.Next) {
		return nil
	}
	b := c.Store.Batch(Key())
	if s.Missed != Skip || now.Sub(s.Next) < grace {
		s.Last = now
		b.SendEvent(s.Queue, JobKey(s.Tenant, s.Job), s.Event)
	}
	var err error
	if s.Next, err = next(s, now); err != nil {
		return err
	}
	b.Replace(rec, s)
	if _, err := b.Commit(ctx); err != nil && !errors.Is(err, state.ErrConflict) {
		return err
	}
	return nil
}

// Run sends the wake-up of a job now, whatever its next time; that stays as it
// is. The error is state.ErrNotFound if the tenant has no such job.
func (c *Clock) Run(ctx context.Context, tenant, job string) (Schedule, error) {
	id, now := state.ID(job, tenant), c.Store.Now()
	var s Schedule
	b := c.Store.Batch(Key())
	rec, err := c.Store.ReadInto(ctx, Key(), id, recordKind, recordVersion, &s)
	switch {
	case errors.Is(err, state.ErrNotFound):
		all := c.Builtin()
		i := slices.IndexFunc(all, func(s Schedule) bool { return s.Tenant == tenant && s.Job == job })
		if i < 0 {
			return Schedule{}, fmt.Errorf("job %s of tenant %s: %w", job, tenant, state.ErrNotFound)
		}
		s = all[i]
		if s.Next, err = next(s, now); err != nil {
			return Schedule{}, err
		}
		s.Last = now
		b.Create(id, recordKind, recordVersion, s)
	case err != nil:
		return Schedule{}, err
	default:
		s.Last = now
		b.Replace(rec, s)
	}
	b.SendEvent(s.Queue, JobKey(s.Tenant, s.Job), s.Event)
	_, err = b.Commit(ctx)
	return s, err
}

// next is the first time of the schedule after now.
func next(s Schedule, now time.Time) (time.Time, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("schedule %s of %s: zone: %w", s.Job, s.Tenant, err)
	}
	spec, err := cron.ParseStandard(s.Cron)
	if err != nil {
		return time.Time{}, fmt.Errorf("schedule %s of %s: %w", s.Job, s.Tenant, err)
	}
	return spec.Next(now.In(zone)).UTC(), nil
}
