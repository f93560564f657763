package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/ops"
	"github.com/crossdock/crossdock/internal/telemetry"
)

// demoOptions are the flags of demo.
type demoOptions struct {
	files   []string
	tenant  string
	channel string
	keep    bool
	verbose bool
	timeout time.Duration
}

func (c *command) demo() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run partner files through the whole pipeline and show what became of them",
		Long: `Demo starts the pipeline in a fresh temporary folder with an ERP beside it,
drops partner files of X12 and EDIFACT, waits until every file has its outcome
and every order is in the ERP, and prints what became of each. The ERP confirms,
ships and invoices the orders of two partners; what leaves for them is printed
with what they acknowledge. It ends with status 0 only if everything ended as it
should.`,
		Example: "  crossdock demo\n  crossdock demo --files ./my-850s\n  crossdock demo --json",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f := cmd.Flags(); len(o.files) == 0 && (f.Changed("tenant") || f.Changed("channel")) {
				return &usageError{errors.New("--tenant and --channel are for the files of --files; the built-in ones have their own")}
			}
			return c.runDemo(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.files, "files", nil, "take these files, or those of this folder, instead of the built-in ones; may be repeated")
	f.StringVar(&o.tenant, "tenant", "harbor", "with --files: the tenant they are for")
	f.StringVar(&o.channel, "channel", "guest", "with --files: the channel they come on; guest takes any sender")
	f.BoolVar(&o.keep, "keep", false, "keep the folder and say where it is")
	f.BoolVar(&o.verbose, "verbose", false, "show the pipeline's log on standard error")
	f.DurationVar(&o.timeout, "timeout", 5*time.Minute, "give up after this long")
	return cmd
}

// demoResult is what became of one step.
type demoResult struct {
	File  string         `json:"file"`
	As    string         `json:"as"`
	Wrong []string       `json:"wrong,omitempty"` // how it differs from what was wanted
	View  exchange.View  `json:"view"`
	Took  time.Duration  `json:"took"` // nanoseconds from its drop until nothing was left to do for it
	ERP   []demoERPHolds `json:"erp,omitempty"`
}

// demoERPHolds is what the ERP itself says of an order.
type demoERPHolds struct {
	Key       string `json:"key"`
	Reference string `json:"reference"`
	Version   int    `json:"version"`
	Saves     int    `json:"saves"`
}

func (c *command) runDemo(ctx context.Context, o demoOptions) error {
	steps, answers, err := builtinDemo()
	if len(o.files) > 0 {
		answers = nil
		steps, err = stepsOf(o.files, o.tenant, o.channel)
	}
	if err != nil {
		return err
	}
	if len(steps) > most {
		return &usageError{fmt.Errorf("%d files are more than the %d a demo shows; name fewer, or give them to crossdock up", len(steps), most)}
	}
	return c.play(ctx, o, steps, answers)
}

// play runs the steps in a fresh folder and prints how each ended.
func (c *command) play(ctx context.Context, o demoOptions, steps []step, answers []announcement) (err error) {
	dir, err := os.MkdirTemp("", "crossdock-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if o.keep {
		fmt.Fprintf(c.errs, "the folder is %s\n", dir)
	} else {
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	log := zerolog.Nop()
	if o.verbose {
		log = telemetry.Log(c.errs)
	}
	p, err := startPlatform(ctx, platformOptions{Dir: dir, HTTPAddr: "127.0.0.1:0", Getenv: func(string) string { return "" }, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	for _, s := range steps {
		if _, ok := p.catalog().Channel(s.Tenant, s.Channel); !ok {
			return &usageError{fmt.Errorf("tenant %q has no channel %q; there are %s", s.Tenant, s.Channel, strings.Join(p.channels(), ", "))}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	c.to = p.url()
	d := &demoRun{command: c, platform: p, client: c.ops(), steps: steps, progress: newProgress(c.errs)}
	if p.erp != nil {
		p.erp.Answer(partnersOf(answers)...)
	}
	var report demoReport
	if report.Files, err = d.run(ctx); err != nil {
		return err
	}
	if report.Documents, err = d.converse(ctx, answers); err != nil {
		return err
	}
	if err := c.print(report, func(w *screen) { writeDemo(w, report) }); err != nil {
		return err
	}
	if wrong := report.wrong(); wrong > 0 {
		return &outcomeError{fmt.Sprintf("%d of %s did not end as they should", wrong, report.all())}
	}
	return nil
}

// demoRun drops the steps and waits for them.
type demoRun struct {
	*command
	platform *platform
	client   *ops.Client
	steps    []step
	progress *progress
	dropped  []time.Time // by step; zero: not yet
	settled  []time.Time // by step, when its outcome was seen
}

// most is how many files the API lists at once, and so the demo takes.
const most = 1000

// every is how often the demo looks.
const every = 20 * time.Millisecond

// named is how many of the files without an outcome a message names.
const named = 5

func (d *demoRun) run(ctx context.Context) ([]demoResult, error) {
	d.dropped, d.settled = make([]time.Time, len(d.steps)), make([]time.Time, len(d.steps))
	ids := make([]string, len(d.steps))
	tick := time.NewTicker(every)
	defer tick.Stop()
	defer d.progress.done()
	for {
		if err := d.drop(); err != nil {
			return nil, err
		}
		rows, err := d.client.Files(ctx, "", most)
		if err != nil {
			return nil, d.late(ctx, err)
		}
		done := 0
		for i, s := range d.steps {
			for _, r := range rows {
				if r.Tenant == s.Tenant && r.Channel == s.Channel && r.Name == s.As && r.Outcome != "" {
					ids[i], done = r.ID, done+1
					if d.settled[i].IsZero() {
						d.settled[i] = time.Now()
					}
					break
				}
			}
		}
		d.progress.show(done, len(d.steps))
		if done == len(d.steps) {
			break
		}
		if err := d.pause(ctx, tick); err != nil {
			return nil, err
		}
	}
	// The files have their outcomes; what they set off may still be under way.
	if err := d.settle(ctx, tick); err != nil {
		return nil, err
	}
	return d.results(ctx, ids)
}

// settle waits until nothing is left that is done by itself.
func (d *demoRun) settle(ctx context.Context, tick *time.Ticker) error {
	for {
		s, err := d.client.Status(ctx)
		if err != nil {
			return d.late(ctx, err)
		}
		if !s.Busy() {
			return nil
		}
		if err := d.pause(ctx, tick); err != nil {
			return err
		}
	}
}

func (d *demoRun) pause(ctx context.Context, tick *time.Ticker) error {
	select {
	case <-tick.C:
		return nil
	case <-ctx.Done():
		return d.late(ctx, ctx.Err())
	}
}

// late explains a wait that ran out by what was not done.
func (d *demoRun) late(ctx context.Context, err error) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return err
	}
	var open []string
	for i, s := range d.steps {
		if d.settled[i].IsZero() {
			open = append(open, s.As)
		}
	}
	missing := "every file has its outcome, but not all that it set off is done"
	if n := len(open); n > 0 {
		missing = fmt.Sprintf("%s without an outcome: %s", plural(n, "file"), strings.Join(open[:min(n, named)], ", "))
		if n > named {
			missing += ", …"
		}
	}
	return &outcomeError{"gave up waiting: " + missing + "; --timeout waits longer, --verbose shows the log"}
}

// drop renames into the inbox what is due.
func (d *demoRun) drop() error {
	for i, s := range d.steps {
		if !d.dropped[i].IsZero() || s.After > 0 && d.settled[s.After-1].IsZero() {
			continue
		}
		dir := d.platform.options.Dir
		staged := filepath.Join(dir, fmt.Sprintf("demo-%d", i))
		d.dropped[i] = time.Now()
		if err := s.stage(staged); err != nil {
			return fmt.Errorf("drop %s: %w", s.As, err)
		}
		if err := os.Rename(staged, filepath.Join(dir, "inbound", s.Tenant, s.Channel, s.As)); err != nil {
			return fmt.Errorf("drop %s: %w", s.As, err)
		}
	}
	return nil
}

// stage writes the step's file to path.
func (s step) stage(path string) error {
	if s.source == "" {
		return os.WriteFile(path, s.content, 0o666)
	}
	from, err := os.Open(s.source)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

func (d *demoRun) results(ctx context.Context, ids []string) ([]demoResult, error) {
	results := make([]demoResult, len(d.steps))
	for i, s := range d.steps {
		v, err := d.client.File(ctx, ids[i])
		if err != nil {
			return nil, err
		}
		r := demoResult{File: s.File, As: s.As, View: v, Took: d.settled[i].Sub(d.dropped[i])}
		for _, set := range v.Sets {
			if set.Document == nil {
				continue
			}
			held, ok, err := d.platform.erp.Order(set.Document.Key)
			if err != nil {
				return nil, fmt.Errorf("demo: %w", err)
			}
			if ok {
				r.ERP = append(r.ERP, demoERPHolds{Key: held.Key, Reference: held.Reference, Version: held.Version, Saves: held.Saves})
			}
		}
		r.Wrong = s.compare(v, r.ERP)
		results[i] = r
	}
	return results, nil
}

// compare says how a file's end differs from what was wanted, and whether the
// ERP holds each order once.
func (s step) compare(v exchange.View, held []demoERPHolds) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, h := range held {
		if h.Saves != h.Version {
			say("the ERP saved order %s %d times, its version is %d", h.Key, h.Saves, h.Version)
		}
	}
	for _, set := range v.Sets {
		if set.Document != nil && set.Document.ERP != "in the ERP" && !set.Document.Test {
			say("order %s is %s", set.Number, set.Document.ERP)
		}
	}
	if s.Want == nil {
		return wrong
	}
	if string(v.File.Outcome) != s.Want.Outcome {
		say("outcome %q, want %q", v.File.Outcome, s.Want.Outcome)
	}
	var orders, acks []string
	for _, set := range v.Sets {
		if set.Document != nil {
			orders = append(orders, set.Number)
		}
	}
	if !slices.Equal(orders, s.Want.Orders) {
		say("orders %q, want %q", orders, s.Want.Orders)
	}
	for _, a := range v.Sent {
		acks = append(acks, a.Summary)
	}
	if !slices.Equal(acks, s.Want.Acks) {
		say("sent %q, want %q", acks, s.Want.Acks)
	}
	found := codes(v)
	for _, code := range s.Want.Findings {
		if !slices.Contains(found, code) {
			say("no finding %s among %q", code, found)
		}
	}
	return wrong
}

// codes lists the codes of everything found in a file.
func codes(v exchange.View) []string {
	var all []string
	for f := range v.Findings() {
		if !slices.Contains(all, f.Code) {
			all = append(all, f.Code)
		}
	}
	return all
}

func writeDemo(w *screen, report demoReport) {
	for _, r := range report.Files {
		writeView(w, r.View)
		for _, h := range r.ERP {
			w.entry("ERP", "holds %s version %d of %s, saved %s", h.Reference, h.Version, h.Key, times(h.Saves))
		}
		w.entry("took", "%s", duration(r.Took))
		for _, m := range r.Wrong {
			w.entry("WRONG", "%s", m)
		}
		fmt.Fprintln(w)
	}
	writeDocuments(w, report.Documents)
	fmt.Fprintf(w, "%s, %d as they should be\n", report.all(), len(report.Files)+len(report.Documents)-report.wrong())
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// progress shows how far the demo is: one line that is written over on a
// terminal, plain lines otherwise.
type progress struct {
	w        io.Writer
	terminal bool
	last     int
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd())), last: -1}
}

func (p *progress) show(done, all int) {
	if done == p.last {
		return
	}
	p.last = done
	line := fmt.Sprintf("%d of %s with an outcome", done, plural(all, "file"))
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		return
	}
	fmt.Fprintln(p.w, line)
}

func (p *progress) done() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
