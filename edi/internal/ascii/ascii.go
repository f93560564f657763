// Package ascii says of what characters a value is.
//
// It knows letters and digits of ASCII alone, which is what tags, codes and
// numbers of interchanges are made of; it does not say what a character set of
// an interchange allows. Nothing in it allocates.
package ascii

// Alphanumeric reports whether b is a letter or a digit.
func Alphanumeric(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}

// Digits reports whether v holds digits only, if anything.
func Digits[T string | []byte](v T) bool {
	for i := range len(v) {
		if v[i]-'0' > 9 {
			return false
		}
	}
	return true
}
