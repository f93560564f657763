package simtest

import "testing"

func scenarios(t *testing.T) []Scenario {
	t.Helper()
	all, err := Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPerfectWorld(t *testing.T) {
	for _, s := range scenarios(t) {
		t.Run(s.Name, func(t *testing.T) {
			for seed := range uint64(20) {
				r := New(seed, s, Faults{}).Run(t)
				if len(r.Problems) > 0 {
					t.Fatal(r.Report())
				}
				if seed == 0 {
					t.Logf("%d calls, %d lines, %v", r.Calls, len(r.Lines), r.Took)
				}
			}
		})
	}
}
