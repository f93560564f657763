// Package document walks through a file of EDI, X12 or EDIFACT alike, for
// those who look at it rather than act on it: each segment with its place in
// the grammar of its release, its depth, and what is found about it.
//
// It takes UTF-8, 8-bit character sets and UTF-16, and streams: it holds one
// segment. It knows no agreement and decides nothing; fates and
// acknowledgements are the matter of packages x12 and edifact. Steps come in
// the order of the file and account for each byte up to the last blanks.
package document
