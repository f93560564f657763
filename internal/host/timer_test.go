package host

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

// run is one run of a timer.
type run struct {
	At   string
	Past bool
}

// timerRig is a platform in a bubble, whose clock begins at midnight.
type timerRig struct {
	t        *testing.T
	platform *local.Platform
	mu       sync.Mutex
	runs     []run
	errs     []error
	takes    time.Duration
	err      error
}

func newTimerRig(t *testing.T) *timerRig {
	p, err := local.Open(t.TempDir(), local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &timerRig{t: t, platform: p}
}

func (r *timerRig) close() {
	if err := r.platform.Close(); err != nil {
		r.t.Error(err)
	}
}

func (r *timerRig) timer(spec, holder string) *timer {
	s, err := parseSchedule(spec)
	if err != nil {
		r.t.Fatal(err)
	}
	return &timer{name: "clock", schedule: s, records: r.platform.Records, now: time.Now, holder: holder,
		run: func(ctx context.Context, past bool, _ *timerStatus) error {
			r.mu.Lock()
			r.runs = append(r.runs, run{time.Now().UTC().Format(time.TimeOnly), past})
			takes, err := r.takes, r.err
			r.mu.Unlock()
			select {
			case <-time.After(takes):
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		failed: func(err error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.errs = append(r.errs, err)
		}}
}

// runFor runs timers for a time and returns the runs there were.
func (r *timerRig) runFor(d time.Duration, timers ...*timer) []run {
	r.runs = nil
	ctx, cancel := context.WithTimeout(r.t.Context(), d)
	defer cancel()
	var all sync.WaitGroup
	for _, t := range timers {
		all.Go(func() { t.loop(contexts{ctx, ctx}) })
	}
	all.Wait()
	return slices.Clone(r.runs)
}

func (r *timerRig) status() (s timerStatus) {
	r.t.Helper()
	key := state.Key{Tenant: state.House, Aggregate: "timer.clock"}
	recs, err := r.platform.Records.Read(r.t.Context(), key, "", "status")
	if err != nil || len(recs) != 1 {
		r.t.Fatalf("status: %d records, %v", len(recs), err)
	}
	if err := json.Unmarshal(recs[0].Body, &s); err != nil {
		r.t.Fatal(err)
	}
	return s
}

func (r *timerRig) want(name string, got []run, want ...run) {
	r.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestL46_Timer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		r.want("first", r.runFor(130*time.Second, r.timer("0 * * * * *", "a")), run{"00:01:00", false}, run{"00:02:00", false})
		at := func(min int) time.Time { return time.Date(2000, 1, 1, 0, min, 0, 0, time.UTC) }
		if diff := cmp.Diff(timerStatus{Last: at(2), Next: at(3), LastUpdated: at(2)}, r.status()); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}

		<-time.After(time.Hour) // no host runs
		r.want("past due once", r.runFor(100*time.Second, r.timer("0 * * * * *", "b")), run{"01:02:10", true}, run{"01:03:00", false})

		<-time.After(5 * time.Second) // nothing was missed
		r.want("not past due", r.runFor(30*time.Second, r.timer("0 * * * * *", "c")), run{"01:04:00", false})
	})
}

func TestL46_NoOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		r.takes = 150 * time.Second
		r.want("slow", r.runFor(9*time.Minute, r.timer("0 * * * * *", "a")),
			run{"00:01:00", false}, run{"00:04:00", false}, run{"00:07:00", false})
	})
}

func TestL46_FailedRunIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		r.err = errors.New("failed")
		r.want("failing", r.runFor(130*time.Second, r.timer("0 * * * * *", "a")), run{"00:01:00", false}, run{"00:02:00", false})
		if got := r.status().Last.Minute(); got != 2 || len(r.errs) != 2 {
			t.Errorf("last run in minute %d, errors %v", got, r.errs)
		}
		r.want("started again", r.runFor(10*time.Second, r.timer("0 * * * * *", "b")))
	})
}

func TestL46_Singleton(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		r.takes = 40 * time.Second // longer than a claim lasts without being renewed
		got := r.runFor(250*time.Second, r.timer("0 * * * * *", "a"), r.timer("0 * * * * *", "b"), r.timer("0 * * * * *", "c"))
		r.want("three hosts", got, run{"00:01:00", false}, run{"00:02:00", false}, run{"00:03:00", false}, run{"00:04:00", false})
	})
}

// TestL46_KilledInARun leaves a claim behind that no host takes for its own.
func TestL46_KilledInARun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		r.timer("0 * * * * *", "a").first(t.Context()) // the status is there
		<-time.After(61 * time.Second)
		dead := r.timer("0 * * * * *", "dead")
		if tag, err := dead.claim(t.Context(), nil); tag == "" || err != nil {
			t.Fatalf("claim: %q, %v", tag, err)
		}
		// The occurrence is past due, and still owed once the claim ran out.
		r.want("after a kill", r.runFor(100*time.Second, r.timer("0 * * * * *", "b")), run{"00:01:16", true}, run{"00:02:00", false})
	})
}

// A host that was paused in its run for longer than its claim lasts finds the
// claim another's, and neither renews nor releases it.
func TestL46_ClaimLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		paused, other := r.timer("0 * * * * *", "paused"), r.timer("0 * * * * *", "other")
		tag, err := paused.claim(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * claimFor)
		_, held, err := other.status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if taken, err := other.claim(t.Context(), held); taken == "" || err != nil {
			t.Fatalf("the other's claim: %q, %v", taken, err)
		}
		if left := paused.keep(t.Context(), tag); left != "" {
			t.Errorf("the paused host goes on with %q", left)
		}
		// An answer that was lost makes no claim another's.
		_, held, err = other.status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if mine := other.mine(t.Context()); mine != held.ETag {
			t.Errorf("the other's own claim is %q, want %q", mine, held.ETag)
		}
	})
}

func TestL46_StoppedInARunIsOwed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		r.takes = time.Hour
		r.want("stopped", r.runFor(90*time.Second, r.timer("0 * * * * *", "a")), run{"00:01:00", false})
		r.takes = 0
		r.want("started again", r.runFor(10*time.Second, r.timer("0 * * * * *", "b")), run{"00:01:30", true})
	})
}

// TestL46_PastDueOnce starts two hosts after a missed occurrence.
func TestL46_PastDueOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		r.timer("0 0 * * * *", "a").first(t.Context())
		<-time.After(90 * time.Minute)
		got := r.runFor(20*time.Minute, r.timer("0 0 * * * *", "b"), r.timer("0 0 * * * *", "c"))
		r.want("two hosts", got, run{"01:30:00", true})
	})
}

func TestTimerWithoutMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTimerRig(t)
		defer r.close()
		timer := r.timer("00:00:20", "a")
		timer.records, timer.startup = nil, true
		r.want("interval", r.runFor(50*time.Second, timer), run{"00:00:00", false}, run{"00:00:20", false}, run{"00:00:40", false})
	})
}
