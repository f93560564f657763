package x12

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
		if at, found := s.FindOther(w, edi.X12); found {
			s.Pass(at)
			if !r.emitStray(s, false) {
				return false
			}
			s = envelope.NewStray(r.segs)
			s.Other = true
			s.Pass(4)
			continue
		}
		i := indexISA(w)
		if i < 0 {
			n := len(w)
			if n == envelope.SeekWindow {
				n -= envelope.StartWindow // an interchange may begin at the end of the window
			}
			s.Pass(n)
			continue
		}
		if i > 0 {
			s.Pass(i)
			w = r.segs.Peek(envelope.SeekWindow)
		}
		h, ok := parseISA(w)
		within := s.Within() && !shapedISA(w) // a word that ends in ISA
		if !ok || within {
			s.Broken = s.Broken || !within
			s.Pass(4)
			continue
		}
		return r.emitStray(s, false) && r.startInterchange(h)
	}
}

// indexISA finds where an ISA may begin in w.
func indexISA(w []byte) int {
	for from := 0; ; {
		i := bytes.Index(w[from:], []byte("ISA"))
		if i < 0 {
			return -1
		}
		if isISA(w[from+i:]) {
			return from + i
		}
		from += i + 3
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
		f.Code, f.Severity, f.Message = CodeISABroken, edi.Error, "an ISA does not have its 16 elements; nothing up to the next ISA can be read"
	case nothing:
		f.Code, f.Severity, f.Message = edi.CodeNotEDI, edi.Error, s.Nothing(edi.X12)
	case s.Other:
		f.Code, f.Severity, f.Message = edi.CodeOtherStandard, edi.Error, "an EDIFACT interchange begins here; it is not read as X12"
	case bytes.Contains(s.Sample, []byte("GS")) || bytes.Contains(s.Sample, []byte("ST")):
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
	if r.o.Repetition != nil {
		h.repeat(r.o.Repetition(h.isa, h.d.Repetition))
	}
	x := &Interchange{ISA: h.isa, Delimiters: h.d, Index: r.count, Wrapped: h.wrapped}
	x.Position = r.segs.Position()
	x.Position.Segment = 1
	r.x = x
	for _, f := range h.findings {
		f.Position = x.Position
		x.Findings = edi.Keep(x.Findings, f, r.o.Envelope)
	}
	if h.d.Segment == 0 {
		x.Truncated = true
		n := h.length
		r.event.From = r.segs.Offset()
		r.segs.Discard(n)
		r.event.To = r.segs.Offset()
		ok := r.emit(InterchangeStart, nil) && r.emit(InterchangeEnd, nil)
		r.x = nil
		return ok
	}
	r.delimit(h.d, true)
	r.segs.Renumber(1)
	seg := r.segs.Take(h.length)
	r.segs.JoinLines(h.wrapped)
	return r.emit(InterchangeStart, seg)
}
