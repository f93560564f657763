package local

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/state/statetest"
)

// handClock is a clock that moves when it is told to.
type handClock struct {
	mu     sync.Mutex
	now    time.Time
	alarms map[*alarm]bool
}

type alarm struct {
	at time.Time
	f  func()
}

func newHandClock() *handClock {
	return &handClock{now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), alarms: map[*alarm]bool{}}
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) AfterFunc(d time.Duration, f func()) func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := &alarm{c.now.Add(d), f}
	c.alarms[a] = true
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		was := c.alarms[a]
		delete(c.alarms, a)
		return was
	}
}

func (c *handClock) Advance(d time.Duration) {
	c.mu.Lock()
	c.now = c.now.Add(d)
	var due []func()
	for a := range c.alarms {
		if !a.at.After(c.now) {
			due = append(due, a.f)
			delete(c.alarms, a)
		}
	}
	c.mu.Unlock()
	for _, f := range due {
		f()
	}
}

func suiteOptions(c *handClock) Options {
	return Options{
		Queues: map[string]QueueConfig{
			statetest.SessionQueue: {Sessions: true, MaxDelivery: statetest.MaxDelivery},
			statetest.PlainQueue:   {MaxDelivery: statetest.MaxDelivery},
		},
		Now:       c.Now,
		AfterFunc: c.AfterFunc,
	}
}

func TestContract(t *testing.T) {
	statetest.Run(t, func(t *testing.T) statetest.Platform {
		return suitePlatform(t, t.TempDir(), newHandClock())
	})
}

func suitePlatform(t *testing.T, dir string, c *handClock) statetest.Platform {
	p := openTest(t, dir, suiteOptions(c))
	return statetest.Platform{
		Backend: p.Records,
		Files:   p.Files,
		Queues:  p.Queues,
		Now:     c.Now,
		Advance: c.Advance,
		Reopen: func(t *testing.T) statetest.Platform {
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			return suitePlatform(t, dir, c)
		},
		Overwrite: func(t *testing.T, path, content string) {
			if err := os.WriteFile(filepath.Join(dir, path), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		},
	}
}
