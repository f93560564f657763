package edi

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// appendSeparators appends the offsets of sep in data, at most limit of them.
// Elements are a few bytes long, so that a search per element would spend its
// time in calls; eight bytes a step are compared instead.
func appendSeparators(dst []uint32, data []byte, sep byte, limit int) []uint32 {
	pattern := uint64(sep) * ones
	i := 0
	for ; i+8 <= len(data); i += 8 {
		const sevens, highs = 0x7f7f7f7f7f7f7f7f, 0x8080808080808080
		for hits := ^unlike(binary.LittleEndian.Uint64(data[i:]), pattern, sevens) & highs; hits != 0; hits &= hits - 1 {
			if len(dst) >= limit {
				return dst
			}
			dst = append(dst, uint32(i+bits.TrailingZeros64(hits)>>3))
		}
	}
	for ; i < len(data); i++ {
		if data[i] == sep {
			if len(dst) >= limit {
				return dst
			}
			dst = append(dst, uint32(i))
		}
	}
	return dst
}

// appendReleased is appendSeparators where a release character may stand
// before a separator that is data.
func appendReleased(dst []uint32, data []byte, sep, release byte, limit int) []uint32 {
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case release:
			i++
		case sep:
			if len(dst) >= limit {
				return dst
			}
			dst = append(dst, uint32(i))
		}
	}
	return dst
}

// index finds the first b in data that no release character precedes.
func index(data []byte, b, release byte) int { return indexFrom(data, 0, b, release) }

// indexFrom is index for data of which the bytes before from are known to hold
// none; they may hold the release character that precedes one.
func indexFrom(data []byte, from int, b, release byte) int {
	for {
		i := bytes.IndexByte(data[from:], b)
		if i < 0 {
			return -1
		}
		at := from + i
		if release == 0 {
			return at
		}
		quoted := false
		for k := at - 1; k >= 0 && data[k] == release; k-- {
			quoted = !quoted
		}
		if !quoted {
			return at
		}
		from = at + 1
	}
}

// cut divides data at the first sep; a sep of 0 divides nothing.
func cut(data []byte, sep, release byte) (before, after []byte, found bool) {
	if sep != 0 {
		if i := index(data, sep, release); i >= 0 {
			return data[:i:i], data[i+1:], true
		}
	}
	return data, nil, false
}

// nth is the n-th part of data from 1, nil if there are fewer.
func nth(data []byte, sep, release byte, n int) []byte {
	for ; n >= 1 && data != nil; n-- {
		before, after, found := cut(data, sep, release)
		if n == 1 {
			return before
		}
		if !found {
			return nil
		}
		data = after
	}
	return nil
}
