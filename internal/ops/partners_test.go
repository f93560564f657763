package ops

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/crossdock/crossdock/internal/partners"
)

const anchor = "partners/quay/anchor.jsonc"

func anchorFile(name string) map[string]string {
	return map[string]string{anchor: `{"name": "` + name + `", // as ever
		"x12": {"theirs": {"qualifier": "ZZ", "id": "ANCHOR"}, "receive": {"security": {"qualifier": "01", "value": "SESAME"}}}, "receive": {"850": {"map": "x12/850"}}}`}
}

// answerOf is the status and message of an answer that is not 2xx.
func answerOf(t *testing.T, err error) (int, string) {
	t.Helper()
	var a *AnswerError
	if !errors.As(err, &a) {
		t.Fatalf("got %v, want an answer", err)
	}
	return a.Status, a.Message
}

// TestPublish: what a client publishes it sees, in the list, in full, and in
// the history; and can take back.
func TestPublish(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	done, err := r.client.Publish(ctx, partners.Publication{Files: anchorFile("Anchor Stores"), Who: "operator", Why: "a new name"})
	if err != nil || !done.Changed || done.Version.Number != 1 {
		t.Fatalf("publish: %+v, %v", done, err)
	}
	rows, err := r.client.Partners(ctx, "quay", "")
	if err != nil || len(rows) != 1 || rows[0].Name != "Anchor Stores" || rows[0].Standards[0] != "x12" || rows[0].Receives[0] != "850" || rows[0].Channel != "main" {
		t.Errorf("list: %+v, %v", rows, err)
	}
	if rows, err := r.client.Partners(ctx, "quay", "0"); err != nil || rows[0].Name != "Anchor" {
		t.Errorf("list of version 0: %+v, %v", rows, err)
	}
	view, err := r.client.Partner(ctx, "quay", "anchor", "")
	if err != nil || view.Agreement.Name != "Anchor Stores" || view.Path != anchor || !strings.Contains(view.Source, "// as ever") {
		t.Errorf("show: %+v, %v", view, err)
	}
	if strings.Contains(view.Source, "SESAME") || string(view.Agreement.X12.Receive.Security.Value) != "***" {
		t.Error("the password is shown")
	}
	if view, err := r.client.Tenant(ctx, "quay", ""); err != nil || view.Name != "Quay" || !strings.Contains(view.Source, "HARBOR_ERP") && !strings.Contains(view.Source, "erp.example") {
		t.Errorf("tenant: %+v, %v", view, err)
	}
	if done, err := r.client.Rollback(ctx, partners.Rollback{To: 0, Who: "operator", Why: "back"}); err != nil || done.Version.Number != 2 {
		t.Errorf("rollback: %+v, %v", done, err)
	}
	versions, err := r.client.Versions(ctx, 0, 10)
	if err != nil || len(versions) != 2 || versions[0].Why != "back" || versions[1].Changes[0] != (partners.Change{Path: anchor, Action: partners.Replaced}) {
		t.Errorf("history: %+v, %v", versions, err)
	}
	if older, err := r.client.Versions(ctx, 2, 10); err != nil || len(older) != 1 {
		t.Errorf("before 2: %+v, %v", older, err)
	}
}

// TestPublishAnswers: each way a publication goes wrong has its status, and a
// file its faults.
func TestPublishAnswers(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	_, err := r.client.Publish(ctx, partners.Publication{Files: map[string]string{anchor: `{"nmae": "Anchor"}`}, Who: "operator", Why: "a try"})
	if status, _ := answerOf(t, err); status != http.StatusUnprocessableEntity {
		t.Errorf("a bad file: %d", status)
	}
	var a *AnswerError
	if errors.As(err, &a); len(a.Faults) < 2 || a.Faults[0].File != anchor || a.Faults[0].Field != "nmae" || a.Faults[0].Line != 1 {
		t.Errorf("faults %v", a.Faults)
	}
	other := 7
	_, err = r.client.Publish(ctx, partners.Publication{Files: anchorFile("A"), Who: "operator", Why: "late", If: &other})
	if status, _ := answerOf(t, err); status != http.StatusPreconditionFailed {
		t.Errorf("another version is in force: %d", status)
	}
	_, err = r.client.Rollback(ctx, partners.Rollback{To: 3, Who: "operator", Why: "back"})
	if status, message := answerOf(t, err); status != http.StatusUnprocessableEntity || message != "there is no version 3" {
		t.Errorf("no such version: %d %s", status, message)
	}
	for path, want := range map[string]int{
		"partners/quay/buoy": http.StatusNotFound, "partners/nobody": http.StatusNotFound, "partners?version=1": http.StatusNotFound,
		"partners?version=x": http.StatusNotFound, "versions?limit=0": http.StatusBadRequest, "versions?before=x": http.StatusBadRequest,
	} {
		_, err := get[any](ctx, r.client, path, nil)
		if status, _ := answerOf(t, err); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	for name, test := range map[string]struct {
		kind, body string
		want       int
	}{
		"as a form sends it": {"text/plain", `{"who": "o", "why": "w", "remove": ["x"]}`, http.StatusUnsupportedMediaType},
		"not JSON":           {"application/json", `{`, http.StatusBadRequest},
		"unknown field":      {"application/json; charset=utf-8", `{"whom": "o"}`, http.StatusBadRequest},
		"two values":         {"application/json", `{} {}`, http.StatusBadRequest},
		"nothing":            {"application/json", `{}`, http.StatusUnprocessableEntity},
	} {
		resp, err := r.client.HTTP.Post(r.client.Base+"/api/ops/versions", test.kind, bytes.NewReader([]byte(test.body)))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != test.want {
			t.Errorf("%s: %d, want %d", name, resp.StatusCode, test.want)
		}
	}
}
