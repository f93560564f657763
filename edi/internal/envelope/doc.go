// Package envelope holds what the headers and trailers of X12 and EDIFACT are
// checked with: sets of control numbers, counts, dates and times.
//
// It does not know either standard, and makes no findings; the caller words
// them. Nothing it holds grows with the file beyond the bound it is given.
package envelope
