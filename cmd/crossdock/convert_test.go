package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// Every real file becomes documents, or it is said why not.
func TestConvertSamples(t *testing.T) {
	paths := samplePaths(t)
	got := call(t, append([]string{"convert"}, paths...)...)
	if got.code != exitOutcome || !strings.Contains(got.errs, "did not end as they should") {
		t.Errorf("code %d: %q", got.code, got.errs)
	}
	made := 0
	for d := json.NewDecoder(strings.NewReader(got.out)); ; made++ {
		var doc struct {
			Kind string `json:"kind"`
		}
		err := d.Decode(&doc)
		if err == io.EOF {
			break
		}
		if err != nil || doc.Kind == "" {
			t.Fatalf("after %d documents: %v, %+v", made, err, doc)
		}
	}
	if made < 30 {
		t.Errorf("%d documents were made, want more", made)
	}
}
