package mappings

import "strconv"

// maxPosition bounds the number of an element in a segment.
const maxPosition = 999

// positionAfterID is the number of an element as a CONTRL tells it, which
// counts the segment's id as the first: ours counts from the element behind the
// id, and 0 is the id itself (0098 of ISO 9735).
func positionAfterID() *transform {
	return &transform{
		name: "after-id",
		read: func(dst, value, _ []byte) ([]byte, fault) {
			n, err := strconv.ParseUint(string(value), 10, 16)
			if err != nil || n == 0 || n > maxPosition {
				return dst, notANumber
			}
			dst = append(dst, '"')
			dst = strconv.AppendUint(dst, n-1, 10)
			return append(dst, '"'), fine
		},
		write: func(dst, value []byte, _ *slotInfo) ([]byte, string) {
			n, err := strconv.ParseUint(string(value), 10, 16)
			if err != nil || n >= maxPosition || strconv.FormatUint(n, 10) != string(value) {
				return dst, "is not the number of an element"
			}
			return strconv.AppendUint(dst, n+1, 10), ""
		},
	}
}
