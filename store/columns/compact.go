package columns

// compact folds the parts of every project into one and waits until that is
// done. It is for who has just built columns and has nothing else to do with
// them: questions then find each person in one place.
func (s *Store) compact() {
	for _, sl := range s.all() {
		sl.table.compact()
	}
}

func (t *Table) compact() {
	t.View() // nothing is pending then
	t.folding.Wait()
	t.mu.Lock()
	if t.settled() && t.mayFlush() && !t.working && len(t.parts) > 1 {
		frozen, rows := t.freeze(), t.rowsFrom(t.firstInMemory())
		t.inBackground(len(t.parts), t.rowsFrom(0), func() { t.flush(frozen, 0, rows) })
	}
	t.mu.Unlock()
	t.folding.Wait()
}
