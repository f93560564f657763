package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
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
	b.ResetTimer()
	for i, path := range staged {
		if err := os.Rename(path, filepath.Join(dir, "inbound", "harbor", "sftp-east", fmt.Sprintf("order-%d.edi", i))); err != nil {
			b.Fatal(err)
		}
	}
	awaitOrders(b, p, files*orders)
	b.StopTimer()
	b.ReportMetric(float64(files*orders)/b.Elapsed().Seconds(), "orders/s")
}

// awaitOrders returns once the ERP holds n orders and no queue holds anything.
func awaitOrders(b *testing.B, p *platform, n int) {
	tick := time.NewTicker(2 * time.Millisecond)
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
		held, err := p.erp.Count()
		if err != nil {
			b.Fatal(err)
		}
		if held >= n && busy == 0 {
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
