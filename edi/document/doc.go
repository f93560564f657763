// Package document walks through a file of EDI, X12 or EDIFACT alike, for
// those who look at it rather than act on it: each segment with its place in
// the grammar of its release, its depth, and what is found about it.
//
// It takes a file in UTF-8, in an 8-bit character set or in UTF-16, streams it
// and holds one segment at a time. It knows no agreement, so that what a
// partner settled is not applied, and it decides nothing: fates and
// acknowledgements are the matter of packages x12 and edifact, on which it
// stands. Steps come in the order of the file and account for each byte up to
// the blanks after the last one.
package document
