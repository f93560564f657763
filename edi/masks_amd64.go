//go:build !purego

package edi

// masks is masksPlainly, sixteen bytes a step.
//
//go:noescape
func masks(b *[64]byte, element, terminator uint64) (both, ends uint64)
