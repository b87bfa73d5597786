package kernel

import (
	"sync/atomic"

	"github.com/weirhq/weir/fault"
)

// DefaultMemory is how many bytes one question may keep beyond fixed tables,
// unless its Source says otherwise.
const DefaultMemory = 512 << 20

// budget counts the bytes that the workers of a question keep.
type budget struct {
	limit int64 // 0 is DefaultMemory
	used  atomic.Int64
}

// budget is what the workers of one scan share.
func (s *Source) budget() *budget { return &budget{limit: s.Memory} }

// take asks for more bytes, before they are allocated.
func (b *budget) take(bytes int64) error {
	limit := b.limit
	if limit == 0 {
		limit = DefaultMemory
	}
	if b.used.Add(bytes) > limit {
		return fault.New(fault.TooLarge, "the question keeps more than %d MiB in memory; narrow the range or the filter, use larger intervals, or break down by less", limit>>20)
	}
	return nil
}
