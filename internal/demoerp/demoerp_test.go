package demoerp_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/demoerp"
)

func put(t *testing.T, base, order, key, body string) (int, error) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPut, base+"/orders/"+order+"/versions/1", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Idempotency-Key", key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	resp.Body.Close()
	return resp.StatusCode, nil
}

func TestSavesOnceWhateverItsMood(t *testing.T) {
	s, err := demoerp.Open(filepath.Join(t.TempDir(), "erp.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	srv := httptest.NewServer(s.Handler())
	defer srv.Close()

	s.SetMood(demoerp.Mood{Fail: 1, Drop: 1})
	if status, err := put(t, srv.URL, "po-1", "k1", `{}`); err != nil || status != http.StatusServiceUnavailable {
		t.Fatalf("failing: got %d, %v, want 503", status, err)
	}
	if _, ok, err := s.Order("po-1"); ok || err != nil {
		t.Fatalf("failing: the order was saved (%v)", err)
	}
	if status, err := put(t, srv.URL, "po-1", "k1", `{}`); err == nil {
		t.Fatalf("dropping: got an answer %d, want a broken connection", status)
	}
	if status, err := put(t, srv.URL, "po-1", "k1", `{}`); err != nil || status != http.StatusOK {
		t.Fatalf("repeat: got %d, %v, want 200", status, err)
	}
	o, ok, err := s.Order("po-1")
	if err != nil || !ok || o.Saves != 1 || o.Reference != "SO-000001" {
		t.Fatalf("got %+v (%v, %v), want one save under SO-000001", o, ok, err)
	}
}
