// Command crossdock is the operator's command: it runs the whole pipeline on
// one machine (demo, up), and asks a running installation what it is doing
// (status, files, explain).
//
// What it prints is for people; --json prints the same for programs. Exit
// codes are one table, shown by crossdock help exit-codes.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv))
}

// run is the program, given its words; it returns the exit code.
func run(ctx context.Context, words []string, out, errs io.Writer, getenv func(string) string) int {
	root := newRoot(out, errs, getenv)
	root.SetArgs(append([]string{}, words...)) // never nil, for which cobra takes the words of the process
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(errs, "crossdock: interrupted")
	default:
		fmt.Fprintln(errs, "crossdock:", err)
	}
	return exitCode(err)
}
