package columns

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/columns/vector"
)

// parallelRows is the size from which columns are assembled by all processors.
const parallelRows = 1 << 16

// columns assembles the columns of all properties that a row has.
func (b *blueprint) columns(properties []*property) map[string]*Column {
	columns := make([]*Column, len(properties))
	workers := 1
	if b.next >= parallelRows {
		workers = runtime.GOMAXPROCS(0)
	}
	var work sync.WaitGroup
	for w := range workers {
		work.Go(func() {
			for code := 1 + w; code < len(properties); code += workers {
				columns[code] = b.column(properties[code])
			}
		})
	}
	work.Wait()
	out := make(map[string]*Column)
	for code, c := range columns {
		if c != nil {
			out[properties[code].name] = c
		}
	}
	return out
}

// column assembles the column of one property, nil when no row has a value.
func (b *blueprint) column(p *property) *Column {
	var values [event.List + 1]placed
	for _, r := range b.runs {
		if c := b.layers[r.layer].columns[p.name]; c != nil {
			c.each(r.lo, r.hi, func(v rowValue) { values[v.kind].add(b.settled(r.at+v.row-r.lo), v.bits) })
		}
	}
	if b.pending != nil {
		p.pending.each(func(v rowValue) { values[v.kind].add(b.settled(b.rank[v.row]), v.bits) })
	}
	n := int(b.next)
	c := &Column{
		Numbers: values[event.Number].numbers(n),
		Strings: values[event.String].codes(n),
		Bools:   values[event.Bool].codes(n),
		Lists:   values[event.List].codes(n),
	}
	if *c == (Column{}) {
		return nil
	}
	return c
}

// placed is values of one type with the rows they belong to.
type placed struct {
	list   []rowBits
	sorted bool
	last   uint32
}

type rowBits struct {
	row  uint32
	bits uint64
}

func (p *placed) add(row uint32, bits uint64) {
	p.sorted = len(p.list) == 0 || p.sorted && row > p.last
	p.last = row
	p.list = append(p.list, rowBits{row, bits})
}

// order sorts the values by row.
func (p *placed) order() {
	if !p.sorted {
		slices.SortFunc(p.list, func(a, b rowBits) int { return cmp.Compare(a.row, b.row) })
	}
}

func (p *placed) numbers(n int) *vector.Floats {
	p.order()
	rows, values := make([]uint32, len(p.list)), make([]float64, len(p.list))
	for i, v := range p.list {
		rows[i], values[i] = v.row, math.Float64frombits(v.bits)
	}
	return packNumbers(rows, values, n)
}

func (p *placed) codes(n int) *vector.Codes {
	p.order()
	rows, values := make([]uint32, len(p.list)), make([]uint32, len(p.list))
	for i, v := range p.list {
		rows[i], values[i] = v.row, uint32(v.bits)
	}
	return packCodes(rows, values, n)
}
