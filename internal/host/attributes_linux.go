package host

import (
	"os/exec"
	"syscall"
)

// processAttributes puts the handler into a process group of its own, so that
// a terminal's Ctrl-C reaches the host alone, and lets it end with the host.
func processAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killProcess ends the handler and what it started. It fails only if they
// are gone.
func killProcess(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
