package exchange

import (
	"fmt"
	"testing"

	"github.com/crossdock/crossdock/mappings"
)

// TestDelivery: sets become documents side by side, those of one document by
// one committer, and all of them where an interchange is to keep its order.
func TestDelivery(t *testing.T) {
	for _, c := range []struct {
		deliver mappings.Delivery
		lanes   int
	}{{mappings.DeliverSets, 4}, {mappings.DeliverInterchange, 1}} {
		a := &mappings.Agreement{X12: mappings.X12Terms{Deliver: c.deliver}, EDIFACT: mappings.EDIFACTTerms{Deliver: c.deliver}}
		for _, standard := range []string{mappings.StandardX12, mappings.StandardEDIFACT} {
			used := map[int]bool{}
			for n := range 100 {
				j := job{rules: rulesOf(a, standard), set: Set{Noun: "order", Number: fmt.Sprint(n)}}
				used[j.lane(4)] = true
			}
			if len(used) != c.lanes {
				t.Errorf("%s, %s: %d committers have sets, want %d", standard, c.deliver, len(used), c.lanes)
			}
		}
	}
}
