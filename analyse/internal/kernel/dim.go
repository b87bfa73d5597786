package kernel

import (
	"math"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
)

// maxDims is how many breakdowns can be combined.
const maxDims = 3

// code is one value of a dimension: comparable, and small. The zero code is «no value».
type code struct {
	kind event.Kind
	bits uint64
}

// Key is a row of a breakdown: one code per dimension, the rest zero.
type Key [maxDims]code

// Dim is what rows are broken down by: an event property, or a value per person.
type Dim struct {
	view     *columns.View
	property string

	ofPerson []uint32      // by ordinal, index into values; set instead of property
	values   []event.Value // values[0] is missing
}

// PropertyDim breaks down by an event property.
func PropertyDim(v *columns.View, property string) *Dim { return &Dim{view: v, property: property} }

// PersonDim breaks down by a value per person; index 0 of values is «no value».
func PersonDim(ofPerson []uint32, values []event.Value) *Dim {
	return &Dim{ofPerson: ofPerson, values: values}
}

func (d *Dim) bind(l *columns.Layer) func(p person.Ordinal, row uint32) code {
	if d.ofPerson != nil {
		return func(p person.Ordinal, _ uint32) code { return code{bits: uint64(d.ofPerson[p])} }
	}
	c := l.Column(d.property)
	if c == nil {
		return func(person.Ordinal, uint32) code { return code{} }
	}
	return func(_ person.Ordinal, row uint32) code { return codeOf(c, row) }
}

func codeOf(c *columns.Column, row uint32) code {
	if c.Strings != nil {
		if v := c.Strings.At(row); v != 0 {
			return code{event.String, uint64(v)}
		}
	}
	if c.Numbers != nil {
		if x := c.Numbers.At(row); !math.IsNaN(x) {
			return numberCode(x)
		}
	}
	if c.Bools != nil {
		if v := c.Bools.At(row); v != 0 {
			return code{event.Bool, uint64(v)}
		}
	}
	if c.Lists != nil {
		if v := c.Lists.At(row); v != 0 {
			return code{event.List, uint64(v)}
		}
	}
	return code{}
}

// needs lists the event properties that dimensions read.
func (d *Dim) needs() []string {
	if d.property == "" {
		return nil
	}
	return []string{d.property}
}

// value gives back what a code stands for.
func (d *Dim) value(c code) event.Value {
	if d.ofPerson != nil {
		return d.values[c.bits]
	}
	switch c.kind {
	case event.String:
		return event.Text(d.view.Strings(d.property).Text(uint32(c.bits)))
	case event.Number:
		return event.Num(math.Float64frombits(c.bits))
	case event.Bool:
		return event.Flag(c.bits == 2)
	case event.List:
		dict := d.view.Strings(d.property)
		var list []string
		for _, e := range d.view.Lists(d.property).Codes(uint32(c.bits)) {
			list = append(list, dict.Text(e))
		}
		return event.Strings(list...)
	case event.Missing:
	}
	return event.Value{}
}

// Values gives back what a key stands for.
func (k Key) Values(dims []*Dim) []event.Value {
	out := make([]event.Value, len(dims))
	for i, d := range dims {
		out[i] = d.value(k[i])
	}
	return out
}

// boundDims reads the keys of one layer's rows.
type boundDims []func(p person.Ordinal, row uint32) code

// MaxRows is how many different rows a breakdown may have before the rarer ones are merged.
const MaxRows = 1 << 18

// Rows gives each key a row number.
type Rows struct {
	index map[Key]int
	keys  []Key
	rest  int     // the row of keys that are not listed; -1: list them
	texts []int32 // by code of a text that is the whole key: its row plus one, 0 when not looked up yet
}

// NewRows makes rows that grow with every new key.
func NewRows() *Rows { return &Rows{index: map[Key]int{}, rest: -1} }

// FixedRows makes rows for the given keys, and one more for all others. Without
// dimensions there is one row, that of the zero key.
func FixedRows(keys []Key) *Rows {
	r := &Rows{index: make(map[Key]int, len(keys)), keys: keys, rest: len(keys)}
	for i, k := range keys {
		r.index[k] = i
	}
	return r
}

// row gives the row of a key. Keys of one text, by far the most common, are
// looked up in a slice.
func (r *Rows) row(k Key) int {
	if k[0].kind != event.String || k[1] != (code{}) || k[2] != (code{}) {
		return r.find(k)
	}
	at := int(k[0].bits)
	r.texts = extend(r.texts, at+1)
	if r.texts[at] == 0 {
		if r.rest < 0 { // it needs no place in the index
			r.keys = append(r.keys, k)
			r.texts[at] = int32(len(r.keys))
		} else {
			r.texts[at] = int32(r.find(k)) + 1
		}
	}
	return int(r.texts[at]) - 1
}

func (r *Rows) find(k Key) int {
	i, ok := r.index[k]
	switch {
	case ok:
		return i
	case r.rest >= 0:
		return r.rest
	}
	i = len(r.keys)
	r.keys = append(r.keys, k)
	r.index[k] = i
	return i
}

func (r *Rows) full() error {
	if len(r.keys) > MaxRows {
		return tooManyRows()
	}
	return nil
}

func tooManyRows() error {
	return fault.New(fault.TooLarge, "the breakdown has more than %d rows; break down by a property with fewer values, or narrow the range or the filter", MaxRows)
}
