package edifact

import (
	"fmt"
	"slices"

	"github.com/crossdock/crossdock/edi"
)

// Shapes of service segments: how many components each element has. None of
// them repeats.
var (
	shapeUNB     = []int{2, 3, 3, 2, 1, 2, 1, 1, 1, 1, 1}
	shapeUNB4    = []int{5, 4, 4, 2, 1, 2, 1, 1, 1, 1, 1} // from syntax 4 on
	shapeUNG     = []int{1, 2, 2, 2, 1, 1, 3, 1}
	shapeUNH     = []int{1, 5, 1, 2}
	shapeUNH4    = []int{1, 7, 1, 2, 4, 4, 4} // from syntax 4 on
	shapeTrailer = []int{1, 1}
)

// shapeOf is the shape of a service segment that the reader acts on.
func shapeOf(tag, version string) []int {
	from4 := version >= "4"
	switch {
	case tag == "UNB" && from4:
		return shapeUNB4
	case tag == "UNB":
		return shapeUNB
	case tag == "UNG":
		return shapeUNG
	case tag == "UNH" && from4:
		return shapeUNH4
	case tag == "UNH":
		return shapeUNH
	}
	return shapeTrailer
}

// checkShape hands on what a service segment has beyond its shape. That of
// UNH is an error, as in any segment of a message; a level above is not
// refused for what can be passed over.
func checkShape(seg *edi.Segment, version string, add func(edi.Finding)) {
	tag := seg.ID()
	shape, severity := shapeOf(tag, version), edi.Warning
	if tag == "UNH" {
		severity = edi.Error
	}
	for i := 1; i <= seg.Len(); i++ {
		v := seg.Element(i)
		if len(v) == 0 {
			continue
		}
		if i > len(shape) {
			add(at(seg, edi.CodeElementTooMany, severity, i, 0, v, fmt.Sprintf("%s has %d elements", tag, len(shape))))
			return
		}
		if again := seg.Repetition(i, 2); again != nil {
			f := at(seg, edi.CodeRepetitionTooMany, severity, i, 0, again, "the element does not repeat")
			f.Repetition = 2
			add(f)
		}
		if c := seg.Component(i, shape[i-1]+1); len(c) > 0 {
			message := fmt.Sprintf("the element has at most %d components", shape[i-1])
			add(at(seg, edi.CodeComponentTooMany, severity, i, shape[i-1]+1, c, message))
		}
	}
}

// checkTogether holds the UNG of syntax 4 to its note: type, agency and
// version stand together or not at all.
func checkTogether(seg *edi.Segment, add func(edi.Finding)) {
	together := []int{1, 6, 7}
	absent := func(i int) bool { return len(seg.Element(i)) == 0 }
	if i := slices.IndexFunc(together, absent); i >= 0 && slices.ContainsFunc(together, func(i int) bool { return !absent(i) }) {
		add(at(seg, edi.CodeElementConditional, edi.Error, together[i], 0, nil, "0038, 0051 and the version stand together or not at all"))
	}
}
