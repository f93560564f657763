// Package arch holds the tests that keep the house as it was drawn: which
// package may import which, what every package and function must have, and
// that what is written down twice agrees.
//
// It has no code but tests, and they judge the shape of the tree, never what
// a package does. They read the tree in-process, through files the go command
// sees, so a cached result is a result for the tree as it is.
package arch
