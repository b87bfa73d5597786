package columns

// flushRows is the number of rows in memory from which they are given to the
// keeper, unless it asks for another.
const flushRows = 1 << 20

// mayFlush says whether what the table has is a state to be kept. It is not while
// the log is being asked, nor before every profile that it was asked for is made:
// a start would go on from there and never ask again.
func (t *Table) mayFlush() bool { return t.keeper != nil && !t.correcting && len(t.unmade) == 0 }

// startFlush gives the parts in memory to the keeper, in the background, with as
// many older ones as are due to be folded with them. Nothing may be pending.
func (t *Table) startFlush(inMemory int) {
	from, frozen, rows := t.flushFrom(inMemory), t.freeze(), t.rowsFrom(inMemory)
	t.inBackground(len(t.parts), t.rowsFrom(from), func() { t.flush(frozen, from, rows) })
}

// flushFrom is the index of the oldest part that is due to be folded with those in memory.
func (t *Table) flushFrom(inMemory int) int {
	from, rows := inMemory, t.rowsFrom(inMemory)
	for from > 0 && t.isDue(from-1, rows) {
		from--
		rows += t.parts[from].Rows()
	}
	return from
}

// flush has the keeper store the parts of frozen from an index on as one. rows is
// the number of those in memory.
func (t *Table) flush(frozen *frozenTable, from, rows int) {
	plan := planFold(frozen.parts[from:], frozen.killed, frozen.clock)
	part, err := t.keeper.flush(frozen, from, plan)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil { // the keeper has said so; the rows stay in memory
		t.flushAt = rows + t.flushRows
		return
	}
	t.flushAt, t.flushed = t.flushRows, frozen.upTo
	if part != nil {
		part.born = plan.born
	}
	t.replace(from, len(frozen.parts), part)
}

// freeze gives the present state. Nothing may be pending.
func (t *Table) freeze() *frozenTable {
	v := t.picture()
	return &frozenTable{
		parts:      v.parts,
		upTo:       t.upTo,
		events:     t.events,
		joined:     t.joined,
		profiled:   t.profiled,
		graph:      v.people.graph,
		everyone:   v.people.everyone,
		names:      v.names,
		stats:      v.stats,
		properties: t.properties.freeze(),
		people:     t.profiles.properties.freeze(),
		counts:     v.people.counts,
		records:    v.people.records,
		clock:      t.kills.clock,
		kills:      t.kills.list[:len(t.kills.list):len(t.kills.list)],
		killed:     v.killed,
	}
}

// settled says whether nothing is pending.
func (t *Table) settled() bool { return t.rows.len() == 0 && len(t.moved) == 0 }
