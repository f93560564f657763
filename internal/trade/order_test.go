package trade

import (
	"errors"
	"strings"
	"testing"
)

const shortest = `{"kind":"order","version":1,"number":"PO-1","purpose":"original","lines":[{"number":"1","quantity":"2"}]}`

func TestOrderRoundTrip(t *testing.T) {
	for _, text := range []string{
		shortest,
		`{"kind":"order","version":1,"number":"PO <1>","release":"7","purpose":"replace","date":"2026-11-02","dates":[{"type":"ordered","date":"2026-11-01"}],"lines":[{"number":"1","quantity":"0.5","price":"0"}],"total":"-1"}`,
	} {
		order, err := DecodeOrder([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := order.Canonical()
		if err != nil || string(got) != text {
			t.Errorf("got %s, %v, want %s", got, err, text)
		}
	}
}

func TestDecodeOrderRefuses(t *testing.T) {
	for _, test := range []struct{ name, old, new string }{
		{"another kind", `"order"`, `"invoice"`},
		{"another version", `"version":1`, `"version":2`},
		{"no number", `"PO-1"`, `""`},
		{"no purpose", `"original"`, `""`},
		{"no lines", `[{"number":"1","quantity":"2"}]`, `[]`},
		{"a line without a number", `"number":"1"`, `"number":""`},
		{"a negative quantity", `"2"`, `"-2"`},
		{"a quantity that is a JSON number", `"2"`, `2`},
		{"an unknown field", `"kind"`, `"color":"red","kind"`},
		{"a day that is none", `"purpose"`, `"date":"2026-02-30","purpose"`},
		{"two documents", `}]}`, `}]}{}`},
		{"half a document", `}]}`, `}`},
	} {
		text := strings.Replace(shortest, test.old, test.new, 1)
		if order, err := DecodeOrder([]byte(text)); !errors.Is(err, ErrNotOrder) {
			t.Errorf("%s: got %+v, %v", test.name, order, err)
		}
	}
}

func TestDate(t *testing.T) {
	a, err := ParseDate("2024-02-29")
	if err != nil || a.String() != "2024-02-29" {
		t.Errorf("got %s, %v", a, err)
	}
	for _, text := range []string{"", "2023-02-29", "20240229", "2024-2-9", "2024-02-29T00:00:00Z"} {
		if d, err := ParseDate(text); !errors.Is(err, ErrDate) {
			t.Errorf("%q: got %s, %v", text, d, err)
		}
	}
	b := Date{Year: 2024, Month: 3, Day: 1}
	if a.Compare(b) != -1 || b.Compare(a) != 1 || a.Compare(a) != 0 {
		t.Error("Compare")
	}
}
