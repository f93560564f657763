package mappings

import (
	"slices"
)

// spell is a value as it would be written, valid until the next call.
func (w *Writing) spell(t *target, text []byte) ([]byte, string) {
	w.slot = slotInfo{max: t.info.max, decimal: w.decimal}
	out, reason := t.transform.write(w.scratch[:0], text, &w.slot)
	w.scratch = out
	return out, reason
}

// put writes a value that needs no transform.
func (w *Writing) put(seg *segment, element, component int, text string) {
	start := len(w.text)
	w.text = append(w.text, text...)
	seg.cells = append(seg.cells, value{element, component, start, len(w.text)})
}

// get is the cell of a segment, nil if it is empty.
func (seg *segment) get(element, component int) *value {
	for i := range seg.cells {
		if c := &seg.cells[i]; c.element == element && c.component == component {
			return c
		}
	}
	return nil
}

// set writes a value in a segment.
func (w *Writing) set(seg *segment, t *target, text []byte, at home) {
	element, component := t.place.element, t.place.component
	switch {
	case t.place.part > 0:
		element, component = t.place.pairs.at(at.group, t.place.part)
	case element == 0:
		first, ok := w.freePair(seg, t.place.pairs)
		if !ok {
			w.fail(CodeFieldUnwritable, "the segment has no room for another pair")
			return
		}
		e, c := t.place.pairs.at(first, t.place.pairs.qualifier)
		w.put(seg, e, c, t.place.qualifier)
		element, component = t.place.pairs.at(first, t.place.pairs.value)
	}
	switch {
	case len(text) == 0:
		w.fail(CodeFieldUnwritable, "is empty")
		return
	case string(text) == t.absent:
		w.fail(CodeFieldUnwritable, "is what stands for no value")
		return
	}
	start := len(w.text)
	old := seg.get(element, component)
	if t.transform.period != noPeriod {
		w.setPeriod(seg, element, component, old, t, text)
		return
	}
	w.slot = slotInfo{max: t.info.max, decimal: w.decimal}
	out, reason := t.transform.write(w.text, text, &w.slot)
	if reason != "" {
		w.fail(CodeFieldUnwritable, reason)
		return
	}
	w.text = out
	if old != nil {
		if string(w.text[old.start:old.end]) != string(out[start:]) {
			w.fail(CodeFieldUnwritable, "another field is written in the same place")
			return
		}
		return
	}
	seg.cells = append(seg.cells, value{element, component, start, len(out)})
}

func (w *Writing) setPeriod(seg *segment, element, component int, old *value, t *target, text []byte) {
	format := seg.get(element, component+1)
	var digits []byte
	code := ""
	if old != nil && format != nil {
		digits, code = slices.Clone(w.text[old.start:old.end]), string(w.text[format.start:format.end])
	}
	out, code, reason := addPeriod(digits, code, t.transform.period, text)
	if reason != "" {
		w.fail(CodeFieldUnwritable, reason)
		return
	}
	seg.drop(element, component)
	seg.drop(element, component+1)
	w.put(seg, element, component, string(out))
	w.put(seg, element, component+1, code)
}

func (seg *segment) drop(element, component int) {
	seg.cells = slices.DeleteFunc(seg.cells, func(c value) bool { return c.element == element && c.component == component })
}

// freePair is the first element of the first pair with nothing in it.
func (w *Writing) freePair(seg *segment, p *pairing) (int, bool) {
	for _, first := range p.places {
		e, c := p.at(first, p.qualifier)
		v, vc := p.at(first, p.value)
		if seg.get(e, c) == nil && seg.get(v, vc) == nil {
			return first, true
		}
	}
	return 0, false
}
