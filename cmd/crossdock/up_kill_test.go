package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossdock/crossdock/internal/demoerp"
	"github.com/crossdock/crossdock/internal/exchange"
)

// dropped is a file of the kill test and how it must end. Of a file and its
// copy either may come first: they share a pair.
type dropped struct {
	name, channel, content string
	pair                   string
	acks                   map[string][]string // wanted, by outcome
	orders                 []string            // keys in the ERP
}

// cargo is what a round of the kill test drops.
func cargo(round int) []dropped {
	var all []dropped
	add := func(partner, channel, key string, acks map[string][]string, copies int, numbers ...string) {
		seed := fmt.Sprintf("%s-%d-%d", partner, round, len(all))
		var keys []string
		for _, n := range numbers {
			keys = append(keys, "order."+key+"."+n)
		}
		content := orders(partner, seed, numbers...)
		for i := range copies {
			all = append(all, dropped{name: fmt.Sprintf("%s-%d.edi", seed, i), channel: channel, content: content, pair: seed, acks: acks, orders: keys})
		}
	}
	number := func(i int) string { return fmt.Sprintf("K%d-%d", round, i) }
	told := map[string][]string{"accepted": {"997 A"}, "duplicate": {"TA1 R 025"}}
	untold := map[string][]string{"accepted": nil, "duplicate": nil}
	add("lighthouse", "harbor/sftp-east", "lighthouse-grocers", told, 1, number(1))
	add("lighthouse", "harbor/sftp-east", "lighthouse-grocers", told, 2, number(2), number(3), number(4))
	add("prairie", "harbor/van", "prairie-outfitters", told, 1, number(5), number(6))
	add("old-mill", "harbor/van", "old-mill-foods", untold, 2, number(7))
	var many []string
	for i := range 30 {
		many = append(many, number(100+i))
	}
	add("lighthouse", "harbor/sftp-east", "lighthouse-grocers", told, 1, many...)
	return all
}

// TestUpKilledAtAnyMoment kills up at random moments while files are dropped
// and starts it again each time. In the end every file has one outcome, every
// order is in the ERP once, every acknowledgement was sent once, and nothing
// is left over.
func TestUpKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	const rounds = 7
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	var all []dropped
	p := up(t, dir)
	for round := range rounds {
		files := cargo(round)
		due := time.After(time.Duration(random.IntN(int(250 * time.Millisecond))))
		for i, f := range files {
			drop(t, dir, f.channel, f.name, f.content)
			if i == len(files)/2 {
				<-due // among the drops, and among what the first of them set off
				p.signal(syscall.SIGKILL)
				p.code()
				p.logged()
				p = up(t, dir)
			}
		}
		all = append(all, files...)
	}
	wait(t, 30*time.Second, "every outcome", func() bool { return settled(t, p.api(), len(all)) })
	wait(t, 10*time.Second, "an empty inbox", func() bool {
		left, err := filepath.Glob(filepath.Join(dir, "inbound", "*", "*", "*"))
		return err == nil && len(left) == 0
	})
	status, err := p.api().Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status.Failed+status.Waiting+status.Unfinished > 0 {
		t.Errorf("status %+v", status)
	}
	views := viewsByName(t, p)
	p.signal(syscall.SIGINT)
	if code := p.code(); code != exitOK {
		t.Errorf("exit code %d", code)
	}

	accepted := map[string]int{}
	var sent, wantOrders []string
	for _, f := range all {
		if len(views[f.name]) != 1 {
			t.Errorf("%s: %d files of this name, want 1", f.name, len(views[f.name]))
			continue
		}
		v := views[f.name][0]
		outcome := string(v.File.Outcome)
		acks, ok := f.acks[outcome]
		if !ok {
			t.Errorf("%s: outcome %q", f.name, outcome)
		}
		var got []string
		for _, s := range v.Sent {
			got = append(got, s.Summary)
			sent = append(sent, s.Path)
		}
		if !slices.Equal(got, acks) {
			t.Errorf("%s: %s and sent %q, want %q", f.name, outcome, got, acks)
		}
		holdAcks(t, dir, v)
		if outcome == "accepted" {
			accepted[f.pair]++
			wantOrders = append(wantOrders, f.orders...)
		}
	}
	for _, f := range all {
		if accepted[f.pair] != 1 {
			t.Errorf("%s: %d of it and its copies were accepted, want 1", f.pair, accepted[f.pair])
		}
	}
	holdERP(t, dir, wantOrders)
	holdOutbound(t, dir, sent)
}

// viewsByName shows every file, by its name.
func viewsByName(t *testing.T, p *process) map[string][]exchange.View {
	t.Helper()
	rows, err := p.api().Files(t.Context(), "", most)
	if err != nil {
		t.Fatal(err)
	}
	views := map[string][]exchange.View{}
	for _, r := range rows {
		v, err := p.api().File(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		views[r.Name] = append(views[r.Name], v)
	}
	return views
}

// holdERP holds what the demo's ERP kept against the orders it must have, one
// version each, saved once.
func holdERP(t *testing.T, dir string, want []string) {
	t.Helper()
	s, err := demoerp.Open(filepath.Join(dir, "erp.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	held, err := s.Orders()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range held {
		got = append(got, o.Key)
		if o.Saves != 1 || o.Version != 1 {
			t.Errorf("the ERP saved %s version %d %d times", o.Key, o.Version, o.Saves)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("orders in the ERP (-want +got):\n%s", diff)
	}
}

// holdOutbound holds the outbound folder against what the views say was sent:
// those files and no others, the control numbers of each partner without a
// gap or a repeat.
func holdOutbound(t *testing.T, dir string, sent []string) {
	t.Helper()
	out, err := filepath.Glob(filepath.Join(dir, "outbound", "*", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string][]int{}
	for i, path := range out {
		out[i] = strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(dir)+"/")
		base := filepath.Base(path)
		partner := base[:len(base)-len("-000000001-997-01234567.edi")]
		n, err := strconv.Atoi(parseAck(t, path).control)
		if err != nil {
			t.Errorf("%s: control number: %v", path, err)
		}
		numbers[partner] = append(numbers[partner], n)
	}
	slices.Sort(out)
	slices.Sort(sent)
	if diff := cmp.Diff(sent, out); diff != "" {
		t.Errorf("outbound (-sent +there):\n%s", diff)
	}
	for partner, got := range numbers {
		slices.Sort(got)
		for i, n := range got {
			if n != got[0]+i {
				t.Errorf("%s: control numbers %v have a gap or a repeat", partner, got)
				break
			}
		}
	}
}
