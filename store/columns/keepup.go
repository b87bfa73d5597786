package columns

// newTableFrom makes the Table whose state and parts were read from files.
func newTableFrom(s *loaded, parts []*Layer) *Table {
	t := NewTable()
	t.graph, t.names, t.stats, t.properties = s.graph, s.names, s.stats, s.properties
	t.profiles.records, t.profiles.properties, t.profiles.counts = s.records, s.people, s.counts
	t.everyone, t.all = s.everyone, nil
	t.marks = make([]uint32, s.graph.Len())
	t.parts = parts
	t.kills = killsOf(s.kills, uint32(s.totals.Clock))
	t.events, t.upTo, t.flushed = s.totals.Events, s.totals.UpTo, s.totals.UpTo
	t.joined, t.profiled = s.totals.Joined, s.totals.Profiled
	t.properties.beyond, t.profiles.properties.beyond = s.beyond[0], s.beyond[1]
	t.view.Store(t.picture())
	return t
}

// killsOf makes the kills that had this list.
func killsOf(list []kill, clock uint32) kills {
	var k kills
	for _, one := range list {
		k.clock = one.at
		k.add(one.person)
	}
	k.clock = clock
	return k
}

// isFlushed says whether the keeper has everything.
func (t *Table) isFlushed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.flushed >= t.upTo
}

// keepUp brings the files of a table that gets few events up to a Seq when they
// have fallen behind by so many.
func (t *Table) keepUp(k *folder, seq, most uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.working || !t.mayFlush() || k.covered()+most > seq {
		return
	}
	if t.flushed < t.upTo {
		t.settle()
		t.unseen = true
		t.startFlush(t.firstInMemory())
		return
	}
	if t.upTo == 0 {
		return
	}
	t.folding.Go(func() {
		if err := k.cover(seq); err != nil {
			k.logger.Warn("how far the column files go cannot be written; the next start reads more of the log", "project", k.manifest.project, "error", err)
		}
	})
}

// waitBelow waits for the writing of rows under way when more than so many are in
// memory: events can be read from the log faster than files are written.
func (t *Table) waitBelow(rows int) {
	t.mu.Lock()
	wait := t.keeper != nil && t.rowsFrom(t.firstInMemory()) > rows
	t.mu.Unlock()
	if wait {
		t.folding.Wait()
	}
}

// appliedTo is the Seq of the newest event applied.
func (t *Table) appliedTo() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.upTo
}
