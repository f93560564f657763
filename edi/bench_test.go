//go:build unix

package edi

import (
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"
)

const benchBytes = 100 << 20

// repeat is a file of size bytes or a little more, made of whole blocks.
type repeat struct {
	block string
	left  int
	at    int
}

func (r *repeat) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, r.block[r.at:])
	if r.at += n; r.at == len(r.block) {
		r.at = 0
		r.left -= len(r.block)
	}
	return n, nil
}

// benchX12 is a block of purchase orders of 20 lines.
func benchX12() string {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, "ST*850*%09d~\nBEG*00*SA*PO%07d**20260105~\nREF*DP*038~\nDTM*002*20260214~\n", i, i*7919)
		b.WriteString("N1*ST*NORTHERN DISTRIBUTION CENTER*92*0042~\nN3*1 HARBOUR ROAD~\nN4*PORTLAND*OR*97201*US~\n")
		for n := range 20 {
			fmt.Fprintf(&b, "PO1*%d*%d*EA*%d.%02d**UP*%012d*VN*A%05d~\nPID*F****STAINLESS BRACKET %d MM~\n", n+1, n*i%90+1, i%50, n*5, 12345678905+n*i, n*31, n*4)
		}
		fmt.Fprintf(&b, "CTT*20~\nSE*49*%09d~\n", i)
	}
	return b.String()
}

// benchEDIFACT is a block of ORDERS of 20 lines.
func benchEDIFACT() string {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, "UNH+%d+ORDERS:D:96A:UN:EAN008'BGM+220+PO%07d+9'DTM+137:20260105:102'DTM+2:20260214:102'", i+1, i*7919)
		b.WriteString("NAD+BY+5412345000013::9'NAD+SU+4012345500004::9'NAD+DP+5412345000020::9++NORTHERN DISTRIBUTION'CUX+2:EUR:9'")
		for n := range 20 {
			fmt.Fprintf(&b, "LIN+%d++%013d:EN'PIA+1+A%05d:SA'IMD+F++:::STAINLESS BRACKET %d MM'QTY+21:%d'PRI+AAA:%d.%02d'", n+1, 4012345000000+n*i, n*31, n*4, n*i%90+1, i%50, n*5)
		}
		fmt.Fprintf(&b, "UNS+S'CNT+2:20'UNT+111+%d'", i+1)
	}
	return b.String()
}

// folded breaks a block into lines of 80 bytes.
func folded(s string) string {
	var b strings.Builder
	for ; len(s) > 80; s = s[80:] {
		b.WriteString(s[:80] + "\r\n")
	}
	return b.String() + s
}

// cpu is the time this process has had on a processor, which other processes
// do not change much.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkTokenise reads 100 MB of segments with the places of all their
// elements, from a reader that holds no file.
func BenchmarkTokenise(b *testing.B) {
	x12 := Delimiters{Element: '*', Component: '>', Segment: '~'}
	edifact := Delimiters{Element: '+', Component: ':', Segment: '\'', Release: '?'}
	order := benchX12()
	flat := strings.ReplaceAll(order, "\n", "")
	for _, c := range []struct {
		name, block string
		d           Delimiters
		join        bool
	}{
		{"X12/850", order, x12, false},
		{"X12/850 without line ends", flat, x12, false},
		{"X12/short segments", strings.Repeat("N1*ST~LX*1~CTT*7~SE~N9~", 5000), x12, false},
		{"X12/shortest segments", strings.Repeat("A~", 50000), x12, false},
		{"X12/empty elements", strings.Repeat("PO1*1*****EA***********9************************X~", 2000), x12, false},
		{"X12/long text", strings.Repeat("MSG*"+strings.Repeat("ALL WORK AND NO PLAY ", 12)+"~", 500), x12, false},
		{"X12/wrapped lines", folded(flat), x12, true},
		{"EDIFACT/ORDERS", benchEDIFACT(), edifact, false},
		{"EDIFACT/release characters", strings.Repeat("FTX+AAI+++WHAT??:IT?'S FIVE?+SIX:AND?:SO???+ON??'NAD+BY+A?+B?'C::9'", 2000), edifact, false},
		{"EDIFACT/only release characters", strings.Repeat(strings.Repeat("?", 1000)+"+?''", 100), edifact, false},
		{"EDIFACT/wrapped lines", folded(benchEDIFACT()), edifact, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			segments, elements, size := 0, 0, 0
			before := cpu()
			for b.Loop() {
				segments, elements = 0, 0
				src := &repeat{block: c.block, left: benchBytes}
				r := NewReader(src, c.d, Limits{})
				r.JoinLines(c.join)
				for s, err := range r.Segments() {
					if err != nil {
						b.Fatal(err)
					}
					segments++
					elements += s.Len()
				}
				size = int(r.Offset())
			}
			b.SetBytes(int64(size))
			b.ReportMetric(float64(size)*float64(b.N)/1e6/(cpu()-before).Seconds(), "MB/cpu-s")
			perSegment := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(segments)
			b.ReportMetric(perSegment, "ns/segment")
			b.ReportMetric(float64(elements)/float64(segments), "elements/segment")
		})
	}
}
