package edifact

import (
	"bytes"
	"fmt"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/envelope"
)

const seekWindow = 1 << 10 // bytes in which UNA and UNB must end

// stray is what was passed over on the way to an interchange.
type stray struct {
	start  edi.Position
	sample []byte // first bytes that are not blank
	blank  bool
	last   byte // passed over
	broken bool // a UNB without its syntax identifier is among it
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
	r.segs.Decode(nil)
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
		i := bytes.Index(w, []byte("UN"))
		if i < 0 || len(w) == seekWindow && i > seekWindow-headerWindow {
			n := len(w)
			if i >= 0 {
				n = i
			} else if n == seekWindow {
				n-- // a tag may begin at the end of the window
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
		within := envelope.Alphanumeric(s.last) // a word that ends so
		if within || !startsInterchange(w) && !isBare(w) {
			s.broken = s.broken || !within && len(w) > 3 && w[2] == 'B' && w[3] == '+'
			s.skip(w[:2])
			r.segs.Discard(2)
			continue
		}
		h := parseHeader(w)
		return r.emitStray(&s, false) && r.startInterchange(h)
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
		f.Code, f.Severity, f.Message = CodeUNBBroken, edi.Error, "a UNB has no syntax identifier; nothing up to the next UNB can be read"
	case nothing:
		f.Code, f.Severity, f.Message = edi.CodeNotEDI, edi.Error, "no EDIFACT interchange begins in the file: "+looksLike(s.sample)
	case bytes.Contains(s.sample, []byte("UN")):
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
	case bytes.HasPrefix(sample, []byte("ISA")):
		return "it is X12"
	case bytes.HasPrefix(sample, []byte("STX=")):
		return "it is TRADACOMS"
	case bytes.HasPrefix(sample, []byte("UIB")):
		return "it is interactive EDIFACT"
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
	if len(seg.Raw()) >= minEmbedded {
		r.recover(seg)
	}
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
