package trade

import (
	"encoding/json"
	"errors"
	"math"
	"testing"
)

func TestParseDecimal(t *testing.T) {
	for _, test := range []struct {
		text, want string
		err        error
	}{
		{"0", "0", nil},
		{"-0.0", "0", nil},
		{"007.50", "7.5", nil},
		{".5", "0.5", nil},
		{"5.", "5", nil},
		{"+5", "5", nil},
		{"-0.000001", "-0.000001", nil},
		{"1.0000010", "1.000001", nil},
		{"1.0000001", "", ErrDecimalPrecision},
		{"9223372036854.775807", "9223372036854.775807", nil},
		{"-9223372036854.775808", "-9223372036854.775808", nil},
		{"9223372036854.775808", "", ErrDecimalRange},
		{"99999999999999999999", "", ErrDecimalRange},
		{"", "", ErrDecimalSyntax},
		{".", "", ErrDecimalSyntax},
		{"-", "", ErrDecimalSyntax},
		{"+-1", "", ErrDecimalSyntax},
		{"1e3", "", ErrDecimalSyntax},
		{"1,5", "", ErrDecimalSyntax},
		{" 1", "", ErrDecimalSyntax},
		{"1.2.3", "", ErrDecimalSyntax},
		{"١", "", ErrDecimalSyntax},
	} {
		d, err := ParseDecimal(test.text)
		if !errors.Is(err, test.err) {
			t.Errorf("%q: got error %v, want %v", test.text, err, test.err)
		}
		if err == nil && d.String() != test.want {
			t.Errorf("%q: got %s, want %s", test.text, d, test.want)
		}
	}
}

func TestDecimalArithmetic(t *testing.T) {
	d := Millionths
	for _, test := range []struct {
		op   string
		a, b Decimal
		want Decimal
		err  error
	}{
		{"+", d(1), d(2), d(3), nil},
		{"+", d(-1), d(1), d(0), nil},
		{"+", d(math.MaxInt64), d(0), d(math.MaxInt64), nil},
		{"+", d(math.MaxInt64), d(1), d(0), ErrDecimalRange},
		{"+", d(math.MinInt64), d(-1), d(0), ErrDecimalRange},
		{"+", d(math.MinInt64), d(math.MaxInt64), d(-1), nil},
		{"-", d(1), d(2), d(-1), nil},
		{"-", d(math.MinInt64), d(1), d(0), ErrDecimalRange},
		{"-", d(-1), d(math.MinInt64), d(math.MaxInt64), nil},
		{"-", d(0), d(math.MinInt64), d(0), ErrDecimalRange},
	} {
		got, err := test.a.Add(test.b)
		if test.op == "-" {
			got, err = test.a.Sub(test.b)
		}
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%s %s %s: got %s, %v; want %s, %v", test.a, test.op, test.b, got, err, test.want, test.err)
		}
	}
	if d(1).Compare(d(2)) != -1 || d(2).Compare(d(2)) != 0 || d(3).Compare(d(2)) != 1 || d(-1).Sign() != -1 || d(0).Sign() != 0 || d(1).Sign() != 1 {
		t.Error("Compare or Sign")
	}
}

func TestDecimalJSON(t *testing.T) {
	var d Decimal
	for _, text := range []string{`1.5`, `null`, `"x"`, `{}`} {
		if err := json.Unmarshal([]byte(text), &d); err == nil && text != `null` {
			t.Errorf("%s is read as %s", text, d)
		}
	}
	if err := json.Unmarshal([]byte(`"001.50"`), &d); err != nil || d != Millionths(1_500_000) {
		t.Errorf("got %s, %v", d, err)
	}
	if text, err := json.Marshal(d); err != nil || string(text) != `"1.5"` {
		t.Errorf("got %s, %v", text, err)
	}
}

// FuzzDecimal: what is read comes back as one spelling, read alike.
func FuzzDecimal(f *testing.F) {
	f.Add("-0012.3400")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDecimal(text)
		if err != nil {
			return
		}
		again, err := ParseDecimal(d.String())
		if err != nil || again != d || again.String() != d.String() {
			t.Fatalf("%q is %s, read again %s, %v", text, d, again, err)
		}
	})
}
