package worker

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/crossdock/crossdock/internal/state"
)

// quoted is s as a host writes it in JSON: encoded once or twice.
func quoted(s string, times int) json.RawMessage {
	for range times {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			panic(err)
		}
		s = string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	}
	return json.RawMessage(s)
}

var texts = []string{
	"", "hello", "4", "0123", "1.50", "null", "true", `"`, `\`, `{"id":1}`, `["a"]`, "a\r\nb\tc\x00", "Grüße 世界 \U0001F69A",
	"\u2028\u2029", "<&>", "test", "abcd", " \x7f ", `"half`, `\u0041`,
}

func FuzzH08_Text(f *testing.F) {
	for _, s := range texts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return // no .NET string
		}
		if got := decodeText(quoted(s, 2)); got != s {
			t.Errorf("encoded twice: %q, want %q", got, s)
		}
		var inner string
		if json.Unmarshal([]byte(s), &inner) == nil {
			return // a JSON string itself: once and twice cannot be told apart
		}
		if got := decodeText(quoted(s, 1)); got != s {
			t.Errorf("encoded once: %q, want %q", got, s)
		}
	})
}

func TestH08_StringsOnceAndTwiceEncoded(t *testing.T) {
	for _, s := range texts {
		for times := 1; times <= 2; times++ {
			if got := decodeText(quoted(s, times)); got != s {
				t.Errorf("encoded %d times: %q, want %q", times, got, s)
			}
		}
	}
}

func FuzzH09_Binary(f *testing.F) {
	for _, s := range append(texts, "\xff\xfe", "a\r\nb\rc\n", "\x00\x00", "\xc9\xe2\xc1\x5c\xf0\xf0\x15") {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		value := json.RawMessage(`"` + base64.StdEncoding.EncodeToString(b) + `"`)
		if got := decodeBody(value); !bytes.Equal(got, b) {
			t.Errorf("%q, want %q", got, b)
		}
	})
}

// TestH09_BytesSurvive carries bytes of every kind to a function.
func TestH09_BytesSurvive(t *testing.T) {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	for _, want := range []string{"ISA*00*          *\r\n~", "\x00", "\xff\xfe\x80", "\xc9\xe2\xc1\x5c\xf0\xf0\x15", string(all[:]), strings.Repeat("\x00\xff\r\n", 40<<10)} {
		var got string
		r := newRig(t, Options{}, func(*rig) []Function {
			return []Function{Events("f", queue, func(body []byte) (state.Wake, error) {
				got = string(body)
				return state.Wake{Tenant: "acme", Aggregate: "order.1"}, nil
			}, func(context.Context, state.Wake) error { return nil })}
		})
		succeeded(t, r.post("/f", request(want)))
		if got != want {
			t.Errorf("%.40q came as %.40q", want, got)
		}
	}
}

func TestDecodeBodyWithoutBinary(t *testing.T) {
	const body = `{"kind":"wake","text":"ü\"\\"}`
	for _, value := range []json.RawMessage{quoted(body, 1), quoted(body, 2), json.RawMessage(body)} {
		if got := string(decodeBody(value)); got != body {
			t.Errorf("%s: %s", value, got)
		}
	}
}

// FuzzEachField holds the scanner to encoding/json: whatever that takes for
// an object, the scanner reads the same, and it never reads out of bounds.
func FuzzEachField(f *testing.F) {
	for _, s := range []string{`{}`, ` { "a" : 1 , "b":[{"c":"]}"}],"d":"\"" } `, `{"a":{"b":{}},"a":2}`, `{"\u0061":null}`, `[]`, `{"a"`, `{"a":}`, `{"a":1,}`, `{"a":"\`, request(wake(0))} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := map[string]string{}
		ok := eachField(raw, func(name, value []byte) bool {
			got[string(name)] = string(value)
			return true
		})
		var doc map[string]json.RawMessage
		if json.Unmarshal(raw, &doc) != nil || doc == nil || !utf8.Valid(raw) {
			return
		}
		if bytes.Count(raw, []byte("["))+bytes.Count(raw, []byte("{")) > maxDepth {
			return
		}
		want := map[string]string{}
		for k, v := range doc {
			want[k] = string(v)
		}
		if !ok || !maps.Equal(got, want) {
			t.Errorf("%s: %t %q, want %q", raw, ok, got, want)
		}
	})
}

func FuzzInvocation(f *testing.F) {
	f.Add([]byte(request(wake(0))))
	f.Add([]byte(`{"Data":{"msg":"\"{\\\"id\\\":1}\""},"Metadata":{"id":"\"1\""}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		data, ok := envelope(raw)
		if ok {
			decodeBody(data)
			decodeTick(data)
		}
	})
}
