package x12

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbers(t *testing.T) {
	var n numbers
	for i := range 100000 {
		if n.add(fmt.Sprintf("%06d", i), 10) {
			t.Fatalf("%d was not there before", i)
		}
	}
	if len(n.runs) != 1 || !n.add("000007", 10) || n.add("7", 10) || n.add("A7", 10) || !n.add("A7", 10) {
		t.Errorf("got %+v", n)
	}
	j, err := json.Marshal(n)
	if want := `{"runs":["7","000000-099999"],"odd":["A7"]}`; err != nil || string(j) != want {
		t.Errorf("got %s, %v, want %s", j, err, want)
	}
	var back numbers
	if err := json.Unmarshal(j, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(n, back, cmp.AllowUnexported(numbers{}, run{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestNumbersAgainstMap compares with a plain set on numbers in any order.
func TestNumbersAgainstMap(t *testing.T) {
	for seed := range uint64(200) {
		r := rnd(seed)
		var n numbers
		seen := map[string]bool{}
		for range 400 {
			number := fmt.Sprintf("%0*d", 1+r.IntN(3), r.IntN(200))
			if got := n.add(number, 1000); got != seen[number] {
				t.Fatalf("seed %d: %s seen %v, want %v", seed, number, got, seen[number])
			}
			seen[number] = true
		}
	}
}

func TestNumbersFull(t *testing.T) {
	var n numbers
	for i := range 20 {
		n.add(fmt.Sprint(10+2*i), 5)
	}
	if !n.full || len(n.runs) != 5 || !n.add("14", 5) || n.add("40", 5) {
		t.Errorf("got %+v", n)
	}
}
