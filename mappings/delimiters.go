package mappings

import (
	"fmt"

	"github.com/crossdock/crossdock/edi"
)

// ProposeDelimiters returns the delimiters wanted, but for each that some
// value holds, which [Writing.Used] tells, another that none does. With a
// release character nothing need change: it takes the meaning from a
// delimiter. The error says that no character is left.
func ProposeDelimiters(standard string, want edi.Delimiters, used *[256]bool) (edi.Delimiters, error) {
	d := want
	if d.Release != 0 {
		return d, nil
	}
	const candidates = "*|^~>:<\\`!+;&#{}[]_=%\x1d\x1e\x1f\x1c"
	taken := func(b byte) bool { return used[b] }
	for _, one := range []*byte{&d.Element, &d.Segment, &d.Component, &d.Repetition} {
		if *one == 0 || !taken(*one) {
			continue
		}
		found := false
		for i := range len(candidates) {
			if c := candidates[i]; !taken(c) && !d.Has(c) {
				*one, found = c, true
				break
			}
		}
		if !found {
			return want, fmt.Errorf("delimiters for %s: the values hold every character that could be one", standard)
		}
	}
	return d, nil
}
