package remote

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/crossdock/crossdock/internal/local"
	"github.com/crossdock/crossdock/internal/state/statetest"
)

// movedClock runs with the real one, some time ahead of it. Timers run in
// real time; whoever moves the clock lets the platform look at it.
type movedClock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func TestContract(t *testing.T) {
	statetest.Run(t, func(t *testing.T) statetest.Platform {
		return suitePlatform(t, t.TempDir(), &movedClock{})
	})
}

func suitePlatform(t *testing.T, dir string, c *movedClock) statetest.Platform {
	p, err := local.Open(dir, local.Options{
		Queues: map[string]local.QueueConfig{
			statetest.SessionQueue: {Sessions: true, MaxDelivery: statetest.MaxDelivery},
			statetest.PlainQueue:   {MaxDelivery: statetest.MaxDelivery},
		},
		Now: c.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(NewServer(Drivers{p.Records, p.Files, p.Queues}, "secret"))
	client := Dial(srv.URL, "secret", Options{})
	end := sync.OnceFunc(func() {
		if err := p.Close(); err != nil { // ends the calls that wait
			t.Error(err)
		}
		client.Close()
		srv.Close()
	})
	t.Cleanup(end)
	return statetest.Platform{
		Backend: client,
		Files:   client,
		Queues:  client,
		Now:     c.Now,
		Advance: func(d time.Duration) {
			c.mu.Lock()
			c.ahead += d
			c.mu.Unlock()
			if _, err := p.Queues.Depth(t.Context(), statetest.PlainQueue); err != nil {
				t.Error(err)
			}
		},
		Reopen: func(t *testing.T) statetest.Platform {
			end()
			return suitePlatform(t, dir, c)
		},
		Overwrite: func(t *testing.T, path, content string) {
			if err := os.WriteFile(filepath.Join(dir, path), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		},
	}
}
