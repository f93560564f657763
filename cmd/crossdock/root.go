package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crossdock/crossdock/internal/ops"
)

// command is what every verb works with.
type command struct {
	out, errs io.Writer
	getenv    func(string) string
	json      bool
	to        string
}

// The groups that help shows verbs in.
const (
	filesGroup    = "files"
	pipelineGroup = "pipeline"
)

// newRoot returns the command with all its verbs.
func newRoot(out, errs io.Writer, getenv func(string) string) *cobra.Command {
	c := &command{out: out, errs: errs, getenv: getenv}
	root := group(&cobra.Command{
		Use:           "crossdock",
		Short:         "Run and watch the integration pipeline of a distributor",
		Long:          "crossdock runs the integration pipeline on one machine, asks a running\ninstallation what it is doing, and looks at files of EDI.",
		Example:       "  crossdock demo\n  crossdock up ./data\n  crossdock status\n  crossdock view po.edi",
		SilenceErrors: true,
		SilenceUsage:  true,
	})
	root.SetOut(out)
	root.SetErr(errs)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().BoolVar(&c.json, "json", false, "print JSON")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(c.demo(), c.up(), c.status(), c.files(), c.documents(), c.partner(), c.explain())
	root.AddGroup(&cobra.Group{ID: filesGroup, Title: "Files of EDI, without an installation:"}, &cobra.Group{ID: pipelineGroup, Title: "The pipeline:"})
	for _, verb := range root.Commands() {
		verb.GroupID = pipelineGroup
	}
	for _, verb := range []*cobra.Command{c.view(), c.check(), c.ack(), c.convert(), c.diff(), c.split(), c.redact()} {
		verb.GroupID = filesGroup
		root.AddCommand(verb)
	}
	root.SetHelpCommand(help(root))
	root.AddCommand(&cobra.Command{Use: "exit-codes", Short: "Show what the exit codes mean", Long: exitTable, Example: "  crossdock help exit-codes"})
	return root
}

// args makes a check of the positional arguments a usage error that says how
// the call goes.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, words []string) error {
		if check(cmd, words) != nil {
			call := cmd.CommandPath() + strings.TrimPrefix(cmd.Use, cmd.Name())
			return &usageError{fmt.Errorf("the call is %q, and %s came after the verb", call, plural(len(words), "word"))}
		}
		return nil
	}
}

// group makes a command one that does nothing but hold verbs: alone it shows
// its help, and a word that is none of its verbs is a usage error.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = func(cmd *cobra.Command, words []string) error {
		if len(words) == 0 {
			return nil
		}
		return noVerb(cmd, words[0])
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return cmd
}

func noVerb(cmd *cobra.Command, word string) error {
	hint := ""
	if near := cmd.SuggestionsFor(word); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %s?", strings.Join(near, " or "))
	}
	return &usageError{fmt.Errorf("%s has no verb %q%s", cmd.CommandPath(), word, hint)}
}

// help shows the help of a verb. Unlike cobra's own it takes a word that is no
// verb for a usage error.
func help(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "help [VERB]",
		Short:   "Show the help of a verb",
		Long:    "Help shows what a verb does, with an example, as --help after the verb does.",
		Example: "  crossdock help files show",
		RunE: func(_ *cobra.Command, words []string) error {
			verb, rest, err := root.Find(words)
			if err != nil {
				return &usageError{err}
			}
			if len(rest) > 0 {
				return noVerb(verb, rest[0])
			}
			verb.InitDefaultHelpFlag() // the flag is among what help shows
			return verb.Help()
		},
	}
}

// client adds --to to a verb that asks a running installation.
func (c *command) client(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVar(&c.to, "to", "http://127.0.0.1:7071", "address of the installation")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		u, err := url.Parse(c.to)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return &usageError{fmt.Errorf("--to %q is no address: want one such as http://127.0.0.1:7071", c.to)}
		}
		return nil
	}
	return cmd
}

func (c *command) ops() *ops.Client {
	return &ops.Client{Base: c.to, HTTP: &http.Client{Timeout: time.Minute}}
}

// print writes v as JSON if asked to, else as text does.
func (c *command) print(v any, text func(w *screen)) error {
	if !c.json {
		text(newScreen(c.out))
		return nil
	}
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	_, err = fmt.Fprintf(c.out, "%s\n", body)
	return err
}
