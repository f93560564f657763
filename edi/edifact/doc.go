// Package edifact reads and writes the envelopes of UN/EDIFACT (ISO 9735
// syntax 1 to 4): interchanges (UNB), groups (UNG) and messages (UNH).
//
// A [Reader] turns a stream into [Event]s, one a segment and two a level,
// without holding more than one segment; it takes the service characters from
// UNA or from the shape of UNB, survives missing headers and trailers, and
// goes on at the next UNB after an interchange it cannot read. What is wrong
// is noted as findings on the level it is about. A [Mark] resumes the reading
// at a message. The CONTRL ([AppendCONTRL]) is a function of results alone.
// Interactive EDIFACT (UIB) is not read, nor the objects of packages (UNO).
package edifact
