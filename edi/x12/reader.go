package x12

import (
	"bytes"
	"io"
	"iter"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Reader walks through the interchanges of a file.
type Reader struct {
	segs     *edi.Reader
	o        Options
	x        *Interchange
	g        *Group
	s        *Set
	count    int // interchanges so far
	resumed  bool
	event    Event
	yield    func(*Event, error) bool
	element  byte
	oversize bool         // a part of an oversized segment was just read
	current  *edi.Segment // being handled; nil at an ISA and at the end of the file
}

// NewReader reads the file src from its beginning. One in UTF-16 is decoded:
// offsets in it are those of its text as UTF-8.
func NewReader(src io.Reader, o Options) *Reader {
	return newReader(edi.NewText(src), o)
}

func newReader(text *edi.Text, o Options) *Reader {
	return &Reader{segs: edi.NewReader(text, edi.Delimiters{}, o.Limits), o: o.withDefaults()}
}

// Resume reads on from m. The source begins at byte m.Offset() of the file.
// The first event is the SetStart of the set at the mark, with its
// interchange and group as they were then; all that follow are those of an
// unbroken reading.
func Resume(src io.Reader, m Mark, o Options) *Reader {
	r := newReader(edi.ResumeText(src, m.Encoding, m.Source), o)
	x, g := m.Interchange, m.Group
	x.numbers, g.numbers = m.GroupsSeen.Clone(), m.SetsSeen.Clone()
	x.Findings, g.Findings = capped(x.Findings), capped(g.Findings)
	r.x, r.g, r.count, r.resumed = &x, &g, x.Index, true
	r.segs.Origin(m.Position)
	r.delimit(x.Delimiters, x.Wrapped)
	return r
}

func (r *Reader) delimit(d edi.Delimiters, wrapped bool) {
	r.segs.SetDelimiters(d)
	r.segs.JoinLines(wrapped)
	r.element = d.Element
}

// Events yields the events to the end of the file; it can be used once. An
// error is one of the source and the last thing yielded: levels then open do
// not end, for nothing is known about them.
func (r *Reader) Events() iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		r.yield = yield
		for {
			if r.x == nil {
				if !r.seek() {
					return
				}
				continue
			}
			if !r.step() {
				return
			}
		}
	}
}

// step reads one segment of an interchange and reports whether to go on.
func (r *Reader) step() bool {
	r.current = nil
	if !r.oversize {
		r.segs.SkipFiller()
		if r.atInterchange() {
			return r.endInterchange(nil, false)
		}
	}
	seg, err := r.segs.Next()
	if err == io.EOF {
		return r.endInterchange(nil, true)
	}
	if err != nil {
		r.yield(nil, err)
		return false
	}
	if len(seg.Raw()) >= minEmbedded {
		r.recover(seg)
	}
	r.oversize = seg.Part() > 0 && !seg.Terminated()
	if seg.Part() > 1 {
		return r.emit(Other, seg)
	}
	r.current = seg
	return r.segment(seg)
}

// atInterchange reports whether another interchange begins here, of this
// standard or another.
func (r *Reader) atInterchange() bool {
	w := r.segs.Peek(4)
	if len(w) == 4 && w[0] == 'U' && w[1] == 'N' && w[3] != r.element {
		standard, at := edi.Detect(r.segs.Peek(envelope.StartWindow))
		return standard == edi.EDIFACT && at == 0
	}
	return isISA(w)
}

const (
	minEmbedded     = 60  // bytes of a segment that can hold an ISA
	trailerFindings = 4   // room for what a trailer can add, so that it is never left out
	longestISA      = 256 // bytes in which an ISA of the true shape ends
)

// recover looks for an interchange inside a segment whose terminator was
// lost, and cuts the segment there.
func (r *Reader) recover(seg *edi.Segment) {
	raw := seg.Raw()
	at := embeddedISA(raw)
	if at < 0 {
		if seg.Part() > 0 && !seg.Terminated() {
			r.segs.Shorten(len(raw) - longestISA) // an ISA may begin in one part and end in the next
		}
		return
	}
	for at > 1 && (raw[at-1] == '\r' || raw[at-1] == '\n') {
		at--
	}
	r.segs.Back(at)
}

func (r *Reader) segment(seg *edi.Segment) bool {
	if seg.Flawed() && !seg.Is("ST") && !seg.Is("GS") { // theirs belong to the level they start
		r.flawed(seg)
	}
	raw := seg.Raw()
	if len(raw) == 0 {
		return r.emit(Other, seg)
	}
	switch raw[0] {
	case 'S':
		if seg.Is("ST") {
			return r.startSet(seg)
		}
		if seg.Is("SE") && r.s != nil {
			r.s.Segments++
			return r.emit(SetSegment, seg) && r.endSet(seg)
		}
	case 'G':
		if seg.Is("GS") {
			return r.startGroup(seg)
		}
		if seg.Is("GE") && r.g != nil && !r.g.Implicit {
			return r.endGroup(seg)
		}
	case 'I':
		if seg.Is("IEA") {
			return r.endInterchange(seg, false)
		}
	}
	if r.s == nil {
		return r.outside(seg)
	}
	r.s.Segments++
	if raw[len(raw)-1] == r.element && !r.s.trailing && seg.Terminated() {
		r.s.trailing = true
		f := r.at(seg, edi.CodeTrailingSeparator, edi.Warning, seg.Len(), nil, "the segment ends with an element separator; said once a set")
		r.s.Findings = edi.Keep(r.s.Findings, f, r.o.Findings)
	}
	return r.emit(SetSegment, seg)
}

// flawed notes the findings of the segment itself on the level it is in.
func (r *Reader) flawed(seg *edi.Segment) {
	for _, f := range seg.AppendFindings(nil) {
		if r.s != nil && !seg.Is("GE") && !seg.Is("IEA") {
			if f.Code != edi.CodeSegmentEmpty {
				f.InSet = r.s.Segments
				if !seg.Is("ST") {
					f.InSet++ // not counted yet
				}
			}
			r.s.Findings = edi.Keep(r.s.Findings, f, r.o.Findings)
		} else if r.g != nil && !seg.Is("IEA") {
			r.g.Findings = edi.Keep(r.g.Findings, f, r.o.Envelope)
		} else {
			r.x.Findings = edi.Keep(r.x.Findings, f, r.o.Envelope)
		}
	}
}

// outside is a segment of an interchange that is in no set.
func (r *Reader) outside(seg *edi.Segment) bool {
	switch {
	case r.g == nil && seg.Is("TA1"):
		r.x.TA1++
		return r.emit(Other, seg)
	case r.g == nil && (seg.Is("TA3") || seg.Is("ISB") || seg.Is("ISE")):
		return r.emit(Other, seg)
	case r.g == nil && seg.Is("ISX"):
		r.release(seg)
		return r.emit(Other, seg)
	case r.g != nil && (seg.Is("S3S") || seg.Is("S3A") || seg.Is("S3E") || seg.Is("SVA")):
		return r.emit(Other, seg)
	}
	f := r.at(seg, edi.CodeSegmentUnexpected, edi.Error, 0, seg.Raw(), "the segment stands outside any transaction set")
	if r.g != nil {
		r.g.Findings = edi.Keep(r.g.Findings, f, r.o.Envelope)
	} else {
		r.x.Findings = edi.Keep(r.x.Findings, f, r.o.Envelope)
	}
	r.event.Finding = &f
	return r.emit(Other, seg)
}

func (r *Reader) emit(kind EventKind, seg *edi.Segment) bool {
	e := &r.event
	e.Kind = kind
	if kind != SetSegment || e.Segment != seg || e.Set != r.s { // most segments change nothing here
		e.Segment, e.Interchange, e.Group, e.Set = seg, r.x, r.g, r.s
	}
	ok := r.yield(e, nil)
	if kind == Other || kind == InterchangeStart {
		e.Finding, e.From, e.To = nil, 0, 0
	}
	return ok
}

func (r *Reader) startSet(seg *edi.Segment) bool {
	if r.s != nil && !r.endSet(nil) {
		return false
	}
	if r.g == nil && !r.implicitGroup(seg) {
		return false
	}
	e := func(i int) string { return envelope.Text(bytes.TrimRight(seg.Element(i), " ")) }
	s := &Set{
		ID: e(1), ControlNumber: e(2), Implementation: e(3),
		Position: seg.Position(), Index: r.g.Sets + 1, Segments: 1,
	}
	s.Mark = r.mark(seg)
	r.g.Sets++
	r.x.Sets++
	r.s = s
	add := func(code string, severity edi.Severity, element int, message string) {
		f := r.at(seg, code, severity, element, seg.Element(element), message)
		f.InSet = 1
		s.Findings = edi.Keep(s.Findings, f, r.o.Findings)
	}
	if seg.Flawed() {
		r.flawed(seg)
	}
	if len(s.ID) != 3 {
		add(CodeSTID, edi.Error, 1, "ST01 is not the id of a transaction set")
	}
	switch n := len(s.ControlNumber); {
	case n == 0 || n > 9:
		add(CodeSTNumber, edi.Error, 2, "ST02, the control number, is missing or longer than nine characters")
	case n < 4:
		add(CodeSTNumber, edi.Warning, 2, "ST02, the control number, is shorter than four characters")
	}
	if n := len(s.ControlNumber); n > 0 && n <= 9 {
		seen, full := r.seen(&r.g.numbers, s.ControlNumber)
		if seen {
			add(CodeSetDuplicate, edi.Error, 2, "ST02, the control number, came before in this group")
		}
		if full {
			r.g.Findings = edi.Keep(r.g.Findings, r.unchecked(seg), r.o.Envelope)
		}
	}
	return r.emit(SetStart, seg) && r.emit(SetSegment, seg)
}

// seen remembers a control number; full is true once, when no more fit.
func (r *Reader) seen(n *envelope.Numbers, number string) (seen, full bool) {
	was := n.Full()
	seen = n.Add(number, r.o.ControlNumbers)
	return seen, n.Full() && !was
}

func (r *Reader) unchecked(seg *edi.Segment) edi.Finding {
	return r.at(seg, edi.CodeControlUnchecked, edi.Note, 2, nil, "too many different control numbers to look for duplicates among all of them")
}

// mark is the state before the set that begins with seg.
func (r *Reader) mark(seg *edi.Segment) Mark {
	m := Mark{Position: seg.Position(), Interchange: *r.x, Group: *r.g, GroupsSeen: r.x.numbers.Clone(), SetsSeen: r.g.numbers.Clone()}
	m.Interchange.numbers, m.Group.numbers = envelope.Numbers{}, envelope.Numbers{}
	if source, encoding := seg.Source(); encoding != edi.Bytes {
		m.Encoding, m.Source = encoding, source
	}
	m.Interchange.Findings, m.Group.Findings = capped(m.Interchange.Findings), capped(m.Group.Findings)
	return m
}

// endSet ends the open set; seg is its SE, nil if there is none.
func (r *Reader) endSet(seg *edi.Segment) bool {
	s := r.s
	if seg == nil {
		r.s.Findings = edi.Keep(s.Findings, r.missing(CodeSEMissing, "SE", "the set ends without an SE"), r.o.Findings+trailerFindings)
	} else {
		add := func(code string, severity edi.Severity, element int, message string) {
			f := r.at(seg, code, severity, element, seg.Element(element), message)
			f.InSet = s.Segments
			s.Findings = edi.Keep(s.Findings, f, r.o.Findings+trailerFindings)
		}
		if message := count(seg.Element(1), s.Segments, "SE01", "segments"); message != "" {
			add(CodeSECount, edi.Error, 1, message)
		}
		if severity := compare(envelope.Text(seg.Element(2)), s.ControlNumber); severity != "" {
			add(CodeSENumber, severity, 2, "SE02 is not the control number of ST02, "+printable(s.ControlNumber))
		}
	}
	ok := r.emit(SetEnd, seg)
	r.s = nil
	return ok
}

func (r *Reader) startGroup(seg *edi.Segment) bool {
	if !r.closeGroup() {
		return false
	}
	e := func(i int) string { return envelope.Text(bytes.TrimRight(seg.Element(i), " ")) }
	r.x.Groups++
	g := &Group{
		GS:       GS{e(1), e(2), e(3), e(4), e(5), envelope.Text(seg.Element(6)), e(7), e(8)},
		Position: seg.Position(), Index: r.x.Groups,
	}
	r.g = g
	add := func(code string, severity edi.Severity, element int, message string) {
		g.Findings = edi.Keep(g.Findings, r.at(seg, code, severity, element, seg.Element(element), message), r.o.Envelope)
	}
	if seg.Flawed() {
		r.flawed(seg)
	}
	if !namesGroup(g.FunctionalID) {
		// AK1 could not name the group, so its interchange answers for it.
		f := r.at(seg, CodeGSBroken, edi.Error, 1, seg.Element(1), "GS01, the functional id, is not two capitals or digits; no acknowledgement could name the group")
		r.x.Findings = edi.Keep(r.x.Findings, f, r.o.Envelope)
	}
	r.checkGS(seg, add)
	if n := g.ControlNumber; n == "" || len(n) > 9 || !ascii.Digits(n) {
		add(CodeGSNumber, edi.Error, 6, "GS06, the control number, is not one to nine digits")
	} else {
		seen, full := r.seen(&r.x.numbers, n)
		if seen {
			add(CodeGroupDuplicate, edi.Error, 6, "GS06, the control number, came before in this interchange")
		}
		if full {
			r.x.Findings = edi.Keep(r.x.Findings, r.unchecked(seg), r.o.Envelope)
		}
	}
	return r.emit(GroupStart, seg)
}

func (r *Reader) implicitGroup(seg *edi.Segment) bool {
	f := r.at(seg, CodeGSMissing, edi.Error, 0, nil, "the set stands outside any functional group")
	r.x.Findings = edi.Keep(r.x.Findings, f, r.o.Envelope)
	r.g = &Group{Implicit: true, Position: seg.Position(), Index: r.x.Groups + 1}
	return r.emit(GroupStart, nil)
}

// closeGroup ends the open set and group for want of their trailers.
func (r *Reader) closeGroup() bool {
	if r.s != nil && !r.endSet(nil) {
		return false
	}
	return r.g == nil || r.endGroup(nil)
}

func (r *Reader) endGroup(seg *edi.Segment) bool {
	if r.s != nil && !r.endSet(nil) {
		return false
	}
	g := r.g
	if seg == nil {
		if !g.Implicit {
			g.Findings = edi.Keep(g.Findings, r.missing(CodeGEMissing, "GE", "the group ends without a GE"), r.o.Envelope+trailerFindings)
		}
	} else {
		add := func(code string, severity edi.Severity, element int, message string) {
			g.Findings = edi.Keep(g.Findings, r.at(seg, code, severity, element, seg.Element(element), message), r.o.Envelope+trailerFindings)
		}
		tooMany(seg, 2, add)
		g.Declared = envelope.Text(seg.Element(1))
		if message := count(seg.Element(1), g.Sets, "GE01", "sets"); message != "" {
			add(CodeGECount, edi.Error, 1, message)
		}
		if severity := compare(envelope.Text(seg.Element(2)), g.ControlNumber); severity != "" {
			add(CodeGENumber, severity, 2, "GE02 is not the control number of GS06, "+printable(g.ControlNumber))
		}
	}
	ok := r.emit(GroupEnd, seg)
	r.g = nil
	return ok
}

// endInterchange ends the open interchange; seg is its IEA, nil if there is
// none because the file (atEnd) or another interchange comes next.
func (r *Reader) endInterchange(seg *edi.Segment, atEnd bool) bool {
	if !r.closeGroup() {
		return false
	}
	x := r.x
	add := func(f edi.Finding) { x.Findings = edi.Keep(x.Findings, f, r.o.Envelope+trailerFindings) }
	if seg == nil {
		x.Truncated = atEnd
		message := "another interchange begins before the IEA"
		if atEnd {
			message = "the file ends before the IEA"
		}
		add(r.missing(CodeIEAMissing, "IEA", message))
	} else {
		tooMany(seg, 2, func(code string, severity edi.Severity, element int, message string) {
			add(r.at(seg, code, severity, element, seg.Element(element), message))
		})
		x.Declared = envelope.Text(seg.Element(1))
		if message := count(seg.Element(1), x.Groups, "IEA01", "groups"); message != "" {
			add(r.at(seg, CodeIEACount, edi.Error, 1, seg.Element(1), message))
		}
		if severity := compare(envelope.Text(seg.Element(2)), x.ControlNumber); severity != "" {
			add(r.at(seg, CodeIEANumber, severity, 2, seg.Element(2), "IEA02 is not the control number of ISA13, "+printable(x.ControlNumber)))
		}
		if x.Groups == 0 && x.Sets == 0 && x.TA1 == 0 {
			add(r.at(seg, CodeGSMissing, edi.Error, 0, nil, "the interchange holds no functional group"))
		}
	}
	ok := r.emit(InterchangeEnd, seg)
	r.x = nil
	return ok
}
