package host

import (
	"context"
	"sync"
)

// gate holds invocations back while there is no handler to take them.
type gate struct {
	mu         sync.Mutex
	open       chan struct{} // closed while open
	generation int           // of the handler process, from 1
	shut       bool
}

func newGate() *gate { return &gate{open: make(chan struct{}), shut: true} }

// wait returns the generation of the handler that is ready.
func (g *gate) wait(ctx context.Context) (int, error) {
	for {
		g.mu.Lock()
		open, shut, generation := g.open, g.shut, g.generation
		g.mu.Unlock()
		if !shut {
			return generation, nil
		}
		select {
		case <-open:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// let opens the gate for a generation.
func (g *gate) let(generation int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.generation = generation
	if g.shut {
		g.shut = false
		close(g.open)
	}
}

// close shuts the gate if that generation still has it open.
func (g *gate) close(generation int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut || g.generation != generation {
		return false
	}
	g.shut, g.open = true, make(chan struct{})
	return true
}
