package mappings

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ERPDescriptor says how one kind of ERP is talked to.
type ERPDescriptor struct {
	Kind  string
	Order ERPCall
	// Done, Later and Refused are disjoint. A status in none of them is one to
	// try later: giving up on what is not understood would lose an order.
	Done    Statuses
	Later   Statuses
	Refused Statuses
}

// ERPCall is one HTTP call.
type ERPCall struct {
	Method         string
	Path           string // after the tenant's URL, with {key} and {version} in it
	ContentType    string
	IdempotencyKey string // the header that carries our key
	Timeout        time.Duration
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

// Target is the path and query of a call for one version of one document. key
// must be of the alphabet of record ids, which needs no escaping.
func (c ERPCall) Target(key string, version int) string {
	return strings.NewReplacer("{key}", key, "{version}", strconv.Itoa(version)).Replace(c.Path)
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

const maxERPTimeout = 2 * time.Minute // well under the invocation's own deadline

// erp loads erp/<kind>.jsonc.
func (l *loader) erp(src *source) {
	root, ok := parse(src)
	if !ok {
		return
	}
	e := &ERPDescriptor{Kind: stem(src.name)}
	root.fields(map[string]func(node){
		"order":   func(n node) { e.Order = erpCall(n) },
		"done":    func(n node) { e.Done = statuses(n) },
		"later":   func(n node) { e.Later = statuses(n) },
		"refused": func(n node) { e.Refused = statuses(n) },
	}, "order", "done", "refused")
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
		"method": func(n node) { c.Method = n.oneOf("PUT", "POST", "PATCH") },
		"path": func(n node) {
			c.Path = n.text()
			if !strings.HasPrefix(c.Path, "/") {
				n.fail("%q does not begin with a slash", c.Path)
			}
			for _, name := range placeholder.FindAllString(c.Path, -1) {
				if name != "{key}" && name != "{version}" {
					n.fail("%s is neither {key} nor {version}", name)
				}
			}
		},
		"contentType":    func(n node) { c.ContentType = n.text() },
		"idempotencyKey": func(n node) { c.IdempotencyKey = n.matching(headerPattern, "the name of a header") },
		"timeout": func(n node) {
			d, err := time.ParseDuration(n.text())
			if err != nil || d <= 0 || d > maxERPTimeout {
				n.fail("must be a duration such as 10s, at most %s", maxERPTimeout)
			}
			c.Timeout = d
		},
	}, "method", "path", "idempotencyKey", "timeout")
	return c
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
