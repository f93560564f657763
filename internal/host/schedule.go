package host

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// schedule tells when a timer fires next after a time.
type schedule interface{ Next(time.Time) time.Time }

// parseSchedule reads a six-field NCRONTAB expression, in UTC, or a time span.
func parseSchedule(s string) (schedule, error) {
	fields := strings.Fields(s)
	if len(fields) == 1 {
		every, err := parseSpan(s)
		if err != nil || every <= 0 {
			return nil, fmt.Errorf("%q is neither six fields (second minute hour day month day-of-week) nor a time span", s)
		}
		return interval(every), nil
	}
	if len(fields) != 6 {
		return nil, fmt.Errorf("%q has %d fields, want six: second minute hour day month day-of-week", s, len(fields))
	}
	if fields[3] != "*" && fields[5] != "*" {
		// NCRONTAB fires when both match, other crons when one does.
		return nil, fmt.Errorf("%q restricts day and day-of-week, which hosts read differently", s)
	}
	parser := cron.NewParser(cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	c, err := parser.Parse("TZ=UTC " + s)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", s, err)
	}
	return c, nil
}

// interval fires that long after the last time.
type interval time.Duration

func (i interval) Next(t time.Time) time.Time { return t.Add(time.Duration(i)) }
