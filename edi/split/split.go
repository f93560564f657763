// Package split divides a file of EDI into files that hold one interchange
// each: by interchange, group or set, or so many sets or bytes a file.
//
// Sets go over byte for byte, with what is wrong in them. Headers are those of
// the file, whose control numbers are kept unless others are asked for;
// trailers say what is in the new file. It streams: memory is bounded by what
// a file may hold where files are bounded by bytes, and by a segment
// otherwise. What belongs to no set (TA1 aside) is counted and left out, and an
// interchange with nothing in it makes no file.
package split

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
)

// By is what a file is made of.
type By string

// What a file may be made of.
const (
	Interchange By = "interchange"
	Group       By = "group"
	Set         By = "set"
)

// Options say where a new file begins. A new interchange always begins one.
type Options struct {
	By     By    // default Set, unless Sets or Bytes bound the files
	Sets   int   // most sets of a file
	Bytes  int64 // most bytes of a file, unless one set alone is longer
	Number int   // control number of the first file, the next having the next one; 0 keeps those of the file
}

// Part is one file that was made.
type Part struct {
	Index       int // from 1
	Interchange *document.Interchange
	Number      string          // control number of the interchange as written
	Group       *document.Group // of its first set
	First       *document.Set
	Groups      int
	Sets        int
	Bytes       int64
}

// Result is what became of a file.
type Result struct {
	Parts   int
	Sets    int
	LeftOut int // segments that belong to no set, or runs of stray data
}

// File divides a text. create opens the next file, done is told each file that
// is complete. The error is one of reading, of writing, or of create.
func File(t *document.Text, o Options, create func(Part) (io.WriteCloser, error), done func(Part)) (Result, error) {
	if o.By == "" {
		o.By = Set
		if o.Sets > 0 || o.Bytes > 0 {
			o.By = Interchange
		}
	}
	s := &splitter{o: o, create: create, done: done}
	t.Record(s.over)
	for step, err := range document.Read(t, document.Options{}) {
		if err != nil {
			return s.result, err
		}
		raw, from := t.Take(step.To)
		if err := s.step(step, raw, from); err != nil {
			return s.result, err
		}
	}
	return s.result, nil
}

// splitter holds the file that is being written and what repeats in the next.
type splitter struct {
	o      Options
	create func(Part) (io.WriteCloser, error)
	done   func(Part)
	result Result

	d           edi.Delimiters
	interchange *document.Interchange
	header      []byte // of the interchange
	number      string // control number in it
	filler      []byte // between segments, such as a line break
	filled      bool   // filler is known
	extras      []byte // TA1s, for the first file of the interchange
	group       *document.Group
	groupHeader []byte

	out     *output
	inSet   bool   // a set is open
	waiting []byte // of a set that may not fit into the file
	holding bool
}

// over takes data that is read before it is known what comes after it: it is
// of no segment, and goes over only where it stands within a set.
func (s *splitter) over(raw []byte) (int, error) {
	if !s.inSet {
		return len(raw), nil
	}
	return len(raw), s.write(raw)
}

// step takes the next step of the file, whose bytes begin at from.
func (s *splitter) step(step *document.Step, raw []byte, from int64) error {
	if !s.filled && step.Kind != document.InterchangeStart && step.Segment != nil {
		s.filler = append(s.filler[:0], blanks(raw)...)
		s.filled = true
	}
	switch step.Kind {
	case document.InterchangeStart:
		s.startInterchange(step, raw, from)
	case document.GroupStart:
		s.group, s.groupHeader = step.Group, append([]byte(nil), s.ended(step.Segment, raw)...)
		if s.o.By == Group {
			return s.close()
		}
	case document.SetStart:
		return s.startSet(step)
	case document.SetSegment:
		return s.write(s.ended(step.Segment, raw))
	case document.SetEnd:
		return s.endSet()
	case document.GroupEnd:
		s.group, s.groupHeader = nil, nil
		if s.out != nil {
			return s.out.endGroup()
		}
	case document.InterchangeEnd:
		return s.endInterchange()
	case document.Other:
		return s.other(step, raw)
	}
	return nil
}

func (s *splitter) startInterchange(step *document.Step, raw []byte, from int64) {
	x := step.Interchange
	s.interchange, s.d, s.number = x, x.Delimiters, x.Number
	s.filled, s.filler, s.extras = false, s.filler[:0], s.extras[:0]
	before := min(max(x.At-from, 0), int64(len(raw))) // blanks; a header that cannot be read is no part of the step
	s.header = append(s.header[:0], s.ended(step.Segment, raw[before:])...)
}

// ended is a segment as it stands, with the terminator that it lost.
func (s *splitter) ended(seg *edi.Segment, raw []byte) []byte {
	if seg == nil || seg.Terminated() || seg.Part() > 0 || s.d.Segment == 0 {
		return raw
	}
	return append(append([]byte(nil), raw...), s.d.Segment)
}

// maxHeader is how much of what goes with a header is kept.
const maxHeader = 1 << 16

// blanks are what stands before the segment.
func blanks(raw []byte) []byte {
	n := 0
	for n < len(raw) && (raw[n] <= ' ' || raw[n] >= 0x80) { // or the rest of a terminator of several bytes
		n++
	}
	return raw[:n]
}

func (s *splitter) other(step *document.Step, raw []byte) error {
	switch {
	case step.Set != nil:
		return s.write(raw)
	case step.Segment != nil && step.Segment.Is("TA1") && len(s.extras)+len(raw) <= maxHeader:
		s.extras = append(s.extras, s.ended(step.Segment, raw)...)
	case step.Segment != nil && step.Group == nil && (step.Segment.Is("ISX") || step.Segment.Is("ISB")) && len(s.header)+len(raw) <= maxHeader:
		s.header = append(s.header, s.ended(step.Segment, raw)...) // it goes with the ISA
	case step.Segment != nil && len(step.Segment.Raw()) == 0:
	default:
		s.result.LeftOut++
	}
	return nil
}

func (s *splitter) startSet(step *document.Step) error {
	s.result.Sets++
	s.inSet = true
	if s.out != nil && (s.o.By == Set || s.o.Sets > 0 && s.out.part.Sets >= s.o.Sets) {
		if err := s.close(); err != nil {
			return err
		}
	}
	if s.out != nil && s.o.Bytes > 0 {
		s.holding, s.waiting = true, s.waiting[:0]
	}
	return s.begin(step.Set)
}

// begin makes the set the next of the file, which it opens if there is none.
func (s *splitter) begin(set *document.Set) error {
	if s.out == nil {
		if err := s.open(set); err != nil {
			return err
		}
	}
	if s.holding {
		s.out.next = set
		return nil
	}
	return s.out.startSet(s.group, s.groupHeader)
}

// write writes a piece of the set, or holds it while it is not known whether
// all of it fits.
func (s *splitter) write(raw []byte) error {
	if !s.holding {
		return s.out.write(raw)
	}
	s.waiting = append(s.waiting, raw...)
	if s.out.part.Bytes+int64(len(s.waiting))+s.out.rest(s.groupHeader) <= s.o.Bytes {
		return nil
	}
	set := s.out.next
	if err := s.close(); err != nil {
		return err
	}
	s.holding = false
	if err := s.begin(set); err != nil {
		return err
	}
	return s.out.write(s.waiting)
}

func (s *splitter) endSet() error {
	s.inSet = false
	if !s.holding {
		return nil
	}
	s.holding = false
	if err := s.out.startSet(s.group, s.groupHeader); err != nil {
		return err
	}
	return s.out.write(s.waiting)
}

func (s *splitter) endInterchange() error {
	if s.out == nil && len(s.extras) > 0 {
		if err := s.open(nil); err != nil {
			return err
		}
	}
	s.interchange = nil
	return s.close()
}

func (s *splitter) open(first *document.Set) error {
	s.result.Parts++
	header, number := s.header, s.number
	if s.o.Number > 0 {
		header, number = renumber(s.header, s.interchange, s.o.Number+s.result.Parts-1)
	}
	part := Part{Index: s.result.Parts, Interchange: s.interchange, Number: number, Group: s.group, First: first}
	dst, err := s.create(part)
	if err != nil {
		return err
	}
	s.out = newOutput(dst, part, s.d, s.filler)
	if err := s.out.write(header); err != nil {
		return err
	}
	extras := s.extras
	s.extras = s.extras[:0]
	return s.out.write(extras)
}

func (s *splitter) close() error {
	if s.out == nil {
		return nil
	}
	out := s.out
	s.out = nil
	if err := out.end(); err != nil {
		return err
	}
	if s.done != nil {
		s.done(out.part)
	}
	return nil
}

// renumber is the header with another control number.
func renumber(header []byte, x *document.Interchange, number int) ([]byte, string) {
	if x.Implicit {
		return header, x.Number
	}
	at, element := 0, 13
	text := fmt.Sprintf("%09d", number%1_000_000_000)
	if x.Standard == edi.EDIFACT {
		at, element = len(x.Header), 5
		for at < len(header) && header[at] <= ' ' {
			at++
		}
		text = strconv.Itoa(number)
		text = fmt.Sprintf("%0*d", max(len(x.Number), len(text)), number)
	}
	seg := edi.ParseSegment(header[at:], x.Delimiters)
	if seg.Len() < element {
		return header, x.Number // the header is cut
	}
	from := at + len(seg.Tag())
	for i := 1; i < element; i++ {
		from += 1 + len(seg.Element(i))
	}
	from++
	old := seg.Element(element)
	if end := bytes.IndexByte(old, x.Delimiters.Segment); end >= 0 {
		old = old[:end] // it is the last element of the segment
	}
	to := from + len(old)
	if at := bytes.IndexAny(old, "\r\n"); at >= 0 && at < len(text) { // lines are wrapped
		text = text[:at] + "\n" + text[at:]
	}
	out := append([]byte(nil), header[:from]...)
	return append(append(out, text...), header[to:]...), strings.ReplaceAll(text, "\n", "")
}
