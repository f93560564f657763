package x12

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestMarkIsSmall holds a mark to its size when every header, control number
// and finding is as long as it can be and JSON escapes every byte.
func TestMarkIsSmall(t *testing.T) {
	long := strings.Repeat("<", 50)
	var b strings.Builder
	b.WriteString("ISA*" + strings.Repeat(long+"*", 11) + "00501*" + long + "*" + long + "*" + long + "*:~")
	for i := range 400 {
		fmt.Fprintf(&b, "GS*%s*%[1]s*%[1]s*%[1]s*%[1]s*%09d*%[1]s*%[1]s~GE*0*%[2]d~%[1]s%[1]s*~", long, i*7919)
	}
	b.WriteString("GS*" + strings.Repeat(long+"*", 7) + long + "~")
	for i := range 400 {
		fmt.Fprintf(&b, "ST*850*<<<<<%04d~SE*2*<<<<<%04[1]d~%s%[2]s*~", i, long)
	}
	largest := 0
	for e, err := range NewReader(strings.NewReader(b.String()), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == SetStart {
			j, err := json.Marshal(e.Set.Mark)
			if err != nil {
				t.Fatal(err)
			}
			largest = max(largest, len(j))
		}
	}
	if largest == 0 || largest > 52<<10 {
		t.Errorf("the largest mark takes %d bytes", largest)
	}
	t.Logf("largest %d bytes", largest)

	var usual int
	for e, err := range NewReader(bytes.NewReader(orders(1000, 1)), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == SetStart {
			j, _ := json.Marshal(e.Set.Mark)
			usual = max(usual, len(j))
		}
	}
	if usual > 2<<10 {
		t.Errorf("the mark of a usual file takes %d bytes", usual)
	}
	t.Logf("usual %d bytes", usual)
}
