package mappings

import (
	"encoding/json"

	"github.com/crossdock/crossdock/edi"
)

// A feed is read line by line: the header as soon as the first item begins,
// then each item when its loop ends. What is held is one item.

// emit hands over an item of the feed.
func (r *Reading) emit(s *scope, f *frame) {
	if !r.headed() {
		return
	}
	out := r.appendObject(r.out[:0], s, f)
	r.out = out[:0]
	if !f.broken && len(out) > 0 {
		r.frames[0].counts[s.field]++
		r.line(out)
	} else if f.broken && s.severity == edi.Error {
		r.failed = true
	}
	r.size -= f.clear(s)
}

// headed hands over the header, once, and reports whether the feed goes on.
func (r *Reading) headed() bool {
	if r.items > 0 {
		return r.err == nil && !r.failed
	}
	top := &r.frames[0]
	top.position, top.inSet = r.end, r.place
	for _, s := range r.b.scopes[0].inner {
		r.closeItem(s)
	}
	out := r.appendObject(r.out[:0], r.b.scopes[0], top)
	r.out = out[:0]
	if !r.failed {
		r.line(out)
	}
	r.items++
	return r.err == nil && !r.failed
}

func (r *Reading) line(text json.RawMessage) {
	if r.err == nil {
		r.err = r.options.Line(text)
	}
}

// Err is the error that Line of the options returned first; nothing was handed
// over after it.
func (r *Reading) Err() error { return r.err }
