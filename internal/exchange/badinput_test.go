package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/internal/state"
)

// ending is how a file ends: what the partner and the operator see of it.
type ending struct {
	Outcome inbox.Outcome
	Orders  int
	Errors  []string
	Sent    []string
}

func (r *rig) end(channel, name, content string) ending {
	r.t.Helper()
	v := r.receive(channel, name, []byte(content))
	return ending{v.File.Outcome, created(v), codes(v), sent(v)}
}

func edited(content, from, to string) string {
	if strings.Count(content, from) != 1 {
		panic(fmt.Sprintf("%q stands %d times in the file", from, strings.Count(content, from)))
	}
	return strings.Replace(content, from, to, 1)
}

// Each kind of bad input ends in a finding, an outcome, and a rejecting
// acknowledgement where the standard has one.
func TestBadInput(t *testing.T) {
	rejected := func(sent []string, errs ...string) ending { return ending{inbox.Rejected, 0, errs, sent} }
	two := func(partner string) string { return file(partner, numbers(partner, 2)...) }
	for _, c := range []struct {
		name, channel, content string
		want                   ending
	}{
		{"not EDI", "main", "Dear supplier, please send twelve of everything.\n", rejected(nil, "NOT-EDI")},
		{"empty", "main", "", rejected(nil, "FILE-EMPTY")},
		{"only white space", "main", " \r\n\t \n", rejected(nil, "FILE-EMPTY")},
		{"binary", "main", string([]byte{0x50, 0x4b, 3, 4, 0, 0xff, 0xfe, 0x80}), rejected(nil, "NOT-EDI")},
		{"an EDIFACT sender nobody knows", "main", "UNA:+.? 'UNB+UNOC:3+A+B+261102:1015+7'UNZ+0+7'",
			rejected([]string{"CONTRL 4"}, "INTERCHANGE-SENDER", "LEVEL-EMPTY")},
		{"the beginning of an ISA", "main", "ISA*00*      ", rejected(nil, "ISA-BROKEN")},
		{"unknown partner", "main", two("nobody"), rejected([]string{"TA1 R 006"}, "INTERCHANGE-SENDER")},
		{"partner of another channel", "main", two("elsewhere"), rejected([]string{"TA1 R 024"}, "PARTNER-NOT-ON-CHANNEL")},
		{"unknown receiver", "main", edited(two("setwise"), "ZZ*QUAY ", "ZZ*QUAI "), rejected([]string{"TA1 R 008"}, "INTERCHANGE-RECEIVER")},
		{"unknown document type", "main", edited(file("setwise", "T"), "ST*850", "ST*852"), rejected([]string{"997 R"}, "SET-UNSUPPORTED")},
		{"wrong control number in the IEA", "main", edited(two("strict"), "IEA*1*000000007", "IEA*1*000000008"),
			rejected([]string{"TA1 R 001"}, "IEA-NUMBER")},
		{"the same, where errors are noted", "main", edited(two("lenient"), "IEA*1*000000007", "IEA*1*000000008"),
			ending{inbox.Accepted, 2, []string{"IEA-NUMBER"}, []string{"TA1 E 001", "997 A"}}},
		{"wrong control number in the GE", "main", edited(two("setwise"), "GE*2*7", "GE*2*8"), rejected([]string{"997 R"}, "GE-NUMBER")},
		{"wrong control number in an SE", "main", edited(two("setwise"), "SE*5*0002", "SE*5*0003"),
			ending{inbox.PartlyAccepted, 1, []string{"SE-NUMBER"}, []string{"997 P"}}},
		{"wrong count in the IEA", "main", edited(two("lenient"), "IEA*1*", "IEA*2*"),
			ending{inbox.Accepted, 2, []string{"IEA-COUNT"}, []string{"TA1 E 021", "997 A"}}},
		{"a set number twice", "main", strings.ReplaceAll(two("strict"), "*0002~", "*0001~"),
			rejected([]string{"997 R"}, "INTERCHANGE-REFUSED", "SET-DUPLICATE")},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := newRig(t, nil).end(c.channel, c.name, c.content)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A file cut off anywhere ends as rejected or, once its last segment says all
// it has to say, as accepted; nothing of an interchange without its end is
// applied, and where there is a sender it hears of it.
func TestTruncatedAnywhere(t *testing.T) {
	r := newRig(t, nil)
	whole := file("setwise", "A", "B")
	header := strings.Index(whole, "\n")
	for at := 0; at < len(whole); at += 50 {
		got := r.end("main", fmt.Sprintf("cut-%d", at), whole[:at])
		if got.Outcome != inbox.Rejected || got.Orders != 0 || len(got.Errors) == 0 {
			t.Errorf("cut at byte %d: %+v, want it rejected with a finding", at, got)
		}
		if at > header && !slices.Equal(got.Sent, []string{"TA1 R 023"}) {
			t.Errorf("cut at byte %d: sent %q, want the TA1 that says so", at, got.Sent)
		}
	}
	if got := r.end("main", "whole", whole); got.Outcome != inbox.Accepted || got.Orders != 2 {
		t.Errorf("the whole file: %+v", got)
	}
}

// A wrong count at the end of a thousand orders leaves none or all of them, as
// the agreement says, and the acknowledgement says the same.
func TestWrongCountAfterAThousandOrders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		partner  string
		from, to string
		want     ending
	}{
		{"setwise", "IEA*1*", "IEA*9*", ending{inbox.Accepted, 1000, []string{"IEA-COUNT"}, []string{"TA1 E 021", "997 A"}}},
		{"lenient", "IEA*1*", "IEA*9*", ending{inbox.Accepted, 1000, []string{"IEA-COUNT"}, []string{"TA1 E 021", "997 A"}}},
		{"strict", "IEA*1*", "IEA*9*", ending{inbox.Rejected, 0, []string{"IEA-COUNT"}, []string{"TA1 R 021"}}},
		{"setwise", "GE*1000*", "GE*999*", ending{inbox.Rejected, 0, []string{"GE-COUNT"}, []string{"997 R"}}},
		{"lenient", "GE*1000*", "GE*999*", ending{inbox.Rejected, 0, []string{"GE-COUNT"}, []string{"997 R"}}},
		{"strict", "GE*1000*", "GE*999*", ending{inbox.Rejected, 0, []string{"INTERCHANGE-REFUSED", "GE-COUNT"}, []string{"997 R"}}},
		{"setwise", "SE*5*1000~", "SE*6*1000~", ending{inbox.PartlyAccepted, 999, []string{"SE-COUNT"}, []string{"997 P"}}},
		{"strict", "SE*5*1000~", "SE*6*1000~", ending{inbox.Rejected, 0, []string{"INTERCHANGE-REFUSED", "SE-COUNT"}, []string{"997 R"}}},
	} {
		t.Run(c.partner+" "+c.to, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, nil)
			got := r.end("main", "thousand.edi", edited(file(c.partner, numbers("K", 1000)...), c.from, c.to))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// overwriting replaces an inbound file by another while it is read.
type overwriting struct {
	state.Files
	dir  string
	next string // the content to come; empty: leave the file alone
}

func (o *overwriting) Open(ctx context.Context, path, etag string, offset, length int64) (io.ReadCloser, error) {
	r, err := o.Files.Open(ctx, path, etag, offset, length)
	if err != nil || o.next == "" || !strings.HasPrefix(path, "inbound/") {
		return r, err
	}
	return &overwritten{r, o, path}, nil
}

type overwritten struct {
	io.ReadCloser
	o    *overwriting
	path string
}

// Read overwrites the file in place after the first bytes of it.
func (r *overwritten) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p[:min(len(p), 10)])
	if r.o.next != "" {
		if werr := os.WriteFile(filepath.Join(r.o.dir, filepath.FromSlash(r.path)), []byte(r.o.next), 0o666); werr != nil {
			return 0, werr
		}
		r.o.next = ""
	}
	return n, err
}

// A file that is overwritten while it is taken is never a mixture: the try
// fails, the next one says that the first version is lost and takes the other.
func TestOverwrittenWhileTaken(t *testing.T) {
	o := &overwriting{}
	r := newRig(t, func(f state.Files) state.Files { o.Files = f; return o })
	o.dir = r.dir
	info, w := r.put("main", "po.edi", []byte(file("setwise", "FIRST")))
	o.next = file("setwise", "SECOND", "THIRD")
	if err := r.inbox.Take(t.Context(), w); !errors.Is(err, state.ErrConflict) {
		t.Fatalf("take: %v, want a conflict, which is tried again", err)
	}
	if err := r.inbox.Take(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	if err := r.inbox.Take(t.Context(), w); err != nil {
		t.Fatalf("once more: %v", err)
	}
	rows, err := r.Store.List(t.Context(), state.ListQuery{Tenant: "quay", List: state.ListFiles})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		f, err := inbox.Read(t.Context(), r.Store, "quay", row.ID)
		if err != nil {
			t.Fatal(err)
		}
		if f.ETag == info.ETag {
			got = append(got, fmt.Sprintf("%s %s", f.Outcome, f.Findings[0].Code))
			continue
		}
		v := r.finish(row.ID)
		got = append(got, fmt.Sprintf("%s %d", v.File.Outcome, created(v)))
	}
	slices.Sort(got)
	if want := []string{"accepted 2", "rejected FILE-OVERWRITTEN"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
