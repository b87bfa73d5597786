package campaign

// BootID is the machine's boot id, for tests that write a journal.
func BootID() string { return bootID() }

// WriteJournal makes a journal as a killed process of that node and boot would
// have left it, with marks given as message ids of first attempts.
func WriteJournal(path, node, boot string, marked ...string) error {
	j, err := newJournal(path, node, boot)
	if err != nil {
		return err
	}
	for _, id := range marked {
		p, err := j.enter(mark{id, 1})
		if err != nil {
			return err
		}
		if err := p.let(); err != nil {
			return err
		}
	}
	return j.close()
}
