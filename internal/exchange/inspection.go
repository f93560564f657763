package exchange

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/grammar"
	"github.com/crossdock/crossdock/mappings"
)

// inspection looks into the sets of one kind: it checks them by the tables of
// their release and by what their segments say about each other, and reads
// them by their map.
type inspection struct {
	terms   *mappings.DocumentTerms
	release string           // of the tables; empty: there are none for the set
	exact   bool             // it is that of the set
	checker *grammar.Checker // nil without tables
	said    *business.Checker
	shape   *shape
	doc     *mappings.Document // nil without a map
	reading *mappings.Reading
	end     edi.Position // of the last segment
}

// inspectionKey is what makes two sets of one kind.
type inspectionKey struct {
	terms  *mappings.DocumentTerms
	tables *grammar.Grammar
	exact  bool // the tables are those of the release
}

func newInspection(c *mappings.Catalog, r *rules, k inspectionKey, findings int) (*inspection, error) {
	in := &inspection{terms: k.terms, exact: k.exact}
	set := k.tables.Set(k.terms.Set)
	if set != nil {
		in.release = k.tables.Release()
		in.checker = set.NewChecker(r.check(k, findings))
		in.said = business.New(set, k.terms.Validate.Business(findings))
		in.shape = newShape(set, k.terms.Validate, findings)
	}
	if k.terms.Map == "" {
		return in, nil
	}
	doc, ok := c.Document(k.terms.Map)
	if !ok || set == nil {
		return nil, fmt.Errorf("map %s for %s %s: not in the catalogue, or without tables", k.terms.Map, k.terms.Standard, k.terms.Set)
	}
	bound, err := doc.Bind(set)
	if err != nil {
		return nil, err
	}
	o := mappings.ReadingOptions{Findings: findings}
	if doc.Feed() != "" {
		o.Lines, o.Line = feedLines, func(json.RawMessage) error { return nil } // it is read for what is found
	}
	in.doc, in.reading = doc, bound.NewReading(o)
	return in, nil
}

// reset begins a set of an interchange of that date.
func (in *inspection) reset(date string) {
	if in.checker != nil {
		in.checker.Reset()
		in.said.Reset(date)
		in.shape.take()
	}
	if in.reading != nil {
		in.reading.Reset()
	}
}

func (in *inspection) segment(seg *edi.Segment, inSet int) {
	in.end = seg.Position()
	if in.checker == nil {
		return
	}
	row := in.checker.Segment(seg, inSet)
	in.said.Segment(seg, inSet, row)
	in.shape.segment(seg, inSet, row)
	if in.reading != nil {
		in.reading.Placed(seg, inSet, row)
	}
}

// finish ends the set: it adds to the verdict on it what was found, each part
// within its bound, and returns the document if its map made one, which is
// valid until reset; that of a feed is handed over elsewhere. It reports
// whether the map, if there is one, could make anything of the set.
func (in *inspection) finish(v *Set) (doc json.RawMessage, made bool) {
	v.Findings = in.weigh(nil, v.Findings)
	if in.checker == nil {
		return nil, in.reading == nil
	}
	v.Grammar = in.release
	v.Findings = in.weigh(v.Findings, in.checker.Finish(in.end))
	v.Findings = append(v.Findings, in.said.Finish()...)
	v.Findings = append(v.Findings, in.shape.take()...)
	if in.reading == nil {
		return nil, true
	}
	doc, read := in.reading.Finish()
	v.Map, v.MapVersion, v.Noun, v.Repeat = in.terms.Map, in.doc.Version(), in.doc.Noun(), in.terms.Repeat
	known := v.Findings
	for _, f := range read {
		if !slices.ContainsFunc(known, func(k edi.Finding) bool { return sameFault(k, f) }) {
			v.Findings = append(v.Findings, f)
		}
	}
	made = doc != nil
	if in.doc.Feed() != "" {
		made = !slices.ContainsFunc(read, func(f edi.Finding) bool { return f.Severity == edi.Error })
	}
	if made {
		in.identify(v)
	}
	return doc, made
}

// sameFault reports whether the map tells a fault that the tables told.
func sameFault(a, b edi.Finding) bool {
	code := b.Code
	if code == mappings.CodeLineCount {
		code = edi.CodeTotalLines
	}
	return a.Code == code && a.InSet == b.InSet && a.SegmentID == b.SegmentID && a.Element == b.Element && a.Component == b.Component
}

// weigh appends findings with the severity that is agreed; those about the
// header and the trailer are the envelope's and stay as they are.
func (in *inspection) weigh(to, findings []edi.Finding) []edi.Finding {
	for _, f := range findings {
		ok := true
		if f.InSet > 1 && f.SegmentID != "SE" && f.SegmentID != "UNT" {
			f, ok = in.terms.Validate.Weigh(f)
		}
		if !in.exact && f.Severity == edi.Error && unheardOf(f.Code) {
			f.Severity = edi.Warning
		}
		if ok {
			to = append(to, f)
		}
	}
	return to
}

// unheardOf reports whether a fault is that the tables do not have something,
// which the tables of another release cannot know.
func unheardOf(code string) bool {
	switch code {
	case edi.CodeSegmentUnknown, edi.CodeSegmentNotInSet, edi.CodeSegmentUnexpected,
		edi.CodeElementTooMany, edi.CodeComponentTooMany, edi.CodeElementCode:
		return true
	}
	return false
}

// identify says by what number the document is known, and which order it is
// about. One that has no number of its own has that of its set.
func (in *inspection) identify(v *Set) {
	text := in.reading.Text
	v.Number, v.Release = text("number"), text("release")
	switch v.Noun {
	case "order-change", "order-response":
		// Their number is that of the order, which may have several of them.
		v.About = v.Number
		if change := text("changeNumber"); change != "" {
			v.Number += "/" + change
		}
	default:
		v.About = text("orderNumber")
	}
	if v.Number == "" {
		v.Number = cmp.Or(text("shipmentNumber"), text("agentNumber"), "set "+v.ControlNumber)
	}
}
