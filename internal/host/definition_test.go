package host

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/crossdock/crossdock/internal/local"
)

// TestLoadOurs reads the application of this repository.
func TestLoadOurs(t *testing.T) {
	defs, config, err := Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if config.FunctionTimeout != 15*time.Minute || config.MaxLockRenewal != 10*time.Minute || config.SessionIdleTimeout != time.Second ||
		config.MaxConcurrentSessions != 64 || !config.ForwardHTTP || config.Executable != "handler" || config.RoutePrefix != "api" {
		t.Errorf("host.json: %+v", config)
	}
	for _, d := range defs {
		b := d.Trigger()
		if b.Type == QueueTrigger && !strings.HasSuffix(b.QueueName, "DeadLetterQueue") && (b.DataType != "binary" || !b.IsSessionsEnabled) {
			t.Errorf("%s: want sessions and dataType binary", d.File)
		}
		if b.Type == HTTPTrigger && !d.forwards() {
			t.Errorf("%s: would not be forwarded", d.File)
		}
	}
}

func TestLoadStagedLayout(t *testing.T) {
	root := fstest.MapFS{
		"host.json":       {Data: []byte(plainHost)},
		"f/function.json": {Data: []byte(queueFunction("q", ""))},
		"assets/logo.txt": {Data: []byte("x")},
		"handler":         {Data: []byte("x")},
	}
	defs, _, err := Load(root)
	if err != nil || len(defs) != 1 || defs[0].Name != "f" || defs[0].Trigger().QueueName != "q" {
		t.Errorf("%+v, %v", defs, err)
	}
}

// TestLoadNamesFileAndField has one mistake a case.
func TestLoadNamesFileAndField(t *testing.T) {
	binding := func(s string) string { return `{"bindings":[` + s + `]}` }
	for name, c := range map[string]struct{ host, function, want string }{
		"no bindings":      {plainHost, `{}`, "bindings: 0 triggers"},
		"two triggers":     {plainHost, binding(`{"type":"timerTrigger","direction":"in","name":"a","schedule":"0 * * * * *"},{"type":"timerTrigger","direction":"in","name":"b","schedule":"0 * * * * *"}`), "bindings: 2 triggers"},
		"unknown type":     {plainHost, binding(`{"type":"blobTrigger","direction":"in","name":"a"}`), "bindings[0].type: \"blobTrigger\""},
		"misspelled":       {plainHost, binding(`{"type":"serviceBusTrigger","direction":"in","name":"a","queueNaem":"q"}`), "queueNaem"},
		"no queue":         {plainHost, binding(`{"type":"serviceBusTrigger","direction":"in","name":"a"}`), "bindings[0].queueName: missing"},
		"no name":          {plainHost, binding(`{"type":"serviceBusTrigger","direction":"in","queueName":"q"}`), "bindings[0].name: missing"},
		"direction":        {plainHost, binding(`{"type":"serviceBusTrigger","direction":"out","name":"a","queueName":"q"}`), "bindings[0].direction"},
		"data type":        {plainHost, queueFunction("q", `,"dataType":"stream"`), "bindings[0].dataType"},
		"batches":          {plainHost, queueFunction("q", `,"cardinality":"many"`), "bindings[0].cardinality"},
		"dead sessions":    {plainHost, queueFunction("q/$DeadLetterQueue", `,"isSessionsEnabled":true`), "bindings[0].isSessionsEnabled"},
		"no schedule":      {plainHost, binding(`{"type":"timerTrigger","direction":"in","name":"a"}`), "bindings[0].schedule: missing"},
		"five fields":      {plainHost, binding(`{"type":"timerTrigger","direction":"in","name":"a","schedule":"* * * * *"}`), "five"},
		"route":            {plainHost, binding(`{"type":"httpTrigger","direction":"in","name":"a","route":"x/{id:int}"}`), "bindings[0].route"},
		"not JSON":         {plainHost, `{`, "function.json"},
		"host not JSON":    {`{`, queueFunction("q", ""), "host.json"},
		"version":          {`{"version":"1.0"}`, queueFunction("q", ""), "host.json: version"},
		"function timeout": {`{"version":"2.0","functionTimeout":"15m"}`, queueFunction("q", ""), "host.json: functionTimeout"},
		"sessions":         {`{"version":"2.0","extensions":{"serviceBus":{"maxConcurrentSessions":0}}}`, queueFunction("q", ""), "maxConcurrentSessions"},
		"flag":             {`{"version":"2.0","customHandler":{"enableForwardingHttpRequest":1}}`, queueFunction("q", ""), "enableForwardingHttpRequest"},
	} {
		t.Run(name, func(t *testing.T) {
			want := c.want
			if want == "five" {
				want = "bindings[0].schedule: \"* * * * *\" has 5 fields"
			}
			_, _, err := Load(application(c.host, map[string]string{"f": c.function}))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Fatalf("error %v, want %q", err, want)
			}
			if c.host == plainHost && !strings.Contains(err.Error(), "functions/f/function.json") {
				t.Errorf("error %v does not name the file", err)
			}
		})
	}
	t.Run("all at once", func(t *testing.T) {
		_, _, err := Load(application(`{"version":"1.0"}`, map[string]string{"f": `{}`, "g": `{}`}))
		for _, part := range []string{"host.json", "functions/f/", "functions/g/"} {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("error %v does not name %s", err, part)
			}
		}
	})
	t.Run("nothing there", func(t *testing.T) {
		if _, _, err := Load(fstest.MapFS{}); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("error %v", err)
		}
		root := application(plainHost, nil)
		root["functions/f/readme.md"] = &fstest.MapFile{Data: []byte("x")}
		if _, _, err := Load(root); err == nil || !strings.Contains(err.Error(), "functions/f/function.json") {
			t.Errorf("error %v", err)
		}
	})
}

func TestL48_RefusesRetry(t *testing.T) {
	retry := `,"retry":{"strategy":"fixedDelay","maxRetryCount":3,"delayInterval":"00:00:05"}}`
	for name, def := range map[string]string{
		"queue": queueFunction("q", ""),
		"http":  `{"bindings":[{"type":"httpTrigger","direction":"in","name":"r"}]}`,
		"timer": `{"bindings":[{"type":"timerTrigger","direction":"in","name":"t","schedule":"0 * * * * *"}]}`,
	} {
		_, _, err := Load(application(plainHost, map[string]string{"f": strings.TrimSuffix(def, "}") + retry}))
		if err == nil || !strings.Contains(err.Error(), "functions/f/function.json: retry") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestL49_ResolvesNames(t *testing.T) {
	p, err := local.Open(t.TempDir(), local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	root := application(plainHost, map[string]string{
		"q": queueFunction("%STAGE%-%KIND%", ""),
		"t": `{"bindings":[{"type":"timerTrigger","direction":"in","name":"t","schedule":"%WHEN%"}]}`,
		"h": `{"bindings":[{"type":"httpTrigger","direction":"in","name":"r","route":"%PATH_%/x"}]}`,
	})
	all := settings{"STAGE": "test", "KIND": "orders", "WHEN": "0 */5 * * * *", "PATH_": "v1"}
	h, err := New(Options{Root: root, Queues: p.Queues, Getenv: all.get})
	if err != nil {
		t.Fatal(err)
	}
	byName := func(name string) *function {
		return h.functions[slices.IndexFunc(h.functions, func(f *function) bool { return f.Name == name })]
	}
	if byName("q").queue != "test-orders" || byName("t").Trigger().Schedule != "0 */5 * * * *" || byName("h").Trigger().Route != "v1/x" {
		t.Errorf("resolved to %+v", h.functions)
	}

	for name, want := range map[string]string{
		"STAGE":                                  "functions/q/function.json: bindings[0].queueName: no setting %STAGE%",
		"WHEN":                                   "functions/t/function.json: bindings[0].schedule: no setting %WHEN%",
		"PATH_":                                  "functions/h/function.json: bindings[0].route: no setting %PATH_%",
		connection + "__fullyQualifiedNamespace": "functions/q/function.json: bindings[0].connection: no setting " + connection + "__fullyQualifiedNamespace",
	} {
		without := settings{}
		for k, v := range all {
			without[k] = v
		}
		without[name] = ""
		if _, err := New(Options{Root: root, Queues: p.Queues, Getenv: without.get}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	all["WHEN"] = "often"
	if _, err := New(Options{Root: root, Queues: p.Queues, Getenv: all.get}); err == nil || !strings.Contains(err.Error(), "functions/t/function.json: schedule") {
		t.Errorf("schedule: %v", err)
	}
}

func TestParseSpan(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"00:00:01": time.Second, "00:15:00": 15 * time.Minute, "1.02:03:04": 26*time.Hour + 3*time.Minute + 4*time.Second,
		"00:00:00.05": 50 * time.Millisecond, "-1": -1, "23:59:59": 24*time.Hour - time.Second,
	} {
		if got, err := parseSpan(s); err != nil || got != want {
			t.Errorf("%s: %s, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "1", "00:60:00", "24:00:00", "00:00", "00:00:60", "x.00:00:00", "-00:01:00", "00:00:NaN"} {
		if got, err := parseSpan(s); err == nil {
			t.Errorf("%q: %s", s, got)
		}
	}
}

func TestParseSchedule(t *testing.T) {
	from := time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC)
	for s, want := range map[string]string{
		"0 * * * * *": "03:05:00", "30 * * * * *": "03:04:30", "0 30 4 * * *": "04:30:00", "00:00:10": "03:04:15", "0 0 5 * * MON-FRI": "05:00:00",
	} {
		got, err := parseSchedule(s)
		if err != nil || got.Next(from).Format(time.TimeOnly) != want {
			t.Errorf("%s: %v, want %s", s, err, want)
		}
	}
	for _, s := range []string{"", "* * * * *", "0 0 0 1 * MON", "61 * * * * *", "00:00:00", "@hourly", "-1"} {
		if _, err := parseSchedule(s); err == nil {
			t.Errorf("%q passes", s)
		}
	}
}
