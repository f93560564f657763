package main

import (
	"debug/elf"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// built is the production process, built as `make build` builds it.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "crossdock-handler-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "handler")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the handler: %w\n%s", err, out)
	}
	return path, nil
})

// binary returns the path of the production process.
func binary(tb testing.TB) string {
	tb.Helper()
	path, err := built()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

// What is deployed runs alone: executable, for linux/amd64, and static, so
// that no loader and no library of the host's image is asked for.
func TestH30_TheBinaryStandsAlone(t *testing.T) {
	t.Parallel()
	path := binary(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode&0o111 != 0o111 {
		t.Errorf("mode %o, want it executable", mode)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if f.Machine != elf.EM_X86_64 {
		t.Errorf("machine %s", f.Machine)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("a segment %s: it is not static", p.Type)
		}
	}
}

// BenchmarkStart is how long the production process takes from its start until
// it answers for the first time, with nothing else there.
func BenchmarkStart(b *testing.B) {
	path := binary(b)
	var all time.Duration
	for b.Loop() {
		p := startBinary(b, path, unreachable(b))
		all += p.ready()
		p.terminate()
		p.code()
	}
	b.ReportMetric(float64(all.Microseconds())/1000/float64(b.N), "ms-to-ready")
}
