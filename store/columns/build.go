package columns

import (
	"math"
	"sync"

	"github.com/weirhq/weir/store/columns/vector"
)

// build makes the part of a plan in memory, its columns on so many goroutines.
// While it works it needs 16 bytes for each row and goroutine besides.
func (p *foldPlan) build(workers int) *Layer {
	l := &Layer{Persons: p.persons, Offsets: p.offsets, born: p.born}
	names := propertiesOf(p.parts)
	columns := make([]*Column, len(names))
	inParallel(workers, len(names)+1, func(i int) {
		if i == 0 {
			p.buildRows(l)
			return
		}
		columns[i-1] = p.column(names[i-1])
	})
	l.columns = make(map[string]*Column, len(names))
	for i, name := range names {
		if columns[i] != nil {
			l.columns[name] = columns[i]
		}
	}
	l.span()
	return l
}

// inParallel does the steps [0, n) on so many goroutines.
func inParallel(workers, n int, step func(i int)) {
	if workers < 2 {
		for i := range n {
			step(i)
		}
		return
	}
	steps := make(chan int)
	var work sync.WaitGroup
	for range workers {
		work.Go(func() {
			for i := range steps {
				step(i)
			}
		})
	}
	for i := range n {
		steps <- i
	}
	close(steps)
	work.Wait()
}

// buildRows makes what every row has.
func (p *foldPlan) buildRows(l *Layer) {
	ints := func(of func(*Layer) *vector.Ints) vector.Ints {
		out := make([]int64, p.rows())
		copyInts(out, sourcesOf(p.parts, of), p.runs)
		return vector.NewInts(out)
	}
	codes := func(of func(*Layer) *vector.Codes) vector.Codes {
		out := make([]uint32, p.rows())
		copyCodes(out, codes32, sourcesOf(p.parts, of), p.runs)
		return vector.NewCodes(out)
	}
	l.Times = ints(func(l *Layer) *vector.Ints { return &l.Times })
	l.Seqs = ints(func(l *Layer) *vector.Ints { return &l.Seqs })
	l.Names = codes(func(l *Layer) *vector.Codes { return &l.Names })
	l.IDs = codes(func(l *Layer) *vector.Codes { return &l.IDs })
}

// column makes the column of a property, nil when no row has a value.
func (p *foldPlan) column(name string) *Column {
	c := Column{
		Numbers: p.numbers(columnsOf(p.parts, name, func(c *Column) *vector.Floats { return c.Numbers })),
		Strings: p.codes(columnsOf(p.parts, name, func(c *Column) *vector.Codes { return c.Strings })),
		Bools:   p.codes(columnsOf(p.parts, name, func(c *Column) *vector.Codes { return c.Bools })),
		Lists:   p.codes(columnsOf(p.parts, name, func(c *Column) *vector.Codes { return c.Lists })),
	}
	if c == (Column{}) {
		return nil
	}
	return &c
}

func (p *foldPlan) numbers(sources []*vector.Floats) *vector.Floats {
	if sources == nil {
		return nil
	}
	values := make([]float64, p.rows())
	copyFloats(values, sources, p.runs)
	return packNumbers(values)
}

func (p *foldPlan) codes(sources []*vector.Codes) *vector.Codes {
	if sources == nil {
		return nil
	}
	values := make([]uint32, p.rows())
	copyCodes(values, codes32, sources, p.runs)
	return packCodes(values)
}

// packNumbers makes the vector of a number per row, NaN where there is none; nil
// when no row has one.
func packNumbers(values []float64) *vector.Floats {
	present := make([]uint64, (len(values)+63)/64)
	n := 0
	for row, v := range values {
		if !math.IsNaN(v) {
			present[row/64] |= 1 << (row % 64)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	if n*sparseShare >= len(values) {
		out := vector.NewFloats(values)
		return &out
	}
	some := make([]float64, 0, n)
	for _, v := range values {
		if !math.IsNaN(v) {
			some = append(some, v)
		}
	}
	out := vector.NewFloats(some)
	out.Present = vector.PresentOf(present)
	return &out
}

// packCodes makes the vector of a code per row, 0 where there is none; nil when
// no row has one.
func packCodes(values []uint32) *vector.Codes {
	n := 0
	for _, v := range values {
		if v != 0 {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	if n*sparseShare >= len(values) {
		out := vector.NewCodes(values)
		return &out
	}
	rows, some := make([]uint32, 0, n), make([]uint32, 0, n)
	for row, v := range values {
		if v != 0 {
			rows, some = append(rows, uint32(row)), append(some, v)
		}
	}
	out := vector.SparseCodes(rows, some, len(values))
	return &out
}
