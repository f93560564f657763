package partners

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state"
	"github.com/crossdock/crossdock/mappings"
)

const (
	tenantFile  = "partners/quay/tenant.jsonc"
	partnerFile = "partners/quay/anchor.jsonc"
	otherFile   = "partners/quay/buoy.jsonc"
)

// rig is local state whose clock the test turns.
type rig struct {
	t     *testing.T
	store *state.Store
	files *failing
	mu    sync.Mutex
	now   time.Time
}

// failing is a driver of files that can be made to fail.
type failing struct {
	state.Files
	mu   sync.Mutex
	err  error
	lags bool // of records
}

func (f *failing) Create(ctx context.Context, path string, r io.Reader) (state.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return state.FileInfo{}, f.err
	}
	return f.Files.Create(ctx, path, r)
}

func (f *failing) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *failing) lag(lags bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lags = lags
}

// records is a driver of records that can be made to fail, or to know nothing
// yet.
type records struct {
	state.Backend
	files *failing
}

func (r records) Read(ctx context.Context, key state.Key, token string, ids ...string) ([]state.Record, error) {
	r.files.mu.Lock()
	defer r.files.mu.Unlock()
	if r.files.err != nil {
		return nil, r.files.err
	}
	if r.files.lags {
		return nil, nil
	}
	return r.Backend.Read(ctx, key, token, ids...)
}

func newRig(t *testing.T) *rig {
	t.Helper()
	p, err := local.Open(t.TempDir(), local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), files: &failing{Files: p.Files}}
	r.store = state.New(records{p.Records, r.files}, r.files, p.Queues, state.Options{Now: func() time.Time {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.now
	}})
	return r
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// shipped is a tenant with one partner over the maps of the program.
func shipped(partner string) []fs.FS {
	return []fs.FS{mappings.Embedded(), fstest.MapFS{
		tenantFile:  {Data: []byte(tenant("anchor"))},
		partnerFile: {Data: []byte(partner)},
	}}
}

func tenant(partners ...string) string {
	return `{"name": "Quay", "erp": {"kind": "rest", "url": "http://erp.example"},
		"x12": {"ours": {"qualifier": "ZZ", "id": "QUAY"}},
		"channels": {"main": {"partners": ["` + strings.Join(partners, `", "`) + `"]}}}`
}

func partner(name string) string {
	id := strings.ToUpper(strings.Fields(name)[0])
	return `{"name": "` + name + `", "x12": {"theirs": {"qualifier": "ZZ", "id": "` + id + `"}}, "receive": {"850": {"map": "x12/850"}}}`
}

// process is one process over the rig's state.
func (r *rig) process(layers []fs.FS) *Catalogs {
	r.t.Helper()
	s, err := Ship(mappings.Options{Getenv: func(string) string { return "http://erp.example" }}, layers...)
	if err != nil {
		r.t.Fatal(err)
	}
	return New(r.store, s)
}

// called returns what a partner is called by the catalogue in force.
func (r *rig) called(c *Catalogs, id string) string {
	r.t.Helper()
	catalog, err := c.Catalog(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return nameIn(catalog, id)
}

func nameIn(c *mappings.Catalog, id string) string {
	a, ok := c.Partner("quay", id)
	if !ok {
		return ""
	}
	return a.Name
}

func (r *rig) publish(c *Catalogs, files map[string]string, remove ...string) Version {
	r.t.Helper()
	v, changed, err := c.Publish(r.t.Context(), Publication{Files: files, Remove: remove, Who: "operator", Why: "a test"})
	if err != nil || !changed {
		r.t.Fatalf("publish: %v, changed %v", err, changed)
	}
	return v
}

// TestEveryProcessSeesIt: the publisher at once, the others within a minute.
func TestEveryProcessSeesIt(t *testing.T) {
	r := newRig(t)
	one, two := r.process(shipped(partner("Anchor"))), r.process(shipped(partner("Anchor")))
	for _, c := range []*Catalogs{one, two} {
		if got := r.called(c, "anchor"); got != "Anchor" {
			t.Fatalf("as shipped it is called %q", got)
		}
	}
	r.pass(29 * time.Second)
	r.publish(one, map[string]string{partnerFile: partner("Anchor Again")})
	if got := r.called(one, "anchor"); got != "Anchor Again" {
		t.Errorf("the publisher sees %q", got)
	}
	r.pass(31 * time.Second)
	if got := r.called(two, "anchor"); got != "Anchor Again" {
		t.Errorf("another process sees %q a minute later", got)
	}
	if got := r.called(r.process(shipped(partner("Anchor"))), "anchor"); got != "Anchor Again" {
		t.Errorf("a new process sees %q", got)
	}
}

// TestPinned: a catalogue can be had again by its version, whatever was
// published since and whatever a deployment ships.
func TestPinned(t *testing.T) {
	r := newRig(t)
	c := r.process(shipped(partner("Anchor")))
	pins := map[string]string{}
	pin := func() {
		catalog, err := c.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		pins[catalog.Version()] = nameIn(catalog, "anchor")
	}
	pin()
	for _, name := range []string{"Anchor One", "Anchor Two"} {
		r.publish(c, map[string]string{partnerFile: partner(name)})
		pin()
	}
	if len(pins) != 3 {
		t.Fatalf("got pins %v", pins)
	}
	for _, c := range []*Catalogs{c, r.process(shipped(partner("Anchor"))), r.process(shipped(partner("Anchor Deployed Anew")))} {
		for version, want := range pins {
			catalog, err := c.CatalogAt(t.Context(), version)
			if err != nil {
				t.Fatal(err)
			}
			if got := nameIn(catalog, "anchor"); got != want || catalog.Version() != version {
				t.Errorf("%s: got %q of %s, want %q", version, got, catalog.Version(), want)
			}
		}
	}
	for _, bad := range []string{"", "1", "x.0123456789abcdef", "-1.0123456789abcdef", "9." + c.shipped.base[:baseLength], "0.0123456789abcdef"} {
		if _, err := c.CatalogAt(t.Context(), bad); err == nil {
			t.Errorf("there is a catalogue %q", bad)
		}
	}
}

// TestRefusedWhole: one bad file keeps the good ones out, and every fault of
// all of them is told.
func TestRefusedWhole(t *testing.T) {
	r := newRig(t)
	c := r.process(shipped(partner("Anchor")))
	_, _, err := c.Publish(t.Context(), Publication{Who: "operator", Why: "a test", Files: map[string]string{
		otherFile:   partner("Buoy"),
		tenantFile:  tenant("anchor", "buoy", "chain"),
		partnerFile: `{"name": "Anchor", "x12": {"theirs": {"qualifier": "Z", "id": 5}}, "receive": {"850": {"map": "x12/851"}}}`,
	}})
	var no *Refused
	if !errors.As(err, &no) {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, f := range no.Faults {
		got = append(got, f.File+" "+f.Field)
	}
	want := []string{
		partnerFile + " x12.theirs.qualifier", partnerFile + " x12.theirs.id", partnerFile + " receive.850.map",
		tenantFile + " channels.main.partners[2]",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("faults (-got +want):\n%s", diff)
	}
	if v, err := c.Head(t.Context()); err != nil || v.Number != 0 {
		t.Errorf("version %d is in force: %v", v.Number, err)
	}
	if got := r.called(c, "buoy"); got != "" {
		t.Errorf("%q came in", got)
	}
}

// TestRefused: what is no publication.
func TestRefused(t *testing.T) {
	r := newRig(t)
	c := r.process(shipped(partner("Anchor")))
	file := map[string]string{partnerFile: partner("Anchor Again")}
	for name, p := range map[string]Publication{
		"nothing":           {Who: "o", Why: "w"},
		"nobody":            {Why: "w", Files: file},
		"no reason":         {Who: "o", Files: file},
		"a long reason":     {Who: "o", Why: strings.Repeat("w", maxWords+1), Files: file},
		"out of the folder": {Who: "o", Why: "w", Files: map[string]string{"../" + partnerFile: ""}},
		"elsewhere":         {Who: "o", Why: "w", Files: map[string]string{"partner/quay/anchor.jsonc": partner("Anchor")}},
		"too large":         {Who: "o", Why: "w", Files: map[string]string{partnerFile: strings.Repeat(" ", maxFileBytes+1)}},
		"both":              {Who: "o", Why: "w", Files: file, Remove: []string{partnerFile}},
		"not there":         {Who: "o", Why: "w", Remove: []string{otherFile}},
		"still used":        {Who: "o", Why: "w", Remove: []string{partnerFile}},
	} {
		var no *Refused
		if _, _, err := c.Publish(t.Context(), p); !errors.As(err, &no) || no.Reason == "" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, b := range map[string]Rollback{
		"no such version": {To: 3, Who: "o", Why: "w"}, "before all": {To: -1, Who: "o", Why: "w"},
		"no such file": {Only: []string{otherFile}, Who: "o", Why: "w"},
	} {
		var no *Refused
		if _, _, err := c.Rollback(t.Context(), b); !errors.As(err, &no) {
			t.Errorf("rollback, %s: got %v", name, err)
		}
	}
	if v, err := c.Head(t.Context()); err != nil || v.Number != 0 {
		t.Errorf("version %d is in force: %v", v.Number, err)
	}
}

// TestHistory: who, what and why of each version; to go back is a version too.
func TestHistory(t *testing.T) {
	r := newRig(t)
	c := r.process(shipped(partner("Anchor")))
	r.publish(c, map[string]string{partnerFile: partner("Anchor One")})
	r.publish(c, map[string]string{otherFile: partner("Buoy"), tenantFile: tenant("anchor", "buoy")})
	if _, changed, err := c.Publish(t.Context(), Publication{Files: map[string]string{otherFile: partner("Buoy")}, Who: "operator", Why: "again"}); err != nil || changed {
		t.Errorf("the same again: changed %v, %v", changed, err)
	}
	r.publish(c, map[string]string{partnerFile: partner("Anchor Three")})
	back := func(b Rollback) {
		t.Helper()
		b.Who, b.Why = "operator", "a mistake"
		if _, changed, err := c.Rollback(t.Context(), b); err != nil || !changed {
			t.Fatalf("rollback %+v: changed %v, %v", b, changed, err)
		}
	}
	back(Rollback{To: 1, Only: []string{partnerFile}})
	if one, buoy := r.called(c, "anchor"), r.called(c, "buoy"); one != "Anchor One" || buoy != "Buoy" {
		t.Errorf("one file of version 1: %q, %q", one, buoy)
	}
	back(Rollback{To: 0})
	if one, buoy := r.called(c, "anchor"), r.called(c, "buoy"); one != "Anchor" || buoy != "" {
		t.Errorf("all of version 0: %q, %q", one, buoy)
	}
	got, err := c.History(t.Context(), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].At = time.Time{}
	}
	want := []Version{
		{Number: 5, Who: "operator", Why: "a mistake", Of: new(0), Count: 3, Changes: []Change{{partnerFile, AsShipped}, {otherFile, Removed}, {tenantFile, AsShipped}}},
		{Number: 4, Who: "operator", Why: "a mistake", Of: new(1), Count: 1, Changes: []Change{{partnerFile, Replaced}}},
		{Number: 3, Who: "operator", Why: "a test", Count: 1, Changes: []Change{{partnerFile, Replaced}}},
		{Number: 2, Who: "operator", Why: "a test", Count: 2, Changes: []Change{{otherFile, Added}, {tenantFile, Replaced}}},
		{Number: 1, Who: "operator", Why: "a test", Count: 1, Changes: []Change{{partnerFile, Replaced}}},
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	if older, err := c.History(t.Context(), 3, 1); err != nil || len(older) != 1 || older[0].Number != 2 {
		t.Errorf("the one before 3: %v, %v", older, err)
	}
	if text, err := c.Source(t.Context(), 2, otherFile); err != nil || text != partner("Buoy") {
		t.Errorf("a file of version 2: %q, %v", text, err)
	}
	if _, err := c.Source(t.Context(), 5, otherFile); !errors.Is(err, state.ErrNotFound) {
		t.Errorf("a file that was taken away: %v", err)
	}
	if paths, err := c.Paths(t.Context(), 2); err != nil || !paths[otherFile] || paths["erp/rest.jsonc"] {
		t.Errorf("files of version 2: %v, %v", paths, err)
	}
}

// TestRemoveShipped: a partner that is shipped can be taken away.
func TestRemoveShipped(t *testing.T) {
	r := newRig(t)
	c := r.process(shipped(partner("Anchor")))
	r.publish(c, map[string]string{otherFile: partner("Buoy"), tenantFile: tenant("buoy")}, partnerFile)
	if anchor, buoy := r.called(c, "anchor"), r.called(c, "buoy"); anchor != "" || buoy != "Buoy" {
		t.Errorf("got %q, %q", anchor, buoy)
	}
}

// TestPublishersMeet: all that is published at once is published, one after
// the other.
func TestPublishersMeet(t *testing.T) {
	r := newRig(t)
	const n = 4
	var wg sync.WaitGroup
	for i := range n {
		c := r.process(shipped(partner("Anchor")))
		path := "partners/quay/p" + string(rune('a'+i)) + ".jsonc"
		wg.Go(func() {
			if _, _, err := c.Publish(t.Context(), Publication{Who: "operator", Why: "at once", Files: map[string]string{path: partner("P" + string(rune('a'+i)))}}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	c := r.process(shipped(partner("Anchor")))
	catalog, err := c.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if v, err := c.Head(t.Context()); err != nil || v.Number != n || len(catalog.Partners("quay")) != n+1 {
		t.Errorf("version %d with %d partners: %v", v.Number, len(catalog.Partners("quay")), err)
	}
}

// TestMoved: who saw another version does not overwrite what came since.
func TestMoved(t *testing.T) {
	r := newRig(t)
	c := r.process(shipped(partner("Anchor")))
	r.publish(c, map[string]string{partnerFile: partner("Anchor One")})
	seen := 0
	p := Publication{Files: map[string]string{partnerFile: partner("Anchor Two")}, Who: "operator", Why: "late", If: &seen}
	if _, _, err := c.Publish(t.Context(), p); !errors.Is(err, ErrMoved) {
		t.Errorf("got %v", err)
	}
	seen = 1
	if _, _, err := c.Publish(t.Context(), p); err != nil {
		t.Error(err)
	}
}

// TestStale: while state cannot be asked, what is known serves for a minute
// and no longer; then it is state's failure that comes back.
func TestStale(t *testing.T) {
	r := newRig(t)
	c := r.process(shipped(partner("Anchor")))
	r.files.fail(state.ErrUnavailable)
	if _, err := c.Catalog(t.Context()); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("never asked: %v", err)
	}
	r.files.fail(nil)
	if got := r.called(c, "anchor"); got != "Anchor" {
		t.Fatalf("got %q", got)
	}
	r.files.fail(state.ErrUnavailable)
	r.pass(59 * time.Second)
	if got := r.called(c, "anchor"); got != "Anchor" {
		t.Errorf("after 59 s: %q", got)
	}
	r.pass(time.Second)
	if _, err := c.Catalog(t.Context()); !errors.Is(err, state.ErrUnavailable) {
		t.Errorf("after a minute: %v", err)
	}
	r.files.fail(nil)
	if got := r.called(c, "anchor"); got != "Anchor" {
		t.Errorf("once it answers again: %q", got)
	}
}

// TestReplicaLags: a read that knows less than this process does not bring
// back what was in force before.
func TestReplicaLags(t *testing.T) {
	r := newRig(t)
	c := r.process(shipped(partner("Anchor")))
	r.publish(c, map[string]string{partnerFile: partner("Anchor Again")})
	r.files.lag(true)
	r.pass(31 * time.Second)
	if got := r.called(c, "anchor"); got != "Anchor Again" {
		t.Errorf("got %q", got)
	}
	r.files.lag(false)
	r.pass(31 * time.Second)
	if got := r.called(c, "anchor"); got != "Anchor Again" {
		t.Errorf("got %q", got)
	}
}
