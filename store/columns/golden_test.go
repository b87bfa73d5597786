package columns

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/event"
)

var rewrite = flag.Bool("rewrite", false, "write the goldens anew")

// The files of a small project, byte by byte: a change of the format is seen here.
func TestFilesAreTheFormat(t *testing.T) {
	t.Parallel()
	dir, log := t.TempDir(), &paper{}
	s := reopen(t, dir, log, options(log))
	const day = 1_767_225_600_000 // 2026-01-01
	shopping := func(seq uint64, id, name string, seconds int64, p event.Properties) *event.Event {
		return did(seq, id, name, day+1000*seconds, p)
	}
	signUp := shopping(6, "u2", "sign up", 40, nil)
	signUp.Join = &event.Join{Kind: event.Identify, Other: "a1"}
	signUp.Profile = &event.Profile{Set: event.Properties{"city": event.Text("Hangzhou")}}
	log.add(
		shopping(1, "u1", "view", 0, event.Properties{"page": event.Text("/home")}),
		shopping(2, "a1", "view", 20, event.Properties{"page": event.Text("/tea")}),
		shopping(3, "u1", "pay", 30, event.Properties{"amount": event.Num(19.99)}), // each with one property, for codes are
		shopping(4, "u1", "pay", 31, event.Properties{"gift": event.Flag(true)}),   // given in the order of a map
		shopping(5, "u1", "pay", 32, event.Properties{"tags": event.Strings("tea", "green")}),
		signUp,
	)
	log.events[1].Known = false
	for seq := uint64(7); seq <= 70; seq++ { // enough for a sparse column
		log.add(shopping(seq, "u1", "view", int64(40+seq), event.Properties{}))
	}
	s.Apply(log.events)
	s.Close()
	for _, file := range []string{"PROJECTS", "p-p/MANIFEST", "p-p/part-*", "p-p/state-*"} {
		found, err := filepath.Glob(filepath.Join(dir, file))
		require.NoError(t, err)
		require.Len(t, found, 1)
		text, err := DumpFile(found[0], 8)
		require.NoError(t, err)
		golden := filepath.Join("testdata", "files", filepath.Base(found[0])+".dump")
		if *rewrite {
			require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
			require.NoError(t, os.WriteFile(golden, []byte(text), 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), text)
	}
}
