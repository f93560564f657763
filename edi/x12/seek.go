package x12

import (
	"bytes"
	"fmt"

	"github.com/crossdock/crossdock/edi"
)

const seekWindow = 1 << 10 // bytes in which an ISA must end

// stray is what was passed over on the way to an interchange.
type stray struct {
	start  edi.Position
	sample []byte // first bytes that are not blank
	blank  bool
	last   byte // passed over
	broken bool // an ISA without its separators is among it
}

func (s *stray) skip(b []byte) {
	s.last = b[len(b)-1]
	if s.blank {
		rest := bytes.TrimLeft(b, " \t\r\n\x00\x1a")
		if len(rest) == 0 {
			return
		}
		s.blank = false
		b = rest
	}
	if n := maxValue - len(s.sample); n > 0 {
		s.sample = append(s.sample, b[:min(n, len(b))]...)
	}
}

// seek finds and starts the next interchange. It reports whether to go on.
func (r *Reader) seek() bool {
	r.segs.SkipFiller()                    // of the interchange before
	r.segs.SetDelimiters(edi.Delimiters{}) // blanks are filler, nothing else is
	r.segs.JoinLines(false)
	s := stray{blank: true}
	if r.segs.Offset() == 0 && bytes.HasPrefix(r.segs.Peek(3), []byte("\xEF\xBB\xBF")) {
		r.segs.Discard(3)
	}
	r.segs.SkipFiller()
	s.start = r.segs.Position()
	s.start.Segment = 0
	for {
		w := r.segs.Peek(seekWindow)
		if err := r.segs.Err(); err != nil && len(w) < seekWindow {
			_, err := r.segs.Next() // for the error as the segment reader words it
			r.yield(nil, err)
			return false
		}
		if len(w) == 0 {
			r.emitStray(&s, true)
			return false
		}
		i := indexISA(w)
		if i < 0 {
			n := len(w)
			if n == seekWindow {
				n -= 4 // an ISA may begin at the end of the window
			}
			s.skip(w[:n])
			r.segs.Discard(n)
			continue
		}
		if i > 0 {
			s.skip(w[:i])
			r.segs.Discard(i)
			w = r.segs.Peek(seekWindow)
		}
		h, ok := parseISA(w)
		within := alphanumeric(s.last) && !shapedISA(w) // a word that ends in ISA
		if !ok || within {
			s.broken = s.broken || !within
			s.skip(w[:4])
			r.segs.Discard(4)
			continue
		}
		return r.emitStray(&s, false) && r.startInterchange(h)
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
func (r *Reader) emitStray(s *stray, atEnd bool) bool {
	nothing := atEnd && r.count == 0
	if s.blank && !nothing {
		return true
	}
	f := edi.Finding{Code: edi.CodeStrayData, Severity: edi.Warning, Position: s.start, Value: edi.Printable(s.sample, maxValue)}
	switch {
	case s.blank:
		f.Code, f.Severity, f.Message = edi.CodeFileEmpty, edi.Error, "the file is empty"
	case s.broken:
		f.Code, f.Severity, f.Message = CodeISABroken, edi.Error, "an ISA does not have its 16 elements; nothing up to the next ISA can be read"
	case nothing:
		f.Code, f.Severity, f.Message = edi.CodeNotEDI, edi.Error, "no X12 interchange begins in the file: "+looksLike(s.sample)
	case bytes.Contains(s.sample, []byte("GS")) || bytes.Contains(s.sample, []byte("ST")):
		f.Severity, f.Message = edi.Error, "segments stand outside any interchange and are not read"
	default:
		f.Message = "data outside any interchange is not read"
	}
	r.event.Finding = &f
	r.event.From, r.event.To = s.start.Offset, r.segs.Offset()
	return r.emit(Other, nil)
}

func looksLike(sample []byte) string {
	switch {
	case bytes.HasPrefix(sample, []byte("UNA")) || bytes.HasPrefix(sample, []byte("UNB")):
		return "it is EDIFACT"
	case bytes.HasPrefix(sample, []byte("STX=")):
		return "it is TRADACOMS"
	case bytes.HasPrefix(sample, []byte("\xFF\xFE")) || bytes.HasPrefix(sample, []byte("\xFE\xFF")):
		return "it is UTF-16 text"
	case bytes.HasPrefix(sample, []byte("GS")) || bytes.HasPrefix(sample, []byte("ST")):
		return "the ISA is missing"
	case bytes.HasPrefix(sample, []byte("<")):
		return "it looks like XML or HTML"
	case bytes.HasPrefix(sample, []byte("{")) || bytes.HasPrefix(sample, []byte("[")):
		return "it looks like JSON"
	case bytes.HasPrefix(sample, []byte("%PDF")):
		return "it is a PDF"
	case bytes.HasPrefix(sample, []byte("PK\x03\x04")):
		return "it is a ZIP archive"
	}
	return fmt.Sprintf("it begins with %q", edi.Printable(sample, 20))
}

func (r *Reader) startInterchange(h *header) bool {
	r.count++
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
