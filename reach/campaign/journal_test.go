package campaign

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJournalRemembersWhatWasLetGo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "handover.log")
	j, err := newJournal(path, "node_1", "boot-1")
	require.NoError(t, err)
	require.Equal(t, found{node: "node_1", sameBoot: true, marks: map[mark]bool{}}, readJournal(path, "boot-1"))

	entered, err := j.enter(mark{"msg_entered", 1})
	require.NoError(t, err)
	marked, err := j.enter(mark{"msg_marked", 3})
	require.NoError(t, err)
	require.NoError(t, marked.let())
	f := readJournal(path, "boot-1") // as after a kill: nobody closed or synced anything
	require.Equal(t, map[mark]bool{{"msg_marked", 3}: true}, f.marks)
	require.False(t, readJournal(path, "boot-2").sameBoot)
	require.False(t, readJournal(path, "").sameBoot, "a system that does not name its boots")
	entered.settle()
	marked.settle()

	_, err = j.enter(mark{"msg_with_an_id_that_is_longer_than_any_we_ever_make", 1})
	require.Error(t, err)
	require.NoError(t, j.close())
}

func TestJournalDoesNotGrow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "handover.log")
	j, err := newJournal(path, "node_1", "boot-1")
	require.NoError(t, err)
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 500 {
				p, err := j.enter(mark{fmt.Sprintf("msg_%d_%d", g, i), 1})
				if err != nil {
					t.Error(err)
					return
				}
				if err := p.let(); err != nil {
					t.Error(err)
				}
				p.settle()
			}
		})
	}
	group.Wait()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.EqualValues(t, journalSize, info.Size())

	for range slotCount {
		_, err = j.enter(mark{"msg_x", 1})
		require.NoError(t, err)
	}
	_, err = j.enter(mark{"msg_y", 1})
	require.ErrorIs(t, err, errJournalFull)
	require.NoError(t, j.close())
}

func TestJournalWithoutMapping(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "handover.log")
	require.NoError(t, WriteJournal(path, "node_1", "boot"))
	slots, err := openWritten(path)
	require.NoError(t, err)
	j := &journal{node: "node_1", slots: slots, free: make(chan int, 1)}
	j.free <- 7
	p, err := j.enter(mark{"msg_a", 2})
	require.NoError(t, err)
	require.NoError(t, p.let())
	require.Equal(t, map[mark]bool{{"msg_a", 2}: true}, readJournal(path, "boot").marks)
	require.NoError(t, j.close())
}

func TestDamagedJournalIsNobodys(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "handover.log")
	require.Equal(t, found{}, readJournal(path, "boot"))
	for name, content := range map[string]string{"empty": "", "short": "weir handover 1\nnode\nboot\n", "foreign": string(make([]byte, journalSize))} {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		require.Equal(t, found{}, readJournal(path, "boot"), name)
	}

	require.NoError(t, WriteJournal(path, "node_1", "boot", "msg_a", "msg_b"))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	raw[headerSize+5] ^= 1 // a torn slot: its message was not let go
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	require.Equal(t, map[mark]bool{{"msg_b", 1}: true}, readJournal(path, "boot").marks)
}

func TestJournalIsReplacedWhole(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "handover.log")
	require.NoError(t, WriteJournal(path, "node_1", "boot", "msg_a"))
	require.NoError(t, WriteJournal(path, "node_1", "boot"))
	require.Empty(t, readJournal(path, "boot").marks)
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 1)
	_, err = newJournal(filepath.Join(folder, "missing", "handover.log"), "n", "b")
	require.Error(t, err)
}
