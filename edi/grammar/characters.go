package grammar

import "github.com/crossdock/crossdock/edi"

// Characters is the repertoire of X12 that a partner keeps to. EDIFACT names
// its own in the UNB, which the reader of the envelope holds it to.
type Characters string

// The repertoires of X12.
const (
	AnyCharacters      Characters = ""         // all but control characters
	BasicCharacters    Characters = "basic"    // capital letters, digits and some signs
	ExtendedCharacters Characters = "extended" // small letters and the other signs of ASCII too
)

const (
	basicSigns    = ` !"&'()*+,-./:;?=`
	extendedSigns = "%@[]_{}\\|<>~^`#$"
)

// repertoire is the bytes that may stand in a segment, delimiters included;
// nil for any.
func (r Characters) repertoire(d edi.Delimiters) *[256]bool {
	if r == AnyCharacters {
		return nil
	}
	t := &[256]bool{}
	for b := range t {
		c := byte(b)
		t[b] = d.Has(c) || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' && r == ExtendedCharacters
	}
	signs := basicSigns
	if r == ExtendedCharacters {
		signs += extendedSigns
	}
	for i := range len(signs) {
		t[signs[i]] = true
	}
	return t
}

// outside notes the elements that hold other characters.
func (c *Checker) outside(n int) {
	for i := 1; i <= n; i++ {
		v := c.seg.Element(i)
		for _, b := range v {
			if !c.repertoire[b] {
				c.add(spot{element: i}, edi.CodeElementCharacter, edi.Error, v, "a character that the character set of the agreement does not have")
				break
			}
		}
	}
}
