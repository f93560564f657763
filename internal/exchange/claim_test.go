package exchange_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/inbox"
)

// A control number that came within its days is refused at its level, in both
// standards; what was refused has taken no number and may come again.
func TestControlNumbersThatCameBefore(t *testing.T) {
	x12 := func(from, to string) string {
		if from == "" {
			return file("buyer", "A", "B")
		}
		return edited(file("buyer", "A", "B"), from, to)
	}
	edifact := func(from, to string) string {
		if from == "" {
			return orders("buyer", "A", "B")
		}
		return edited(orders("buyer", "A", "B"), from, to)
	}
	for _, c := range []struct {
		name, levels string
		first, again string
		want         ending
	}{
		{"an interchange", `"interchangeDays": "30"`, x12("", ""), x12("", ""),
			ending{inbox.Duplicate, 0, []string{"INTERCHANGE-DUPLICATE"}, []string{"TA1 R 025"}}},
		{"an interchange of EDIFACT", `"interchangeDays": "30"`, edifact("", ""), edifact("", ""),
			ending{inbox.Duplicate, 0, []string{"INTERCHANGE-DUPLICATE"}, []string{"CONTRL 4"}}},
		{"one that was refused", `"interchangeDays": "30"`, x12("GE*2*7", "GE*3*7"), x12("", ""),
			ending{inbox.Accepted, 2, nil, []string{"997 A"}}},
		{"a group", `"interchangeDays": "0", "groupDays": "30"`, x12("", ""), file("buyer", "C"),
			ending{inbox.Rejected, 0, []string{"GROUP-DUPLICATE"}, []string{"997 R"}}},
		{"one set of two", `"interchangeDays": "0", "setDays": "30"`, file("buyer", "A"), file("buyer", "C", "D"),
			ending{inbox.PartlyAccepted, 1, []string{"SET-DUPLICATE"}, []string{"997 P"}}},
		{"a message", `"interchangeDays": "0", "setDays": "30"`, orders("buyer", "A"), orders("buyer", "C", "D"),
			ending{inbox.PartlyAccepted, 1, []string{"UNH-DUPLICATE"}, []string{"CONTRL 7, 1 of 2 rejected"}}},
		{"a set of a group that was refused", `"interchangeDays": "0", "setDays": "30"`, x12("GE*2*7", "GE*3*7"), x12("", ""),
			ending{inbox.Accepted, 2, nil, []string{"997 A"}}},
		{"no level", `"interchangeDays": "0"`, file("buyer", "A"), file("buyer", "C"),
			ending{inbox.Accepted, 1, nil, []string{"997 A"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, nil)
			r.agreeOn(fmt.Appendf(nil, `{"name": "Buyer",
				"x12": {"theirs": [{"qualifier": "ZZ", "id": "BUYER"}], "duplicates": {%[1]s}},
				"edifact": {"theirs": [{"qualifier": "14", "id": "BUYER"}], "duplicates": {%[1]s}, "acknowledge": {"contrl": "always"}},
				"receive": {"850": {"map": "x12/850"}, "ORDERS": {"map": "edifact/ORDERS"}}}`, c.levels))
			r.end("main", "first", c.first)
			if diff := cmp.Diff(c.want, r.end("main", "again", c.again)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
