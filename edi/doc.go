// Package edi reads and writes the syntax that X12 and EDIFACT share: a stream
// of segments made of elements, repetitions and components.
//
// A [Reader] yields one [Segment] at a time as a view into its own buffer, so
// memory is bounded by the longest segment the [Limits] allow and nothing is
// allocated per segment. What is wrong with a document is data: a [Finding]
// with a stable code, a severity and a place. Errors are kept for what stops
// the reading itself: the source failed.
//
// The package knows no envelopes and no grammar; those are edi/x12 and
// edi/edifact. It depends on the standard library only.
package edi
