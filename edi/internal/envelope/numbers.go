package envelope

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Numbers is a set of control numbers, held as runs: partners count, so that
// a million numbers are one run. What stands before the digits at the end may
// be anything; "1" and "0001" are different. The zero value is empty.
type Numbers struct {
	runs []run
	odd  []string // what does not end in digits
	full bool
}

type run struct {
	prefix   string
	width    int
	from, to uint64
}

func (r run) compare(prefix string, width int) int {
	return cmp.Or(cmp.Compare(r.width, width), strings.Compare(r.prefix, prefix))
}

// Add reports whether the number was there before. A set that holds max runs
// becomes full and takes no more.
func (n *Numbers) Add(number string, max int) (seen bool) {
	prefix, v, w := divide(number)
	if w == 0 {
		if slices.Contains(n.odd, number) {
			return true
		}
		if !n.room(max) {
			return false
		}
		n.odd = append(n.odd, number)
		return false
	}
	// i is the first run that begins after v.
	i, _ := slices.BinarySearchFunc(n.runs, v, func(r run, v uint64) int {
		if c := r.compare(prefix, w); c != 0 {
			return c
		}
		if r.from <= v {
			return -1
		}
		return 1
	})
	follows := i < len(n.runs) && n.runs[i].compare(prefix, w) == 0 && n.runs[i].from == v+1
	if i > 0 && n.runs[i-1].compare(prefix, w) == 0 {
		before := &n.runs[i-1]
		if v <= before.to {
			return true
		}
		if v == before.to+1 {
			before.to = v
			if follows {
				before.to = n.runs[i].to
				n.runs = slices.Delete(n.runs, i, i+1)
			}
			return false
		}
	}
	if follows {
		n.runs[i].from = v
		return false
	}
	if n.room(max) {
		n.runs = slices.Insert(n.runs, i, run{prefix, w, v, v})
	}
	return false
}

func (n *Numbers) room(max int) bool {
	n.full = n.full || len(n.runs)+len(n.odd) >= max
	return len(n.runs)+len(n.odd) < max
}

// divide takes the digits off the end of a number; width is how many, at most
// 18 so that their value fits.
func divide(number string) (prefix string, value uint64, width int) {
	for width < len(number) && width < 18 {
		if b := number[len(number)-1-width]; b < '0' || b > '9' {
			break
		}
		width++
	}
	at := len(number) - width
	value, _ = strconv.ParseUint(number[at:], 10, 64) // digits only, and few
	return number[:at], value, width
}

// Full reports whether a number was turned away for want of room.
func (n Numbers) Full() bool { return n.full }

// Clone is a copy that shares nothing.
func (n Numbers) Clone() Numbers {
	return Numbers{slices.Clone(n.runs), slices.Clone(n.odd), n.full}
}

// IsZero reports whether the set is empty.
func (n Numbers) IsZero() bool { return len(n.runs) == 0 && len(n.odd) == 0 && !n.full }

type numbersJSON struct {
	Runs []string `json:"runs,omitempty"` // "0001", "0001-0017", or "ORD 0001-0017" for ORD0001 to ORD0017
	Odd  []string `json:"odd,omitempty"`
	Full bool     `json:"full,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (n Numbers) MarshalJSON() ([]byte, error) {
	j := numbersJSON{Odd: n.odd, Full: n.full}
	for _, r := range n.runs {
		s := fmt.Sprintf("%0*d", r.width, r.from)
		if r.to > r.from {
			s += fmt.Sprintf("-%0*d", r.width, r.to)
		}
		if r.prefix != "" {
			s = r.prefix + " " + s
		}
		j.Runs = append(j.Runs, s)
	}
	return json.Marshal(j)
}

// UnmarshalJSON implements [json.Unmarshaler].
func (n *Numbers) UnmarshalJSON(data []byte) error {
	var j numbersJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	out := Numbers{odd: j.Odd, full: j.Full}
	for _, s := range j.Runs {
		r := run{}
		digits := s
		if i := strings.LastIndexByte(s, ' '); i >= 0 {
			r.prefix, digits = s[:i], s[i+1:]
		}
		first, last, ranged := strings.Cut(digits, "-")
		if !ranged {
			last = first
		}
		var err error
		if r.from, err = strconv.ParseUint(first, 10, 63); err != nil {
			return fmt.Errorf("run of control numbers %q: %w", s, err)
		}
		if r.to, err = strconv.ParseUint(last, 10, 63); err != nil {
			return fmt.Errorf("run of control numbers %q: %w", s, err)
		}
		r.width = len(first)
		out.runs = append(out.runs, r)
	}
	*n = out
	return nil
}
