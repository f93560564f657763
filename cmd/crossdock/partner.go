package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/internal/ops"
	"github.com/crossdock/crossdock/internal/partners"
)

func (c *command) partner() *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "partner",
		Short: "Check and publish what is agreed with partners",
		Long: `Partner works on the files that say what is agreed with partners, and on the
maps that read their documents. Add, check and test need no installation; the
others ask one. What is published is in force everywhere within a minute, stays
in the history, and can be taken back. docs/agreements.md lists all a file can
say.`,
		Example: "  crossdock partner list\n  crossdock partner check config\n  crossdock partner publish config --why \"new partner\"",
	})
	cmd.AddCommand(c.partnerAdd(), c.partnerCheck(), c.partnerTest(), c.partnerPublish(), c.partnerHistory(), c.partnerRollback(), c.partnerList(), c.partnerShow())
	return cmd
}

func (c *command) partnerList() *cobra.Command {
	var tenant, version string
	cmd := c.client(&cobra.Command{
		Use:     "list",
		Short:   "List the partners",
		Long:    "List prints a line for each partner: its status, the standards it speaks, the\ndocuments it may send, those we send it, and the channel they leave by.",
		Example: "  crossdock partner list --tenant harbor\n  crossdock partner list --version 3",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := c.ops().Partners(cmd.Context(), tenant, version)
			if err != nil {
				return err
			}
			return c.print(rows, func(w *screen) { writePartners(w, rows) })
		},
	})
	cmd.Flags().StringVar(&tenant, "tenant", "", "only the partners of this tenant")
	cmd.Flags().StringVar(&version, "version", "", "as this version has them, not the one in force")
	return cmd
}

func writePartners(w *screen, rows []ops.PartnerRow) {
	w.table(func(t io.Writer) {
		fmt.Fprintln(t, "partner\tstatus\tstandards\treceives\tsends\tchannel\tname")
		for _, r := range rows {
			fmt.Fprintf(t, "%s/%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Tenant, r.Partner, r.Status, strings.Join(r.Standards, " "),
				strings.Join(r.Receives, " "), strings.Join(r.Sends, " "), r.Channel, printable(r.Name))
		}
	})
}

func (c *command) partnerShow() *cobra.Command {
	var version string
	var source bool
	cmd := c.client(&cobra.Command{
		Use:   "show TENANT[/PARTNER]",
		Short: "Show all that is agreed with a partner",
		Long: `Show prints every setting of an agreement, with what the tenant and the defaults
fill in, or with --source the file it is made of. Of a tenant it prints the
file. Secrets are masked.`,
		Example: "  crossdock partner show harbor/granite-hardware\n  crossdock partner show harbor --version 3",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			tenant, partner, _ := strings.Cut(words[0], "/")
			if partner == "" {
				v, err := c.ops().Tenant(cmd.Context(), tenant, version)
				if err != nil {
					return err
				}
				return c.print(v, func(w *screen) { fmt.Fprint(w, v.Source) })
			}
			v, err := c.ops().Partner(cmd.Context(), tenant, partner, version)
			if err != nil {
				return err
			}
			if source && !c.json {
				_, err := fmt.Fprint(c.out, v.Source)
				return err
			}
			lines, err := settings(v.Agreement)
			if err != nil {
				return err
			}
			return c.print(v, func(w *screen) {
				fmt.Fprintf(w, "%s  %s  of catalogue %s\n\n", v.Path, v.Status, v.Catalogue)
				w.table(func(t io.Writer) {
					for _, l := range lines {
						fmt.Fprintln(t, l)
					}
				})
			})
		},
	})
	cmd.Flags().StringVar(&version, "version", "", "as this version has it, not the one in force")
	cmd.Flags().BoolVar(&source, "source", false, "print its file")
	return cmd
}

// settings lists the settings of an agreement, each as its path and value;
// what is empty is left out.
func settings(agreement any) ([]string, error) {
	text, err := json.Marshal(agreement)
	if err != nil {
		return nil, fmt.Errorf("show: %w", err)
	}
	var root any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		return nil, fmt.Errorf("show: %w", err)
	}
	var lines []string
	var each func(path string, v any)
	each = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				each(strings.TrimPrefix(path+"."+key, "."), v[key])
			}
		case []any:
			for i, one := range v {
				each(fmt.Sprintf("%s[%d]", path, i), one)
			}
		case nil:
		case json.Number:
			lines = append(lines, path+"\t"+period(path, v))
		case string:
			if v != "" {
				lines = append(lines, path+"\t"+strconv.Quote(v))
			}
		default:
			lines = append(lines, fmt.Sprintf("%s\t%v", path, v))
		}
	}
	each("", root)
	return lines, nil
}

// period writes a number, and a time as one.
func period(path string, n json.Number) string {
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "within", "patience", "every":
		if ns, err := n.Int64(); err == nil {
			return time.Duration(ns).String()
		}
	}
	return n.String()
}

func (c *command) partnerHistory() *cobra.Command {
	var before, limit int
	cmd := c.client(&cobra.Command{
		Use:     "history",
		Short:   "Show what was published, by whom and why",
		Long:    "History prints the publications, newest first: number, when, who, why, and the\nfiles each changed. The first is the one in force; version 0 is what the program\nships.",
		Example: "  crossdock partner history --limit 5",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			versions, err := c.ops().Versions(cmd.Context(), before, limit)
			if err != nil {
				return err
			}
			return c.print(versions, func(w *screen) {
				if len(versions) == 0 && before == 0 {
					fmt.Fprintln(w, "nothing was published: what the program ships is in force, version 0")
				}
				for _, v := range versions {
					writeVersion(w, v)
				}
			})
		},
	})
	cmd.Flags().IntVar(&before, "before", 0, "only what is older than this version")
	cmd.Flags().IntVar(&limit, "limit", 20, "at most this many, up to 1000")
	return cmd
}

func writeVersion(w *screen, v partners.Version) {
	again := ""
	if v.Of != nil {
		again = fmt.Sprintf(" (version %d anew)", *v.Of)
	}
	fmt.Fprintf(w, "version %d  %s  %s: %s%s\n", v.Number, v.At.Local().Format("2006-01-02 15:04"), printable(v.Who), printable(v.Why), again)
	for _, change := range v.Changes {
		w.entry(string(change.Action), "%s", change.Path)
	}
	if more := v.Count - len(v.Changes); more > 0 {
		w.entry("", "and %d more files", more)
	}
}

func (c *command) partnerRollback() *cobra.Command {
	var only []string
	var who, why string
	cmd := c.client(&cobra.Command{
		Use:   "rollback VERSION",
		Short: "Publish an old version anew",
		Long: `Rollback makes the files of an old version the next one, all of them or those
named by --only. Nothing of the history goes away. Version 0 is what the program
ships.`,
		Example: "  crossdock partner rollback 3 --why \"the new map loses a line\"\n  crossdock partner rollback 3 --only partners/harbor/guest.jsonc --why \"x\"",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			to, err := strconv.Atoi(words[0])
			if err != nil || to < 0 {
				return &usageError{fmt.Errorf("%q is no version: crossdock partner history shows those there are", words[0])}
			}
			if why == "" {
				return &usageError{errNoReason}
			}
			p, err := c.ops().Rollback(cmd.Context(), partners.Rollback{To: to, Only: only, Who: c.who(who), Why: why})
			return c.published(p, err)
		},
	})
	cmd.Flags().StringSliceVar(&only, "only", nil, "only this file, by its path in the catalogue; may be said more than once")
	c.audited(cmd, &who, &why)
	return cmd
}

var errNoReason = fmt.Errorf("--why is missing: whoever reads the history wants to know")

// audited adds the flags that say who changes something, and why.
func (c *command) audited(cmd *cobra.Command, who, why *string) {
	cmd.Flags().StringVar(who, "who", "", "who does it; by default the user of this machine")
	cmd.Flags().StringVar(why, "why", "", "why it is done; it stands in the history")
}

// who is the one named, or the user of this machine.
func (c *command) who(named string) string {
	if named == "" {
		named = cmp.Or(c.getenv("USER"), c.getenv("LOGNAME"))
	}
	if u, err := user.Current(); named == "" && err == nil {
		named = u.Username
	}
	return named
}

// published prints the answer to a publication.
func (c *command) published(p ops.Published, err error) error {
	if err != nil {
		return c.faults(err)
	}
	return c.print(p, func(w *screen) {
		if !p.Changed {
			fmt.Fprintf(w, "Nothing changes: version %d is in force.\n", p.Version.Number)
			return
		}
		writeVersion(w, p.Version)
		fmt.Fprintln(w, "It is in force everywhere within a minute.")
	})
}
