package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Handler answers a Functions host: GET / says that the process is there,
// POST /{function} is an invocation, and what the host forwards as it is goes
// to the HTTP functions. All else is 404, which the host takes for a failed
// invocation.
func (w *Worker) Handler() http.Handler { return http.HandlerFunc(w.serve) }

func (w *Worker) serve(rw http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if ping(rw, r) {
		return
	}
	if r.Method == http.MethodPost && len(path) > 1 {
		if f := w.byName[path[1:]]; f != nil && f.Trigger != OnRequest {
			w.post(rw, r, f)
			return
		}
	}
	if _, pattern := w.mux.Handler(r); pattern == "" {
		answer(rw, http.StatusNotFound, `{"error":"no such function"}`)
		return
	}
	w.mux.ServeHTTP(rw, r)
}

// ping answers the host's question whether the process is there. It is asked
// for life, and the answer needs nothing but the process.
func ping(rw http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != "/" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	answer(rw, http.StatusOK, "{}")
	return true
}

// answer writes a JSON body. The host hangs on an empty 2xx until its
// function timeout, so there always is one.
func answer(rw http.ResponseWriter, status int, body string) {
	h := rw.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{fmt.Sprint(len(body))}
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, body) // the host is gone: there is nobody to tell
}

var jsonType = []string{"application/json"}

// post runs one invocation. The function has a goroutine of its own, so that
// one that ignores its deadline does not keep the answer from the host, which
// would kill the process and every invocation in it.
func (w *Worker) post(rw http.ResponseWriter, r *http.Request, f *Function) {
	raw, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, MaxBody))
	if err != nil {
		status := http.StatusInternalServerError
		if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
			status = http.StatusRequestEntityTooLarge
		}
		w.log.Error().Str("function", f.Name).Str("outcome", "unread").Str("error", err.Error()).Msg("invocation")
		answer(rw, status, `{"error":"request not read"}`)
		return
	}
	c := &call{function: f, id: r.Header.Get("X-Azure-Functions-InvocationId"), parent: r.Header.Get("Traceparent")}
	ctx, finished := r.Context(), make(chan error, 1)
	go func() { finished <- w.posted(ctx, c, raw) }()
	late := time.NewTimer(w.deadline + Settling)
	defer late.Stop()
	select {
	case err = <-finished:
	case <-late.C:
		err = context.DeadlineExceeded
		w.log.Error().Str("function", f.Name).Str("outcome", "overran").Str("invocation", c.id).Msg("invocation")
	}
	if err != nil {
		answer(rw, http.StatusInternalServerError, `{"error":"invocation failed"}`)
		return
	}
	answer(rw, http.StatusOK, "{}")
}

func (w *Worker) posted(ctx context.Context, c *call, raw []byte) error {
	data, ok := envelope(raw)
	if !ok {
		data = raw // not what a host sends: the function will not know it either
	}
	if c.function.Trigger == OnTime {
		return w.invoke(ctx, c, nil, decodeTick(data))
	}
	if ok {
		data = decodeBody(data)
	}
	return w.invoke(ctx, c, data, Tick{})
}

// statusWriter remembers the status of a forwarded request.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusWriter) Write(p []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return s.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// forwarded serves an HTTP function. The host counts any status as a success,
// so a 5xx is an error line of ours.
func (w *Worker) forwarded(f *Function) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.running.Add(1)
		defer w.running.Add(-1)
		started, trace := w.now(), w.trace(r.Header.Get("Traceparent"))
		s := &statusWriter{ResponseWriter: rw}
		err := protect(func() error {
			switch {
			case r.ContentLength < 0:
				// The host drops a body without a length: refusing it here as
				// well keeps a direct call from working where a deployed one
				// would see an empty upload.
				answer(s, http.StatusLengthRequired, `{"error":"send a Content-Length; a chunked body does not pass the Functions host"}`)
				return nil
			case r.ContentLength > MaxUpload:
				answer(s, http.StatusRequestEntityTooLarge, `{"error":"request too large"}`)
				return nil
			}
			ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), traceKey{}, trace), w.deadline)
			defer cancel()
			f.http.ServeHTTP(s, r.WithContext(ctx))
			return nil
		})
		if err != nil && s.status == 0 {
			answer(s, http.StatusInternalServerError, `{"error":"internal error"}`)
		}
		e, outcome := w.log.Info(), "done"
		if err != nil || s.status >= 500 {
			e, outcome = w.log.Error(), "failed"
		}
		var p *panicked
		if errors.As(err, &p) {
			outcome = "panicked"
			e = e.Str("error", p.Error()).Bytes("stack", p.stack)
		}
		e.Str("function", f.Name).Str("outcome", outcome).Str("method", r.Method).Int("status", s.status).
			Str("trace_id", traceID(trace)).Dur("ms", w.now().Sub(started)).Msg("invocation")
	})
}
