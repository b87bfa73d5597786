package person

import (
	"hash/maphash"
	"sync"
)

// index finds ids by their text. It holds a hash and a number for each id and
// leaves the texts to the Graph: 11 to 21 bytes an id, and one look into memory
// for most answers. It is cut into shards, so that growing is never a long stop
// and many ids are added in parallel.
type index struct {
	seed   maphash.Seed
	shards [shardCount]shard
}

const (
	shardCount = 1 << 8
	shardShift = 64 - 8 // the highest bits choose the shard, the lowest the slot
	firstSlots = 1 << 3
)

// shard is an open hash table with linear probing. Its length is a power of two.
type shard struct {
	slots []slot
	used  int // slots that are not empty
}

// slot is an id, or empty when both are 0, or one that was removed.
type slot struct {
	hash uint32
	id   uint32 // index + 1
}

const removed = ^uint32(0)

// textsOf reads texts by id index.
type textsOf interface{ At(i uint32) string }

func newIndex() *index { return &index{seed: maphash.MakeSeed()} }

func (x *index) hash(text string) uint64 { return maphash.String(x.seed, text) }

// find gives the index of a text among the first n ids.
func (x *index) find(text string, n int, texts textsOf) (uint32, bool) {
	h := x.hash(text)
	s := &x.shards[h>>shardShift]
	at, ok := s.find(text, uint32(h), n, texts)
	if !ok {
		return 0, false
	}
	return s.slots[at].id - 1, true
}

func (s *shard) find(text string, hash uint32, n int, texts textsOf) (at uint32, ok bool) {
	if len(s.slots) == 0 {
		return 0, false
	}
	mask := uint32(len(s.slots) - 1)
	for at = hash & mask; s.slots[at].id != 0; at = (at + 1) & mask {
		candidate := s.slots[at]
		if candidate.hash == hash && candidate.id != removed && int(candidate.id) <= n && texts.At(candidate.id-1) == text {
			return at, true
		}
	}
	return 0, false
}

// add notes a text that find does not find.
func (x *index) add(text string, id uint32) {
	h := x.hash(text)
	x.shards[h>>shardShift].add(uint32(h), id+1)
}

func (s *shard) add(hash, id uint32) {
	if 4*(s.used+1) > 3*len(s.slots) {
		s.grow()
	}
	mask := uint32(len(s.slots) - 1)
	at := hash & mask
	for s.slots[at].id != 0 {
		at = (at + 1) & mask
	}
	s.slots[at] = slot{hash: hash, id: id}
	s.used++
}

// grow makes room, and drops what was removed.
func (s *shard) grow() {
	live := 0
	for _, old := range s.slots {
		if old.id != 0 && old.id != removed {
			live++
		}
	}
	size := firstSlots
	for size < 2*(live+1) {
		size *= 2
	}
	old := s.slots
	*s = shard{slots: make([]slot, size)}
	for _, o := range old {
		if o.id != 0 && o.id != removed {
			s.add(o.hash, o.id)
		}
	}
}

// remove takes a text out.
func (x *index) remove(text string, n int, texts textsOf) {
	h := x.hash(text)
	s := &x.shards[h>>shardShift]
	if at, ok := s.find(text, uint32(h), n, texts); ok {
		s.slots[at].id = removed
	}
}

// fill adds many texts to an empty index, those that are not skipped, on so many
// goroutines. It reports false when a text comes twice.
func (x *index) fill(n int, texts textsOf, skip func(id uint32) bool, workers int) bool {
	hashes := make([]uint64, n)
	var counts [shardCount]int
	inParallel(workers, func(w int) {
		for i := n * w / workers; i < n*(w+1)/workers; i++ {
			hashes[i] = x.hash(texts.At(uint32(i)))
		}
	})
	for _, h := range hashes {
		counts[h>>shardShift]++
	}
	unique := make([]bool, workers)
	inParallel(workers, func(w int) {
		first, last := uint64(shardCount*w/workers), uint64(shardCount*(w+1)/workers)
		for i := first; i < last; i++ {
			x.shards[i].reserve(counts[i])
		}
		unique[w] = true
		for i, h := range hashes {
			if number := h >> shardShift; number >= first && number < last && !skip(uint32(i)) {
				unique[w] = x.shards[number].addNew(uint32(h), uint32(i), texts) && unique[w]
			}
		}
	})
	for _, u := range unique {
		if !u {
			return false
		}
	}
	return true
}

// reserve makes an empty shard large enough for n ids.
func (s *shard) reserve(n int) {
	size := firstSlots
	for 3*size < 4*(n+1) {
		size *= 2
	}
	s.slots = make([]slot, size)
}

// addNew adds an id unless its text is there.
func (s *shard) addNew(hash, id uint32, texts textsOf) bool {
	mask := uint32(len(s.slots) - 1)
	at := hash & mask
	for ; s.slots[at].id != 0; at = (at + 1) & mask {
		if s.slots[at].hash == hash && texts.At(s.slots[at].id-1) == texts.At(id) {
			return false
		}
	}
	s.slots[at] = slot{hash: hash, id: id + 1}
	s.used++
	return true
}

// inParallel runs a part for each worker and waits for all.
func inParallel(workers int, part func(worker int)) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { part(w) })
	}
	wg.Wait()
}
