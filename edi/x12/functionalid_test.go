package x12

import (
	"bytes"
	"testing"
)

// Every set with tables has a group, and the real files put it in that one.
func TestFunctionalID(t *testing.T) {
	for _, version := range []string{"004010", "005010"} {
		g, _ := Grammar(version)
		for _, id := range g.Sets() {
			if FunctionalID(id) == "" {
				t.Errorf("%s of %s stands in no group", id, version)
			}
		}
	}
	if id := FunctionalID("000"); id != "" {
		t.Errorf("a set that is none stands in %s", id)
	}
	right, wrong := 0, 0
	for _, s := range samples(t) {
		for e, err := range NewReader(bytes.NewReader(s.data), Options{}).Events() {
			if err != nil {
				t.Fatal(err)
			}
			if e.Kind != SetStart || FunctionalID(e.Set.ID) == "" || e.Group.Implicit {
				continue
			}
			if FunctionalID(e.Set.ID) == e.Group.FunctionalID {
				right++
			} else {
				wrong++
				t.Logf("%s: %s in %s", s.file, e.Set.ID, e.Group.FunctionalID)
			}
		}
	}
	if right < 100 || wrong > right/10 {
		t.Errorf("%d sets stand in the group expected, %d in another", right, wrong)
	}
}
