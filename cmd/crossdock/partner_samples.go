package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"github.com/tailscale/hujson"

	"github.com/crossdock/crossdock/internal/exchange"
	"github.com/crossdock/crossdock/internal/inbox"
	"github.com/crossdock/crossdock/mappings"
)

// sample is what became of one file of a partner.
type sample struct {
	View    exchange.View `json:"view"`
	Answers []reply       `json:"answers"`
}

// reply is an acknowledgement that the partner would get.
type reply struct {
	Summary string `json:"summary"`
	Text    string `json:"text"`
}

func (c *command) partnerTest() *cobra.Command {
	var with []string
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "test TENANT/PARTNER FILE...",
		Short: "Run files of a partner against its agreement",
		Long: `Test runs a partner's files, or those of folders, through the whole pipeline in
a temporary folder, by what the program ships with the files of --with over it.
It prints what became of each and the acknowledgements the partner would get.
The partner is tested as one that is testing: nothing reaches an ERP. It ends
with status 0 only if every file was accepted.`,
		Example: "  crossdock partner test harbor/granite-hardware ./their-samples\n  crossdock partner test harbor/new-store po.edi --with config",
		Args:    args(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, words []string) error {
			tenant, partner, ok := strings.Cut(words[0], "/")
			if !ok || tenant == "" || partner == "" {
				return &usageError{fmt.Errorf("%q is not TENANT/PARTNER", words[0])}
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			return c.runSamples(ctx, tenant, partner, words[1:], with)
		},
	}
	cmd.Flags().StringArrayVar(&with, "with", nil, "files of agreements and maps, as for publish; may be repeated")
	cmd.Flags().DurationVar(&timeout, "timeout", 2*time.Minute, "give up after this long")
	return cmd
}

func (c *command) runSamples(ctx context.Context, tenant, partner string, paths, with []string) (err error) {
	config, err := asTesting(tenant, partner, with)
	if err != nil {
		return err
	}
	catalog, err := overShipped(config)
	if err != nil {
		return c.faults(err)
	}
	agreement, ok := catalog.Partner(tenant, partner)
	if !ok || agreement.Channel == "" {
		return &usageError{fmt.Errorf("%s/%s may use no channel: name it under one in tenant.jsonc", tenant, partner)}
	}
	steps, err := stepsOf(paths, tenant, agreement.Channel)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "crossdock-samples-")
	if err != nil {
		return fmt.Errorf("partner test: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for name, text := range config {
		target := filepath.Join(dir, "config", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return fmt.Errorf("partner test: %w", err)
		}
		if err := os.WriteFile(target, text, 0o666); err != nil {
			return fmt.Errorf("partner test: %w", err)
		}
	}
	getenv := func(name string) string {
		if name == erpSetting {
			return "" // the ERP beside it, whatever the environment names
		}
		return c.getenv(name)
	}
	p, err := startPlatform(ctx, platformOptions{Dir: dir, HTTPAddr: "127.0.0.1:0", Getenv: getenv, Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	d := &demoRun{command: &command{to: p.url()}, platform: p, steps: steps, progress: newProgress(io.Discard)}
	d.client = d.ops()
	results, err := d.run(ctx)
	if err != nil {
		return err
	}
	return c.printSamples(dir, results)
}

// asTesting returns the files of a catalogue in which a partner is testing.
func asTesting(tenant, partner string, with []string) (map[string][]byte, error) {
	config := map[string][]byte{}
	if len(with) > 0 {
		own, err := collect(with)
		if err != nil {
			return nil, err
		}
		config = own
	}
	all, err := mappings.Files(mappings.Embedded())
	if err != nil {
		return nil, err
	}
	maps.Copy(all, config)
	name := "partners/" + tenant + "/" + partner + ".jsonc"
	text, ok := all[name]
	if !ok {
		return nil, &usageError{fmt.Errorf("there is no %s, neither shipped nor in --with", name)}
	}
	root, err := hujson.Parse(text)
	if err == nil {
		err = root.Patch([]byte(`[{"op": "add", "path": "/status", "value": "` + string(mappings.Testing) + `"}]`))
	}
	if err == nil { // else it is told when the files are loaded
		text = root.Pack()
	}
	config[name] = text
	return config, nil
}

func (c *command) printSamples(dir string, results []demoResult) error {
	samples, refused := make([]sample, len(results)), 0
	for i, r := range results {
		samples[i] = sample{View: r.View, Answers: []reply{}}
		if r.View.File.Outcome != inbox.Accepted {
			refused++
		}
		for _, s := range r.View.Sent {
			text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(s.Path)))
			if err != nil {
				return fmt.Errorf("partner test: %w", err)
			}
			samples[i].Answers = append(samples[i].Answers, reply{s.Summary, string(text)})
		}
	}
	err := c.print(samples, func(w *screen) {
		for _, s := range samples {
			writeView(w, s.View)
			for _, a := range s.Answers {
				fmt.Fprintf(w, "\n  %s\n", a.Summary)
				for line := range strings.Lines(a.Text) {
					fmt.Fprintf(w, "    %s\n", printable(strings.TrimRight(line, "\r\n")))
				}
			}
			fmt.Fprintln(w)
		}
	})
	if err == nil && refused > 0 {
		return &outcomeError{fmt.Sprintf("%d of %s not accepted", refused, plural(len(results), "file"))}
	}
	return err
}
