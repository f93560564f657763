// Package x12 reads and writes the envelopes of ANSI ASC X12: interchanges
// (ISA), functional groups (GS) and transaction sets (ST).
//
// A [Reader] turns a stream into [Event]s, one a segment and two a level,
// without holding more than one segment; it survives headers of wrong
// lengths, missing trailers, wrapped lines and text around the data, and goes
// on at the next ISA after an interchange it cannot read. What is wrong is
// noted as findings on the level it is about. A [Mark] resumes the reading at
// a set. Acknowledgements ([AppendTA1], [Append997]) are functions of results
// alone, so that the same verdict always gives the same bytes.
//
// The package knows no grammar of segments; package edi has the codes for it.
package x12
