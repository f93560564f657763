package worker

import (
	"bytes"
	"encoding/json"
)

// maxDepth bounds how deep the scanner follows objects and arrays.
const maxDepth = 100

// eachField calls visit with the raw name and value of each field of a JSON
// object until visit returns false. It finds where values end without reading
// them, which on the path of every invocation is several times cheaper than
// decoding them; what is wrong inside a value shows when the value is read.
// It is false if raw is not an object as far as it was scanned.
func eachField(raw []byte, visit func(name, value []byte) bool) bool {
	i := space(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return false
	}
	i = space(raw, i+1)
	if i < len(raw) && raw[i] == '}' {
		return true
	}
	for {
		end := text(raw, i)
		if end < 0 {
			return false
		}
		name := raw[i+1 : end-1]
		if bytes.IndexByte(name, '\\') >= 0 {
			var s string
			if json.Unmarshal(raw[i:end], &s) != nil {
				return false
			}
			name = []byte(s)
		}
		if i = space(raw, end); i >= len(raw) || raw[i] != ':' {
			return false
		}
		i = space(raw, i+1)
		if end = skip(raw, i); end < 0 {
			return false
		}
		if !visit(name, raw[i:end:end]) {
			return true
		}
		if i = space(raw, end); i >= len(raw) {
			return false
		}
		if raw[i] == '}' {
			return true
		}
		if raw[i] != ',' {
			return false
		}
		i = space(raw, i+1)
	}
}

func space(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\r' || raw[i] == '\t') {
		i++
	}
	return i
}

// text returns the end of the string that begins at i, or -1.
func text(raw []byte, i int) int {
	if i >= len(raw) || raw[i] != '"' {
		return -1
	}
	for i++; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}

// skip returns the end of the value that begins at i, or -1.
func skip(raw []byte, i int) int {
	if i >= len(raw) {
		return -1
	}
	switch c := raw[i]; c {
	case '"':
		return text(raw, i)
	case '{', '[':
		depth := 0
		for i < len(raw) {
			switch raw[i] {
			case '"':
				if i = text(raw, i); i < 0 {
					return -1
				}
				continue
			case '{', '[':
				if depth++; depth > maxDepth {
					return -1
				}
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
		return -1
	case '}', ']', ',', ':':
		return -1
	}
	for i < len(raw) {
		switch raw[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			return i
		}
		i++
	}
	return i
}
