// Package expected holds the engine against what the tests of other engines
// expect of the same real files.
//
// It has no code but tests. Each row of the list of expectations is told in
// the terms of the engine that has it, what this one finds is brought into the
// same terms, and the two are compared; nothing is left out. A difference has
// a reason that was written down, and a test fails where one is missing, is
// not needed any more, or where anything in the table has changed.
package expected
