package grammar

import (
	"math/bits"
	"strings"
)

// codeSet is a hash set of short codes: a code is packed into a word, so that
// to look one up compares no strings.
type codeSet struct {
	slots []uint64 // 0 is free; a power of two, at most half full
	shift uint
	long  map[string]bool // codes that do not fit a word, nil as a rule
}

func newCodeSet(list string) codeSet {
	size := max(3, bits.Len(uint(2*strings.Count(list, " ")+2)))
	c := codeSet{slots: make([]uint64, 1<<size), shift: uint(64 - size)}
	for code := range strings.FieldsSeq(list) {
		key, ok := pack([]byte(code))
		if !ok {
			if c.long == nil {
				c.long = map[string]bool{}
			}
			c.long[code] = true
			continue
		}
		i := c.slot(key)
		for c.slots[i] != 0 && c.slots[i] != key {
			i = (i + 1) & (len(c.slots) - 1)
		}
		c.slots[i] = key
	}
	return c
}

func (c *codeSet) has(value []byte) bool {
	key, ok := pack(value)
	if !ok {
		return c.long[string(value)]
	}
	i := c.slot(key)
	for {
		switch c.slots[i] {
		case key:
			return true
		case 0:
			return false
		}
		i = (i + 1) & (len(c.slots) - 1)
	}
}

// slot is where the search for a key begins; the multiplier spreads the bits
// of short keys over the high ones (Fibonacci hashing).
func (c *codeSet) slot(key uint64) int { return int(key * 0x9E3779B97F4A7C15 >> c.shift) }

// pack is value as a word that is never 0; not ok if it is empty or too long.
func pack(value []byte) (uint64, bool) {
	key := uint64(1) // tells leading zero bytes from none
	switch len(value) {
	case 1:
		return key<<8 | uint64(value[0]), true
	case 2:
		return key<<16 | uint64(value[0])<<8 | uint64(value[1]), true
	case 3:
		return key<<24 | uint64(value[0])<<16 | uint64(value[1])<<8 | uint64(value[2]), true
	case 4, 5, 6, 7:
		for _, b := range value {
			key = key<<8 | uint64(b)
		}
		return key, true
	}
	return 0, false
}
