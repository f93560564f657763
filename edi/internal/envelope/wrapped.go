package envelope

import "bytes"

const narrowest = 20 // columns at which anybody wraps lines

// Wrapped reports whether the first two lines of w are equally long and a
// segment goes on after one of them.
func Wrapped(w []byte, terminator byte) bool {
	first, rest, ok := bytes.Cut(w, []byte{'\n'})
	if !ok {
		return false
	}
	second, _, ok := bytes.Cut(rest, []byte{'\n'})
	first, second = bytes.TrimSuffix(first, []byte{'\r'}), bytes.TrimSuffix(second, []byte{'\r'})
	if !ok || len(first) != len(second) || len(first) < narrowest {
		return false
	}
	return first[len(first)-1] != terminator || second[len(second)-1] != terminator
}
