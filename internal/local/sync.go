package local

import (
	"os"
	"sync"
)

// syncer makes new directory entries durable. Callers that come while a
// directory is being synced share the next sync.
type syncer struct {
	mu   sync.Mutex
	dirs map[string]*dirSync
}

// dirSync is the sync of a directory that has not begun yet.
type dirSync struct {
	turn *sync.Mutex // held by the one under way
	once sync.Once
	err  error
	refs int
}

// sync returns once what is in dir by now, which d has open, is on the disk.
func (s *syncer) sync(dir string, d *os.File) error {
	s.mu.Lock()
	next := s.dirs[dir]
	if next == nil {
		next = &dirSync{turn: &sync.Mutex{}}
		s.dirs[dir] = next
	}
	next.refs++
	s.mu.Unlock()

	// Whoever gets the turn first replaces next by another that waits for
	// the same turn, then syncs for all who share it.
	next.turn.Lock()
	next.once.Do(func() {
		s.mu.Lock()
		if s.dirs[dir] == next {
			s.dirs[dir] = &dirSync{turn: next.turn}
		}
		s.mu.Unlock()
		next.err = d.Sync()
	})
	next.turn.Unlock()

	s.mu.Lock()
	defer s.mu.Unlock()
	if idle := s.dirs[dir]; idle != nil && idle.refs == 0 && idle.turn == next.turn {
		delete(s.dirs, dir)
	}
	return next.err
}
