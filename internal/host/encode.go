package host

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A value is written to the handler as the real host writes the .NET value of
// its kind: what is not an object becomes a JSON string that holds JSON text,
// except for bytes and times.
type kind uint8

const (
	text   kind = iota + 1 // string: encoded twice
	number                 // int: "7"
	binary                 // byte[]: base64
	date                   // DateTime: no fraction, no zone
	offset                 // DateTimeOffset: whole seconds
	object                 // JSON as it is
	array                  // JSON text as a string
)

type value struct {
	kind  kind
	text  string
	bytes []byte
	num   int64
	at    time.Time
}

type field struct {
	name string
	value
}

func textField(name, s string) field             { return field{name, value{kind: text, text: s}} }
func numberField(name string, n int64) field     { return field{name, value{kind: number, num: n}} }
func dateField(name string, t time.Time) field   { return field{name, value{kind: date, at: t}} }
func offsetField(name string, t time.Time) field { return field{name, value{kind: offset, at: t}} }
func objectField(name, json string) field        { return field{name, value{kind: object, text: json}} }
func arrayField(name, json string) field         { return field{name, value{kind: array, text: json}} }

// request is one invocation before it is written.
type request struct {
	function string
	binding  string
	data     value
	meta     []field
	now      time.Time
	random   string // RandGuid
}

// appendRequest writes the body of an invocation.
func appendRequest(b []byte, r *request) []byte {
	b = append(b, `{"Data":{`...)
	b = appendQuoted(b, r.binding)
	b = append(b, ':')
	b = appendValue(b, r.data)
	b = append(b, `},"Metadata":{`...)
	for _, f := range r.meta {
		if len(f.name) >= 7 && strings.EqualFold(f.name[len(f.name)-7:], "trigger") {
			continue
		}
		b = appendQuoted(b, f.name)
		b = append(b, ':')
		b = appendValue(b, f.value)
		b = append(b, ',')
	}
	b = append(b, `"sys":{"MethodName":`...)
	b = appendQuoted(b, r.function)
	b = append(b, `,"UtcNow":"`...)
	b = r.now.UTC().AppendFormat(b, "2006-01-02T15:04:05Z")
	b = append(b, `","RandGuid":"`...)
	b = append(b, r.random...)
	return append(b, `"}}}`...)
}

func appendValue(b []byte, v value) []byte {
	switch v.kind {
	case text:
		return appendTwice(b, v.text)
	case number:
		b = append(b, '"')
		b = strconv.AppendInt(b, v.num, 10)
		return append(b, '"')
	case binary:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v.bytes)
		return append(b, '"')
	case date:
		return v.at.UTC().AppendFormat(b, `"2006-01-02T15:04:05"`)
	case offset:
		return v.at.UTC().AppendFormat(b, `"2006-01-02T15:04:05+00:00"`)
	case object:
		return append(b, v.text...)
	}
	return appendQuoted(b, v.text)
}

const hexDigits = "0123456789abcdef"

// appendQuoted writes s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD, as they do in a .NET string.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	b = appendEscaped(b, s, false)
	return append(b, '"')
}

// appendTwice writes the JSON string of the JSON string of s.
func appendTwice(b []byte, s string) []byte {
	b = append(b, `"\"`...)
	b = appendEscaped(b, s, true)
	return append(b, `\""`...)
}

func appendEscaped(b []byte, s string, twice bool) []byte {
	slash := `\`
	if twice {
		slash = `\\`
	}
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(b, s[start:i]...)
				b = append(b, "\uFFFD"...)
				start = i + 1
			}
			i += n
			continue
		}
		b = append(b, s[start:i]...)
		b = append(b, slash...)
		switch c {
		case '"', '\\':
			if twice {
				b = append(b, '\\')
			}
			b = append(b, c)
		case '\n':
			b = append(b, 'n')
		case '\r':
			b = append(b, 'r')
		case '\t':
			b = append(b, 't')
		default:
			b = append(b, 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(b, s[start:]...)
}
