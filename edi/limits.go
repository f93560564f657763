package edi

// Limits bound what a document can make a [Reader] hold. The zero value means
// the defaults; each limit has its own finding.
type Limits struct {
	SegmentBytes int // longest segment without its terminator, default 64 KiB; CodeSegmentTooLarge
	Elements     int // most elements of one segment, default 1,000; CodeSegmentElements
}

const (
	defaultSegmentBytes = 64 << 10
	defaultElements     = 1000
	minSegmentBytes     = 2 << 10 // an ISA with generous fields must fit
)

func (l Limits) withDefaults() Limits {
	if l.SegmentBytes <= 0 {
		l.SegmentBytes = defaultSegmentBytes
	}
	l.SegmentBytes = max(l.SegmentBytes, minSegmentBytes)
	if l.Elements <= 0 {
		l.Elements = defaultElements
	}
	return l
}
