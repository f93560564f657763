package x12

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/crossdock/crossdock/edi"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// segments writes AK3, AK4 and what goes with them. It reports whether a
// segment is in error, told or not, by the rules of the standard and by those
// of a guide.
func (a *functional) segments(s SetResult, findings []edi.Finding) (base, guide bool) {
	var placed []edi.Finding
	for _, f := range findings {
		if a.setCode(f.Code) != "" || f.InSet <= 0 {
			continue
		}
		segment, element := a.segmentCode(f.Code), a.elementCode(f.Code)
		if a.guide && strings.HasPrefix(segment+element, "I") {
			guide = true
		} else {
			base = true
		}
		if segment == "" && element == "" || f.InSet > a.maxPosition() || !isTag(f.SegmentID) {
			continue
		}
		placed = append(placed, f)
	}
	slices.SortStableFunc(placed, func(x, y edi.Finding) int {
		return cmp.Or(cmp.Compare(x.InSet, y.InSet), cmp.Compare(a.level(x), a.level(y)), cmp.Compare(x.SegmentID, y.SegmentID))
	})
	written, elements := 0, 0
	for i, f := range placed {
		code := a.segmentCode(f.Code)
		if code != "" || i == 0 || a.level(placed[i-1]) != 1 || placed[i-1].InSet != f.InSet || placed[i-1].SegmentID != f.SegmentID {
			if written++; written > a.p.MaxSegments {
				break
			}
			elements = 0
			a.locate(f, code, s.Context)
		}
		if a.level(f) == 1 && f.Element >= 1 && f.Element <= 99 && elements < a.p.MaxElements {
			elements++
			a.locateElement(f)
		}
	}
	return base, guide
}

// maxPosition is the largest AK302: six digits, from 005010 on ten.
func (a *functional) maxPosition() int {
	if a.from5010() {
		return math.MaxInt32
	}
	return maxCount
}

// level is 0 for a finding about a whole segment, 1 for one about an element.
func (a *functional) level(f edi.Finding) int {
	if a.segmentCode(f.Code) != "" {
		return 0
	}
	return 1
}

func isTag(id string) bool { return (len(id) == 2 || len(id) == 3) && upperAlphanumeric(id) }

// locate writes AK3 or IK3 and, in a 999, the CTX that names the document.
func (a *functional) locate(f edi.Finding, code string, context Context) {
	if code == "" {
		code = elementErrors
	}
	if code == elementErrors && before(a.version, "003030") {
		code = "" // not in the list yet, and AK304 need not be there
	}
	a.w.Segment(a.tag("3"), f.SegmentID, strconv.Itoa(f.InSet), clean(a.d, boundedLoop(f.Loop), 4), code)
	name, value := clean(a.d, context.Name, 35), clean(a.d, context.Value, 35)
	if a.guide && a.d.Component != 0 && name != "" && value != "" {
		a.w.Begin("CTX")
		a.w.Composite(name, value)
		a.w.End()
	}
}

// boundedLoop is AK303: the id of the innermost loop of the path that stands
// between LS and LE, which is that of its first segment; other loops have
// none.
func boundedLoop(path string) string {
	i := strings.LastIndex("/"+path, "/LS/")
	if i < 0 {
		return ""
	}
	id, _, _ := strings.Cut(path[i+len("LS/"):], "/")
	id, _, _ = strings.Cut(id, "#")
	return id
}

// locateElement writes AK4 or IK4.
func (a *functional) locateElement(f edi.Finding) {
	code := a.elementCode(f.Code)
	a.w.Begin(a.tag("4"))
	a.place(f)
	a.w.Element(reference(f.ElementID))
	a.w.Element(code)
	if !a.p.NoValues && f.Code != edi.CodeElementCharacter && sendable(a.d, f.Value) {
		a.w.Element(clean(a.d, f.Value, 99))
	}
	a.w.End()
	// What one element asks of another is told with the segment it is asked in.
	if a.guide && a.d.Component != 0 && (f.Code == edi.CodeElementConditional || f.Code == edi.CodeElementExclusion) {
		a.w.Segment("CTX", "SITUATIONAL TRIGGER", f.SegmentID, strconv.Itoa(f.InSet), clean(a.d, boundedLoop(f.Loop), 4))
	}
}

// reference is AK402, element 725: a number of one to four digits, which the
// id of a composite is not.
func reference(id string) string {
	if len(id) > 4 || !ascii.Digits(id) {
		return ""
	}
	return id
}

// place adds AK401: a simple element before 003050, then a composite, to which
// 005010 adds the repetition.
func (a *functional) place(f edi.Finding) {
	place := []string{strconv.Itoa(f.Element)}
	if a.d.Component != 0 && !before(a.version, "003050") {
		if f.Component >= 1 && f.Component <= 99 {
			place = append(place, strconv.Itoa(f.Component))
		}
		if a.from5010() && f.Repetition >= 1 && f.Repetition <= 9999 {
			if len(place) == 1 {
				place = append(place, "")
			}
			place = append(place, strconv.Itoa(f.Repetition))
		}
	}
	a.w.Composite(place...)
}
