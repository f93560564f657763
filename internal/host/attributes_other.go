//go:build !linux

package host

import (
	"os/exec"
	"syscall"
)

// processAttributes leaves the defaults: a host that is killed leaves its
// handler behind here.
func processAttributes() *syscall.SysProcAttr { return nil }

// killProcess ends the handler. It fails only if it is gone.
func killProcess(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
