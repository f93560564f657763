package host

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
)

// What differs from run to run is replaced before a request is compared.
var volatile = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:7071"},
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), random},
	{regexp.MustCompile(`00-[0-9a-f]{32}-[0-9a-f]{16}-01`), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
	{regexp.MustCompile(`2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d`), "2026-11-02T03:04:05"},
	{regexp.MustCompile(`"LockToken":"[^,]*"`), `"LockToken":"\"5d7a\""`},
	{regexp.MustCompile(`"SequenceNumber":"\d+"`), `"SequenceNumber":"7"`},
}

// raw is a request as it was on the wire, but for what is volatile.
func (r received) raw() []byte {
	body := r.body
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.URL.RequestURI(), r.Host)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if name != "Content-Length" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, r.Header.Get(name))
		}
	}
	for _, v := range volatile {
		body = v.pattern.ReplaceAll(body, []byte(v.by))
	}
	if r.ContentLength < 0 {
		fmt.Fprintf(&b, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	} else {
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	out := b.Bytes()
	for _, v := range volatile {
		out = v.pattern.ReplaceAll(out, []byte(v.by))
	}
	return out
}

// TestL50_Captures holds what this host sends to the captures the handler's
// contract suite replays; those of a real host stand beside them, when
// somebody has one.
func TestL50_Captures(t *testing.T) {
	requests := make(chan received, 1)
	root := application(plainHost, map[string]string{
		"erp_sync":    queueFunction("q", withSessions),
		"erp_sync_as": queueFunction("text", `,"isSessionsEnabled":true`),
		"clock":       `{"bindings":[{"type":"timerTrigger","direction":"in","name":"timer","schedule":"0 0 0 1 1 *","runOnStartup":true}]}`,
		"ops":         `{"bindings":[` + httpIn + `,"route":"ops/{*path}"},` + httpOut + `]}`,
	})
	r := startRig(t, root, map[string]local.QueueConfig{"q": {Sessions: true}, "text": {Sessions: true}}, Options{HTTPAddr: "127.0.0.1:0",
		Handler: handle(func(rw http.ResponseWriter, r received) {
			requests <- r
			ok(rw)
		})})
	const captures = "../worker/testdata/captures/"
	golden(t, captures+"local-timer.http", get(t, requests).raw())

	wake := []byte(`{"kind":"wake","v":1,"id":"w1","tenant":"acme","aggregate":"order.1"}`)
	for file, queue := range map[string]string{"local-message.http": "q", "local-message-text.http": "text"} {
		m := state.Message{ID: "m-1", Queue: queue, Session: "acme/03", Body: wake}
		if err := r.platform.Queues.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		golden(t, captures+file, get(t, requests).raw())
	}
	if res, _ := r.ask("POST", "/api/ops/files?x=1", `{"why":"test"}`, "Content-Type", "application/json", "User-Agent", "crossdock"); res.StatusCode != 200 {
		t.Errorf("answer %d", res.StatusCode)
	}
	golden(t, captures+"local-forwarded.http", get(t, requests).raw())
}
