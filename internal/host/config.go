package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// HostConfig is what this host takes from host.json.
type HostConfig struct {
	FunctionTimeout       time.Duration // 0: none
	RoutePrefix           string
	ForwardHTTP           bool // customHandler.enableForwardingHttpRequest
	Executable            string
	WorkingDirectory      string
	Arguments             []string
	InitializationTimeout time.Duration

	MaxConcurrentCalls    int
	MaxConcurrentSessions int
	MaxLockRenewal        time.Duration
	SessionIdleTimeout    time.Duration
}

// loadConfig reads host.json. Any value can be set by an application setting
// too: AzureFunctionsJobHost__ and the path joined by two underscores.
func loadConfig(root fs.FS, getenv func(string) string) (HostConfig, error) {
	const file = "host.json"
	c := HostConfig{
		FunctionTimeout: 30 * time.Minute, RoutePrefix: "api", InitializationTimeout: 30 * time.Second,
		MaxConcurrentCalls: 16 * runtime.NumCPU(), MaxConcurrentSessions: 8,
		MaxLockRenewal: 5 * time.Minute, SessionIdleTimeout: time.Minute,
	}
	raw, err := fs.ReadFile(root, file)
	if err != nil {
		return c, err
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return c, fmt.Errorf("%s: %w", file, err)
	}
	r := reader{file: file, doc: doc, getenv: getenv}
	if v := r.value("version"); v != "2.0" {
		r.wrong("version", "%v, want \"2.0\"", v)
	}
	r.span(&c.FunctionTimeout, "functionTimeout")
	c.FunctionTimeout = max(c.FunctionTimeout, 0)
	r.text(&c.RoutePrefix, "extensions.http.routePrefix")
	r.flag(&c.ForwardHTTP, "customHandler.enableForwardingHttpRequest")
	r.text(&c.Executable, "customHandler.description.defaultExecutablePath")
	r.text(&c.WorkingDirectory, "customHandler.description.workingDirectory")
	r.list(&c.Arguments, "customHandler.description.arguments")
	r.span(&c.InitializationTimeout, "customHandler.initializationTimeout")
	r.count(&c.MaxConcurrentCalls, "extensions.serviceBus.maxConcurrentCalls")
	r.count(&c.MaxConcurrentSessions, "extensions.serviceBus.maxConcurrentSessions")
	r.span(&c.MaxLockRenewal, "extensions.serviceBus.maxAutoLockRenewalDuration")
	r.span(&c.SessionIdleTimeout, "extensions.serviceBus.sessionIdleTimeout")
	return c, errors.Join(r.errs...)
}

// reader takes typed values out of a JSON document by path.
type reader struct {
	file   string
	doc    map[string]any
	getenv func(string) string
	errs   []error
}

func (r *reader) wrong(path, format string, a ...any) {
	r.errs = append(r.errs, fmt.Errorf(r.file+": "+path+": "+format, a...))
}

// value is nil if the document does not say.
func (r *reader) value(path string) any {
	parts := strings.Split(path, ".")
	if v := r.getenv("AzureFunctionsJobHost__" + strings.Join(parts, "__")); v != "" {
		return v
	}
	var v any = r.doc
	for _, p := range parts {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = nil
		for k, x := range m {
			if strings.EqualFold(k, p) {
				v = x
			}
		}
	}
	return v
}

func (r *reader) text(to *string, path string) {
	switch v := r.value(path).(type) {
	case nil:
	case string:
		*to = v
	default:
		r.wrong(path, "%v is not a string", v)
	}
}

func (r *reader) flag(to *bool, path string) {
	switch v := r.value(path).(type) {
	case nil:
	case bool:
		*to = v
	case string:
		b, err := strconv.ParseBool(v)
		if err != nil {
			r.wrong(path, "%q is neither true nor false", v)
		}
		*to = b
	default:
		r.wrong(path, "%v is neither true nor false", v)
	}
}

func (r *reader) count(to *int, path string) {
	v := r.value(path)
	if v == nil {
		return
	}
	n, err := strconv.Atoi(fmt.Sprint(v))
	if err != nil || n < 1 {
		r.wrong(path, "%v is not a number above 0", v)
		return
	}
	*to = n
}

func (r *reader) span(to *time.Duration, path string) {
	v := r.value(path)
	if v == nil {
		return
	}
	d, err := parseSpan(fmt.Sprint(v))
	if err != nil {
		r.wrong(path, "%w", err)
		return
	}
	*to = d
}

func (r *reader) list(to *[]string, path string) {
	v := r.value(path)
	if v == nil {
		return
	}
	items, ok := v.([]any)
	if !ok {
		r.wrong(path, "%v is not an array", v)
		return
	}
	for _, item := range items {
		*to = append(*to, fmt.Sprint(item))
	}
}

// parseSpan reads a .NET TimeSpan, [d.]hh:mm:ss with a fraction of a second
// if there is one; "-1" is none, and less than nothing.
func parseSpan(s string) (time.Duration, error) {
	if s == "-1" {
		return -1, nil
	}
	wrong := fmt.Errorf("%q is not a time span as [d.]hh:mm:ss", s)
	if strings.Trim(s, "0123456789.:") != "" {
		return 0, wrong
	}
	days, clock := 0, s
	if d, rest, ok := strings.Cut(s, "."); ok && !strings.Contains(d, ":") {
		n, err := strconv.Atoi(d)
		if err != nil || n < 0 {
			return 0, wrong
		}
		days, clock = n, rest
	}
	parts := strings.Split(clock, ":")
	if len(parts) != 3 {
		return 0, wrong
	}
	hours, err1 := strconv.Atoi(parts[0])
	minutes, err2 := strconv.Atoi(parts[1])
	seconds, err3 := strconv.ParseFloat(parts[2], 64)
	if errors.Join(err1, err2, err3) != nil || hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !(seconds >= 0 && seconds < 60) {
		return 0, wrong
	}
	return time.Duration(days)*24*time.Hour + time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute +
		time.Duration(seconds*float64(time.Second)), nil
}
