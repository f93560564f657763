package x12

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// numbers is a set of control numbers, held as runs: partners count, so that
// a million numbers are one run. "1" and "0001" are different.
type numbers struct {
	runs []run
	odd  []string // what is not a number
	full bool
}

type run struct {
	width    int
	from, to uint64
}

// add reports whether the number was there before. A set that holds max runs
// becomes full and takes no more.
func (n *numbers) add(number string, max int) (seen bool) {
	v, err := strconv.ParseUint(number, 10, 63)
	if err != nil {
		if slices.Contains(n.odd, number) {
			return true
		}
		if len(n.runs)+len(n.odd) >= max {
			n.full = true
			return false
		}
		n.odd = append(n.odd, number)
		return false
	}
	w := len(number)
	// i is the first run that begins after v.
	i, _ := slices.BinarySearchFunc(n.runs, v, func(r run, v uint64) int {
		if r.width != w {
			return r.width - w
		}
		if r.from <= v {
			return -1
		}
		return 1
	})
	if i > 0 && n.runs[i-1].width == w {
		before := &n.runs[i-1]
		if v <= before.to {
			return true
		}
		if v == before.to+1 {
			before.to = v
			if i < len(n.runs) && n.runs[i].width == w && n.runs[i].from == v+1 {
				before.to = n.runs[i].to
				n.runs = slices.Delete(n.runs, i, i+1)
			}
			return false
		}
	}
	if i < len(n.runs) && n.runs[i].width == w && n.runs[i].from == v+1 {
		n.runs[i].from = v
		return false
	}
	if len(n.runs)+len(n.odd) >= max {
		n.full = true
		return false
	}
	n.runs = slices.Insert(n.runs, i, run{w, v, v})
	return false
}

func (n numbers) clone() numbers {
	return numbers{slices.Clone(n.runs), slices.Clone(n.odd), n.full}
}

// IsZero reports whether the set is empty.
func (n numbers) IsZero() bool { return len(n.runs) == 0 && len(n.odd) == 0 && !n.full }

type numbersJSON struct {
	Runs []string `json:"runs,omitempty"` // "0001" or "0001-0017"
	Odd  []string `json:"odd,omitempty"`
	Full bool     `json:"full,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (n numbers) MarshalJSON() ([]byte, error) {
	j := numbersJSON{Odd: n.odd, Full: n.full}
	for _, r := range n.runs {
		s := fmt.Sprintf("%0*d", r.width, r.from)
		if r.to > r.from {
			s += fmt.Sprintf("-%0*d", r.width, r.to)
		}
		j.Runs = append(j.Runs, s)
	}
	return json.Marshal(j)
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *numbers) UnmarshalJSON(data []byte) error {
	var j numbersJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	out := numbers{odd: j.Odd, full: j.Full}
	for _, s := range j.Runs {
		first, last, ranged := strings.Cut(s, "-")
		if !ranged {
			last = first
		}
		from, err := strconv.ParseUint(first, 10, 63)
		if err != nil {
			return fmt.Errorf("run of control numbers %q: %w", s, err)
		}
		to, err := strconv.ParseUint(last, 10, 63)
		if err != nil {
			return fmt.Errorf("run of control numbers %q: %w", s, err)
		}
		out.runs = append(out.runs, run{len(first), from, to})
	}
	*n = out
	return nil
}
