package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// stdin is the name by which a verb takes standard input for a file.
const stdin = "-"

// fileError is a file that could not be read or written.
type fileError struct{ err error }

func (e *fileError) Error() string { return e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// input is a file that a verb reads once, from its beginning.
type input struct {
	io.Reader
	name  string // as given; "standard input" for -
	close func() error
}

// Close ends the reading; what is shown of its progress is wiped.
func (in *input) Close() {
	in.close() // of a file that was read: nothing is lost
}

// open opens a file, or standard input for -.
func (c *command) open(cmd *cobra.Command, name string) (*input, error) {
	if name == stdin {
		r := &source{ctx: cmd.Context(), src: cmd.InOrStdin()}
		return &input{Reader: r, name: "standard input", close: func() error { return nil }}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, &fileError{err}
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "read", Path: name, Err: errors.New("it is a folder")}
	}
	if err != nil {
		f.Close()
		return nil, &fileError{err}
	}
	r := &source{ctx: cmd.Context(), src: f, size: info.Size(), name: filepath.Base(name), tell: c.teller()}
	return &input{Reader: r, name: name, close: func() error { r.wipe(); return f.Close() }}, nil
}

// teller is where the progress of long reading is shown: the terminal, unless
// what the verb prints goes there too.
func (c *command) teller() io.Writer {
	if !isTerminal(c.errs) || isTerminal(c.out) {
		return nil
	}
	return c.errs
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// source ends with the context, and shows how far a long reading has come.
type source struct {
	ctx       context.Context
	src       io.Reader
	size      int64
	name      string
	tell      io.Writer // nil: nothing is shown
	read      int64
	began, at time.Time // of the reading; of what was shown last
}

const (
	patience = time.Second            // after which progress is shown
	refresh  = 200 * time.Millisecond // of what is shown
)

// Read implements [io.Reader].
func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.src.Read(p)
	s.read += int64(n)
	if s.tell != nil && s.size > 0 {
		s.show(time.Now())
	}
	if err != nil && err != io.EOF {
		err = &fileError{err}
	}
	return n, err
}

func (s *source) show(now time.Time) {
	if s.began.IsZero() {
		s.began = now
	}
	if now.Sub(s.began) < patience || now.Sub(s.at) < refresh {
		return
	}
	s.at = now
	fmt.Fprintf(s.tell, "\r%s: %d%% of %s", s.name, s.read*100/s.size, bytesOf(s.size))
}

func (s *source) wipe() {
	if !s.at.IsZero() {
		fmt.Fprint(s.tell, "\r\x1b[K")
	}
}

// bytesOf is a size as a person reads it.
func bytesOf(n int64) string {
	switch {
	case n >= 10<<20:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 10<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return plural(int(n), "byte")
}

// eachFile calls do for every file named.
func (c *command) eachFile(cmd *cobra.Command, names []string, do func(in *input) error) error {
	for _, name := range names {
		in, err := c.open(cmd, name)
		if err != nil {
			return err
		}
		err = do(in)
		in.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", in.name, err)
		}
	}
	return nil
}
