package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"github.com/crossdock/crossdock/edi/business"
	"github.com/crossdock/crossdock/edi/internal/ascii"
)

// words replaces values under a key.
type words struct {
	mac   hash.Hash
	sum   []byte
	known map[string]string // what values became, for speed
}

// mostKnown bounds how many values are remembered, longestKnown their bytes.
const mostKnown, longestKnown = 1 << 16, 64

func newWords(key []byte) *words {
	return &words{mac: hmac.New(sha256.New, key), known: map[string]string{}}
}

// replace replaces the letters and digits of a value, blanks at its end aside,
// in place. A letter becomes another of the same case, a digit but zero another
// but zero; anything else stays, so that type, length and what a standard
// forbids are as they were. The last digit of a number that has a check digit
// fits afterwards if it did before.
func (w *words) replace(value []byte) {
	value = bytes.TrimRight(value, " ")
	if is, ok := w.known[string(value)]; ok {
		copy(value, is)
		return
	}
	was := string(value)
	w.derive(value)
	if len(w.known) < mostKnown && len(was) <= longestKnown {
		w.known[was] = string(value)
	}
}

// derive is replace for a value that is not known yet.
func (w *words) derive(value []byte) {
	checked := hasCheckDigit(value)
	fits := checked && checkDigitFits(value)
	key := bytes.Clone(value)
	for i := range value {
		if i%sha256.Size == 0 {
			w.mac.Reset()
			w.mac.Write(binary.BigEndian.AppendUint32(nil, uint32(i)))
			w.mac.Write(key)
			w.sum = w.mac.Sum(w.sum[:0])
		}
		value[i] = other(value[i], w.sum[i%sha256.Size])
	}
	if !checked {
		return
	}
	last := &value[len(value)-1]
	if fits {
		*last = business.CheckDigit(value[:len(value)-1])
	} else if checkDigitFits(value) {
		*last = '0' + (*last-'0'+1)%10
	}
}

func other(b, by byte) byte {
	switch {
	case '1' <= b && b <= '9':
		return '1' + (b-'1'+1+by%8)%9
	case 'A' <= b && b <= 'Z':
		return 'A' + (b-'A'+1+by%25)%26
	case 'a' <= b && b <= 'z':
		return 'a' + (b-'a'+1+by%25)%26
	}
	return b
}

// hasCheckDigit reports whether a value may be a GTIN, a GLN or an SSCC.
func hasCheckDigit(value []byte) bool {
	switch len(value) {
	case 8, 12, 13, 14, 17, 18, 20:
	default:
		return false
	}
	return ascii.Digits(value)
}

func checkDigitFits(value []byte) bool {
	return business.CheckDigit(value[:len(value)-1]) == value[len(value)-1]
}

// masked is data that has no form known here with its longer words unreadable.
// Words that a reader looks for stay, and so do digits where dates and numbers
// of a header may be among them.
func masked(raw []byte, digits bool) []byte {
	out := bytes.Clone(raw)
	for from := 0; from < len(out); {
		to := from
		for to < len(out) && ascii.Alphanumeric(out[to]) {
			to++
		}
		if to-from > 3 && !telling(out[from:to]) {
			for i := from; i < to; i++ {
				if !digits || out[i] > '9' {
					out[i] = blot(out[i])
				}
			}
		}
		from = to + 1
	}
	return out
}

func blot(b byte) byte {
	switch {
	case b <= '9':
		return '9'
	case b <= 'Z':
		return 'X'
	}
	return 'x'
}

// telling reports whether a reader might take the word for a tag.
func telling(word []byte) bool {
	for _, tag := range []string{"ISA", "IEA", "GS", "ST", "UN", "UIB"} {
		if bytes.Contains(word, []byte(tag)) {
			return true
		}
	}
	return false
}
