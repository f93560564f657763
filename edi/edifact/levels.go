package edifact

import (
	"fmt"
	"slices"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

const (
	contrl       = "CONTRL"
	maxReference = 14 // characters of a control reference
)

func (r *Reader) startGroup(seg *edi.Segment) bool {
	if !r.closeGroup() {
		return false
	}
	if r.x.Groups == 0 && r.x.Messages > 0 {
		r.mixed(seg)
	}
	r.x.Groups++
	g := &Group{UNG: parseUNG(seg), Position: seg.Position(), Index: r.x.Groups}
	r.g = g
	add := func(f edi.Finding) { g.Findings = edi.Keep(g.Findings, f, r.o.Envelope) }
	if seg.Flawed() {
		r.flawed(seg)
	}
	from4 := r.x.Version >= "4"
	checkFields(seg, fieldsUNG, !from4, add)
	checkShape(seg, r.x.Version, add)
	if from4 {
		checkTogether(seg, add)
	}
	if n := g.Reference; n != "" && len(n) <= maxReference {
		seen, full := r.seen(&r.x.numbers, n)
		if seen {
			add(at(seg, CodeUNGDuplicate, edi.Error, 5, 0, seg.Element(5), "0048, the group reference, came before in this interchange"))
		}
		if full {
			r.x.Findings = edi.Keep(r.x.Findings, unchecked(seg, 5), r.o.Envelope)
		}
	}
	return r.emit(GroupStart, seg)
}

func (r *Reader) implicitGroup(seg *edi.Segment) bool {
	if r.x.Groups > 0 {
		r.mixed(seg)
	}
	r.g = &Group{Implicit: true, Position: seg.Position(), Index: r.x.Groups + 1}
	return r.emit(GroupStart, nil)
}

// mixed notes, once, that messages stand in groups and outside of them.
func (r *Reader) mixed(seg *edi.Segment) {
	if !r.x.Mixed {
		r.x.Mixed = true
		f := at(seg, CodeGroupsMixed, edi.Error, 0, 0, nil, "the interchange holds groups, and messages outside of them")
		r.x.Findings = edi.Keep(r.x.Findings, f, r.o.Envelope)
	}
}

// closeGroup ends the open message and group for want of their trailers.
func (r *Reader) closeGroup() bool {
	if r.m != nil && !r.endMessage(nil) {
		return false
	}
	return r.g == nil || r.endGroup(nil)
}

func (r *Reader) endGroup(seg *edi.Segment) bool {
	if r.m != nil && !r.endMessage(nil) {
		return false
	}
	g := r.g
	add := func(f edi.Finding) { g.Findings = edi.Keep(g.Findings, f, r.o.Envelope+trailerFindings) }
	if seg == nil {
		if !g.Implicit {
			add(r.missing(CodeUNEMissing, "UNE", "the group ends without a UNE"))
		}
	} else {
		g.Declared = value(seg, 1, 1)
		trailer(seg, g.Messages+g.Packages, "0060", "messages", g.Reference, "0048 of UNG", CodeUNECount, CodeUNEReference, add)
		checkShape(seg, r.x.Version, add)
		if g.Messages+g.Packages == 0 {
			add(at(seg, CodeLevelEmpty, edi.Error, 0, 0, nil, "the group holds no message"))
		}
	}
	ok := r.emit(GroupEnd, seg)
	r.g = nil
	return ok
}

// endInterchange ends the open interchange; seg is its UNZ, nil if there is
// none because the file (atEnd) or another interchange comes next.
func (r *Reader) endInterchange(seg *edi.Segment, atEnd bool) bool {
	if !r.closeGroup() {
		return false
	}
	x := r.x
	add := func(f edi.Finding) { x.Findings = edi.Keep(x.Findings, f, r.o.Envelope+trailerFindings) }
	switch {
	case seg != nil:
		x.Declared = value(seg, 1, 1)
		found, of := x.Groups, "groups"
		if x.Groups == 0 {
			found, of = x.Messages+x.Packages, "messages"
		}
		reference := CodeUNZReference
		if x.Implicit {
			reference = "" // there is none to compare with
		}
		trailer(seg, found, "0036", of, x.Reference, "0020 of UNB", CodeUNZCount, reference, add)
		checkShape(seg, x.Version, add)
		if x.Groups == 0 && x.Messages == 0 && x.Packages == 0 {
			add(at(seg, CodeLevelEmpty, edi.Error, 0, 0, nil, "the interchange holds no message"))
		}
	case x.Implicit:
		x.Truncated = atEnd
	default:
		x.Truncated = atEnd
		message := "another interchange begins before the UNZ"
		if atEnd {
			message = "the file ends before the UNZ"
		}
		add(r.missing(CodeUNZMissing, "UNZ", message))
	}
	ok := r.emit(InterchangeEnd, seg)
	r.x = nil
	return ok
}

// flawed notes the findings of the segment itself on the level it is in.
func (r *Reader) flawed(seg *edi.Segment) {
	for _, f := range seg.AppendFindings(nil) {
		switch {
		case r.m != nil && !seg.Is("UNE") && !seg.Is("UNZ"):
			if f.Code != edi.CodeSegmentEmpty {
				f.InSet = r.m.Segments
				if !seg.Is("UNH") {
					f.InSet++ // not counted yet
				}
			}
			r.m.Findings = edi.Keep(r.m.Findings, f, r.o.Findings)
		case r.g != nil && !r.g.Implicit && !seg.Is("UNZ"):
			r.g.Findings = edi.Keep(r.g.Findings, f, r.o.Envelope)
		default:
			r.x.Findings = edi.Keep(r.x.Findings, f, r.o.Envelope)
		}
	}
}

// seen remembers a reference; full is true once, when no more fit.
func (r *Reader) seen(n *envelope.Numbers, reference string) (seen, full bool) {
	was := n.Full()
	seen = n.Add(reference, r.o.ControlNumbers)
	return seen, n.Full() && !was
}

// trailer compares what a trailer says with what came before it; the
// reference only if there is a code for it.
func trailer(seg *edi.Segment, found int, id, of, reference, header, countCode, referenceCode string, add func(edi.Finding)) {
	declared := seg.Element(1)
	switch n, ok := envelope.Count(declared); {
	case !ok:
		add(at(seg, countCode, edi.Error, 1, 0, declared, fmt.Sprintf("%s is not a number; there are %d %s", id, found, of)))
	case n != found:
		add(at(seg, countCode, edi.Error, 1, 0, declared, fmt.Sprintf("%s says %d %s, there are %d", id, n, of, found)))
	}
	if got := value(seg, 2, 1); got != reference && referenceCode != "" {
		severity := edi.Error
		if envelope.SameNumber(got, reference) {
			severity = edi.Warning
		}
		add(at(seg, referenceCode, severity, 2, 0, seg.Element(2), "the reference is not "+header))
	}
}

// missing is a finding about a segment that is not there; its place is where
// that became clear.
func (r *Reader) missing(code, id, message string) edi.Finding {
	p := r.segs.Position()
	if r.current != nil {
		p = r.current.Position()
	}
	return edi.Finding{Code: code, Severity: edi.Error, Position: p, SegmentID: id, Message: message}
}

func unchecked(seg *edi.Segment, element int) edi.Finding {
	return at(seg, edi.CodeControlUnchecked, edi.Note, element, 0, nil, "too many different references to look for duplicates among all of them")
}

func has(findings []edi.Finding, code string) bool {
	return slices.ContainsFunc(findings, func(f edi.Finding) bool { return f.Code == code })
}

// capped is findings such that appending to it copies.
func capped(findings []edi.Finding) []edi.Finding {
	return findings[:len(findings):len(findings)]
}
