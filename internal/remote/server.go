package remote

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// Drivers is the platform a server speaks for.
type Drivers struct {
	Records state.Backend
	Files   state.Files
	Queues  state.Queues
}

// NewServer serves d to clients that show the token; an empty token lets
// nobody in.
func NewServer(d Drivers, token string) http.Handler {
	mux := http.NewServeMux()
	serveRecords(mux, d.Records)
	serveQueues(mux, d.Queues)
	serveSessions(mux, d.Queues)
	serveFiles(mux, d.Files)
	want := sha256.Sum256([]byte("Bearer " + token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if token == "" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			http.Error(w, "wrong token", http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// none is a request or an answer with nothing in it.
type none struct{}

// call serves one call: a request in JSON, an answer in JSON.
func call[Req, Res any](mux *http.ServeMux, path string, f func(context.Context, Req) (Res, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		var req Req
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err == nil {
			err = json.Unmarshal(raw, &req)
		}
		if err != nil {
			fail(w, fmt.Errorf("request: %w: %w", err, state.ErrInvalid))
			return
		}
		res, err := f(r.Context(), req)
		if err != nil {
			fail(w, err)
			return
		}
		answer(w, res)
	})
}

func answer(w http.ResponseWriter, res any) {
	raw, err := encode(res)
	if err != nil {
		fail(w, fmt.Errorf("answer: %w", err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // to a client that is gone there is nothing to say
}

func fail(w http.ResponseWriter, err error) { http.Error(w, err.Error(), statusOf(err)) }

// encode leaves bodies in their own spelling, but for blanks.
func encode(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

func serveRecords(mux *http.ServeMux, b state.Backend) {
	call(mux, pathRead, func(ctx context.Context, q readRequest) (page, error) {
		recs, err := b.Read(ctx, q.Key, q.Token, q.IDs...)
		return page{Records: mapped(recs, toRecord)}, err
	})
	call(mux, pathScan, func(ctx context.Context, q scanRequest) (page, error) {
		p, err := b.Scan(ctx, q.Key, q.Token, q.From, q.To, q.Next, q.Limit)
		return page{Records: mapped(p.Records, toRecord), Next: p.Next}, err
	})
	call(mux, pathCommit, func(ctx context.Context, q commitRequest) (receipt, error) {
		ops := mapped(q.Ops, func(o operation) state.Operation {
			return state.Operation{Verb: o.Verb, Record: fromRecord(o.Record)}
		})
		r, err := b.Commit(ctx, q.Key, ops, q.Out)
		return receipt(r), err
	})
	call(mux, pathUnsent, func(ctx context.Context, q unsentRequest) ([]unsent, error) {
		us, err := b.Unsent(ctx, q.Before, q.Limit)
		return mapped(us, func(u state.Unsent) unsent { return unsent(u) }), err
	})
}

func serveQueues(mux *http.ServeMux, qs state.Queues) {
	call(mux, pathSend, func(ctx context.Context, msgs []state.Message) (none, error) {
		return none{}, qs.Send(ctx, msgs...)
	})
	call(mux, pathReceive, func(ctx context.Context, q queueRequest) ([]delivery, error) {
		ds, err := qs.Receive(ctx, q.Queue, q.Max, q.Lock)
		return mapped(ds, toDelivery), err
	})
	call(mux, pathComplete, func(ctx context.Context, q queueRequest) (none, error) {
		return none{}, qs.Complete(ctx, q.Queue, q.Token)
	})
	call(mux, pathAbandon, func(ctx context.Context, q queueRequest) (none, error) {
		return none{}, qs.Abandon(ctx, q.Queue, q.Token)
	})
	call(mux, pathRenew, func(ctx context.Context, q queueRequest) (time.Time, error) {
		return qs.Renew(ctx, q.Queue, q.Token, q.Lock)
	})
	call(mux, pathDepth, func(ctx context.Context, q queueRequest) (state.Depth, error) {
		return qs.Depth(ctx, q.Queue)
	})
}

func serveFiles(mux *http.ServeMux, fs state.Files) {
	mux.HandleFunc("PUT "+pathFile, func(w http.ResponseWriter, r *http.Request) {
		info, err := fs.Create(r.Context(), r.FormValue("path"), r.Body)
		if err != nil {
			fail(w, err)
			return
		}
		answer(w, info)
	})
	mux.HandleFunc("GET "+pathFile, func(w http.ResponseWriter, r *http.Request) {
		var offset, length int64
		if _, err := fmt.Sscan(r.FormValue("range"), &offset, &length); err != nil {
			fail(w, fmt.Errorf("range %q: %w", r.FormValue("range"), state.ErrInvalid))
			return
		}
		src, err := fs.Open(r.Context(), r.FormValue("path"), r.FormValue("etag"), offset, length)
		if err != nil {
			fail(w, err)
			return
		}
		defer src.Close()
		if _, err := io.Copy(onlyWriter{w}, src); err != nil {
			w.Header().Set(http.TrailerPrefix+errorTrailer, fmt.Sprintf("%d %+q", statusOf(err), err))
		}
	})
	mux.HandleFunc("DELETE "+pathFile, func(w http.ResponseWriter, r *http.Request) {
		if err := fs.Delete(r.Context(), r.FormValue("path"), r.FormValue("etag")); err != nil {
			fail(w, err)
			return
		}
		answer(w, none{})
	})
	mux.HandleFunc("GET "+pathStat, func(w http.ResponseWriter, r *http.Request) {
		info, err := fs.Stat(r.Context(), r.FormValue("path"))
		if err != nil {
			fail(w, err)
			return
		}
		answer(w, info)
	})
	mux.HandleFunc("GET "+pathFiles, func(w http.ResponseWriter, r *http.Request) {
		var limit int
		if _, err := fmt.Sscan(r.FormValue("limit"), &limit); err != nil {
			fail(w, fmt.Errorf("limit %q: %w", r.FormValue("limit"), state.ErrInvalid))
			return
		}
		infos, err := fs.List(r.Context(), r.FormValue("prefix"), r.FormValue("after"), limit)
		if err != nil {
			fail(w, err)
			return
		}
		answer(w, infos)
	})
}

// onlyWriter keeps io.Copy from waiting for a full buffer of the response's.
type onlyWriter struct{ io.Writer }
