package state

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ID joins parts to a record id or an aggregate name of the safe alphabet
// [A-Za-z0-9._~-]: what lies outside is written ~XX, so different parts give
// different ids. In an id longer than maxPlain each part longer than its hash
// is replaced by it; such an id of up to seven parts is no longer than
// MaxIDBytes allows a list to make of it.
func ID(parts ...string) string {
	plain := make([]string, len(parts))
	for i, p := range parts {
		plain[i] = escape(p)
	}
	if id := strings.Join(plain, "."); len(id) <= maxPlain {
		return id
	}
	for i, p := range parts {
		if len(plain[i]) > hashBytes {
			plain[i] = "~h" + Hash(p)[:hashBytes-2]
		}
	}
	return strings.Join(plain, ".")
}

const (
	// hashBytes is the length of a part that is replaced by its hash.
	hashBytes = 32
	// maxPlain is the longest id that is written out. A row's id is longer by
	// the 17 bytes of its time, and what is made of an aggregate's id by a few
	// more (a failure, a copy that waits), and all of them are ids.
	maxPlain = 200
)

const upperHex = "0123456789ABCDEF"

// escape writes a part in the safe alphabet, the separator escaped too:
// ID("a.b", "c") and ID("a", "b.c") differ.
func escape(p string) string {
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c != '.' && c != '~' && safeByte(c) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('~')
		b.WriteByte(upperHex[c>>4])
		b.WriteByte(upperHex[c&15])
	}
	return b.String()
}

func safeByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '.' || c == '_' || c == '~' || c == '-'
}

// ValidID reports whether a record id or an aggregate is one every platform takes.
func ValidID(id string) bool {
	if id == "" || len(id) > MaxIDBytes {
		return false
	}
	for i := 0; i < len(id); i++ {
		if !safeByte(id[i]) {
			return false
		}
	}
	return true
}

// ValidAggregate reports whether a partition's second key is well formed: an
// id, or ids joined by slashes as lists have them.
func ValidAggregate(a string) bool {
	if len(a) > MaxIDBytes {
		return false
	}
	for s := range strings.SplitSeq(a, "/") {
		if !ValidID(s) {
			return false
		}
	}
	return true
}

// ValidTenant reports whether t may name a tenant: small letters, digits and
// inner hyphens, 1 to 32 of them; "_" stands for the house itself.
func ValidTenant(t string) bool {
	if t == House {
		return true
	}
	if t == "" || len(t) > 32 || t[0] == '-' || t[len(t)-1] == '-' {
		return false
	}
	for i := 0; i < len(t); i++ {
		if c := t[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}

// House is the tenant under which Crossdock keeps what belongs to no tenant.
const House = "_"

// ValidPath reports whether p may name a file: container/segment/…, at least
// two segments, each valid UTF-8 without control characters or backslashes,
// none empty, "." or "..", none of the names drivers keep for themselves, at
// most 1,000 bytes in all. Partners choose file names, so blanks and letters
// of any script pass.
func ValidPath(p string) bool {
	if len(p) > 1000 || !utf8.ValidString(p) || !strings.Contains(p, "/") {
		return false
	}
	for s := range strings.SplitSeq(p, "/") {
		if s == "" || s == "." || s == ".." || len(s) > MaxIDBytes || strings.HasPrefix(s, ".crossdock") {
			return false
		}
		if strings.ContainsFunc(s, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }) {
			return false
		}
	}
	return true
}

// Hash is the content address of s: SHA-256 in lower-case hex.
func Hash(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// RandomID is a fresh id of 128 random bits in hex.
func RandomID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}
