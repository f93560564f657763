package host

import (
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/state"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// when is the time of all that is compared with files in testdata.
var when = time.Date(2026, 11, 2, 3, 4, 5, 678, time.UTC)

const random = "00000000-0000-4000-8000-000000000000"

func delivery(body string) state.Delivery {
	return state.Delivery{
		Message: state.Message{ID: "m-1", Queue: "q", Session: "acme/03", Body: json.RawMessage(body)},
		Token:   "5d7a", Sequence: 7, DeliveryCount: 1, Enqueued: when,
	}
}

// golden compares with a file in testdata, or rewrites it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func define(t *testing.T, name, def string) FunctionDefinition {
	t.Helper()
	f, err := parseDefinition(name, "function.json", []byte(def))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestL33_Golden writes one invocation of each kind. Blobs, storage queues
// and batches have no listener here; their values are written all the same,
// as the table of encodings says.
func TestL33_Golden(t *testing.T) {
	name := func(r request) *request {
		r.now, r.random = when, random
		return &r
	}
	get := httptest.NewRequest(http.MethodPost, "http://localhost:7071/api/p/42?x=1", nil)
	get.Header.Set("Content-Type", "application/json")
	get.SetPathValue("id", "42")
	exact := define(t, "Inbound", queueFunction("q", withSessions))
	plain := define(t, "Inbound", queueFunction("q", ""))
	dead := delivery(`{"id":1}`)
	dead.Session, dead.Reason, dead.Description = "", "MaxDeliveryCountExceeded", `tried "often"`
	clock := define(t, "clock", `{"bindings":[{"type":"timerTrigger","direction":"in","name":"timer","schedule":"0 0 * * * *"}]}`)
	web := define(t, "Partner", `{"bindings":[{"type":"httpTrigger","direction":"in","name":"req","route":"p/{id}"}]}`)
	status := timerStatus{Last: when.Truncate(time.Hour), Next: when.Truncate(time.Hour).Add(time.Hour), LastUpdated: when.Truncate(time.Hour)}

	for file, r := range map[string]*request{
		"message_text":   messageRequest(plain, delivery(`{"id":1,"lines":[1],"note":null,"by":{"name":"x"},"ok":true}`), when, random),
		"message_binary": messageRequest(exact, delivery("ISA*"), when, random),
		"dead_letter":    messageRequest(exact, dead, when, random),
		"message_sender": name(request{function: "Inbound", binding: "msg", data: value{kind: text, text: `{"id":1}`},
			meta: []field{textField("id", "1"), textField("MessageId", "m-1"), numberField("DeliveryCount", 1), numberField("SequenceNumber", 7), textField("SessionId", "acme"),
				textField("CorrelationId", "c-9"), textField("ContentType", "application/json"), textField("Subject", "po"), textField("Label", "po"),
				objectField("ApplicationProperties", `{"tenant":"t1"}`), objectField("UserProperties", `{"tenant":"t1"}`)}}),
		"batch": name(request{function: "Inbound", binding: "msgs", data: value{kind: array, text: `["{\"id\":1}","{\"id\":2}"]`},
			meta: []field{arrayField("MessageIdArray", `["m-1","m-2"]`), arrayField("DeliveryCountArray", `[1,1]`), arrayField("ApplicationPropertiesArray", `[{},{}]`)}}),
		"blob": name(request{function: "Received", binding: "blob", data: value{kind: binary, bytes: []byte("ISA*")},
			meta: []field{textField("BlobTrigger", "c/in/a.edi"), textField("name", "in/a.edi"), textField("Uri", "https://st.blob.core.windows.net/c/in/a.edi"),
				objectField("Properties", `{"ContentLength":4}`), objectField("Metadata", `{}`)}}),
		"queue": name(request{function: "Item", binding: "item", data: value{kind: text, text: "hello"},
			meta: []field{textField("QueueTrigger", "hello"), textField("Id", "a1"), numberField("DequeueCount", 1), textField("PopReceipt", "p"), offsetField("InsertionTime", when)}}),
		"timer":       timerRequest(clock, false, &status, when, random),
		"timer_first": timerRequest(clock, true, nil, when, random),
		"http":        httpRequest(web, get, []byte(`{"a":1}`), []string{"id"}, when, random),
	} {
		t.Run(file, func(t *testing.T) {
			got := appendRequest(nil, r)
			if !json.Valid(got) {
				t.Errorf("not JSON: %s", got)
			}
			golden(t, filepath.Join("testdata", file+".json"), append(got, '\n'))
		})
	}
}

func TestL33_Values(t *testing.T) {
	for _, c := range []struct {
		v    value
		want string
	}{
		{value{kind: text, text: "hello"}, `"\"hello\""`},
		{value{kind: text, text: "4"}, `"\"4\""`},
		{value{kind: text, text: ""}, `"\"\""`},
		{value{kind: text, text: `{"id":1}`}, `"\"{\\\"id\\\":1}\""`},
		{value{kind: text, text: "a\\b\n\x01<ü\xff"}, `"\"a\\\\b\\n\\u0001<ü` + "\uFFFD" + `\""`},
		{value{kind: number, num: 4}, `"4"`},
		{value{kind: number, num: -12}, `"-12"`},
		{value{kind: array, text: `[1]`}, `"[1]"`},
		{value{kind: object, text: `{"a":1}`}, `{"a":1}`},
		{value{kind: binary, bytes: []byte("ISA*")}, `"SVNBKg=="`},
		{value{kind: binary}, `""`},
		{value{kind: date, at: when.In(time.FixedZone("", 3600))}, `"2026-11-02T03:04:05"`},
		{value{kind: offset, at: when.In(time.FixedZone("", 3600))}, `"2026-11-02T03:04:05+00:00"`},
	} {
		if got := string(appendValue(nil, c.v)); got != c.want {
			t.Errorf("%+v: %s, want %s", c.v, got, c.want)
		}
	}
}

func FuzzL33_TextIsEncodedTwice(f *testing.F) {
	for _, s := range []string{"", "hello", `"\`, "\r\n\t\x00\x1f\x7f", "ü\u2028\U0001F69A", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var once, twice string
		if err := json.Unmarshal(appendTwice(nil, s), &once); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if err := json.Unmarshal([]byte(once), &twice); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if utf8.ValidString(s) && twice != s {
			t.Errorf("%q read as %q", s, twice)
		}
	})
}

func TestL34_BodyPropertiesBecomeMetadata(t *testing.T) {
	const body = `{"MessageId":"spoofed","deliverycount":99,"tenant":"globex","list":[1],"gone":null,"deep":{"a":[1]},"ok":true}`
	meta := func(def string) map[string]any {
		var doc struct{ Metadata map[string]any }
		raw := appendRequest(nil, messageRequest(define(t, "f", def), delivery(body), when, random))
		if err := json.Unmarshal(raw, &doc); err != nil {
			t.Fatal(err)
		}
		return doc.Metadata
	}
	got := meta(queueFunction("q", ""))
	for name, want := range map[string]any{
		"MessageId": `"spoofed"`, "DeliveryCount": `"99"`, "tenant": `"globex"`, "ok": `"True"`, "list": nil, "gone": nil, "SequenceNumber": "7",
	} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	if _, isObject := got["deep"].(map[string]any); !isObject || got["deliverycount"] != nil {
		t.Errorf("metadata %v", got)
	}
	if got := meta(queueFunction("q", asBinary)); got["MessageId"] != `"m-1"` || got["tenant"] != nil {
		t.Errorf("binary: metadata %v", got)
	}
	for _, other := range []string{"[1]", `"text"`, "7", "{", "null", ""} {
		if got := inject(nil, []byte(other)); got != nil {
			t.Errorf("%s: %v", other, got)
		}
	}
}

func TestL35_TriggerKeysAndSys(t *testing.T) {
	r := &request{function: "Inbound", binding: "msg", now: when, random: random, data: value{kind: text, text: "x"},
		meta: []field{textField("QueueTrigger", "a"), textField("blobtrigger", "b"), textField("myTRIGGER", "c"), textField("trigger", "d"), textField("triggered", "e")}}
	got := string(appendRequest(nil, r))
	const want = `"Metadata":{"triggered":"\"e\"","sys":{"MethodName":"Inbound","UtcNow":"2026-11-02T03:04:05Z","RandGuid":"` + random + `"}}}`
	if !strings.HasSuffix(got, want) {
		t.Errorf("%s, want at its end %s", got, want)
	}
}
