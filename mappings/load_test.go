package mappings

import "testing"

func TestEmbeddedLoads(t *testing.T) {
	c, err := Load(Options{}, Embedded())
	if err != nil {
		t.Fatal(err)
	}
	if got := len(c.Tenants()); got == 0 {
		t.Fatal("no tenants")
	}
}
