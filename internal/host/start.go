package host

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// handler says how the handler is started, and where it will listen.
func (h *Host) handler() (start func() (handlerProcess, error), address string, err error) {
	if h.options.Handler != nil {
		p := &pipes{}
		h.transport.DialContext = p.dial
		return func() (handlerProcess, error) { return startEmbedded(p.listen(), h.options.Handler), nil }, embeddedAddress, nil
	}
	if address, err = freePort(); err != nil {
		return nil, "", err
	}
	command := h.options.Command
	if len(command) == 0 {
		if h.config.Executable == "" {
			return nil, "", errors.New("host.json: customHandler.description.defaultExecutablePath: missing")
		}
		command = append([]string{h.config.Executable}, h.config.Arguments...)
	}
	root := h.options.AppRoot
	if root == "" {
		root = "."
	}
	if root, err = filepath.Abs(root); err != nil {
		return nil, "", fmt.Errorf("application root: %w", err)
	}
	dir := h.config.WorkingDirectory
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	args := slices.Clone(command[1:])
	for i := range args {
		args[i], _ = expand(args[i], h.options.Getenv) // a name without a value stands for nothing
	}
	port := address[strings.LastIndexByte(address, ':')+1:]
	id := guid()
	env := append(slices.Clone(h.options.Env),
		"FUNCTIONS_CUSTOMHANDLER_PORT="+port,
		"FUNCTIONS_CUSTOMHANDLER_WORKER_ID="+id,
		"FUNCTIONS_HTTPWORKER_PORT="+port,
		"FUNCTIONS_HTTPWORKER_ID="+id,
		"FUNCTIONS_APP_ROOT_PATH="+root,
		"FUNCTIONS_WORKER_RUNTIME=custom")
	path := executable(root, command[0])
	return func() (handlerProcess, error) { return startChild(path, args, dir, env, h.log) }, address, nil
}
