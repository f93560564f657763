package host

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/crossdock/crossdock/internal/state"
)

// FunctionDefinition is one folder with a function.json.
type FunctionDefinition struct {
	Name     string
	File     string // the function.json, relative to the root
	Disabled bool
	Bindings []Binding
}

// Binding is one entry of bindings, as written: %NAME% is not yet resolved.
type Binding struct {
	Type              string   `json:"type"`
	Direction         string   `json:"direction"`
	Name              string   `json:"name"`
	DataType          string   `json:"dataType"`
	QueueName         string   `json:"queueName"`
	Connection        string   `json:"connection"`
	Cardinality       string   `json:"cardinality"`
	IsSessionsEnabled bool     `json:"isSessionsEnabled"`
	Schedule          string   `json:"schedule"`
	RunOnStartup      bool     `json:"runOnStartup"`
	UseMonitor        *bool    `json:"useMonitor"`
	Route             string   `json:"route"`
	Methods           []string `json:"methods"`
	AuthLevel         string   `json:"authLevel"` // not enforced here, as no local host does: keys live in the cloud
}

// Types of bindings.
const (
	QueueTrigger = "serviceBusTrigger"
	TimerTrigger = "timerTrigger"
	HTTPTrigger  = "httpTrigger"
	HTTPOut      = "http"
	QueueOut     = "serviceBus"
)

// Trigger is the binding that starts the function.
func (f FunctionDefinition) Trigger() Binding {
	for _, b := range f.Bindings {
		if isTrigger(b.Type) {
			return b
		}
	}
	return Binding{}
}

// forwards reports whether the host passes the function's requests on as they
// are, if it is told to do so at all.
func (f FunctionDefinition) forwards() bool {
	return len(f.Bindings) == 2 && f.Trigger().Type == HTTPTrigger &&
		slices.ContainsFunc(f.Bindings, func(b Binding) bool { return b.Type == HTTPOut && b.Direction == "out" })
}

func isTrigger(t string) bool { return strings.HasSuffix(strings.ToLower(t), "trigger") }

// Load reads host.json and every function.json of an application: in
// functions/<name>/, as the source has them, or beside host.json, as they are
// deployed. The error joins one for each mistake, which names file and field.
func Load(root fs.FS) ([]FunctionDefinition, HostConfig, error) {
	config, err := loadConfig(root, func(string) string { return "" })
	errs := []error{err}
	folder := "functions"
	if info, err := fs.Stat(root, folder); err != nil || !info.IsDir() {
		folder = "."
	}
	entries, err := fs.ReadDir(root, folder)
	if err != nil {
		return nil, config, errors.Join(append(errs, fmt.Errorf("functions: %w", err))...)
	}
	var defs []FunctionDefinition
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		file := path.Join(folder, e.Name(), "function.json")
		raw, err := fs.ReadFile(root, file)
		if errors.Is(err, fs.ErrNotExist) && folder == "." {
			continue
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		def, err := parseDefinition(e.Name(), file, raw)
		errs = append(errs, err)
		defs = append(defs, def)
	}
	if len(defs) == 0 {
		errs = append(errs, fmt.Errorf("%s: no folder with a function.json", folder))
	}
	return defs, config, errors.Join(errs...)
}

func parseDefinition(name, file string, raw []byte) (FunctionDefinition, error) {
	def := FunctionDefinition{Name: name, File: file}
	var doc struct {
		Schema   string          `json:"$schema"`
		Disabled bool            `json:"disabled"`
		Bindings []Binding       `json:"bindings"`
		Retry    json.RawMessage `json:"retry"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		return def, fmt.Errorf("%s: %w", file, err)
	}
	def.Disabled, def.Bindings = doc.Disabled, doc.Bindings

	var errs []error
	wrong := func(format string, a ...any) { errs = append(errs, fmt.Errorf(file+": "+format, a...)) }
	triggers := 0
	for i, b := range def.Bindings {
		if isTrigger(b.Type) {
			triggers++
		}
		checkBinding(b, func(field, format string, a ...any) {
			wrong("bindings[%d].%s: "+format, append([]any{i, field}, a...)...)
		})
	}
	if triggers != 1 {
		wrong("bindings: %d triggers, want one", triggers)
	}
	if trigger := def.Trigger(); len(doc.Retry) > 0 && string(doc.Retry) != "null" && trigger.Type != TimerTrigger {
		// The real host warns and retries in the process all the same, under
		// the same message lock.
		wrong("retry: not supported for %s", trigger.Type)
	} else if len(doc.Retry) > 0 {
		wrong("retry: not supported by this host")
	}
	return def, errors.Join(errs...)
}

func checkBinding(b Binding, wrong func(field, format string, a ...any)) {
	direction := "in"
	switch b.Type {
	case QueueTrigger:
		switch {
		case b.QueueName == "":
			wrong("queueName", "missing")
		case b.IsSessionsEnabled && strings.HasSuffix(b.QueueName, state.DeadLetter):
			wrong("isSessionsEnabled", "a dead-letter queue has no sessions")
		}
		if b.Cardinality != "" && b.Cardinality != "one" {
			wrong("cardinality", "%q is not supported by this host", b.Cardinality)
		}
	case TimerTrigger:
		if b.Schedule == "" {
			wrong("schedule", "missing")
		} else if !strings.Contains(b.Schedule, "%") {
			if _, err := parseSchedule(b.Schedule); err != nil {
				wrong("schedule", "%w", err)
			}
		}
	case HTTPTrigger:
		if _, err := patterns(b.Route); err != nil {
			wrong("route", "%w", err)
		}
	case HTTPOut:
		direction = "out"
	case QueueOut:
		direction = "out"
		if b.QueueName == "" {
			wrong("queueName", "missing")
		}
	default:
		wrong("type", "%q is not supported by this host: %s, %s, %s, %s or %s", b.Type, QueueTrigger, TimerTrigger, HTTPTrigger, HTTPOut, QueueOut)
		return
	}
	if b.Direction != direction {
		wrong("direction", "%q, want %q", b.Direction, direction)
	}
	if b.Name == "" {
		wrong("name", "missing")
	}
	if !slices.Contains([]string{"", "binary", "string"}, b.DataType) {
		wrong("dataType", "%q is not supported by this host", b.DataType)
	}
}

// resolve replaces each %NAME% by the setting of that name and checks that
// the settings of connections are there, so that a mistake shows at start.
func resolve(def FunctionDefinition, getenv func(string) string) (FunctionDefinition, error) {
	var errs []error
	def.Bindings = slices.Clone(def.Bindings)
	for i := range def.Bindings {
		b := &def.Bindings[i]
		for _, f := range []struct {
			name string
			text *string
		}{{"queueName", &b.QueueName}, {"schedule", &b.Schedule}, {"route", &b.Route}} {
			s, missing := expand(*f.text, getenv)
			for _, name := range missing {
				errs = append(errs, fmt.Errorf("%s: bindings[%d].%s: no setting %%%s%%", def.File, i, f.name, name))
			}
			*f.text = s
		}
		if b.Type != QueueTrigger && b.Type != QueueOut {
			continue
		}
		if b.Connection == "" {
			b.Connection = "AzureWebJobsServiceBus"
		}
		if getenv(b.Connection) == "" && getenv(b.Connection+"__fullyQualifiedNamespace") == "" {
			errs = append(errs, fmt.Errorf("%s: bindings[%d].connection: no setting %s__fullyQualifiedNamespace", def.File, i, b.Connection))
		}
	}
	return def, errors.Join(errs...)
}

// expand replaces %NAME% in s; names without a value are returned, and
// replaced by nothing.
func expand(s string, getenv func(string) string) (string, []string) {
	var out strings.Builder
	var missing []string
	for {
		before, rest, found := strings.Cut(s, "%")
		out.WriteString(before)
		if !found {
			return out.String(), missing
		}
		name, after, closed := strings.Cut(rest, "%")
		if !closed {
			out.WriteString("%" + rest)
			return out.String(), missing
		}
		v := getenv(name)
		if v == "" {
			missing = append(missing, name)
		}
		out.WriteString(v)
		s = after
	}
}
