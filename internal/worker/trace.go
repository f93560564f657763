package worker

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

type traceKey struct{}

// Trace returns the W3C traceparent of the invocation ctx belongs to, its
// span id that of the invocation itself; empty outside of an invocation.
func Trace(ctx context.Context) string {
	t, _ := ctx.Value(traceKey{}).(string)
	return t
}

// trace continues the first valid parent, or begins a trace. A malformed
// parent is passed over: it says nothing about the work.
func (w *Worker) trace(parents ...string) string {
	var span [8]byte
	binary.BigEndian.PutUint64(span[:], w.rand()|1) // an id of zeros is invalid
	b := make([]byte, 0, 55)
	for _, p := range parents {
		if validTrace(p) {
			b = append(b, "00-"...)
			b = append(b, p[3:35]...)
			b = append(b, '-')
			b = hex.AppendEncode(b, span[:])
			b = append(b, '-')
			return string(append(b, p[53:55]...))
		}
	}
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], w.rand()|1)
	binary.BigEndian.PutUint64(id[8:], w.rand())
	b = append(b, "00-"...)
	b = hex.AppendEncode(b, id[:])
	b = append(b, '-')
	b = hex.AppendEncode(b, span[:])
	return string(append(b, "-01"...))
}

// traceID is the trace a traceparent belongs to.
func traceID(traceparent string) string {
	if len(traceparent) < 35 {
		return ""
	}
	return traceparent[3:35]
}

// validTrace reads a traceparent as W3C Trace Context section 3.2 has it: a
// version after 00 may have more fields at its end.
func validTrace(p string) bool {
	if len(p) < 55 || p[2] != '-' || p[35] != '-' || p[52] != '-' {
		return false
	}
	version := p[:2]
	if version == "ff" || version == "00" && len(p) != 55 || len(p) > 55 && p[55] != '-' {
		return false
	}
	for _, field := range []string{version, p[3:35], p[36:52], p[53:55]} {
		for i := range len(field) {
			if c := field[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return strings.Trim(p[3:35], "0") != "" && strings.Trim(p[36:52], "0") != ""
}
