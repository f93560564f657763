package mappings

import "testing"

func TestPositionAfterID(t *testing.T) {
	as := transforms("edifact")["after-id"]
	for value, want := range map[string]string{"1": `"0"`, "2": `"1"`, "003": `"2"`, "999": `"998"`, "0": "", "1000": "", "-2": "", "x": "", "2.0": ""} {
		out, f := as.read([]byte("before"), []byte(value), nil)
		if got := string(out); got != "before"+want {
			t.Errorf("read %q: got %s, want %s", value, got, want)
		}
		if (f == fine) != (want != "") {
			t.Errorf("read %q: fault %d", value, f)
		}
	}
	for value, want := range map[string]string{"0": "1", "1": "2", "998": "999", "999": "", "01": "", "": "", "-1": "", "x": ""} {
		out, reason := as.write([]byte("before"), []byte(value), &slotInfo{})
		if got := string(out); got != "before"+want {
			t.Errorf("write %q: got %s, want %s", value, got, want)
		}
		if (reason == "") != (want != "") {
			t.Errorf("write %q: %q", value, reason)
		}
	}
}
