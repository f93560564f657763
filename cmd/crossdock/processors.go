package main

import (
	"os"
	"runtime"
)

// spareProcessors lets twice as many threads run Go as there are processors:
// a thread in fsync keeps its place among them for a while, and on few
// processors most stand there. Who sets GOMAXPROCS, or a container that has
// fewer, is left alone.
func spareProcessors() {
	if n := runtime.NumCPU(); os.Getenv("GOMAXPROCS") == "" && runtime.GOMAXPROCS(0) == n {
		runtime.GOMAXPROCS(2 * n)
	}
}
