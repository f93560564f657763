package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tailscale/hujson"

	"github.com/crossdock/crossdock/mappings"
)

// write makes the files of a new partner, checks them, and writes them below
// the folder. It returns their paths.
func (a *addition) write(tenant, partner string) ([]string, error) {
	path := "partners/" + tenant + "/" + partner + ".jsonc"
	if exists(filepath.Join(a.dir, filepath.FromSlash(path))) {
		return nil, &usageError{fmt.Errorf("%s is there already", filepath.Join(a.dir, path))}
	}
	files, err := mappings.Files(mappings.Embedded())
	if err != nil {
		return nil, err
	}
	shipped, err := mappings.LoadFiles(mappings.Options{}, files)
	if err != nil {
		return nil, err
	}
	if exists(a.dir) {
		own, err := mappings.Files(os.DirFS(a.dir))
		if err != nil {
			return nil, err
		}
		maps.Copy(files, own)
	}
	text, err := a.text(partner, shipped)
	if err != nil {
		return nil, err
	}
	made := map[string][]byte{path: text}
	if a.channel != "" {
		name := "partners/" + tenant + "/tenant.jsonc"
		if made[name], err = onChannel(files[name], a.channel, partner); err != nil {
			return nil, &usageError{fmt.Errorf("%s: %w", name, err)}
		}
	}
	maps.Copy(files, made)
	if _, err := mappings.LoadFiles(mappings.Options{}, files); err != nil {
		return nil, err
	}
	var written []string
	for _, name := range slices.Sorted(maps.Keys(made)) {
		target := filepath.Join(a.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return nil, fmt.Errorf("add: %w", err)
		}
		if err := os.WriteFile(target, made[name], 0o666); err != nil {
			return nil, fmt.Errorf("add: %w", err)
		}
		written = append(written, target)
	}
	return written, nil
}

// text is the file of the partner.
func (a *addition) text(partner string, shipped *mappings.Catalog) ([]byte, error) {
	if a.x12 == "" && a.edifact == "" {
		return nil, &usageError{fmt.Errorf("say who the partner is: --x12 QUALIFIER:ID or --edifact QUALIFIER:ID")}
	}
	if len(a.receive)+len(a.send) == 0 {
		return nil, &usageError{fmt.Errorf("say what is exchanged: --receive 850, --send 855")}
	}
	name := a.name
	if name == "" {
		for word := range strings.SplitSeq(partner, "-") {
			if word != "" {
				name += " " + strings.ToUpper(word[:1]) + word[1:]
			}
		}
		name = strings.TrimSpace(name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "// docs/agreements.md lists all that can be said here, and what holds where\n// nothing is said.\n{\n  \"name\": %s,\n  \"status\": %s,\n", quoted(name), quoted(a.status))
	for _, standard := range []struct{ name, identity string }{{mappings.StandardX12, a.x12}, {mappings.StandardEDIFACT, a.edifact}} {
		if standard.identity == "" {
			continue
		}
		qualifier, id, ok := strings.Cut(standard.identity, ":")
		if !ok {
			return nil, &usageError{fmt.Errorf("--%s %q is not QUALIFIER:ID", standard.name, standard.identity)}
		}
		if qualifier != "" {
			qualifier = `"qualifier": ` + quoted(qualifier) + ", "
		}
		fmt.Fprintf(&b, "  \"%s\": {\n    \"theirs\": [{%s\"id\": %s}]\n  },\n", standard.name, qualifier, quoted(id))
	}
	receive, send := documents("receive", a.receive, shipped), documents("send", a.send, shipped)
	b.WriteString(strings.Join(slices.Concat(receive, send), ",\n"))
	b.WriteString("\n}\n")
	return []byte(b.String()), nil
}

// documents is the table of sets in one direction, none if there are none. A
// set is read and written by the map the program ships, if it has one.
func documents(direction string, sets []string, shipped *mappings.Catalog) []string {
	if len(sets) == 0 {
		return nil
	}
	var rows []string
	for _, set := range sets {
		name := "none"
		for _, standard := range []string{mappings.StandardX12, mappings.StandardEDIFACT} {
			if _, ok := shipped.Document(standard + "/" + set); ok {
				name = standard + "/" + set
			}
		}
		rows = append(rows, fmt.Sprintf("    %s: {\"map\": %s}", quoted(set), quoted(name)))
	}
	return []string{fmt.Sprintf("  %s: {\n%s\n  }", quoted(direction), strings.Join(rows, ",\n"))}
}

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always has JSON
	}
	return string(text)
}

// onChannel names a partner on a channel of its tenant's file, and leaves the
// rest of it as it is.
func onChannel(tenant []byte, channel, partner string) ([]byte, error) {
	if tenant == nil {
		return nil, fmt.Errorf("there is no such file, neither in the folder nor shipped")
	}
	root, err := hujson.Parse(tenant)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	escaped := strings.NewReplacer("~", "~0", "/", "~1").Replace(channel)
	patch, err := json.Marshal([]map[string]string{{"op": "add", "path": "/channels/" + escaped + "/partners/-", "value": partner}})
	if err != nil {
		return nil, err
	}
	if err := root.Patch(patch); err != nil {
		return nil, fmt.Errorf("there is no channel %q with a list of partners", channel)
	}
	if list, ok := root.Find("/channels/" + escaped + "/partners").Value.(*hujson.Array); ok && len(list.Elements) > 1 {
		list.Elements[len(list.Elements)-1].BeforeExtra = hujson.Extra(" ")
	}
	return root.Pack(), nil
}
