package mappings

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// What several kinds of terms read alike.

func lineEnds() map[string]string { return map[string]string{"none": "", "lf": "\n", "crlf": "\r\n"} }

func delimiter(n node) string {
	s := n.text()
	if len(s) != 1 || s >= "0" && s <= "9" || s >= "A" && s <= "Z" || s >= "a" && s <= "z" || s == " " || s >= "\x7f" {
		n.fail("%q is not one ASCII byte other than a letter, a digit or a space", s)
	}
	return s
}

// replacement reads what stands for a delimiter inside a value.
func replacement(n node) string {
	s := n.text()
	if len(s) != 1 || !printable(s) {
		n.fail("%q is not one printable character", s)
	}
	return s
}

func repeats(bytes ...string) bool {
	for i, b := range bytes {
		if slices.Contains(bytes[:i], b) {
			return true
		}
	}
	return false
}

func applicationID(n node, most int) string {
	s := n.text()
	if len(s) > most || !printable(s) {
		n.fail("%q is not 1 to %d printable characters", s, most)
	}
	return s
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

// identityShape is how a standard writes an identity.
type identityShape struct {
	qualifier *regexp.Regexp
	words     string
	required  bool // a qualifier always stands
	most      int  // characters of the id
}

var (
	x12Identity     = identityShape{qualifierPattern, "a qualifier of two capitals or digits", true, maxX12ID}
	edifactIdentity = identityShape{regexp.MustCompile(`^[A-Z0-9]{1,4}$`), "a qualifier of one to four capitals or digits", false, maxEDIFACTID}
)

// identities reads one identity or a list of them.
func identities(n node, shape identityShape, guest bool) []Identity {
	required := []string{"id"}
	if shape.required {
		required = append(required, "qualifier")
	}
	var list []Identity
	for _, e := range n.elements() {
		var i Identity
		e.fields(map[string]func(node){
			"qualifier": func(n node) {
				if i.Qualifier = n.text(); i.Qualifier != wildcard {
					n.matching(shape.qualifier, shape.words)
				}
			},
			"id": func(n node) {
				i.ID = n.text()
				if len(i.ID) > shape.most || !printable(i.ID) || strings.TrimSpace(i.ID) != i.ID {
					n.fail("%q is not 1 to %d printable characters without the spaces that pad it", i.ID, shape.most)
				}
			},
		}, required...)
		switch {
		case (i.Qualifier == wildcard) != (i.ID == wildcard):
			e.fail("a wildcard stands for qualifier and id or for neither")
		case i.any() && !guest:
			e.fail("a wildcard may stand only in %s.jsonc", guestFile)
		case slices.Contains(list, i):
			e.fail("stands twice")
		}
		list = append(list, i)
	}
	if len(list) == 0 {
		n.fail("must name at least one identity")
	}
	return list
}

// numberShape is how a standard writes a control number.
type numberShape struct {
	most   int  // characters, with prefix and suffix
	affix  bool // a prefix and a suffix may stand
	digits bool // how many digits are written is a setting
}

var (
	x12InterchangeNumber = numberShape{most: 9}
	x12GroupNumber       = numberShape{most: 9, digits: true}
	x12SetNumber         = numberShape{most: 9, affix: true, digits: true}
	edifactNumber        = numberShape{most: maxReference, affix: true, digits: true}
)

// read reads a range over what r has.
func (r *NumberRange) read(n node, shape numberShape) {
	affix := func(to *string) func(node) {
		return func(n node) { *to = n.matching(affixPattern, "1 to 8 letters, digits or hyphens") }
	}
	known := map[string]func(node){
		"first": func(n node) { r.First = n.number(1, lastControlNumber) },
		"last":  func(n node) { r.Last = n.number(1, lastControlNumber) },
		"stop":  func(n node) { r.Stop = n.flag() },
	}
	if shape.digits {
		known["digits"] = func(n node) { r.Digits = int(n.number(1, int64(shape.most))) }
	}
	if shape.affix {
		known["prefix"], known["suffix"] = affix(&r.Prefix), affix(&r.Suffix)
	}
	n.fields(known)
	switch {
	case r.First > r.Last:
		n.fail("first %d is after last %d", r.First, r.Last)
	case len(r.Text(r.Last)) > shape.most:
		n.fail("%s is longer than %d characters", r.Text(r.Last), shape.most)
	}
}

var affixPattern = regexp.MustCompile(`^[A-Za-z0-9-]{1,8}$`)

func (d *Duplicates) read(n node) {
	days := func(to *int) func(node) {
		return func(n node) { *to = int(n.number(0, maxDuplicateDays)) }
	}
	n.fields(map[string]func(node){
		"interchangeDays": days(&d.InterchangeDays),
		"groupDays":       days(&d.GroupDays),
		"setDays":         days(&d.SetDays),
	})
}

// Limits of a batch: what is written is made in memory.
const (
	maxBatchCount = 10_000
	maxBatchBytes = 64 << 20
	maxBatchWait  = 7 * 24 * time.Hour
)

// read reads a batch. What a batch says replaces the default whole: limits
// of two places would be neither's.
func (b *Batch) read(n node) {
	*b = Batch{}
	n.fields(map[string]func(node){
		"count": func(n node) { b.Count = int(n.number(1, maxBatchCount)) },
		"bytes": func(n node) { b.Bytes = n.number(1, maxBatchBytes) },
		"every": func(n node) { b.Every = n.duration(time.Minute, maxBatchWait) },
		"schedule": func(n node) {
			b.Schedule = n.text()
			if _, err := cron.ParseStandard(b.Schedule); err != nil || strings.Contains(b.Schedule, "=") {
				n.fail("%q is not a schedule of minute, hour, day, month and weekday, such as 0 18 * * 1-5", b.Schedule)
			}
		},
		"zone": func(n node) {
			b.Zone = n.text()
			if _, err := time.LoadLocation(b.Zone); err != nil {
				n.fail("%q is not a time zone, such as America/Chicago", b.Zone)
			}
		},
	})
	if b.Waits() && b.Every == 0 && b.Schedule == "" {
		n.fail("needs every or schedule, or the last documents of a batch wait for ever")
	}
	if b.Zone != "" && b.Schedule == "" {
		n.fail("zone is that of a schedule, and there is none")
	}
}

func (e *Expect) read(n node) {
	n.fields(map[string]func(node){
		"functional": func(n node) { e.Functional = n.flag() },
		"within":     func(n node) { e.Within = n.duration(time.Minute, maxDocumentTime) },
	})
}

var maskPattern = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,2}-[0-9]{2}(?:-[1-9][0-9]?)?$`)

func mask(n node) Mask {
	var m Mask
	for _, e := range n.elements() {
		m = append(m, e.matching(maskPattern, "a place, such as N1-04 or SV1-01-2"))
	}
	return m
}
