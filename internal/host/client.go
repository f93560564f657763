package host

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// version is what the host calls itself; the fourth major is the current one.
const version = "4.0.0"

// maxAnswer bounds what a handler may answer: the host buffers it whole.
const maxAnswer = 100 << 20

// timedOut is an invocation that ran into the function timeout.
type timedOut struct{ after time.Duration }

func (e *timedOut) Error() string { return fmt.Sprintf("function timeout of %s", e.after) }

// unreached is a failure of the connection to the handler.
type unreached struct{ err error }

func (e *unreached) Error() string { return "handler: " + e.err.Error() }
func (e *unreached) Unwrap() error { return e.err }

// chunked hides the length of a body, so that it is sent in chunks.
type chunked struct{ io.Reader }

// invoke posts an invocation and reads its result.
func (h *Host) invoke(ctx context.Context, f *function, body []byte) (result, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.base+"/"+f.Name, chunked{bytes.NewReader(body)})
	if err != nil {
		return result{}, err
	}
	// A connection that a handler's end left behind may be found dead before
	// anything was sent on it; then the body is sent again on another.
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Header["Content-Type"] = jsonContent
	a, err := h.roundTrip(ctx, req)
	if err != nil {
		return result{}, err
	}
	r, err := readResult(a.status, a.header.Get("Content-Type"), a.body)
	if errors.Is(err, errEmpty) && !h.options.FailEmpty {
		return result{}, h.overrun(ctx, a.generation, a.left)
	}
	return r, err
}

var (
	jsonContent = []string{"application/json; charset=utf-8"}
	userAgent   = []string{"Azure-Functions-Host/" + version}
	hostVersion = []string{version}
)

// reply is a whole response of the handler.
type reply struct {
	status     int
	header     http.Header
	body       []byte
	generation int
	left       time.Duration // of the function timeout; 0: none
}

// roundTrip sends one request once there is a handler, under the function
// timeout. Redirects are answers like others.
func (h *Host) roundTrip(ctx context.Context, req *http.Request) (reply, error) {
	wait, cancel := context.WithTimeoutCause(ctx, 4*h.config.InitializationTimeout, errNotReady)
	generation, err := h.gate.wait(wait)
	cause := context.Cause(wait)
	cancel()
	if err != nil {
		if errors.Is(cause, errNotReady) {
			h.fail(fmt.Errorf("handler not ready after %s", 4*h.config.InitializationTimeout))
		}
		return reply{}, err
	}

	if req.Header["User-Agent"] == nil {
		req.Header["User-Agent"] = userAgent
	}
	req.Header["X-Azure-Functions-Hostversion"] = hostVersion
	req.Header["X-Azure-Functions-Invocationid"] = []string{guid()}
	if req.Header["Traceparent"] == nil && !h.options.OmitTraceparent {
		req.Header["Traceparent"] = []string{traceparent()}
	}
	timeout := h.config.FunctionTimeout
	started := time.Now()
	if timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	res, err := h.transport.RoundTrip(req.WithContext(ctx))
	a := reply{generation: generation}
	if err == nil {
		a.status, a.header = res.StatusCode, res.Header
		a.body, err = readAll(res)
	}
	switch {
	case err == nil:
		if timeout > 0 {
			a.left = max(timeout-time.Since(started), 1)
		}
		return a, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded) && timeout > 0:
		h.supervisor.overran(generation)
		return a, &timedOut{timeout}
	case ctx.Err() != nil:
		return a, ctx.Err()
	}
	// Until it is known what became of the handler, nothing else is sent to
	// it: an invocation that fails at once is delivered again at once, and
	// would be dead-lettered before the process is up again.
	h.supervisor.suspect(generation)
	return a, &unreached{err}
}

var errNotReady = errors.New("not ready")

// overrun waits for the end of an invocation that will never end.
func (h *Host) overrun(ctx context.Context, generation int, left time.Duration) error {
	if h.config.FunctionTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, left)
		defer cancel()
	}
	h.log.Warn().Msg("the handler answered 2xx with no result: the invocation hangs until the function timeout")
	<-ctx.Done()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		h.supervisor.overran(generation)
		return &timedOut{h.config.FunctionTimeout}
	}
	return ctx.Err()
}

func readAll(res *http.Response) ([]byte, error) {
	defer res.Body.Close()
	if n := res.ContentLength; n >= 0 && n <= maxAnswer {
		b := make([]byte, n)
		_, err := io.ReadFull(res.Body, b)
		return b, err
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err == nil && len(b) > maxAnswer {
		err = fmt.Errorf("answer over %d bytes", maxAnswer)
	}
	return b, err
}

// guid is a random UUID (RFC 9562, version 4).
func guid() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	s := make([]byte, 0, 36)
	for i, part := range [][]byte{b[:4], b[4:6], b[6:8], b[8:10], b[10:]} {
		if i > 0 {
			s = append(s, '-')
		}
		s = hex.AppendEncode(s, part)
	}
	return string(s)
}

func traceparent() string {
	id := strings.ReplaceAll(guid()+guid(), "-", "")
	return "00-" + id[:32] + "-" + id[32:48] + "-01"
}
