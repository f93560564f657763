package simtest

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryCrashPoint lets a process die before and after each call of each
// scenario, in turn; what comes out is always the same.
func TestEveryCrashPoint(t *testing.T) {
	seeds := uint64(2)
	if testing.Short() {
		seeds = 1
	}
	for _, s := range scenarios(t) {
		t.Run(s.Name, func(t *testing.T) {
			runs := 0
			for seed := range seeds {
				perfect := New(seed, s, Faults{}).Run(t)
				calls := perfect.Calls
				for _, p := range CrashPoints(calls) {
					r := New(seed, s, Faults{Crashes: []Point{p}}).Run(t)
					if runs++; r.Injected[Crash] != 1 {
						t.Fatalf("seed %d: no process died %v, although the run without has %d calls", seed, p, calls)
					}
					if len(r.Problems) > 0 {
						t.Fatal(r.Report())
					}
					if len(s.Endings) == 1 && !slices.Equal(r.Left, perfect.Left) {
						t.Fatalf("other records are left than without a crash (-got +want):\n%s\n%s", cmp.Diff(r.Left, perfect.Left), r.Report())
					}
				}
			}
			t.Logf("%d runs", runs)
		})
	}
}

// TestPairsOfCrashes lets a process die twice in a run, at points drawn.
func TestPairsOfCrashes(t *testing.T) {
	pairs := 60
	if testing.Short() {
		pairs = 10
	}
	for i, s := range scenarios(t) {
		t.Run(s.Name, func(t *testing.T) {
			draw := rand.New(rand.NewPCG(uint64(i), 0x7061697273))
			calls := New(3, s, Faults{}).Run(t).Calls
			for range pairs {
				points := CrashPoints(calls)
				f := Faults{Crashes: []Point{points[draw.IntN(len(points))], points[draw.IntN(len(points))]}}
				if r := New(3, s, f).Run(t); len(r.Problems) > 0 {
					t.Fatal(r.Report())
				}
			}
		})
	}
}
