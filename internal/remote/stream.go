package remote

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/crossdock/crossdock/internal/state"
)

// source is the content a file is created from. The transport may go on
// reading after its answer came; end keeps it from the caller's reader.
type source struct {
	mu    sync.Mutex
	r     io.Reader
	err   error
	ended bool
}

var errEnded = errors.New("the call has ended")

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return 0, errEnded
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// end returns the reader's own failure, if it had one.
func (s *source) end() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	return s.err
}

// content is a file's content as it comes in.
type content struct {
	ended func() error // of the caller's context
	resp  *http.Response
}

// Read implements io.Reader. At the end the trailer tells whether it is one.
func (c *content) Read(p []byte) (int, error) {
	n, err := c.resp.Body.Read(p)
	switch {
	case err == nil:
		return n, nil
	case err != io.EOF:
		if ctxErr := c.ended(); ctxErr != nil {
			return n, ctxErr
		}
		return n, fmt.Errorf("read file: %w: %w", state.ErrUnavailable, err)
	}
	trailer := c.resp.Trailer.Get(errorTrailer)
	if trailer == "" {
		return n, io.EOF
	}
	var status int
	var text string
	if _, err := fmt.Sscanf(trailer, "%d %q", &status, &text); err != nil {
		return n, fmt.Errorf("read file: %w: %s", state.ErrUnavailable, trailer)
	}
	return n, newRemoteError(status, text)
}

// Close implements io.Closer.
func (c *content) Close() error { return c.resp.Body.Close() }
