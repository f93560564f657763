//go:build !amd64 || purego

package edi

// masks is masksPlainly where nothing faster is written.
func masks(b *[64]byte, element, terminator uint64) (both, ends uint64) {
	return masksPlainly(b, element, terminator)
}
