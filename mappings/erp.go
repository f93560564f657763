package mappings

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ERPDescriptor says how one kind of ERP is talked to.
type ERPDescriptor struct {
	Kind      string
	Documents map[string]ERPCall // by noun: how a document is brought to it
	Events    *ERPEvents         // nil: it has none
	// Done, Later and Refused are disjoint. A status in none of them is one to
	// try later: giving up on what is not understood would lose an order.
	Done    Statuses
	Later   Statuses
	Refused Statuses
}

// ERPCall is one HTTP call.
type ERPCall struct {
	Method         string
	Path           string // after the tenant's URL, with {key}, {version} and {partner} in it
	ContentType    string
	IdempotencyKey string // the header that carries our key
	Timeout        time.Duration
}

// ERPEvents is how an ERP is asked for what it has to say to partners.
type ERPEvents struct {
	Path    string // after the tenant's URL, with {after} and {limit} in it
	Limit   int    // events asked for at a time
	Timeout time.Duration
}

// Target is the path and query for the events after a watermark.
func (e *ERPEvents) Target(after string) string {
	return strings.NewReplacer("{after}", url.QueryEscape(after), "{limit}", strconv.Itoa(e.Limit)).Replace(e.Path)
}

// Outcome is what an ERP's answer means.
type Outcome string

const (
	OutcomeDone    Outcome = "done"
	OutcomeLater   Outcome = "later"
	OutcomeRefused Outcome = "refused"
)

// Outcome classifies an HTTP status.
func (e *ERPDescriptor) Outcome(status int) Outcome {
	switch {
	case e.Done.Has(status):
		return OutcomeDone
	case e.Refused.Has(status):
		return OutcomeRefused
	default:
		return OutcomeLater
	}
}

// Target is the path and query of a call for one version of one document of a
// partner. key must be of the alphabet of record ids, which needs no escaping.
func (c ERPCall) Target(key, partner string, version int) string {
	return strings.NewReplacer("{key}", key, "{version}", strconv.Itoa(version), "{partner}", url.QueryEscape(partner)).Replace(c.Path)
}

// Statuses is a set of HTTP statuses as ranges, ends included.
type Statuses [][2]int

// Has reports whether status is in the set.
func (s Statuses) Has(status int) bool {
	for _, r := range s {
		if status >= r[0] && status <= r[1] {
			return true
		}
	}
	return false
}

var (
	statusPattern = regexp.MustCompile(`^([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?$`)
	headerPattern = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
	placeholder   = regexp.MustCompile(`\{[^}]*\}`)
)

const (
	maxERPTimeout    = 2 * time.Minute // well under the invocation's own deadline
	defaultERPEvents = 100
	maxERPEvents     = 1000
)

// erp loads erp/<kind>.jsonc.
func (l *loader) erp(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	e := &ERPDescriptor{Kind: stem(src.name), Documents: map[string]ERPCall{}}
	root.fields(map[string]func(node){
		"documents": func(n node) {
			n.members(func(noun string, n node) { e.Documents[noun] = erpCall(n) })
		},
		"events":  func(n node) { e.Events = erpEvents(n) },
		"done":    func(n node) { e.Done = statuses(n) },
		"later":   func(n node) { e.Later = statuses(n) },
		"refused": func(n node) { e.Refused = statuses(n) },
	}, "documents", "done", "refused")
	for status := 100; status < 600; status++ {
		if e.Done.Has(status) && e.Refused.Has(status) || e.Later.Has(status) && (e.Done.Has(status) || e.Refused.Has(status)) {
			root.fail("status %d stands in two of done, later and refused", status)
		}
	}
	l.catalog.erps[e.Kind] = e
}

func erpCall(n node) ERPCall {
	c := ERPCall{ContentType: "application/json"}
	n.fields(map[string]func(node){
		"method":         func(n node) { c.Method = n.oneOf("PUT", "POST", "PATCH") },
		"path":           func(n node) { c.Path = n.erpPath("{key}", "{version}", "{partner}") },
		"contentType":    func(n node) { c.ContentType = n.text() },
		"idempotencyKey": func(n node) { c.IdempotencyKey = n.matching(headerPattern, "the name of a header") },
		"timeout":        func(n node) { c.Timeout = n.erpTimeout() },
	}, "method", "path", "idempotencyKey", "timeout")
	return c
}

func erpEvents(n node) *ERPEvents {
	e := &ERPEvents{Limit: defaultERPEvents}
	n.fields(map[string]func(node){
		"path":    func(n node) { e.Path = n.erpPath("{after}", "{limit}") },
		"limit":   func(n node) { e.Limit = int(n.number(1, maxERPEvents)) },
		"timeout": func(n node) { e.Timeout = n.erpTimeout() },
	}, "path", "timeout")
	return e
}

// erpPath reads a path that may have some placeholders in it.
func (n node) erpPath(known ...string) string {
	path := n.text()
	if !strings.HasPrefix(path, "/") {
		n.fail("%q does not begin with a slash", path)
	}
	for _, name := range placeholder.FindAllString(path, -1) {
		if !slices.Contains(known, name) {
			n.fail("%s is not one of %s", name, strings.Join(known, ", "))
		}
	}
	return path
}

func (n node) erpTimeout() time.Duration {
	d, err := time.ParseDuration(n.text())
	if err != nil || d <= 0 || d > maxERPTimeout {
		n.fail("must be a duration such as 10s, at most %s", maxERPTimeout)
	}
	return d
}

func statuses(n node) Statuses {
	var s Statuses
	for _, e := range n.elements() {
		m := statusPattern.FindStringSubmatch(e.text())
		if m == nil {
			e.fail("must be a status such as \"409\" or a range such as \"500-599\"")
			continue
		}
		low, _ := strconv.Atoi(m[1])
		high := low
		if m[2] != "" {
			high, _ = strconv.Atoi(m[2])
		}
		if high < low {
			e.fail("%d is after %d", low, high)
		}
		s = append(s, [2]int{low, high})
	}
	return s
}
