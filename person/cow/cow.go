// Package cow keeps long arrays that one goroutine writes while others read
// earlier states of them.
//
// An Array is cut into pages. Snapshot gives an immutable state in time
// proportional to the number of pages; the first write to a page after a
// snapshot copies that page. So a state of ten million persons costs some
// forty thousand pointers, and a few hundred changes cost as many small pages.
//
//	Array ─Snapshot─▶ Snapshot   (same pages until the Array writes to them)
//
// An Array is not safe for concurrent use; a Snapshot is, without locks, once it
// has been handed over by something that orders memory (a mutex, an atomic).
package cow

// The number of elements of a page: small enough that copying one for a single
// write is cheap, large enough that the list of pages stays short.
const (
	pageBits = 8
	pageSize = 1 << pageBits
	pageMask = pageSize - 1
)

type page[T any] struct {
	generation uint64 // the Array may write to the page while this equals its own
	values     [pageSize]T
}

// Array is a growing array whose states can be kept. The zero Array is empty.
type Array[T any] struct {
	pages      []*page[T]
	length     int
	generation uint64
}

// Len is the number of elements.
func (a *Array[T]) Len() int { return a.length }

// At gives element i.
func (a *Array[T]) At(i uint32) T { return a.pages[i>>pageBits].values[i&pageMask] }

// Append adds an element at the end.
func (a *Array[T]) Append(v T) {
	if a.length&pageMask == 0 {
		a.pages = append(a.pages, &page[T]{generation: a.generation})
	}
	a.length++
	*a.Edit(uint32(a.length - 1)) = v
}

// Edit gives element i for reading and writing, until the next Snapshot.
func (a *Array[T]) Edit(i uint32) *T {
	p := a.pages[i>>pageBits]
	if p.generation != a.generation {
		own := *p
		own.generation = a.generation
		p = &own
		a.pages[i>>pageBits] = p
	}
	return &p.values[i&pageMask]
}

// Snapshot gives the present state.
func (a *Array[T]) Snapshot() Snapshot[T] {
	a.generation++
	return Snapshot[T]{pages: append([]*page[T](nil), a.pages...), length: a.length}
}

// Snapshot is an immutable state of an Array.
type Snapshot[T any] struct {
	pages  []*page[T]
	length int
}

// Len is the number of elements.
func (s Snapshot[T]) Len() int { return s.length }

// At gives element i.
func (s Snapshot[T]) At(i uint32) T { return s.pages[i>>pageBits].values[i&pageMask] }
