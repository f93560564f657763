// Package grammar holds what a document of one release may hold, as compiled
// tables, and checks the segments of a set against them as they come.
//
// A [Grammar] is one release of X12 or EDIFACT: elements, composites,
// segments with their notes, sets with their loops, and code lists. A [Walker]
// places segments; a [Checker] places them and checks what is in them. What a
// partner does differently is a [Patch]. It knows no envelopes, reads no files
// and means nothing by the values; the tables of the releases are embedded in
// edi/x12 and edi/edifact. A Grammar never changes and may be shared; a
// segment costs the same whatever the size of the set, and allocates nothing.
package grammar
