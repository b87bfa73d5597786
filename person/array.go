package person

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

// Array is a long array, such as a value for each ordinal, that one goroutine
// writes while others read earlier states of it. The zero Array is empty.
//
// It is cut into pages. Freeze gives an immutable state in time proportional to
// the number of pages; the first write to a page after that copies the page. So
// a state of ten million persons costs some forty thousand pointers, and a few
// hundred changes cost as many small pages.
//
// An Array is not safe for concurrent use; what Freeze gives is, without locks,
// once it has been handed over by something that orders memory (a mutex, an
// atomic).
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

// Edit gives element i for reading and writing, until the next Freeze.
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

// Freeze gives the present state.
func (a *Array[T]) Freeze() Frozen[T] {
	a.generation++
	return Frozen[T]{pages: append([]*page[T](nil), a.pages...), length: a.length}
}

// Frozen is an immutable state of an Array.
type Frozen[T any] struct {
	pages  []*page[T]
	length int
}

// Len is the number of elements.
func (f Frozen[T]) Len() int { return f.length }

// At gives element i.
func (f Frozen[T]) At(i uint32) T { return f.pages[i>>pageBits].values[i&pageMask] }

// arrayOf makes an Array of n given elements.
func arrayOf[T any](n int, element func(i int) T) Array[T] {
	a := Array[T]{pages: make([]*page[T], 0, (n+pageMask)>>pageBits), length: n}
	for start := 0; start < n; start += pageSize {
		p := new(page[T])
		for i := start; i < min(start+pageSize, n); i++ {
			p.values[i-start] = element(i)
		}
		a.pages = append(a.pages, p)
	}
	return a
}
