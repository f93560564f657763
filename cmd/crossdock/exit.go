package main

import (
	"errors"
	"io/fs"
	"net/http"

	"github.com/crossdock/crossdock/internal/ops"
)

// The exit codes, one table for every verb.
const (
	exitOK          = 0
	exitFailed      = 1 // something went wrong that no other code names
	exitUsage       = 2 // the words of the call are off
	exitUnreachable = 3 // nothing answers at the address
	exitNotFound    = 4 // what was asked for does not exist
	exitOutcome     = 5 // it ran, and something did not end as it should
	exitFile        = 6 // a file cannot be read or written

	exitDifferent = exitFailed // of diff, which has no other use for it
)

const exitTable = `Exit codes, the same for every verb:

  0  all is well
  1  something went wrong that no other code names; the message says what.
     Of diff: it ran, and the files differ
  2  the words of the call are off; --help shows how they go
  3  nothing answers at the address
  4  what was asked for does not exist
  5  it ran, and something did not end as it should: a demo file with
     another outcome than wanted, or without one; a file with faults
  6  a file cannot be read or written
`

// usageError is a call whose words are off.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() + "; see --help" }
func (e *usageError) Unwrap() error { return e.err }

// outcomeError says what did not end as it should.
type outcomeError struct{ message string }

func (e *outcomeError) Error() string { return e.message }

// differentError says that two files differ.
type differentError struct{ message string }

func (e *differentError) Error() string { return e.message }

func exitCode(err error) int {
	var usage *usageError
	var unreachable *ops.UnreachableError
	var answer *ops.AnswerError
	var outcome *outcomeError
	var different *differentError
	var file *fileError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &unreachable):
		return exitUnreachable
	case errors.As(err, &answer) && answer.Status == http.StatusNotFound:
		return exitNotFound
	case errors.As(err, &answer) && (answer.Status == http.StatusBadRequest || answer.Status == http.StatusConflict):
		return exitUsage // a limit that is none, an id that is not long enough
	case errors.As(err, &outcome):
		return exitOutcome
	case errors.As(err, &different):
		return exitDifferent
	case errors.As(err, &file) && errors.Is(err, fs.ErrNotExist):
		return exitNotFound
	case errors.As(err, &file):
		return exitFile
	default:
		return exitFailed
	}
}
