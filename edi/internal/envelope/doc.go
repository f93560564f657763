// Package envelope holds what the readers of X12 and EDIFACT share: sets of
// control numbers, the checks of headers and trailers, and what is passed
// over on the way to an interchange.
//
// It knows neither standard and makes no findings; the caller words them.
// Nothing it holds grows with the file beyond the bound it is given.
package envelope
