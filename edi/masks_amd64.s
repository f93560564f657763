//go:build !purego

#include "textflag.h"

// Sixteen bytes are compared a step, with instructions that every amd64 has.
// OR of the matches of both bytes is in X2, those of the terminator in X3.
#define MATCH(offset) \
	MOVOU offset(AX), X2 \
	MOVO X2, X3 \
	PCMPEQB X1, X3 \
	PCMPEQB X0, X2 \
	POR X3, X2

// func masks(b *[64]byte, element, terminator uint64) (both, ends uint64)
TEXT ·masks(SB), NOSPLIT, $0-40
	MOVQ b+0(FP), AX
	MOVQ element+8(FP), X0
	MOVQ terminator+16(FP), X1
	PUNPCKLQDQ X0, X0
	PUNPCKLQDQ X1, X1

	MATCH(48)
	PMOVMSKB X2, R8
	PMOVMSKB X3, R9
	SHLQ $16, R8
	SHLQ $16, R9
	MATCH(32)
	PMOVMSKB X2, R10
	PMOVMSKB X3, R11
	ORQ R10, R8
	ORQ R11, R9
	SHLQ $16, R8
	SHLQ $16, R9
	MATCH(16)
	PMOVMSKB X2, R10
	PMOVMSKB X3, R11
	ORQ R10, R8
	ORQ R11, R9
	SHLQ $16, R8
	SHLQ $16, R9
	MATCH(0)
	PMOVMSKB X2, R10
	PMOVMSKB X3, R11
	ORQ R10, R8
	ORQ R11, R9
	MOVQ R8, both+24(FP)
	MOVQ R9, ends+32(FP)
	RET
