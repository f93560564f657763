package mappings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Identity is an interchange id with its qualifier, which EDIFACT may leave
// out. "*" for both is any identity, and stands only in a guest's file.
type Identity struct {
	Qualifier string `json:"qualifier,omitempty"`
	ID        string `json:"id"`
}

const wildcard = "*"

func (i Identity) any() bool { return i.Qualifier == wildcard && i.ID == wildcard }

func (i Identity) String() string { return i.Qualifier + ":" + i.ID }

// ErrorMode is what an error within a set costs.
type ErrorMode string

const (
	RejectSet         ErrorMode = "reject-set"         // that set; the good ones go on
	RejectGroup       ErrorMode = "reject-group"       // all sets of its group
	RejectInterchange ErrorMode = "reject-interchange" // everything in the interchange
	NoteErrors        ErrorMode = "note"               // nothing where a document could still be built
)

// Delivery says what is handed on side by side.
type Delivery string

const (
	DeliverSets        Delivery = "sets"        // each accepted set by itself
	DeliverInterchange Delivery = "interchange" // the accepted sets of an interchange one after the other, in their order
)

// Duplicates are the days a control number stays taken; 0 switches the check
// off. Numbers that repeat within one file are found in any case.
type Duplicates struct {
	InterchangeDays int `json:"interchangeDays"` // ISA13, UNB 0020
	GroupDays       int `json:"groupDays"`       // GS06, UNG 0048
	SetDays         int `json:"setDays"`         // ST02, UNH 0062
}

// NumberRange is where outbound control numbers are drawn from.
type NumberRange struct {
	First  int64  `json:"first"`
	Last   int64  `json:"last"`
	Prefix string `json:"prefix"` // around each number
	Suffix string `json:"suffix"`
	Digits int    `json:"digits"` // zeros on the left fill a number up to this
	Stop   bool   `json:"stop"`   // after Last no number is left; else First comes again
}

// Text writes a number of the range the way it is sent.
func (r NumberRange) Text(n int64) string {
	return fmt.Sprintf("%s%0*d%s", r.Prefix, r.Digits, n, r.Suffix)
}

// Batch says when documents that wait to be sent leave together in one
// interchange: as soon as one of its limits is reached. The zero value sends
// each document by itself, at once.
type Batch struct {
	Count    int           `json:"count"`    // documents
	Bytes    int64         `json:"bytes"`    // of what is written
	Every    time.Duration `json:"every"`    // since the first that waits
	Schedule string        `json:"schedule"` // cron: minute hour day month weekday
	Zone     string        `json:"zone"`     // IANA name the schedule is read in; empty: UTC
}

// Waits reports whether documents wait for others at all.
func (b Batch) Waits() bool { return b != Batch{} }

// Expect is which acknowledgement of what we sent has to come, and by when.
// One that stays out becomes a failure.
type Expect struct {
	Functional bool          `json:"functional"` // a 997 or 999, or a CONTRL with a verdict
	Within     time.Duration `json:"within"`     // from the time it was sent
}

// Mask is a list of places whose values are shown to nobody: "N1-04" hides an
// element, "SV1-01-2" one component.
type Mask []string

// Hides reports whether a value may not be shown. Element and component count
// from 1; component 0 is the element as a whole.
func (m Mask) Hides(segment string, element, component int) bool {
	if len(m) == 0 {
		return false
	}
	place := fmt.Sprintf("%s-%02d", segment, element)
	return slices.ContainsFunc(m, func(hidden string) bool {
		// What holds a hidden component is hidden as a whole.
		return hidden == place || component == 0 && strings.HasPrefix(hidden, place+"-") ||
			component > 0 && hidden == place+"-"+strconv.Itoa(component)
	})
}
