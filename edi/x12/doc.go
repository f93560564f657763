// Package x12 reads and writes the envelopes of ANSI ASC X12, ISA, GS and ST,
// and what both sides say about them. A [Reader] makes events of a stream
// without holding more than a segment, notes what is wrong on its level, and
// goes on after what it cannot read; a [Mark] resumes it at a set.
//
// A [FatePolicy] makes fates of findings. Acknowledgements ([AppendTA1],
// [Append997], [Append999], [Append824]) are functions of fates, findings and an
// [AckPolicy] alone: the same verdict gives the same bytes, they can be read
// whatever was found, and none is written of an acknowledgement. What a set may
// hold is told by a [Grammar]; what it means, by nothing here.
package x12
