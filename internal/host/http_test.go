package host

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/local"
)

const (
	httpIn  = `{"type":"httpTrigger","direction":"in","name":"req","authLevel":"anonymous"`
	httpOut = `{"type":"http","direction":"out","name":"res"}`
)

func httpRig(t *testing.T, host string, functions map[string]string, do func(http.ResponseWriter, received)) *rig {
	t.Helper()
	r := startRig(t, application(host, functions), map[string]local.QueueConfig{"q": {}}, Options{Handler: handle(do), HTTPAddr: "127.0.0.1:0"})
	<-r.Ready()
	return r
}

// ask sends one request and reads the answer, redirects not followed.
func (r *rig) ask(method, path, body string, header ...string) (*http.Response, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(within(r.t), method, r.Addr()+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res, string(b)
}

func TestL45_Forwarding(t *testing.T) {
	requests := make(chan received, 1)
	r := httpRig(t, plainHost, map[string]string{
		"ops":   `{"bindings":[` + httpIn + `,"route":"ops/{*path}","methods":["get","post"]},` + httpOut + `]}`,
		"thing": `{"bindings":[` + httpIn + `,"route":"things/{id?}"},` + httpOut + `]}`,
		"plain": `{"bindings":[` + httpIn + `},` + httpOut + `]}`,
	}, func(rw http.ResponseWriter, r received) {
		requests <- r
		rw.Header().Set("Location", "/elsewhere")
		rw.Header().Set("X-Own", "kept")
		switch r.URL.Query().Get("answer") {
		case "redirect":
			rw.WriteHeader(http.StatusFound)
		case "error":
			rw.WriteHeader(http.StatusBadGateway)
			_, _ = io.WriteString(rw, "no JSON")
		case "empty":
			rw.WriteHeader(http.StatusNoContent)
		}
	})
	for _, c := range []struct {
		method, path, body string
		status             int
		forwarded          bool
	}{
		{"GET", "/api/ops/files/a%2Fb?answer=x&y=%20z", "", 200, true},
		{"POST", "/api/ops", `{"a":1}`, 200, true},
		{"GET", "/api/ops/x?answer=redirect", "", 302, true},
		{"GET", "/api/ops/x?answer=error", "", 502, true},
		{"GET", "/api/ops/x?answer=empty", "", 204, true},
		{"DELETE", "/api/ops/x", "", 404, false},
		{"GET", "/ops/x", "", 404, false},
		{"PUT", "/api/things/7", "x", 200, true},
		{"GET", "/api/things", "", 200, true},
		{"GET", "/api/things/7/8", "", 404, false},
		{"GET", "/api/plain", "", 200, true},
		{"GET", "/", "", 404, false},
	} {
		res, body := r.ask(c.method, c.path, c.body, "X-Custom", "v", "Connection", "keep-alive", "Content-Type", "application/json")
		if res.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, res.StatusCode, c.status)
		}
		if !c.forwarded {
			continue
		}
		got := get(t, requests)
		if got.Method != c.method || got.URL.RequestURI() != c.path || string(got.body) != c.body || got.Host != strings.TrimPrefix(r.Addr(), "http://") {
			t.Errorf("forwarded as %s %s %q to %s, want %s %s %q", got.Method, got.URL.RequestURI(), got.body, got.Host, c.method, c.path, c.body)
		}
		if got.ContentLength != int64(len(c.body)) || got.Header.Get("X-Custom") != "v" || got.Header.Get("X-Azure-Functions-InvocationId") == "" {
			t.Errorf("%s: headers %v", c.path, got.Header)
		}
		if res.Header.Get("X-Own") != "kept" || c.status == 502 && body != "no JSON" {
			t.Errorf("%s: answer %v %q", c.path, res.Header, body)
		}
	}
	res, _ := r.askChunked("/api/ops/x")
	if res != http.StatusLengthRequired {
		t.Errorf("chunked upload: %d", res)
	}
}

func (r *rig) askChunked(path string) (int, error) {
	r.t.Helper()
	res, err := http.Post(r.Addr()+path, "text/plain", struct{ io.Reader }{strings.NewReader("body")})
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, res.Body.Close()
}

// TestL45_NotForwarded posts a request as an invocation: where forwarding is
// off, and for a function with more than the two bindings.
func TestL45_NotForwarded(t *testing.T) {
	off := strings.Replace(plainHost, `"enableForwardingHttpRequest":true`, `"enableForwardingHttpRequest":false`, 1)
	two := `{"bindings":[` + httpIn + `,"route":"p/{id}"},` + httpOut + `]}`
	more := `{"bindings":[` + httpIn + `,"route":"p/{id}"},` + httpOut + `,{"type":"serviceBus","direction":"out","name":"out","queueName":"q","connection":"ServiceBusConnection"}]}`
	for name, c := range map[string]struct{ host, function string }{"off": {off, two}, "three bindings": {plainHost, more}} {
		t.Run(name, func(t *testing.T) {
			answer := make(chan string, 1)
			requests := make(chan received, 1)
			r := httpRig(t, c.host, map[string]string{"web": c.function}, func(rw http.ResponseWriter, r received) {
				requests <- r
				answerJSON(rw, 200, <-answer)
			})
			for _, c := range []struct {
				answer, body string
				status       int
			}{
				{`{"Outputs":{"res":{"statusCode":201,"headers":{"X-A":"b"},"body":"{\"ok\":true}"}}}`, `{"ok":true}`, 201},
				{`{"Outputs":{"res":{"status":"202","body":{"ok":true}}}}`, `{"ok":true}`, 202},
				{`{"Outputs":{"res":{"statusCode":204,"body":null}}}`, "", 204},
				{`{"Outputs":{"res":{"body":"test"}}}`, "test", 200},
				{`{}`, "", 200},
				{`{"Outputs":{"res":"not an object"}}`, "", 500},
				{`{"Outputs":{"res":{"statusCode":"many"}}}`, "", 500},
				{`[]`, "", 500},
			} {
				answer <- c.answer
				res, body := r.ask("POST", "/api/p/42?x=1", "hello", "Content-Type", "text/plain")
				if res.StatusCode != c.status || body != c.body {
					t.Errorf("%s: %d %q, want %d %q", c.answer, res.StatusCode, body, c.status, c.body)
				}
				got := get(t, requests)
				data, meta := got.invocation(t)
				req, isObject := data["req"].(map[string]any)
				if got.URL.Path != "/web" || !isObject || req["Body"] != "hello" || req["Method"] != "POST" || meta["id"] != `"42"` {
					t.Fatalf("%s: %s", got.URL.Path, got.body)
				}
			}
		})
	}
}

func TestRoutesThatOverlap(t *testing.T) {
	p, err := local.Open(t.TempDir(), local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, routes := range [][2]string{{"x/{a}", "x/{b}"}, {"x", "x"}, {"{a}/x", "y/{b}"}} {
		root := application(plainHost, map[string]string{
			"f": `{"bindings":[` + httpIn + `,"route":"` + routes[0] + `"},` + httpOut + `]}`,
			"g": `{"bindings":[` + httpIn + `,"route":"` + routes[1] + `"},` + httpOut + `]}`,
		})
		if _, err := New(Options{Root: root, Queues: p.Queues, Getenv: settings{}.get}); err == nil {
			t.Errorf("%q pass", routes)
		}
	}
}

func TestHTTPBodyOfBytes(t *testing.T) {
	f := define(t, "web", `{"bindings":[`+httpIn+`},`+httpOut+`]}`)
	for media, want := range map[string]string{"application/octet-stream": `"Body":"/wA="`, "text/plain": `"Body":"` + "\uFFFD" + `\u0000"`} {
		r, err := http.NewRequest("POST", "http://x/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", media)
		if got := httpRequest(f, r, []byte("\xff\x00"), nil, when, random).data.text; !strings.Contains(got, want) {
			t.Errorf("%s: %s", media, got)
		}
	}
}

func TestPatterns(t *testing.T) {
	for route, want := range map[string][]string{
		"a/b":         {"/a/b"},
		"ops/{*path}": {"/ops", "/ops/{path...}"},
		"{**all}":     {"/{$}", "/{all...}"},
		"x/{id?}":     {"/x", "/x/{id}"},
		"x/{id}/y":    {"/x/{id}/y"},
	} {
		if got, err := patterns(route); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", route, got, err, want)
		}
	}
	for _, route := range []string{"{*a}/b", "{a?}/b", "x/{id:int}", "x/a{id}", "{id=3}", "{"} {
		if got, err := patterns(route); err == nil {
			t.Errorf("%s: %q", route, got)
		}
	}
}
