package simtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// Fault is one kind of trouble.
type Fault string

// The faults a world knows. Each has a rate in Faults.
const (
	Crash        Fault = "a process dies"
	Refuse       Fault = "a call is refused as unavailable"
	Ambiguous    Fault = "a call has its effect and answers unavailable"
	Outage       Fault = "state is unreachable for a while"
	Slow         Fault = "a call takes its time"
	Stale        Fault = "a read without a token answers from the past"
	Duplicate    Fault = "a message comes twice"
	Reorder      Fault = "a message overtakes others of its session"
	LoseLock     Fault = "a message comes again while it is worked on"
	LoseEvent    Fault = "a blob event is lost"
	DoubleEvent  Fault = "a blob event comes twice"
	ERPBusy      Fault = "the ERP answers 503 with an odd Retry-After"
	ERPLost      Fault = "the ERP saves without answering"
	ERPFailed    Fault = "the ERP saves and answers 500"
	ERPPage      Fault = "the ERP answers 200 with a page"
	ERPDown      Fault = "the ERP refuses the connection"
	ERPDoubled   Fault = "a request reaches the ERP twice"
	SkipTick     Fault = "a timer misses its time"
	OverlapTicks Fault = "a timer runs twice at once"
)

// AllFaults lists every fault.
func AllFaults() []Fault {
	return []Fault{
		Crash, Refuse, Ambiguous, Outage, Slow, Stale, Duplicate, Reorder, LoseLock, LoseEvent, DoubleEvent,
		ERPBusy, ERPLost, ERPFailed, ERPPage, ERPDown, ERPDoubled, SkipTick, OverlapTicks,
	}
}

// Point is a place of a run at which a process dies: at its nth call, before
// or after the call's effect.
type Point struct {
	Call  int
	After bool
}

func (p Point) String() string {
	if p.After {
		return fmt.Sprintf("after call %d", p.Call)
	}
	return fmt.Sprintf("before call %d", p.Call)
}

// Faults are what goes wrong in a run. The zero value is a perfect world.
type Faults struct {
	Rates   map[Fault]float64 // how likely each is where it could happen
	Budget  int               // so many faults in all, then none: a run must come to its end
	Crashes []Point           // beside those of the rates, each exactly there
}

// mostCrashes bounds the crashes of one run: a message survives fewer
// deliveries than the broker grants it.
const mostCrashes = 4

// rates are how likely a fault is where it is likely at all.
func rates() map[Fault]float64 {
	return map[Fault]float64{
		Crash: 0.01, Refuse: 0.02, Ambiguous: 0.05, Outage: 0.005, Slow: 0.03, Stale: 0.5, Duplicate: 0.1, Reorder: 0.3,
		LoseLock: 0.03, LoseEvent: 0.3, DoubleEvent: 0.3, ERPBusy: 0.3, ERPLost: 0.3, ERPFailed: 0.2, ERPPage: 0.2,
		ERPDown: 0.2, ERPDoubled: 0.2, SkipTick: 0.2, OverlapTicks: 0.2,
	}
}

// Mix is a mixture of faults chosen by a seed: each fault in about every
// third run, and every fourth run a storm.
func Mix(seed uint64) Faults {
	r := rand.New(rand.NewPCG(seed, 0x6d6978))
	f := Faults{Rates: map[Fault]float64{}, Budget: 3 + r.IntN(25)}
	all, storm := rates(), 1.0
	if r.IntN(4) == 0 {
		storm, f.Budget = 3, 2*f.Budget
	}
	for _, fault := range AllFaults() {
		if r.IntN(3) == 0 {
			f.Rates[fault] = min(all[fault]*storm*(0.5+r.Float64()), 0.9)
		}
	}
	return f
}

func (f Faults) String() string {
	s := fmt.Sprintf("crashes %v", f.Crashes)
	for _, k := range slices.Sorted(maps.Keys(f.Rates)) {
		s += fmt.Sprintf(", %s %.3f", k, f.Rates[k])
	}
	return s
}

// injector draws faults and counts them.
type injector struct {
	Faults
	rand  *rand.Rand
	count map[Fault]int
	total int
}

func newInjector(seed uint64, f Faults) *injector {
	return &injector{Faults: f, rand: rand.New(rand.NewPCG(seed, 0x6661756c74)), count: map[Fault]int{}}
}

// strikes reports whether f happens here.
func (i *injector) strikes(f Fault) bool {
	rate := i.Rates[f]
	if rate == 0 || i.total >= i.Budget || f == Crash && i.count[Crash] >= mostCrashes || i.rand.Float64() >= rate {
		return false
	}
	i.note(f)
	return true
}

func (i *injector) note(f Fault) {
	i.count[f]++
	i.total++
}

// between is a duration from lo to hi.
func (i *injector) between(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(i.rand.Int64N(int64(hi-lo)))
}

// mood draws how the ERP takes a request.
func (i *injector) mood() mood {
	for _, m := range []struct {
		fault Fault
		mood  mood
	}{
		{ERPBusy, moodBusy}, {ERPLost, moodLost}, {ERPFailed, moodFailed}, {ERPPage, moodPage}, {ERPDown, moodDown}, {ERPDoubled, moodDoubled},
	} {
		if !i.strikes(m.fault) {
			continue
		}
		if m.mood == moodBusy {
			odd := []string{"", "0", "-5", "3", "soon", "1.5", "99999999999999999999", "7200", "Wed, 21 Oct 2015 07:28:00 GMT"}
			return moodBusy + " " + mood(odd[i.rand.IntN(len(odd))])
		}
		return m.mood
	}
	return moodGood
}
