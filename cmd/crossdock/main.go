// Command crossdock is the operator's command: it runs the whole pipeline on
// one machine (demo, up), and asks a running installation what it is doing
// (status, files, explain).
//
// What it prints is for people; --json prints the same for programs. Exit
// codes are one table, shown by crossdock help exit-codes.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newRoot(os.Stdout, os.Stderr, os.Getenv).ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "crossdock:", err)
	}
	os.Exit(exitCode(err))
}
