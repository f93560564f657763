package edifact

import (
	"bytes"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

// seek finds and starts the next interchange. It reports whether to go on.
func (r *Reader) seek() bool {
	r.segs.SkipFiller()                    // of the interchange before
	r.segs.SetDelimiters(edi.Delimiters{}) // blanks are filler, nothing else is
	r.segs.JoinLines(false)
	r.segs.Decode(nil)
	if r.segs.Offset() == 0 && bytes.HasPrefix(r.segs.Peek(3), []byte("\xEF\xBB\xBF")) {
		r.segs.Discard(3)
	}
	r.segs.SkipFiller()
	s := envelope.NewStray(r.segs)
	for {
		w := r.segs.Peek(envelope.SeekWindow)
		if err := r.segs.Err(); err != nil && len(w) < envelope.SeekWindow {
			_, err := r.segs.Next() // for the error as the segment reader words it
			r.yield(nil, err)
			return false
		}
		if len(w) == 0 {
			r.emitStray(s, true)
			return false
		}
		if at, found := s.FindOther(w, edi.EDIFACT); found {
			s.Pass(at)
			if !r.emitStray(s, false) {
				return false
			}
			s = envelope.NewStray(r.segs)
			s.Other = true
			s.Pass(4)
			continue
		}
		i := bytes.Index(w, []byte("UN"))
		if i < 0 || len(w) == envelope.SeekWindow && i > envelope.SeekWindow-envelope.StartWindow {
			n := len(w)
			if i >= 0 {
				n = i
			} else if n == envelope.SeekWindow {
				n -= envelope.StartWindow // an interchange may begin at the end of the window
			}
			s.Pass(n)
			continue
		}
		if i > 0 {
			s.Pass(i)
			w = r.segs.Peek(envelope.SeekWindow)
		}
		if s.Within() || !startsInterchange(w) && !isBare(w) {
			s.Broken = s.Broken || !s.Within() && len(w) > 3 && w[2] == 'B' && w[3] == '+'
			s.Pass(2)
			continue
		}
		h := parseHeader(w)
		return r.emitStray(s, false) && r.startInterchange(h)
	}
}

// emitStray reports what was passed over, once for all of it.
func (r *Reader) emitStray(s *envelope.Stray, atEnd bool) bool {
	nothing := atEnd && r.count == 0
	if s.Blank && !nothing {
		return true
	}
	f := edi.Finding{Code: edi.CodeStrayData, Severity: edi.Warning, Position: s.Start, Value: edi.Printable(s.Sample, maxValue)}
	switch {
	case s.Blank:
		f.Code, f.Severity, f.Message = edi.CodeFileEmpty, edi.Error, "the file is empty"
	case s.Broken && !s.Other:
		f.Code, f.Severity, f.Message = CodeUNBBroken, edi.Error, "a UNB has no syntax identifier; nothing up to the next UNB can be read"
	case nothing:
		f.Code, f.Severity, f.Message = edi.CodeNotEDI, edi.Error, s.Nothing(edi.EDIFACT)
	case s.Other:
		f.Code, f.Severity, f.Message = edi.CodeOtherStandard, edi.Error, "an X12 interchange begins here; it is not read as EDIFACT"
	case bytes.Contains(s.Sample, []byte("UN")):
		f.Severity, f.Message = edi.Error, "segments stand outside any interchange and are not read"
	default:
		f.Message = "data outside any interchange is not read"
	}
	r.event.Finding = &f
	r.event.From, r.event.To = s.Start.Offset, r.segs.Offset()
	return r.emit(Other, nil)
}

func (r *Reader) startInterchange(h *header) bool {
	r.count++
	x := &Interchange{UNA: string(h.una), Implicit: h.implicit, Delimiters: h.d, Index: r.count, Wrapped: h.wrapped}
	x.Position = r.segs.Position()
	x.Position.Segment = 1
	r.x = x
	for _, f := range h.findings {
		f.Position = x.Position
		x.Findings = edi.Keep(x.Findings, f, r.o.Envelope)
	}
	if h.implicit {
		r.event.From = r.segs.Offset()
		r.segs.Discard(len(h.una))
		r.event.To = r.segs.Offset()
		r.delimit()
		r.segs.Renumber(1)
		return r.emit(InterchangeStart, nil)
	}
	r.segs.Skip(h.first)
	x.Syntax = h.syntax // the values of UNB are in the character set it names
	r.delimit()
	r.segs.Renumber(1)
	seg, err := r.segs.Next()
	if err != nil {
		r.yield(nil, err)
		return false
	}
	r.recover(seg)
	r.oversize = seg.Part() > 0 && !seg.Terminated()
	x.UNB = parseUNB(seg)
	r.delimit()
	add := func(f edi.Finding) { x.Findings = edi.Keep(x.Findings, f, r.o.Envelope) }
	for _, f := range seg.AppendFindings(nil) {
		add(f)
	}
	checkUNB(seg, x.UNB, add)
	return r.emit(InterchangeStart, seg)
}
