package storetest_test

import (
	"sync"
	"testing"

	"github.com/weirhq/weir/store"
	"github.com/weirhq/weir/store/storetest"
)

// TestMemory runs the suite over the in-memory log; one log per folder lives on
// over «reopening», because that is all the surviving it can do.
func TestMemory(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	logs := map[string]*storetest.Memory{}
	storetest.Log(t, func(_ *testing.T, folder string) store.Log {
		mu.Lock()
		defer mu.Unlock()
		fresh := storetest.NewMemory()
		if old := logs[folder]; old != nil {
			fresh.Restore(old)
		}
		logs[folder] = fresh
		return fresh
	})
}
