package worker

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/crossdock/crossdock/internal/state"
)

// TestH50_Captures replays raw requests of hosts, the embedded one's and any
// real one's that was recorded: each must be taken, and be an invocation of
// the wake-up below, a tick, or a forwarded request.
func TestH50_Captures(t *testing.T) {
	files, err := filepath.Glob("testdata/captures/*.http")
	if err != nil || len(files) < 4 {
		t.Fatalf("captures: %d, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
			if err != nil {
				t.Fatal(err)
			}
			taken := 0
			took := func(_ context.Context, w state.Wake) error {
				if w.Tenant == "acme" && w.Aggregate == "order.1" {
					taken++
				}
				return nil
			}
			r := newRig(t, Options{}, func(*rig) []Function {
				return []Function{
					Wakes("erp_sync", queue, took), Wakes("erp_sync_as", queue, took),
					Timer("clock", func(context.Context, Tick) error { taken++; return nil }),
					HTTP("ops", "/api/ops/", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
						taken++
						answer(rw, http.StatusOK, "{}")
					})),
				}
			})
			rec := httptest.NewRecorder()
			r.Handler().ServeHTTP(rec, req)
			succeeded(t, rec)
			if taken != 1 {
				t.Errorf("taken %d times", taken)
			}
		})
	}
}
