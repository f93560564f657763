package host

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/crossdock/crossdock/internal/local"
)

// BenchmarkRoundTrip is one message from a queue on the disk through the host
// and a handler that does nothing, until it is removed from the disk.
func BenchmarkRoundTrip(b *testing.B) {
	for _, sessions := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("sessions=%d", sessions), func(b *testing.B) {
			var taken atomic.Int64
			all, target := make(chan struct{}), int64(b.N)
			handler := handle(func(rw http.ResponseWriter, r received) {
				ok(rw)
				if taken.Add(1) == target {
					close(all)
				}
			})
			host := `{"version":"2.0","customHandler":{"description":{}},"extensions":{"serviceBus":{"maxConcurrentSessions":64}}}`
			root := application(host, map[string]string{"f": queueFunction("q", withSessions)})
			r := startRig(b, root, map[string]local.QueueConfig{"q": {Sessions: true}}, Options{Handler: handler})
			<-r.Ready()
			b.ResetTimer()
			b.ReportAllocs()
			b.SetParallelism(16)
			var n atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r.send("q", fmt.Sprintf("acme/%02d", n.Add(1)%int64(sessions)), `{"kind":"wake","v":1,"id":"1","tenant":"acme","aggregate":"order.1"}`)
				}
			})
			select {
			case <-all:
			case <-within(b).Done():
				b.Fatalf("%d of %d taken", taken.Load(), target)
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
		})
	}
}

// BenchmarkInvoke is the protocol alone: request, handler that does nothing,
// result.
func BenchmarkInvoke(b *testing.B) {
	root := application(plainHost, map[string]string{"f": queueFunction("q", asBinary)})
	r := startRig(b, root, map[string]local.QueueConfig{"q": {}}, Options{Handler: handle(func(rw http.ResponseWriter, _ received) { ok(rw) })})
	<-r.Ready()
	f := r.functions[0]
	body := appendRequest(nil, messageRequest(f.FunctionDefinition, delivery(`{"kind":"wake","v":1,"id":"1","tenant":"acme","aggregate":"order.1"}`), r.now(), guid()))
	b.ReportAllocs()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := r.invoke(b.Context(), f, body); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
