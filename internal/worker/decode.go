package worker

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"time"
)

// envelope returns the value of the one binding in Data of a host's request.
// It reads no further than that: Metadata is not for us to trust.
func envelope(raw []byte) (json.RawMessage, bool) {
	var data json.RawMessage
	found := false
	ok := eachField(raw, func(name, value []byte) bool {
		if !bytes.EqualFold(name, []byte("Data")) {
			return true
		}
		eachField(value, func(_, v []byte) bool {
			data, found = v, true
			return false
		})
		return false
	})
	return data, ok && found
}

// decodeBody is the message a binding's value stands for. With dataType
// binary it is base64; without, a JSON string, which some host versions
// encode once and some twice; an object is taken as it is.
func decodeBody(value json.RawMessage) []byte {
	if len(value) == 0 || value[0] != '"' {
		return bytes.Clone(value)
	}
	inner := value[1 : len(value)-1]
	if len(inner) > 0 && len(inner)%4 == 0 {
		out := make([]byte, base64.StdEncoding.DecodedLen(len(inner)))
		if n, err := base64.StdEncoding.Decode(out, inner); err == nil {
			return out[:n]
		}
	}
	return []byte(decodeText(value))
}

// decodeText is the text of a JSON string that was encoded once or twice. A
// text that is itself a JSON string, encoded once, reads as what it holds:
// hosts encode twice, so this loses nothing they send.
func decodeText(value json.RawMessage) string {
	var once, twice string
	if json.Unmarshal(value, &once) != nil {
		return string(value)
	}
	if len(once) > 1 && once[0] == '"' && json.Unmarshal([]byte(once), &twice) == nil {
		return twice
	}
	return once
}

// decodeTick reads what a timer binding says, and nothing if it says it in
// another way: a tick is for logs.
func decodeTick(value json.RawMessage) Tick {
	if len(value) > 0 && value[0] == '"' {
		value = json.RawMessage(decodeText(value))
	}
	var t struct {
		IsPastDue      bool
		ScheduleStatus *struct{ Last, Next string }
	}
	if json.Unmarshal(value, &t) != nil {
		return Tick{}
	}
	tick := Tick{PastDue: t.IsPastDue}
	if s := t.ScheduleStatus; s != nil {
		tick.Last, tick.Next = parseTime(s.Last), parseTime(s.Next)
	}
	return tick
}

// parseTime reads a host's time; DateTime values carry no zone and are UTC.
func parseTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}
