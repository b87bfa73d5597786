package ingest

import (
	"hash/maphash"
	"sync"
	"time"
)

// digest is a 128-bit hash of (project, id). Its seeds are made per process:
// digests never leave memory, and nobody outside can make two ids collide.
type digest [2]uint64

// flight is one Accept's append. done is closed when stored is known.
type flight struct {
	done   chan struct{}
	stored bool
}

// seen knows the ids of the Horizon and those in flight.
type seen struct {
	seeds [2]maphash.Seed

	mu       sync.Mutex
	days     map[int64]map[digest]struct{} // by day of arrival
	inFlight map[digest]*flight
}

const dayMillis = int64(24 * time.Hour / time.Millisecond)

func newSeen() *seen {
	return &seen{
		seeds:    [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		days:     map[int64]map[digest]struct{}{},
		inFlight: map[digest]*flight{},
	}
}

func (s *seen) digest(project, id string) digest {
	var d digest
	for i := range d {
		var h maphash.Hash
		h.SetSeed(s.seeds[i])
		_, _ = h.WriteString(project) // never fails
		_ = h.WriteByte(0)            // never fails
		_, _ = h.WriteString(id)      // never fails
		d[i] = h.Sum64()
	}
	return d
}

// claim tells for each digest whether it is ours to store (nil), was stored
// before (durable), or is being stored by a flight (possibly f itself).
func (s *seen) claim(f *flight, digests []digest, owners []*flight, now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(now)
	for i, d := range digests {
		switch other, busy := s.inFlight[d]; {
		case busy:
			owners[i] = other
		case s.has(d):
			owners[i] = durable
		default:
			owners[i] = nil
			s.inFlight[d] = f
		}
	}
}

// durable stands for every flight of the past.
var durable = &flight{stored: true}

func (s *seen) has(d digest) bool {
	for _, day := range s.days {
		if _, ok := day[d]; ok {
			return true
		}
	}
	return false
}

// settle ends a flight: its digests are remembered when they were stored.
func (s *seen) settle(f *flight, digests []digest, stored bool, receivedAt int64) {
	s.mu.Lock()
	for _, d := range digests {
		delete(s.inFlight, d)
		if stored {
			s.add(d, receivedAt)
		}
	}
	s.mu.Unlock()
	f.stored = stored
	close(f.done)
}

// add remembers a digest.
func (s *seen) add(d digest, receivedAt int64) {
	n := receivedAt / dayMillis
	day, ok := s.days[n]
	if !ok {
		day = map[digest]struct{}{}
		s.days[n] = day
	}
	day[d] = struct{}{}
}

// forget drops the days that lie wholly beyond the Horizon.
func (s *seen) forget(now int64) {
	for day := range s.days {
		if (day+1)*dayMillis <= now-Horizon.Milliseconds() {
			delete(s.days, day)
		}
	}
}
