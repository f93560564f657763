package edifact

import (
	"bytes"
	"cmp"
	"io"
	"iter"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// Reader walks through the interchanges of a file.
type Reader struct {
	segs     *edi.Reader
	o        Options
	x        *Interchange
	g        *Group
	m        *Message
	count    int // interchanges so far
	event    Event
	yield    func(*Event, error) bool
	element  byte
	set      Charset      // that the open interchange is read by
	beyond   edi.Severity // a character that it does not have
	classes  *[256]byte
	oversize bool         // a part of an oversized segment was just read
	current  *edi.Segment // being handled; nil at a UNB and at the end of the file
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
// The first event is the MessageStart of the message at the mark, with its
// interchange and group as they were then; all that follow are those of an
// unbroken reading.
func Resume(src io.Reader, m Mark, o Options) *Reader {
	r := newReader(edi.ResumeText(src, m.Encoding, m.Source), o)
	x, g := m.Interchange, m.Group
	x.numbers, g.numbers = m.GroupsSeen.Clone(), m.MessagesSeen.Clone()
	x.Findings, g.Findings = capped(x.Findings), capped(g.Findings)
	r.x, r.g, r.count = &x, &g, x.Index
	r.segs.Origin(m.Position)
	r.delimit()
	return r
}

// delimit reads on with what the open interchange says about itself.
func (r *Reader) delimit() {
	d := r.x.Delimiters
	r.set, r.beyond = r.x.Charset(), r.o.Characters
	if r.o.Agreed != nil {
		set, outside := r.o.Agreed(r.x.UNB)
		r.set, r.beyond = cmp.Or(set, r.set), cmp.Or(outside, r.beyond)
	}
	r.segs.SetDelimiters(d)
	r.segs.JoinLines(r.x.Wrapped)
	r.segs.Decode(r.set.Decode)
	r.element = d.Element
	r.classes = withDelimiters(r.set.repertoire(), d, r.x.Wrapped)
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
	r.recover(seg)
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
	switch {
	case len(w) < 4:
	case w[0] == 'U' && w[1] == 'N' && w[2] == 'B':
		return isUNB(r.segs.Peek(envelope.StartWindow))
	case w[0] == 'U' && w[1] == 'N' && w[2] == 'A':
		w = r.segs.Peek(envelope.StartWindow)
		n, ok := sizeUNA(w)
		return ok && isUNB(w[n+blanks(w[n:]):])
	case w[0] == 'I' && w[1] == 'S' && w[2] == 'A' && w[3] != r.element:
		standard, at := edi.Detect(r.segs.Peek(envelope.StartWindow))
		return standard == edi.X12 && at == 0
	}
	return false
}

const (
	shortestUNB     = 32  // bytes of a UNZ and the shortest UNB there is
	trailerFindings = 6   // room for what a trailer can add, so that it is never left out
	longestUNB      = 300 // bytes in which a UNB ends
)

// recover looks for an interchange inside a segment whose terminator was
// lost, and cuts the segment there.
func (r *Reader) recover(seg *edi.Segment) {
	raw := seg.Raw()
	at := -1
	if len(raw) > shortestUNB {
		at = embeddedUNB(raw, r.x.Delimiters)
	}
	if at < 0 && len(raw) > lengthUNA && seg.Terminated() {
		at = endsInUNA(raw, r.x.Delimiters)
	}
	if at < 0 {
		if seg.Part() > 0 && !seg.Terminated() {
			r.segs.Shorten(len(raw) - longestUNB) // a UNB may begin in one part and end in the next
		}
		return
	}
	for at > 1 && (raw[at-1] == '\r' || raw[at-1] == '\n') {
		at--
	}
	r.segs.Back(at)
}

func (r *Reader) segment(seg *edi.Segment) bool {
	if seg.Flawed() && !seg.Is("UNH") && !seg.Is("UNG") { // theirs belong to the level they start
		r.flawed(seg)
	}
	raw := seg.Raw()
	if len(raw) == 0 {
		return r.emit(Other, seg)
	}
	if raw[0] == 'U' {
		switch {
		case seg.Is("UNH"):
			return r.startMessage(seg)
		case seg.Is("UNT") && r.m != nil:
			r.m.Segments++
			r.characters(seg)
			return r.emit(MessageSegment, seg) && r.endMessage(seg)
		case seg.Is("UNG"):
			return r.startGroup(seg)
		case seg.Is("UNE") && r.g != nil && !r.g.Implicit:
			return r.endGroup(seg)
		case seg.Is("UNZ"):
			return r.endInterchange(seg, false)
		}
	}
	if r.m == nil {
		return r.outside(seg)
	}
	r.m.Segments++
	if raw[len(raw)-1] == r.element && !r.m.trailing && seg.Terminated() {
		r.trailing(seg)
	}
	r.characters(seg)
	return r.emit(MessageSegment, seg)
}

// outside is a segment of an interchange that is in no message.
func (r *Reader) outside(seg *edi.Segment) bool {
	switch id := seg.ID(); id {
	case "UNO", "UNP":
		if r.x.Version < "4" {
			break
		}
		if id == "UNO" {
			return r.object(seg)
		}
		return r.emit(Other, seg)
	case "USA", "USB", "USC", "USD", "USH", "USR", "UST", "USU": // security around messages
		return r.emit(Other, seg)
	}
	f := at(seg, edi.CodeSegmentUnexpected, edi.Error, 0, 0, nil, "the segment stands outside any message")
	f.Value = edi.Printable(seg.Raw(), maxValue)
	if r.g != nil && !r.g.Implicit {
		r.g.Findings = edi.Keep(r.g.Findings, f, r.o.Envelope)
	} else {
		r.x.Findings = edi.Keep(r.x.Findings, f, r.o.Envelope)
	}
	r.event.Finding = &f
	return r.emit(Other, seg)
}

// object passes over the object of a package: as many bytes after the UNO as
// it says, whatever is among them.
func (r *Reader) object(seg *edi.Segment) bool {
	r.x.Packages++
	if r.g != nil {
		r.g.Packages++
	}
	left, _ := envelope.Count(seg.Component(4, 1))
	if !r.emit(Other, seg) {
		return false
	}
	from := r.segs.Offset()
	for left > 0 {
		n := len(r.segs.Peek(min(left, envelope.SeekWindow)))
		if n == 0 {
			break // the file ends
		}
		r.segs.Discard(n)
		left -= n
	}
	to := r.segs.Offset()
	if r.segs.SkipFiller(); !bytes.HasPrefix(r.segs.Peek(3), []byte("UNP")) {
		r.current = nil // it is past
		f := r.missing(edi.CodeSegmentMissing, "UNP", "no UNP stands where the object of the package ends")
		r.x.Findings = edi.Keep(r.x.Findings, f, r.o.Envelope)
		r.event.Finding = &f
	}
	if r.event.From, r.event.To = from, to; from == to && r.event.Finding == nil {
		return true
	}
	return r.emit(Other, nil)
}

func (r *Reader) emit(kind EventKind, seg *edi.Segment) bool {
	e := &r.event
	e.Kind = kind
	if kind != MessageSegment || e.Segment != seg || e.Message != r.m { // most segments change nothing here
		e.Segment, e.Interchange, e.Group, e.Message = seg, r.x, r.g, r.m
	}
	ok := r.yield(e, nil)
	if kind == Other || kind == InterchangeStart {
		e.Finding, e.From, e.To = nil, 0, 0
	}
	return ok
}
