package edifact

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestMarkIsSmall holds a mark to its size when every header, reference and
// finding is as long as it can be and JSON escapes every byte.
func TestMarkIsSmall(t *testing.T) {
	long := strings.Repeat("<", 50)
	var b strings.Builder
	b.WriteString("UNA:+.? '\r\nUNB+UNOA:3")
	for range 2 {
		b.WriteString("+" + long + ":" + long + ":" + long + ":" + long)
	}
	b.WriteString("+" + long + ":" + long + "+" + long + "+" + long + ":" + long + strings.Repeat("+"+long, 5) + "'")
	for i := range 400 {
		fmt.Fprintf(&b, "UNG+%s+%[1]s+%[1]s+%[1]s+<<<<<<<<<%05d+%[1]s+%[1]s'UNE+0+%[2]d'%[1]s+'", long, i*7919%100000)
	}
	b.WriteString("UNG" + strings.Repeat("+"+long+":"+long+":"+long+":"+long, 8) + "'")
	for i := range 400 {
		fmt.Fprintf(&b, "UNH+<<<<<<<<<%05d+ORDERS:D:96A:UN'UNT+2+<<<<<<<<<%05[1]d'%s%[2]s+'", i*7919%100000, long)
	}
	largest := 0
	for e, err := range NewReader(strings.NewReader(b.String()), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == MessageStart {
			j, err := json.Marshal(e.Message.Mark)
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
	var plain strings.Builder
	plain.WriteString("UNB+UNOC:3+4012345000009:14+4012345000016:14+260105:0930+REF17'")
	for i := range 1000 {
		fmt.Fprintf(&plain, "UNH+ORD%05d+ORDERS:D:96A:UN'BGM+220+1+9'UNT+3+ORD%05[1]d'", i)
	}
	for e, err := range NewReader(strings.NewReader(plain.String()), Options{}).Events() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == MessageStart {
			j, _ := json.Marshal(e.Message.Mark)
			usual = max(usual, len(j))
		}
	}
	if usual > 2<<10 {
		t.Errorf("the mark of a usual file takes %d bytes", usual)
	}
	t.Logf("usual %d bytes", usual)
}
