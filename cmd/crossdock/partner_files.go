package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/internal/ops"
	"github.com/crossdock/crossdock/internal/partners"
	"github.com/crossdock/crossdock/mappings"
)

// catalogRoots are the folders of a catalogue.
func catalogRoots() []string { return []string{"documents", "partners", "erp"} }

// collect reads the files of a catalogue that lie under paths, by their path
// in it. A path is a folder that holds partners/, documents/ or erp/, or lies
// below one of them, or a file there.
func collect(paths []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", p, err)
		}
		if _, err := os.Stat(abs); err != nil {
			return nil, &usageError{err}
		}
		root, below := catalogRoot(abs)
		if root == "" {
			return nil, &usageError{fmt.Errorf("%s neither holds nor lies in a folder partners, documents or erp", p)}
		}
		found, err := mappings.Files(os.DirFS(root))
		if err != nil {
			return nil, err
		}
		for name, text := range found {
			if below == "." || name == below || strings.HasPrefix(name, below+"/") {
				files[name] = text
			}
		}
	}
	if len(files) == 0 {
		return nil, &usageError{fmt.Errorf("no .json or .jsonc file in %s", strings.Join(paths, ", "))}
	}
	return files, nil
}

// catalogRoot returns the folder whose partners/, documents/ or erp/ a path
// lies in, and the path below it; or the path itself if it holds them.
func catalogRoot(path string) (root, below string) {
	for _, name := range catalogRoots() {
		if info, err := os.Stat(filepath.Join(path, name)); err == nil && info.IsDir() {
			return path, "."
		}
	}
	for dir := path; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		if slices.Contains(catalogRoots(), filepath.Base(dir)) {
			rel, err := filepath.Rel(filepath.Dir(dir), path)
			if err != nil {
				return "", ""
			}
			return filepath.Dir(dir), filepath.ToSlash(rel)
		}
	}
	return "", ""
}

// overShipped loads files over those the program ships. Names of settings stay
// as they are: this machine is not where they are set.
func overShipped(files map[string][]byte) (*mappings.Catalog, error) {
	all, err := mappings.Files(mappings.Embedded())
	if err != nil {
		return nil, err
	}
	maps.Copy(all, files)
	return mappings.LoadFiles(mappings.Options{}, all)
}

func (c *command) partnerCheck() *cobra.Command {
	return &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Check files without an installation",
		Long: `Check loads files over those the program ships and tells every fault with file,
line and field. A path is a file, or a folder with partners/, documents/ or erp/
in it; without one it is this folder. Nothing is asked and nothing is changed.`,
		Example: "  crossdock partner check config\n  crossdock partner check config/partners/harbor/granite-hardware.jsonc",
		RunE: func(_ *cobra.Command, words []string) error {
			if len(words) == 0 {
				words = []string{"."}
			}
			files, err := collect(words)
			if err != nil {
				return err
			}
			if _, err := overShipped(files); err != nil {
				return c.faults(err)
			}
			checked := struct {
				Files  []string              `json:"files"`
				Faults []*mappings.LoadError `json:"faults"`
			}{slices.Sorted(maps.Keys(files)), []*mappings.LoadError{}}
			return c.print(checked, func(w *screen) {
				for _, name := range checked.Files {
					w.entry("good", "%s", name)
				}
			})
		},
	}
}

// faults prints what speaks against files, and returns what the call ends
// with. Another error it returns as it is.
func (c *command) faults(err error) error {
	list, refused := mappings.Faults(err), false
	if answer := (*ops.AnswerError)(nil); errors.As(err, &answer) {
		list = answer.Faults
		refused = answer.Status == http.StatusUnprocessableEntity || answer.Status == http.StatusPreconditionFailed
	}
	if len(list) == 0 {
		if refused {
			return &outcomeError{err.Error()}
		}
		return err
	}
	printed := c.print(struct {
		Faults []*mappings.LoadError `json:"faults"`
	}{list}, func(w *screen) {
		for _, f := range list {
			fmt.Fprintln(w, f)
		}
	})
	if printed != nil {
		return printed
	}
	fault := "1 fault"
	if len(list) > 1 {
		fault = fmt.Sprintf("%d faults", len(list))
	}
	return &outcomeError{fault + "; docs/agreements.md says what a file can say"}
}

func (c *command) partnerPublish() *cobra.Command {
	var remove []string
	var who, why string
	var only int
	cmd := c.client(&cobra.Command{
		Use:   "publish PATH...",
		Short: "Make files the next version of the catalogue",
		Long: `Publish sends files to an installation, which checks them with all it has. One
fault keeps all of them out, and every fault is told. A path is a file, or a
folder with partners/, documents/ or erp/ in it. The files are in force
everywhere within a minute; what was judged before is applied by what judged it.`,
		Example: "  crossdock partner publish config --why \"orders of Granite on 005010\"\n  crossdock partner publish --remove partners/harbor/guest.jsonc --why \"x\"",
		RunE: func(cmd *cobra.Command, words []string) error {
			if len(words)+len(remove) == 0 {
				return &usageError{errors.New("name a file or a folder, or a file to --remove")}
			}
			if why == "" {
				return &usageError{errNoReason}
			}
			p := partners.Publication{Remove: remove, Who: c.who(who), Why: why}
			if len(words) > 0 {
				files, err := collect(words)
				if err != nil {
					return err
				}
				p.Files = make(map[string]string, len(files))
				for name, text := range files {
					p.Files[name] = string(text)
				}
			}
			if cmd.Flags().Changed("if") {
				p.If = &only
			}
			done, err := c.ops().Publish(cmd.Context(), p)
			return c.published(done, err)
		},
	})
	cmd.Flags().StringSliceVar(&remove, "remove", nil, "take this file away, by its path in the catalogue; may be said more than once")
	cmd.Flags().IntVar(&only, "if", 0, "only while this version is in force")
	c.audited(cmd, &who, &why)
	return cmd
}

// addition is a partner to be added.
type addition struct {
	dir, name, status, channel string
	x12, edifact               string
	receive, send              []string
}

func (c *command) partnerAdd() *cobra.Command {
	var a addition
	cmd := &cobra.Command{
		Use:   "add TENANT/PARTNER",
		Short: "Begin the file of a partner",
		Long: `Add writes the file of a new partner into a folder, with the least that it must
say, and names it on a channel of its tenant. What it writes is checked first;
nothing is published.`,
		Example: "  crossdock partner add harbor/new-store --x12 ZZ:NEW --receive 850 --dir config\n  crossdock partner add harbor/depot --edifact 14:4000001000012 --receive ORDERS",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, words []string) error {
			tenant, partner, ok := strings.Cut(words[0], "/")
			if !ok || tenant == "" || partner == "" {
				return &usageError{fmt.Errorf("%q is not TENANT/PARTNER", words[0])}
			}
			written, err := a.write(tenant, partner)
			if err != nil {
				return c.faults(err)
			}
			return c.print(map[string][]string{"written": written}, func(w *screen) {
				for _, name := range written {
					w.entry("written", "%s", name)
				}
				if a.channel == "" {
					w.entry("next", "name %s under a channel of tenant.jsonc, or it may use none", partner)
				}
				w.entry("then", "crossdock partner check %s", a.dir)
				w.entry("", "crossdock partner publish %s --why ...", a.dir)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&a.dir, "dir", ".", "folder to write to")
	f.StringVar(&a.name, "name", "", "how people call the partner; by default made of PARTNER")
	f.StringVar(&a.status, "status", "testing", "testing, live or suspended")
	f.StringVar(&a.channel, "channel", "", "channel of the tenant that it may use")
	f.StringVar(&a.x12, "x12", "", "its identity in X12, as QUALIFIER:ID")
	f.StringVar(&a.edifact, "edifact", "", "its identity in EDIFACT, as QUALIFIER:ID or :ID")
	f.StringSliceVar(&a.receive, "receive", nil, "sets it may send, such as 850")
	f.StringSliceVar(&a.send, "send", nil, "sets we send, such as 855")
	return cmd
}

// exists reports whether a path is there.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
