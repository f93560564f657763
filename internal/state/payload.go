package state

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// MaxPayload bounds what a failure keeps of a message: the failure's record,
// and its row on the list of failures, stay under MaxRecordBytes together with
// a cause.
const MaxPayload = 32 << 10

// Payload is a message's body as a failure keeps it: JSON as it is, other
// text as a string, bytes that are no text as {"base64":…}, and {"bytes":n} of
// what would be longer than MaxPayload.
func Payload(body []byte) json.RawMessage {
	if len(body) <= MaxPayload && json.Valid(body) {
		return body
	}
	var raw []byte
	var err error
	if len(body) <= MaxPayload {
		if utf8.Valid(body) {
			raw, err = json.Marshal(string(body))
		} else {
			raw, err = json.Marshal(map[string][]byte{"base64": body})
		}
	}
	if raw == nil || len(raw) > MaxPayload {
		raw, err = json.Marshal(map[string]int{"bytes": len(body)})
	}
	if err != nil { // text, bytes and numbers always marshal
		panic(fmt.Sprintf("state: payload: %v", err))
	}
	return raw
}
