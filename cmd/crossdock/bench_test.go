package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/crossdock/crossdock/internal/state"
)

// BenchmarkOneOrderFiles carries files of one order each from the inbox to
// the ERP and back to the partner, through the whole local platform with
// every commit on the disk. An operation is one order.
func BenchmarkOneOrderFiles(b *testing.B) { benchmarkFiles(b, 1) }

// Benchmark500OrderFiles is the same for files of 500 orders.
func Benchmark500OrderFiles(b *testing.B) { benchmarkFiles(b, 500) }

func benchmarkFiles(b *testing.B, orders int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0)) // the platform sets it
	dir := b.TempDir()
	p, err := startPlatform(b.Context(), platformOptions{
		Dir: dir, HTTPAddr: "127.0.0.1:0", Getenv: func(string) string { return "" }, Log: zerolog.Nop(),
	})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := p.stop(); err != nil {
			b.Error(err)
		}
	}()
	files := (b.N + orders - 1) / orders
	staged := make([]string, files)
	for i := range staged {
		staged[i] = filepath.Join(dir, fmt.Sprintf("staged-%d", i))
		if err := os.WriteFile(staged[i], orderFile(i+1, orders), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	before := processorTime(b)
	b.ResetTimer()
	for i, path := range staged {
		if err := os.Rename(path, filepath.Join(dir, "inbound", "harbor", "sftp-east", fmt.Sprintf("order-%d.edi", i))); err != nil {
			b.Fatal(err)
		}
	}
	awaitOrders(b, p, files*orders)
	b.StopTimer()
	b.ReportMetric(float64(files*orders)/b.Elapsed().Seconds(), "orders/s")
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/1000/float64(files*orders), "cpu-ms/order")
}

// awaitOrders returns once the ERP holds n orders and no queue holds anything.
// It asks the ERP, which has to count, only when the queues are empty.
func awaitOrders(b *testing.B, p *platform, n int) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		busy := 0
		for _, q := range state.QueueNames() {
			d, err := p.local.Queues.Depth(b.Context(), q)
			if err != nil {
				b.Fatal(err)
			}
			busy += d.Active + d.Scheduled
		}
		if busy > 0 {
			continue
		}
		held, err := p.erp.Count()
		if err != nil {
			b.Fatal(err)
		}
		if held >= n {
			return
		}
	}
}

// orderFile is an interchange of the demo's first partner with so many orders.
func orderFile(control, orders int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "ISA*00*          *00*          *01*100200300      *01*600600600      *261102*0900*U*00401*%09d*0*P*>~", control)
	fmt.Fprintf(&b, "GS*PO*100200300*600600600*20261102*0900*%d*X*004010~", control)
	for i := range orders {
		fmt.Fprintf(&b, "ST*850*%04d~BEG*00*SA*PO-%d-%d**20261102~", i+1, control, i+1)
		b.WriteString("REF*DP*0042~DTM*002*20261120~N1*ST*Lighthouse Store 12*92*0012~N3*1 Pier Road~N4*Portville*ME*04101*US~")
		b.WriteString("PO1*1*24*CA*18.40**UP*012345678905*VN*A-100~PID*F****Canned peaches~PO1*2*6*CA*31.05**UP*012345678912*VN*A-200~PID*F****Canned pears~CTT*2~")
		fmt.Fprintf(&b, "SE*13*%04d~", i+1)
	}
	fmt.Fprintf(&b, "GE*%d*%d~IEA*1*%09d~", orders, control, control)
	return b.Bytes()
}

// BenchmarkLargeFile judges and acknowledges one large file whose sets all
// have a wrong count, so that it ends without a million orders. The memory of
// the process must not grow with the file: the larger comes second, and the
// peak is that of the process so far.
func BenchmarkLargeFile(b *testing.B) {
	for _, megabytes := range []int{64, 1024} {
		b.Run(fmt.Sprintf("%dMB", megabytes), func(b *testing.B) {
			for range b.N {
				largeFile(b, megabytes<<20)
			}
			b.ReportMetric(float64(peakResident(b))/(1<<20), "peak-MB")
		})
	}
}

func largeFile(b *testing.B, size int) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0)) // the platform sets it
	b.StopTimer()
	dir := b.TempDir()
	p, err := startPlatform(b.Context(), platformOptions{
		Dir: dir, HTTPAddr: "127.0.0.1:0", Getenv: func(string) string { return "" }, Log: zerolog.Nop(),
	})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := p.stop(); err != nil {
			b.Error(err)
		}
	}()
	staged := filepath.Join(dir, "staged")
	if err := writeLarge(staged, size); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	b.StartTimer()
	if err := os.Rename(staged, filepath.Join(dir, "inbound", "harbor", "sftp-east", "large.edi")); err != nil {
		b.Fatal(err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		outs, err := p.local.Files.List(b.Context(), "outbound/", "", 10)
		if err != nil {
			b.Fatal(err)
		}
		if len(outs) > 0 {
			break
		}
	}
	b.StopTimer()
}

// writeLarge writes about size bytes of sets whose SE01 is wrong.
func writeLarge(path string, size int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	whole := orderFile(1, 1)
	head, rest, _ := bytes.Cut(whole, []byte("ST*850"))
	body, _, _ := bytes.Cut(rest, []byte("SE*13*0001~"))
	w.Write(head)
	sets := size / (len(body) + 20)
	for i := range sets {
		fmt.Fprintf(w, "ST*850%sSE*12*%09d~", bytes.Replace(body, []byte("*0001~"), fmt.Appendf(nil, "*%09d~", i+1), 1), i+1)
	}
	fmt.Fprintf(w, "GE*%d*1~IEA*1*000000001~", sets)
	return w.Flush()
}

// processorTime is what this process has used of the processors.
func processorTime(b *testing.B) time.Duration {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		b.Skipf("no /proc: %v", err)
	}
	// Fields 14 and 15, in ticks of 10 ms; the name before may hold anything.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	var user, system int64
	if _, err := fmt.Sscan(string(fields[11])+" "+string(fields[12]), &user, &system); err != nil {
		b.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

// peakResident is the largest resident set of this process so far, in bytes.
func peakResident(b *testing.B) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skipf("no /proc: %v", err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb int64
	if _, err := fmt.Sscanf(rest, "%d kB", &kb); err != nil {
		b.Fatal(err)
	}
	return kb << 10
}
