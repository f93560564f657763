package mappings

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/edi"
)

// differs tells where a document differs from what was read back.
func (w *Writing) differs(want, got []byte) {
	if bytes.Equal(want, got) {
		return
	}
	w.compare(w.doc.parse(want), w.back.parse(got))
}

// compare tells where a document differs from what was read back. What is
// known to be left out is passed over.
func (w *Writing) compare(want, got *jsonNode) {
	if len(w.lost) > 0 && len(w.path) > 0 && slices.Contains(w.lost, w.where()) {
		return
	}
	switch {
	case want.is('[') && want.first != nil && got == nil: // of a list of which all is left out nothing comes back
		w.compareLists(want, nil)
	case want == nil || got == nil:
		w.fail(CodeFieldChanged, "does not read back from what is written")
	case want.is('{') && got.is('{'):
		w.compareObjects(want, got)
	case want.is('[') && got.is('['):
		w.compareLists(want, got)
	case want.is('"') && got.is('"'):
		a, _ := want.string()
		b, _ := got.string()
		if !bytes.Equal(a, b) {
			w.fail(CodeFieldChanged, "reads back otherwise from what is written")
		}
	case !bytes.Equal(want.text, got.text):
		w.fail(CodeFieldChanged, "reads back otherwise from what is written")
	}
}

func (w *Writing) compareObjects(want, got *jsonNode) {
	for m := want.first; m != nil; m = m.next {
		w.path = append(w.path, pathStep{string(m.name), -1})
		w.compare(m, got.member(string(m.name)))
		w.path = w.path[:len(w.path)-1]
	}
	for m := got.first; m != nil; m = m.next {
		if want.member(string(m.name)) == nil {
			w.path = append(w.path, pathStep{string(m.name), -1})
			w.fail(CodeFieldChanged, "is not in the document, and reads back from what is written")
			w.path = w.path[:len(w.path)-1]
		}
	}
}

func (w *Writing) compareLists(want, got *jsonNode) {
	last := len(w.path) - 1
	var kept, back []*jsonNode
	var index []int
	for item, i := want.items('['), 0; item != nil; item, i = item.next, i+1 {
		w.path[last].index = i
		if len(w.lost) == 0 || !slices.Contains(w.lost, w.where()) {
			kept, index = append(kept, item), append(index, i)
		}
	}
	for item := got.items('['); item != nil; item = item.next {
		back = append(back, item)
	}
	w.path[last].index = -1
	if len(kept) == len(back) && reordered(kept, back) {
		w.tell(edi.Finding{Code: CodeFieldChanged, Severity: edi.Note, Message: w.where() + ": is written in another order"})
		return
	}
	for i, item := range kept {
		w.path[last].index = index[i]
		if i >= len(back) {
			w.compare(item, nil)
		} else {
			w.compare(item, back[i])
		}
	}
	w.path[last].index = -1
	if len(back) > len(kept) {
		w.fail(CodeFieldChanged, "has more items when it is read back from what is written")
	}
}

// reordered reports whether two lists hold the same items in another order.
func reordered(want, got []*jsonNode) bool {
	same := true
	texts := func(list []*jsonNode) []string {
		out := make([]string, len(list))
		for i, item := range list {
			var b bytes.Buffer
			if json.Compact(&b, item.text) != nil {
				return nil
			}
			out[i] = b.String()
		}
		return out
	}
	a, b := texts(want), texts(got)
	for i := range a {
		same = same && a[i] == b[i]
	}
	if same {
		return false
	}
	slices.SortFunc(a, strings.Compare)
	slices.SortFunc(b, strings.Compare)
	return slices.Equal(a, b)
}
