package worker

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// The tests named TestHnn hold the worker to the numbered items of the
// custom-handler protocol's checklist for handlers. Those that compare it with
// host.json and functions/ are in internal/arch, those of the process itself
// in cmd/handler.

func TestH02_PingNeedsNothing(t *testing.T) {
	r := one(t, func(context.Context, state.Wake) error { return nil })
	r.backend.reads.Store(true)
	r.backend.writes.Store(true)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		rec := httptest.NewRecorder()
		r.Handler().ServeHTTP(rec, httptest.NewRequest(method, "/", nil))
		if rec.Code != http.StatusOK {
			t.Errorf("%s /: %d", method, rec.Code)
		}
	}
	if n := r.backend.refused.Load(); n != 0 || r.log.String() != "" {
		t.Errorf("a ping asked state %d times and logged %q", n, r.log)
	}
}

func TestH03_ReadyWithoutDependencies(t *testing.T) {
	store := state.New(nil, nil, nil, state.Options{}) // any use of a driver would panic
	w := New(store, []Function{Wakes("f", queue, func(context.Context, state.Wake) error { return nil })}, Options{})
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/", nil))
	if rec.Code != http.StatusOK {
		t.Errorf("GET /: %d", rec.Code)
	}
}

func TestH04_EveryFunctionIsRouted(t *testing.T) {
	called := map[string]int{}
	count := func(name string) func(context.Context, state.Wake) error {
		return func(context.Context, state.Wake) error { called[name]++; return nil }
	}
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{
			Wakes("wakes", queue, count("wakes")),
			Events("events", queue, state.ParseWake, count("events")),
			Timer("timer", func(context.Context, Tick) error { called["timer"]++; return nil }),
			HTTP("http", "/api/http/", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called["http"]++ })),
		}
	})
	for _, f := range r.Functions() {
		path := "/" + f.Name
		if f.Trigger == OnRequest {
			path = f.Pattern + "x"
		}
		if rec := r.post(path, request(wake(0))); rec.Code != http.StatusOK || called[f.Name] != 1 {
			t.Errorf("%s: %d, called %d times", path, rec.Code, called[f.Name])
		}
	}
}

func TestH05_UnknownFunctionIsNotFound(t *testing.T) {
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{
			Wakes("f", queue, func(context.Context, state.Wake) error { return nil }),
			HTTP("ops", "/api/ops/", http.NotFoundHandler()),
		}
	})
	for _, path := range []string{"/g", "/F", "/f/", "/ops", "/", "/api/other"} {
		status(t, r.post(path, request(wake(0))), http.StatusNotFound)
	}
	rec := httptest.NewRecorder()
	r.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/f", nil))
	status(t, rec, http.StatusNotFound)
}

func TestH06_EverySuccessIsAnObject(t *testing.T) {
	outcomes := map[string]error{
		"done": nil, "nothing_due": state.ErrNothingDue, "postponed": slow{}, "parked": never{},
	}
	for outcome, err := range outcomes {
		t.Run(outcome, func(t *testing.T) {
			r := one(t, func(context.Context, state.Wake) error { return err })
			r.want()
			succeeded(t, r.post("/f", request(wake(0))))
			if got := r.log.last(t)["outcome"]; got != outcome {
				t.Errorf("outcome %v", got)
			}
		})
	}
	t.Run("timer", func(t *testing.T) {
		r := newRig(t, Options{}, func(*rig) []Function {
			return []Function{Timer("clock", func(context.Context, Tick) error { return nil })}
		})
		succeeded(t, r.post("/clock", `{"Data":{"timer":{"IsPastDue":false}},"Metadata":{}}`))
	})
}

func TestH07_ChunkedBody(t *testing.T) {
	var got state.Wake
	r := one(t, func(_ context.Context, w state.Wake) error { got = w; return nil })
	server := httptest.NewServer(r.Handler())
	defer server.Close()
	body := struct{ io.Reader }{strings.NewReader(request(wake(3)))} // its length is unknown, so it is sent in chunks
	res, err := http.Post(server.URL+"/f", "application/json; charset=utf-8", body)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || got.Attempt != 3 {
		t.Errorf("answer %d, wake-up %+v", res.StatusCode, got)
	}
}

func TestH10_AnyMetadata(t *testing.T) {
	calls := 0
	r := one(t, func(context.Context, state.Wake) error { calls++; return nil })
	data := `"Data":{"msg":"` + base64.StdEncoding.EncodeToString([]byte(wake(0))) + `"}`
	for i, body := range []string{
		`{` + data + `,"Metadata":{"a":null,"b":{"c":[{}]},"d":[1,"x"],"e":1.5e9,"f":true,"sys":"\"no\""}}`,
		`{"Metadata":{"Data":{"msg":"bm8="},"a":[[[]]]},` + data + `}`,
		`{"other":[1,2,{"Data":3}],` + data + `}`,
		`{"D\u0061ta":{"msg":` + string(mustJSON(wake(0))) + `},"Metadata":null}`,
		"\n\t{ \"data\" : { \"msg\" : " + string(mustJSON(string(mustJSON(wake(0))))) + " } }\n",
		`{"Data":{"msg":` + wake(0) + `}}`,
	} {
		succeeded(t, r.post("/f", body))
		if calls != i+1 {
			t.Fatalf("not taken: %s", body)
		}
	}
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func TestH11_MissingMetadata(t *testing.T) {
	calls := 0
	r := one(t, func(context.Context, state.Wake) error { calls++; return nil })
	data := `{"Data":{"msg":"` + base64.StdEncoding.EncodeToString([]byte(wake(0))) + `"}`
	for _, tail := range []string{`}`, `,"Metadata":{}}`, `,"Metadata":null}`, `,"Metadata":[]}`} {
		succeeded(t, r.post("/f", data+tail))
	}
	if calls != 4 {
		t.Errorf("%d calls, want 4", calls)
	}
}

func TestH12_BodyPropertiesDoNotSpoof(t *testing.T) {
	var got state.Wake
	r := one(t, func(_ context.Context, w state.Wake) error { got = w; return nil })
	body := `{"kind":"wake","v":1,"id":"w1","tenant":"acme","aggregate":"order.1","MessageId":"other","DeliveryCount":99,"SessionId":"globex/00"}`
	req := `{"Data":{"msg":"` + base64.StdEncoding.EncodeToString([]byte(body)) + `"},"Metadata":{"MessageId":"\"other\"","DeliveryCount":"\"99\"",` +
		`"SessionId":"\"globex/00\"","tenant":"\"globex\"","Tenant":"\"globex\"","aggregate":"\"order.2\"","attempt":"\"7\""}}`
	succeeded(t, r.post("/f", req))
	if got.Tenant != "acme" || got.Aggregate != "order.1" || got.Attempt != 0 {
		t.Errorf("wake-up %+v, want acme's order.1 at attempt 0", got)
	}
}

func TestH13_InvocationIDIsForLogs(t *testing.T) {
	calls := 0
	r := one(t, func(context.Context, state.Wake) error { calls++; return nil })
	const header, id = "X-Azure-Functions-InvocationId", "6f1c2a8e-0000-4000-8000-000000000001"
	for range 2 { // the host repeats the id when it repeats the invocation
		succeeded(t, r.post("/f", request(wake(0)), header, id))
	}
	if got := r.log.last(t)["invocation"]; calls != 2 || got != id {
		t.Errorf("%d calls, logged invocation %v", calls, got)
	}
}

func TestH14_Traceparent(t *testing.T) {
	const header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	const older = "00-1bf7651916cd43dd8448eb211c80319c-c7ad6b7169203331-00"
	traced := strings.Replace(wake(0), `"attempt":0`, `"trace":"`+older+`"`, 1)
	for _, c := range []struct{ name, header, body, trace string }{
		{"header", header, wake(0), header[:36]},
		{"header before wake-up", header, traced, header[:36]},
		{"wake-up", "", traced, older[:36]},
		{"newer version", "01" + header[2:] + "-more", wake(0), header[:36]},
		{"neither", "", wake(0), ""},
		{"malformed", "00-xyz", wake(0), ""},
		{"malformed before wake-up", "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", traced, older[:36]},
		{"zero trace", "00-00000000000000000000000000000000-b7ad6b7169203331-01", wake(0), ""},
		{"zero span", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", wake(0), ""},
		{"version ff", "ff" + header[2:], wake(0), ""},
		{"too long", header + "-more", wake(0), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			var carried state.Wake
			r := one(t, func(ctx context.Context, w state.Wake) error { got, carried = Trace(ctx), w; return nil })
			succeeded(t, r.post("/f", request(c.body), "traceparent", c.header))
			if !validTrace(got) || c.trace != "" && !strings.HasPrefix(got, c.trace) || got == c.header || got == older {
				t.Errorf("trace %q, want a child of %q", got, c.trace)
			}
			if carried.Trace == "" {
				t.Error("the wake-up has no trace to go on with")
			}
			if id := r.log.last(t)["trace_id"]; id != got[3:35] {
				t.Errorf("logged trace %v, want %s", id, got[3:35])
			}
		})
	}
	if got := Trace(t.Context()); got != "" {
		t.Errorf("trace %q outside of an invocation", got)
	}
}

// TestH15_TwiceChangesOnce delivers one message several times at the same
// time: the target's ETag lets one run through.
func TestH15_TwiceChangesOnce(t *testing.T) {
	r := newRig(t, Options{}, func(r *rig) []Function { return []Function{Wakes("f", queue, r.countUp)} })
	r.want()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { succeeded(t, r.post("/f", request(wake(0)))) })
	}
	all.Wait()
	r.counted(1)
}

// countUp does the version due by adding a record that can be added once.
func (r *rig) countUp(ctx context.Context, w state.Wake) error {
	due, err := r.store.Open(ctx, w, queue)
	if err != nil {
		return err
	}
	b := r.store.Batch(w.Key())
	due.Reach(b, due.Next())
	b.Put(state.RandomID(), "effect", 1, struct{}{})
	_, err = b.Commit(ctx)
	return err
}

func (r *rig) counted(want int) {
	r.t.Helper()
	page, err := r.platform.Records.Scan(r.t.Context(), key, "", "", "", "", 100)
	if err != nil {
		r.t.Fatal(err)
	}
	n := 0
	for _, rec := range page.Records {
		if rec.Kind == "effect" {
			n++
		}
	}
	target, _ := r.target()
	if n != want || target.Done != want {
		r.t.Errorf("%d effects and target %+v, want %d", n, target, want)
	}
}

func TestH16_PanicFailsOneInvocation(t *testing.T) {
	calls := 0
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{
			Wakes("f", queue, func(_ context.Context, w state.Wake) error {
				if calls++; w.Attempt == 1 {
					panic("boom")
				}
				return nil
			}),
			Timer("clock", func(context.Context, Tick) error { panic("bang") }),
			Events("g", queue, func([]byte) (state.Wake, error) { panic("crunch") }, nil),
			HTTP("ops", "/api/ops/", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("crash") })),
		}
	})
	for path, word := range map[string]string{"/f": "boom", "/clock": "bang", "/g": "crunch", "/api/ops/x": "crash"} {
		body := wake(1)
		if path == "/g" {
			body = "{}" // an event, which parse is asked about
		}
		status(t, r.post(path, request(body)), http.StatusInternalServerError)
		line := r.log.last(t)
		if line["level"] != "error" || line["outcome"] != "panicked" && line["outcome"] != "failed" || !strings.Contains(line["error"].(string), word) || !strings.Contains(line["stack"].(string), "protocol_test.go") {
			t.Errorf("%s: logged %v, want the panic and its stack", path, line)
		}
	}
	succeeded(t, r.post("/f", request(wake(0))))
	if err := r.Deliver(t.Context(), "f", []byte(wake(1))); err == nil || calls != 3 {
		t.Errorf("delivery: %v after %d calls", err, calls)
	}
}

func TestH17_DeadlineIsAnsweredInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		store := state.New(nil, nil, nil, state.Options{})
		w := New(store, []Function{Wakes("f", queue, func(context.Context, state.Wake) error {
			<-release // it does not heed its deadline
			return nil
		})}, Options{})
		rec, started := httptest.NewRecorder(), time.Now()
		w.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/f", strings.NewReader(request(wake(0)))))
		status(t, rec, http.StatusInternalServerError)
		if took := time.Since(started); took != Deadline+Settling {
			t.Errorf("answered after %s", took)
		}
		close(release)
	})
}

func TestH23_LogsAreObjectsWithoutPayload(t *testing.T) {
	const secret = "hush-hush-4711"
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{Events("f", queue, func(body []byte) (state.Wake, error) {
			if strings.Contains(string(body), "broken") {
				return state.Wake{}, errors.New("not an event")
			}
			return state.Wake{Kind: state.WakeKind, Version: 1, Tenant: "acme", Aggregate: "order.1", Event: json.RawMessage(body)}, nil
		}, func(_ context.Context, w state.Wake) error {
			if strings.Contains(string(w.Event), "panic") {
				panic("one\ntwo")
			}
			return errPlain
		})}
	})
	r.post("/f", request(`{"x":"`+secret+`"}`), "Authorization", secret)
	r.post("/f", request(`{"x":"`+secret+`","broken":1}`))
	r.post("/f", request(`{"x":"`+secret+`","panic":1}`))
	r.post("/f", secret)
	if got := r.log.parsed(t); len(got) != 4 {
		t.Errorf("%d lines for 4 invocations", len(got))
	}
	if strings.Contains(r.log.String(), secret) {
		t.Errorf("the log holds what the message did: %s", r.log)
	}
	line := r.log.parsed(t)[0]
	for _, field := range []string{"function", "tenant", "aggregate", "attempt", "outcome", "ms", "trace_id", "error", "level"} {
		if line[field] == nil {
			t.Errorf("no %s in %v", field, line)
		}
	}
}

func TestH25_NoOutputs(t *testing.T) {
	// A bare string output that looks like base64 would be decoded by the
	// host. The worker answers every invocation alike, whatever it was.
	r := one(t, func(context.Context, state.Wake) error { return nil })
	for _, body := range []string{"test", "abcd"} {
		rec := r.post("/f", request(body))
		succeeded(t, rec)
		if rec.Body.String() != "{}" {
			t.Errorf("answer %q", rec.Body)
		}
	}
}

func TestH26_ForwardedRequests(t *testing.T) {
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{HTTP("ops", "/api/ops/", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if Trace(r.Context()) == "" {
				t.Error("no trace")
			}
			if _, limited := r.Context().Deadline(); !limited {
				t.Error("no deadline")
			}
			code := http.StatusOK
			if _, err := fmt.Sscan(r.PathValue("code")+strings.TrimPrefix(r.URL.Path, "/api/ops/"), &code); err != nil {
				t.Error(err)
			}
			rw.WriteHeader(code)
		}))}
	})
	for code, level := range map[int]string{200: "info", 302: "info", 404: "info", 500: "error", 503: "error"} {
		if rec := r.post(fmt.Sprintf("/api/ops/%d", code), ""); rec.Code != code {
			t.Errorf("status %d, want %d", rec.Code, code)
		}
		if line := r.log.last(t); line["level"] != level || line["status"] != float64(code) || line["function"] != "ops" {
			t.Errorf("status %d logged as %v", code, line)
		}
	}
	status(t, r.post("/ops/200", ""), http.StatusNotFound)
}

func TestH27_UploadsNeedALength(t *testing.T) {
	var got string
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{HTTP("ops", "/api/ops/", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			got = string(b)
		}))}
	})
	if rec := r.post("/api/ops/x", "hello"); rec.Code != 200 || got != "hello" {
		t.Errorf("with a length: %d, body %q", rec.Code, got)
	}
	for want, length := range map[int]int64{http.StatusLengthRequired: -1, http.StatusRequestEntityTooLarge: MaxUpload + 1} {
		req := httptest.NewRequest(http.MethodPost, "/api/ops/x", strings.NewReader("hello"))
		req.ContentLength = length
		rec := httptest.NewRecorder()
		r.Handler().ServeHTTP(rec, req)
		status(t, rec, want)
	}
}

func TestH28_TickIsOnlyTold(t *testing.T) {
	var got []Tick
	r := newRig(t, Options{}, func(*rig) []Function {
		return []Function{Timer("clock", func(_ context.Context, k Tick) error { got = append(got, k); return nil })}
	})
	last, next := time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC), time.Date(2026, 11, 2, 4, 0, 0, 0, time.UTC)
	for body, want := range map[string]Tick{
		`{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"2026-11-02T03:00:00Z","Next":"2026-11-02T04:00:00Z"},"IsPastDue":true}}`: {PastDue: true, Last: last, Next: next},
		`{"timer":{"ScheduleStatus":{"Last":"2026-11-02T03:00:00","Next":"x"},"IsPastDue":false}}`:                                                     {Last: last},
		`{"timer":{"ScheduleStatus":null,"IsPastDue":false}}`:                                                                                          {},
		`{"timer":"{\"IsPastDue\":true}"}`: {PastDue: true},
		`{"timer":7}`:                      {},
		`{}`:                               {},
	} {
		got = nil
		succeeded(t, r.post("/clock", `{"Data":`+body+`,"Metadata":{}}`))
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v, want %+v", body, got, want)
		}
	}
}

func TestH29_TwoProcessesOneResult(t *testing.T) {
	r := newRig(t, Options{}, func(r *rig) []Function { return []Function{Wakes("f", queue, r.countUp)} })
	other := New(r.store, []Function{Wakes("f", queue, r.countUp)}, Options{})
	r.want()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { succeeded(t, r.post("/f", request(wake(0)))) })
		all.Go(func() {
			if err := other.Deliver(t.Context(), "f", []byte(wake(0))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	r.counted(1)
}
