package main

import (
	"fmt"
	"net/url"
	"os"
	"syscall"
)

// Config is everything the process takes from its environment. Each setting
// stands here, in local.settings.example.json and in bicep; a test compares.
type Config struct {
	StateURL   string // CROSSDOCK_STATE_URL: where the state drivers answer
	StateToken string // CROSSDOCK_STATE_TOKEN: what opens them
	ConfigDir  string // CROSSDOCK_CONFIG: folder laid over the built-in partners and maps; empty: none
	// Getenv resolves the %NAME% of tenant files, such as an ERP's address.
	Getenv func(string) string
}

// Settings names the settings Config reads.
func Settings() []string {
	return []string{"CROSSDOCK_STATE_URL", "CROSSDOCK_STATE_TOKEN", "CROSSDOCK_CONFIG"}
}

// ReadConfig reads the environment, once. A missing or malformed setting is
// an error that names it.
func ReadConfig(getenv func(string) string) (Config, error) {
	c := Config{StateURL: getenv("CROSSDOCK_STATE_URL"), StateToken: getenv("CROSSDOCK_STATE_TOKEN"), ConfigDir: getenv("CROSSDOCK_CONFIG"), Getenv: getenv}
	u, err := url.Parse(c.StateURL)
	if err != nil || c.StateURL == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Config{}, fmt.Errorf("setting CROSSDOCK_STATE_URL %q: want the address of the state drivers, such as http://127.0.0.1:7072; see local.settings.example.json", c.StateURL)
	}
	if c.StateToken == "" {
		return Config{}, fmt.Errorf("setting CROSSDOCK_STATE_TOKEN is empty: want the token the state drivers were started with; see local.settings.example.json")
	}
	if c.ConfigDir != "" {
		// Without this a folder that is not there would be one without files.
		info, err := os.Stat(c.ConfigDir)
		if err == nil && !info.IsDir() {
			err = syscall.ENOTDIR
		}
		if err != nil {
			return Config{}, fmt.Errorf("setting CROSSDOCK_CONFIG %q: want a folder with partners and maps: %w", c.ConfigDir, err)
		}
	}
	return c, nil
}
