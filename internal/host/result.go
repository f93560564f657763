package host

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// errEmpty is a 2xx without a result: the real host never ends such an
// invocation, and its timeout kills the handler.
var errEmpty = errors.New("2xx with an empty or null body")

// result is what a handler answered.
type result struct {
	Outputs     map[string]json.RawMessage
	Logs        []string
	ReturnValue json.RawMessage
}

// readResult reads a handler's answer to an invocation.
func readResult(status int, contentType string, body []byte) (result, error) {
	var r result
	if status < 200 || status > 299 {
		// The real host drops the body here; the handler logs what happened.
		return r, fmt.Errorf("handler answered %d %s", status, http.StatusText(status))
	}
	if len(body) == 0 {
		return r, errEmpty
	}
	if contentType != "application/json" {
		media, _, err := mime.ParseMediaType(contentType)
		if err != nil || media != "application/json" && !strings.HasSuffix(media, "+json") {
			return r, fmt.Errorf("handler answered with content type %q, want application/json", contentType)
		}
	}
	if string(body) == "{}" {
		return r, nil
	}
	var p *result
	if err := json.Unmarshal(body, &p); err != nil {
		return r, fmt.Errorf("handler's answer: %w", err)
	}
	if p == nil {
		return r, errEmpty
	}
	return *p, nil
}

// output finds the value of an output binding. With no $return binding the
// properties of an object returned count as outputs.
func (r result) output(f FunctionDefinition, b Binding) (json.RawMessage, bool) {
	if b.Name == "$return" {
		return r.ReturnValue, len(r.ReturnValue) > 0
	}
	if v, ok := r.Outputs[b.Name]; ok {
		return v, true
	}
	for _, other := range f.Bindings {
		if other.Name == "$return" {
			return nil, false
		}
	}
	var returned map[string]json.RawMessage
	if json.Unmarshal(r.ReturnValue, &returned) != nil {
		return nil, false
	}
	v, ok := returned[b.Name]
	return v, ok
}

// messages is the value of a queue output as the bodies it sends: an array is
// several. A string that happens to be base64 is sent as the bytes it stands
// for, which the real host does without a word unless the binding says binary.
func messages(b Binding, v json.RawMessage) [][]byte {
	var items []json.RawMessage
	if json.Unmarshal(v, &items) != nil {
		items = []json.RawMessage{v}
	}
	var out [][]byte
	for _, item := range items {
		var s string
		if json.Unmarshal(item, &s) != nil {
			out = append(out, item)
			continue
		}
		plain, err := base64.StdEncoding.DecodeString(s)
		if b.DataType == "binary" || s == "" || err != nil {
			plain = []byte(s)
		}
		out = append(out, plain)
	}
	return out
}
