package envelope

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbers(t *testing.T) {
	var n Numbers
	for i := range 100000 {
		if n.Add(fmt.Sprintf("%06d", i), 10) {
			t.Fatalf("%d was not there before", i)
		}
	}
	if len(n.runs) != 1 || !n.Add("000007", 10) || n.Add("7", 10) || n.Add("7A", 10) || !n.Add("7A", 10) {
		t.Errorf("got %+v", n)
	}
	for i := range 1000 {
		if n.Add(fmt.Sprintf("IN 7-%04d", i), 10) {
			t.Fatalf("%d was not there before", i)
		}
	}
	if !n.Add("IN 7-0007", 10) || n.Add("0007", 10) {
		t.Errorf("got %+v", n)
	}
	j, err := json.Marshal(n)
	if want := `{"runs":["7","0007","IN 7- 0000-0999","000000-099999"],"odd":["7A"]}`; err != nil || string(j) != want {
		t.Errorf("got %s, %v, want %s", j, err, want)
	}
	var back Numbers
	if err := json.Unmarshal(j, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(n, back, cmp.AllowUnexported(Numbers{}, run{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestNumbersAgainstMap compares with a plain set on numbers in any order.
func TestNumbersAgainstMap(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var n Numbers
		seen := map[string]bool{}
		for range 400 {
			number := fmt.Sprintf("%s%0*d", []string{"", "", "A", "B-"}[r.IntN(4)], 1+r.IntN(3), r.IntN(200))
			if got := n.Add(number, 1000); got != seen[number] {
				t.Fatalf("seed %d: %s seen %v, want %v", seed, number, got, seen[number])
			}
			seen[number] = true
		}
	}
}

func TestNumbersFull(t *testing.T) {
	var n Numbers
	for i := range 20 {
		n.Add(fmt.Sprint(10+2*i), 5)
	}
	if !n.Full() || len(n.runs) != 5 || !n.Add("14", 5) || n.Add("40", 5) {
		t.Errorf("got %+v", n)
	}
}

func TestNumbersTooLong(t *testing.T) {
	var n Numbers
	for _, number := range []string{"12345678901234567890123", "99999999999999999999", "+1", ""} {
		if n.Add(number, 10) || !n.Add(number, 10) {
			t.Errorf("%q: got %+v", number, n)
		}
	}
}
