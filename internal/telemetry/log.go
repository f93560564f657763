// Package telemetry is how Crossdock tells what it does: logs of one JSON
// object a line.
//
// It holds the form of a log line and nothing of what is said. Lines go to
// stdout, where the Functions host takes them as information; payloads and
// secrets are never logged.
package telemetry

import (
	"io"

	"github.com/rs/zerolog"
)

// Log returns the logger of a process, writing to w.
func Log(w io.Writer) zerolog.Logger { return zerolog.New(w).With().Timestamp().Logger() }
