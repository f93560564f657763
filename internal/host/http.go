package host

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxRequest is what the front end of the cloud takes.
const maxRequest = 100 << 20

// routes serves the HTTP functions.
func (h *Host) routes() (_ http.Handler, err error) {
	defer func() {
		if v := recover(); v != nil { // the mux panics on routes that overlap
			err = fmt.Errorf("http functions: %v", v)
		}
	}()
	mux := http.NewServeMux()
	seen := map[string]string{}
	for _, f := range h.functions {
		b := f.Trigger()
		if b.Type != HTTPTrigger {
			continue
		}
		route := b.Route
		if route == "" {
			route = f.Name
		}
		paths, err := patterns(h.config.RoutePrefix + "/" + strings.TrimPrefix(route, "/"))
		if err != nil {
			return nil, fmt.Errorf("%s: route: %w", f.File, err)
		}
		for _, p := range paths {
			if other := seen[p]; other != "" {
				return nil, fmt.Errorf("%s: route: %q is that of %s", f.File, p, other)
			}
			seen[p] = f.Name
			mux.Handle(p, h.serveFunction(f, names(p)))
		}
	}
	return mux, nil
}

// names lists the parameters of a pattern.
func names(pattern string) []string {
	var out []string
	for s := range strings.SplitSeq(pattern, "/") {
		if len(s) > 2 && s[0] == '{' && s != "{$}" {
			out = append(out, strings.TrimSuffix(s[1:len(s)-1], "..."))
		}
	}
	return out
}

func (h *Host) serveFunction(f *function, params []string) http.Handler {
	methods := f.Trigger().Methods
	forward := h.config.ForwardHTTP && f.forwards()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if len(methods) > 0 && !slices.ContainsFunc(methods, func(m string) bool { return strings.EqualFold(m, r.Method) }) {
			http.NotFound(rw, r) // a method is part of the route
			return
		}
		if r.ContentLength < 0 {
			// The real host passes such a request on without its body. That
			// is a trap, so this one says so.
			http.Error(rw, "a request body needs a Content-Length", http.StatusLengthRequired)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxRequest))
		if err != nil {
			http.Error(rw, "request body not read", http.StatusRequestEntityTooLarge)
			return
		}
		if forward {
			h.forward(rw, r, f, body)
			return
		}
		h.call(rw, r, f, body, params)
	})
}

// hop lists the headers of one connection, which are not passed on.
var hop = []string{"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// forward passes a request to the handler as it is, and the answer back as
// it is: whatever its status, the invocation succeeded.
func (h *Host) forward(rw http.ResponseWriter, r *http.Request, f *function, body []byte) {
	var content io.Reader
	if len(body) > 0 {
		content = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(r.Context(), r.Method, h.base+r.URL.RequestURI(), content)
	if err != nil {
		http.Error(rw, "bad request", http.StatusBadRequest)
		return
	}
	req.Host = r.Host
	req.Header = r.Header.Clone()
	for _, name := range hop {
		req.Header.Del(name)
	}
	a, err := h.roundTrip(r.Context(), req)
	if err != nil {
		h.unserved(rw, f, err)
		return
	}
	maps.Copy(rw.Header(), a.header)
	for _, name := range hop {
		rw.Header().Del(name)
	}
	rw.WriteHeader(a.status)
	_, _ = rw.Write(a.body) // the client is gone: there is nobody to tell
}

// call makes a request the invocation of a function that is not forwarded.
func (h *Host) call(rw http.ResponseWriter, r *http.Request, f *function, body []byte, params []string) {
	r2 := httpRequest(f.FunctionDefinition, r, body, params, h.now(), guid())
	res, err := h.invoke(r.Context(), f, appendRequest(nil, r2))
	if err == nil {
		err = h.outputs(r.Context(), f, res)
	}
	if err != nil {
		h.unserved(rw, f, err)
		return
	}
	h.logs(f, res)
	for _, b := range f.Bindings {
		if b.Type != HTTPOut {
			continue
		}
		v, ok := res.output(f.FunctionDefinition, b)
		if !ok {
			break
		}
		if err := writeOutput(rw, v); err != nil {
			h.unserved(rw, f, fmt.Errorf("output %s: %w", b.Name, err))
		}
		return
	}
	rw.WriteHeader(http.StatusOK)
}

func (h *Host) unserved(rw http.ResponseWriter, f *function, err error) {
	h.log.Error().Str("function", f.Name).Str("error", err.Error()).Msg("invocation failed")
	rw.WriteHeader(http.StatusInternalServerError)
}

// writeOutput answers with the value of an HTTP output binding.
func writeOutput(rw http.ResponseWriter, v json.RawMessage) error {
	var out struct {
		StatusCode, Status json.RawMessage
		Headers            map[string]string
		Body               json.RawMessage
	}
	if len(v) == 0 || v[0] != '{' {
		return errors.New("not an object")
	}
	if err := json.Unmarshal(v, &out); err != nil {
		return err
	}
	status := http.StatusOK
	for _, s := range []json.RawMessage{out.StatusCode, out.Status} {
		if len(s) == 0 {
			continue
		}
		n, err := strconv.Atoi(strings.Trim(string(s), `"`))
		if err != nil || n < 100 || n > 599 {
			return fmt.Errorf("status %s", s)
		}
		status = n
		break
	}
	for name, value := range out.Headers {
		rw.Header().Set(name, value)
	}
	body := []byte(out.Body)
	var s string
	switch {
	case string(body) == "null":
		body = nil
	case json.Unmarshal(body, &s) == nil:
		body = []byte(s)
	case rw.Header().Get("Content-Type") == "" && len(body) > 0:
		rw.Header().Set("Content-Type", "application/json")
	}
	rw.WriteHeader(status)
	_, _ = rw.Write(body) // the client is gone: there is nobody to tell
	return nil
}

// httpRequest is the invocation of a function for a request that is not
// forwarded.
func httpRequest(f FunctionDefinition, r *http.Request, body []byte, params []string, now time.Time, random string) *request {
	query := r.URL.Query()
	headers, queries := slices.Sorted(maps.Keys(r.Header)), slices.Sorted(maps.Keys(query))
	header := func(b []byte, k string) []byte { return appendQuoted(b, strings.Join(r.Header[k], ",")) }
	queried := func(b []byte, k string) []byte { return appendQuoted(b, strings.Join(query[k], ",")) }

	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	b := append([]byte(nil), `{"Url":`...)
	b = appendQuoted(b, scheme+"://"+r.Host+r.URL.RequestURI())
	b = append(b, `,"Method":`...)
	b = appendQuoted(b, r.Method)
	b = append(b, `,"Query":`...)
	b = appendObject(b, queries, queried)
	b = append(b, `,"Headers":`...)
	b = appendObject(b, headers, func(b []byte, k string) []byte {
		b = append(b, '[')
		for i, v := range r.Header[k] {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendQuoted(b, v)
		}
		return append(b, ']')
	})
	b = append(b, `,"Params":`...)
	b = appendObject(b, params, func(b []byte, k string) []byte { return appendQuoted(b, r.PathValue(k)) })
	b = append(b, `,"Identities":[]`...)
	if len(body) > 0 {
		b = append(b, `,"Body":`...)
		media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what does not parse is text
		if media == "application/octet-stream" || strings.HasPrefix(media, "multipart/") {
			b = append(b, '"')
			b = base64.StdEncoding.AppendEncode(b, body)
			b = append(b, '"')
		} else {
			b = appendQuoted(b, string(body))
		}
	}
	b = append(b, '}')

	meta := []field{
		objectField("Headers", string(appendObject(nil, headers, header))),
		objectField("Query", string(appendObject(nil, queries, queried))),
	}
	for _, p := range params {
		meta = append(meta, textField(p, r.PathValue(p)))
	}
	return &request{function: f.Name, binding: f.Trigger().Name, data: value{kind: object, text: string(b)}, meta: meta, now: now, random: random}
}

// appendObject writes an object of the keys, whose values get writes.
func appendObject(b []byte, keys []string, get func([]byte, string) []byte) []byte {
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, k)
		b = append(b, ':')
		b = get(b, k)
	}
	return append(b, '}')
}

// asJSON is a message body of any kind as the JSON that queues carry.
func asJSON(body []byte) json.RawMessage {
	if json.Valid(body) {
		return body
	}
	return appendQuoted(nil, string(body))
}

// listenHTTP opens the address HTTP functions are served on.
func listenHTTP(address string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("http functions: %w", err)
	}
	return ln, nil
}
