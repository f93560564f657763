package split

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/document"
)

// output is one file that is being written.
type output struct {
	part   Part
	dst    io.WriteCloser
	w      *bufio.Writer
	d      edi.Delimiters
	filler string
	group  *document.Group // that is open
	sets   int             // of it
	next   *document.Set   // that waits to be written
}

func newOutput(dst io.WriteCloser, part Part, d edi.Delimiters, filler []byte) *output {
	return &output{part: part, dst: dst, w: bufio.NewWriterSize(dst, 32<<10), d: d, filler: string(filler)}
}

func (o *output) write(b []byte) error {
	n, err := o.w.Write(b)
	o.part.Bytes += int64(n)
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// startSet begins a set of a group, which it opens.
func (o *output) startSet(g *document.Group, header []byte) error {
	if o.group != nil && o.group != g {
		if err := o.endGroup(); err != nil {
			return err
		}
	}
	if o.group == nil && g != nil {
		if err := o.write(header); err != nil {
			return err
		}
		o.group, o.sets = g, 0
		if !g.Implicit {
			o.part.Groups++
		}
	}
	o.sets++
	o.part.Sets++
	return nil
}

// rest is more than what is still to come when a set of a group is added.
func (o *output) rest(header []byte) int64 { return int64(len(header) + 64) }

func (o *output) endGroup() error {
	g := o.group
	o.group = nil
	if g == nil || g.Implicit {
		return nil
	}
	tag := "GE"
	if o.part.Interchange.Standard == edi.EDIFACT {
		tag = "UNE"
	}
	return o.trailer(tag, o.sets, g.Number)
}

// trailer writes a count and a control number that repeats that of a header.
func (o *output) trailer(tag string, count int, number string) error {
	w := edi.NewWriter([]byte(o.filler), o.d, "")
	w.Segment(tag, strconv.Itoa(count), number)
	if err := w.Err(); err != nil {
		return fmt.Errorf("write %s: %w", tag, err)
	}
	return o.write(w.Bytes())
}

// end writes what ends the interchange and closes the file.
func (o *output) end() error {
	err := o.endGroup()
	x := o.part.Interchange
	if err == nil && !x.Implicit {
		switch {
		case x.Standard == edi.X12:
			err = o.trailer("IEA", o.part.Groups, o.part.Number)
		case o.part.Groups > 0:
			err = o.trailer("UNZ", o.part.Groups, o.part.Number)
		default:
			err = o.trailer("UNZ", o.part.Sets, o.part.Number)
		}
	}
	if err == nil {
		err = o.write([]byte(o.filler))
	}
	if flushed := o.w.Flush(); err == nil && flushed != nil {
		err = fmt.Errorf("write: %w", flushed)
	}
	if closed := o.dst.Close(); err == nil && closed != nil {
		err = fmt.Errorf("write: %w", closed)
	}
	return err
}
