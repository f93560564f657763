package exchange

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/crossdock/crossdock/internal/state"
)

// spillAt is how many bytes of lines are held in memory. A file of more sets
// than fit writes them to a file of their own as it is judged, so the memory
// of a verdict does not grow with the file.
const spillAt = 256 << 10

// Lines are the verdicts on sets, one JSON object a line, in the order of the
// file. They stand in parts: a slice of the work adds one.
type Lines []Part

// Part is a run of lines: inline while small, else a file.
type Part struct {
	Text string `json:"text,omitempty"`
	Path string `json:"path,omitempty"`
}

// Line is the place of a line.
type Line struct {
	Part   int   `json:"part"`
	Offset int64 `json:"offset"`
}

// lineWriter writes one part.
type lineWriter struct {
	ctx    context.Context
	files  state.Files
	path   string
	buf    bytes.Buffer
	size   int64
	pipe   *io.PipeWriter
	stored chan error
}

// newLineWriter returns a writer whose part spills to path; without files all
// of it stays in memory.
func newLineWriter(ctx context.Context, files state.Files, path string) *lineWriter {
	return &lineWriter{ctx: ctx, files: files, path: path}
}

func (w *lineWriter) add(s Set) error {
	line, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("verdict on set %s: %w", s.ControlNumber, err)
	}
	return w.write(line)
}

// write adds a line as it is.
func (w *lineWriter) write(line []byte) error {
	w.buf.Write(line)
	w.buf.WriteByte('\n')
	w.size += int64(len(line)) + 1
	if w.buf.Len() < spillAt || w.files == nil {
		return nil
	}
	return w.spill()
}

// spill hands the buffer to the file, which one goroutine writes until finish
// or abort waits for it.
func (w *lineWriter) spill() error {
	if w.pipe == nil {
		r, p := io.Pipe()
		w.pipe, w.stored = p, make(chan error, 1)
		go func() {
			_, err := w.files.Create(w.ctx, w.path, r)
			r.CloseWithError(err)
			w.stored <- err
		}()
	}
	if _, err := w.pipe.Write(w.buf.Bytes()); err != nil {
		return fmt.Errorf("lines %s: %w", w.path, err)
	}
	w.buf.Reset()
	return nil
}

// finish returns the part, durable.
func (w *lineWriter) finish() (Part, error) {
	if w.pipe == nil {
		return Part{Text: w.buf.String()}, nil
	}
	if err := w.store(); err != nil {
		return Part{}, err
	}
	return Part{Path: w.path}, nil
}

// store makes the file durable, however small it is.
func (w *lineWriter) store() error {
	if err := w.spill(); err != nil {
		w.abort(err)
		return err
	}
	w.pipe.Close()
	err := <-w.stored
	w.pipe = nil
	if err != nil {
		return fmt.Errorf("lines %s: %w", w.path, err)
	}
	return nil
}

// abort drops what was written.
func (w *lineWriter) abort(cause error) {
	if w.pipe == nil {
		return
	}
	w.pipe.CloseWithError(cause)
	<-w.stored
	w.pipe = nil
}

// from yields the sets from a line on.
func (l Lines) from(ctx context.Context, files state.Files, at Line) iter.Seq2[Set, error] {
	return func(yield func(Set, error) bool) {
		for i := at.Part; i < len(l); i++ {
			offset := int64(0)
			if i == at.Part {
				offset = at.Offset
			}
			r, size, err := l[i].open(ctx, files, offset)
			if err != nil {
				yield(Set{}, err)
				return
			}
			more, err := scanSets(bufio.NewReaderSize(r, size), yield)
			r.Close()
			if err != nil {
				yield(Set{}, fmt.Errorf("lines of the verdict: %w", err))
				return
			}
			if !more {
				return
			}
		}
	}
}

// skip yields the sets after the first n.
func (l Lines) skip(ctx context.Context, files state.Files, n int) iter.Seq2[Set, error] {
	return func(yield func(Set, error) bool) {
		for s, err := range l.from(ctx, files, Line{}) {
			if n--; n >= 0 && err == nil {
				continue
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

// open opens a part at an offset; size is how much of it to read at once.
func (p Part) open(ctx context.Context, files state.Files, offset int64) (r io.ReadCloser, size int, err error) {
	if p.Path == "" {
		return io.NopCloser(strings.NewReader(p.Text[offset:])), 4 << 10, nil
	}
	r, err = files.Open(ctx, p.Path, "", offset, -1)
	return r, 64 << 10, err
}

// scanSets yields the lines of a part; more is false once the consumer has
// enough.
func scanSets(lines *bufio.Reader, yield func(Set, error) bool) (more bool, err error) {
	var long []byte // a line that the buffer does not hold whole
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long, line...)
			continue
		}
		if err == io.EOF && len(long)+len(line) == 0 {
			return true, nil
		}
		if err != nil {
			return false, err // also of a line without its end: the part was written whole or not at all
		}
		if len(long) > 0 {
			line = append(long, line...)
			long = long[:0]
		}
		var s Set
		if err := json.Unmarshal(line, &s); err != nil {
			return false, err
		}
		if !yield(s, nil) {
			return false, nil
		}
	}
}
