package simtest

import (
	"flag"
	"strings"
	"testing"
	"time"
)

var seedFlag = flag.Int64("seed", -1, "the one seed TestSeeds runs, with its whole trace")

// TestSeeds lives through mixtures of every fault.
func TestSeeds(t *testing.T) {
	if *seedFlag >= 0 {
		all, seed := scenarios(t), uint64(*seedFlag)
		r := New(seed, all[seed%uint64(len(all))], Mix(seed)).Run(t)
		t.Logf("%s\n%s", strings.Join(r.Lines, "\n"), r.Report())
		if len(r.Problems) > 0 {
			t.Fail()
		}
		return
	}
	seeds := uint64(1000)
	if testing.Short() {
		seeds = 200
	}
	all := scenarios(t)
	injected, calls, failed := map[Fault]int{}, 0, 0
	var longest time.Duration
	for seed := range seeds {
		r := New(seed, all[seed%uint64(len(all))], Mix(seed)).Run(t)
		for f, n := range r.Injected {
			injected[f] += n
		}
		calls += r.Calls
		longest = max(longest, r.Took)
		if len(r.Problems) > 0 {
			t.Error(r.Report())
			if failed++; failed == 3 {
				t.Fatal("enough")
			}
		}
	}
	t.Logf("%d calls, the longest run took %v", calls, longest)
	for _, f := range AllFaults() {
		t.Logf("%5d × %s", injected[f], f)
		if injected[f] == 0 {
			t.Errorf("%s: it never happened, so it proves nothing", f)
		}
	}
}

// TestEveryMessageTwiceAndInAnyOrder doubles each message, now or later, and
// lets each overtake what it can.
func TestEveryMessageTwiceAndInAnyOrder(t *testing.T) {
	f := Faults{Rates: map[Fault]float64{Duplicate: 1, Reorder: 1, DoubleEvent: 1}, Budget: 1000}
	for _, s := range scenarios(t) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(40) {
				r := New(seed, s, f).Run(t)
				if len(r.Problems) > 0 || r.Injected[Duplicate] == 0 {
					t.Fatal(r.Report())
				}
			}
		})
	}
}

// TestSeedReproduces compares the traces of two runs of one seed.
func TestSeedReproduces(t *testing.T) {
	all := scenarios(t)
	hashes := map[uint64]bool{}
	const seeds = 100
	for seed := range uint64(seeds) {
		s := all[seed%uint64(len(all))]
		one, two := New(seed, s, Mix(seed)).Run(t), New(seed, s, Mix(seed)).Run(t)
		if one.Hash != two.Hash {
			for i := range min(len(one.Lines), len(two.Lines)) {
				if one.Lines[i] != two.Lines[i] {
					t.Fatalf("seed %d, line %d: first\n%s\nthen\n%s", seed, i, one.Lines[i], two.Lines[i])
				}
			}
			t.Fatalf("seed %d: %d lines, then %d", seed, len(one.Lines), len(two.Lines))
		}
		hashes[one.Hash] = true
	}
	if len(hashes) < seeds*9/10 {
		t.Errorf("%d seeds make %d different runs", seeds, len(hashes))
	}
}
