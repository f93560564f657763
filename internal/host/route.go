package host

import (
	"fmt"
	"strings"
)

// patterns turns a route template into paths for http.ServeMux: {name},
// {name?} at the end, and {*rest} at the end, which matches nothing as well.
func patterns(route string) ([]string, error) {
	path := ""
	var out []string
	segments := strings.Split(strings.Trim(route, "/"), "/")
	for i, s := range segments {
		last := i == len(segments)-1
		if !strings.ContainsAny(s, "{}") {
			path += "/" + s
			continue
		}
		name, ok := strings.CutPrefix(s, "{")
		if ok {
			name, ok = strings.CutSuffix(name, "}")
		}
		rest, all := strings.CutPrefix(name, "*")
		rest = strings.TrimPrefix(rest, "*")
		optional, may := strings.CutSuffix(name, "?")
		switch {
		case !ok || strings.ContainsAny(name, "{}:="):
			return nil, fmt.Errorf("%q: segment %q is not supported by this host", route, s)
		case (all || may) && !last:
			return nil, fmt.Errorf("%q: segment %q must be the last", route, s)
		case all:
			out = append(out, orRoot(path))
			path += "/{" + rest + "...}"
		case may:
			out = append(out, orRoot(path))
			path += "/{" + optional + "}"
		default:
			path += "/{" + name + "}"
		}
	}
	return append(out, orRoot(path)), nil
}

// orRoot makes the empty path the one that matches only the root.
func orRoot(path string) string {
	if path == "" {
		return "/{$}"
	}
	return path
}
