package mappings

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestSecrets: no secret of an agreement is printed, stored or shown, and what
// is shown does not load by mistake.
func TestSecrets(t *testing.T) {
	files := everything(t)
	const path = "partners/mill/everything.jsonc"
	files[path] = strings.Replace(files[path], `"value": "AUTH"`, `"value": "%HIDDEN%"`, 1)
	getenv := func(name string) string { return map[string]string{"HIDDEN": "CELLAR"}[name] }
	c, err := Load(Options{Getenv: getenv}, laidOver(t, files))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := c.Partner("mill", "everything")
	if got := string(a.X12.Send.Authorization.Value); got != "CELLAR" {
		t.Errorf("the setting is %q", got)
	}
	stored, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	shown := MaskSecrets(files[path])
	for _, secret := range []string{"CELLAR", "WARDEN", "SESAME", "HUSH", "WICKET", "GATE"} {
		for name, text := range map[string]string{"printed": fmt.Sprintf("%+v", a), "stored": string(stored), "shown": shown} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is %s", secret, name)
			}
		}
	}
	if !strings.Contains(shown, `"%HIDDEN%"`) || !strings.HasPrefix(shown, files[path][:200]) {
		t.Errorf("more is masked than secrets:\n%s", shown)
	}
	files[path] = shown
	if _, err := Load(Options{Getenv: getenv}, laidOver(t, files)); err == nil || !strings.Contains(err.Error(), "x12.receive.security.value: is what stands for a secret") {
		t.Errorf("loads what is masked: %v", err)
	}
	if _, err := Load(Options{Getenv: func(string) string { return "" }}, laidOver(t, everything(t))); err != nil {
		t.Error(err)
	}
	files = everything(t)
	files[path] = strings.Replace(files[path], `"value": "AUTH"`, `"value": "%HIDDEN%"`, 1)
	if _, err := Load(Options{Getenv: func(string) string { return "" }}, laidOver(t, files)); err == nil || !strings.Contains(err.Error(), "the setting HIDDEN is empty") {
		t.Errorf("got %v", err)
	}
	if got := MaskSecrets(`{"password": `); got != masked {
		t.Errorf("what is not JSON is shown: %s", got)
	}
}
