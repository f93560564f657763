package host

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/crossdock/crossdock/internal/state"
)

// never is DateTime.MaxValue, when a message without a time to live expires.
var never = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// messageRequest is the invocation of a queue function for a delivery.
func messageRequest(f FunctionDefinition, d state.Delivery, now time.Time, random string) *request {
	b := f.Trigger()
	r := &request{function: f.Name, binding: b.Name, now: now, random: random}
	properties := "{}"
	if d.Reason != "" {
		properties = string(appendProperties(nil, d))
	}
	r.meta = make([]field, 0, 24)
	r.meta = append(r.meta,
		textField("MessageId", d.ID),
		numberField("DeliveryCount", int64(d.DeliveryCount)),
		numberField("SequenceNumber", d.Sequence))
	if d.Session != "" {
		r.meta = append(r.meta, textField("SessionId", d.Session), objectField("MessageSession", "{}"))
	}
	r.meta = append(r.meta,
		textField("ContentType", "application/json"),
		textField("LockToken", d.Token),
		dateField("EnqueuedTimeUtc", d.Enqueued),
		offsetField("EnqueuedTime", d.Enqueued),
		dateField("ExpiresAtUtc", never),
		offsetField("ExpiresAt", never),
		objectField("ApplicationProperties", properties),
		objectField("UserProperties", properties),
		objectField("MessageReceiver", "{}"),
		objectField("MessageActions", "{}"),
		objectField("SessionActions", "{}"),
		objectField("ReceiveActions", "{}"),
		objectField("Client", "{}"))
	if b.DataType == "binary" {
		r.data = value{kind: binary, bytes: d.Body}
		return r
	}
	r.data = value{kind: text, text: string(d.Body)}
	r.meta = inject(r.meta, d.Body)
	return r
}

// appendProperties writes the application properties of a dead letter.
func appendProperties(b []byte, d state.Delivery) []byte {
	b = append(b, `{"DeadLetterReason":`...)
	b = appendQuoted(b, d.Reason)
	b = append(b, `,"DeadLetterErrorDescription":`...)
	b = appendQuoted(b, d.Description)
	return append(b, '}')
}

// inject merges the properties of a body that is a JSON object into the
// metadata, over what the broker said and whatever the case of the names: the
// real host does, so a handler must not believe its metadata. Arrays and
// nulls are left out, and other values but objects become strings first.
func inject(meta []field, body []byte) []field {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') || !json.Valid(body) {
		return meta
	}
	var added []field
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return meta
		}
		var raw json.RawMessage
		if d.Decode(&raw) != nil {
			return meta
		}
		f, ok := injected(name, raw)
		if !ok {
			continue
		}
		same := func(have field) bool { return strings.EqualFold(have.name, name) }
		if i := slices.IndexFunc(meta, same); i >= 0 {
			meta[i].value = f.value
		} else if i := slices.IndexFunc(added, same); i >= 0 {
			added[i].value = f.value
		} else {
			added = append(added, f)
		}
	}
	return append(added, meta...)
}

func injected(name string, raw json.RawMessage) (field, bool) {
	switch raw[0] {
	case '[', 'n':
		return field{}, false
	case '{':
		return objectField(name, string(raw)), true
	case '"':
		var s string
		_ = json.Unmarshal(raw, &s) // raw is valid: the whole body is
		return textField(name, s), true
	case 't':
		return textField(name, "True"), true // bool.ToString of .NET
	case 'f':
		return textField(name, "False"), true
	}
	return textField(name, string(raw)), true
}
