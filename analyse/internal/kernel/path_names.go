package kernel

import (
	"math"
	"sync"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// NodeNames numbers the names of nodes, so that walks are made of numbers: from 1
// the texts of the property, then the names of events that are no such text, then
// texts that numbers, flags and lists stand for, as they are met. Equal texts
// have one number, whatever they stand for.
type NodeNames struct {
	property string
	texts    *columns.Dict // of the property; nil for none
	names    *columns.Dict
	lists    *columns.Lists
	ofName   []uint32 // by code of the event name

	mu    sync.Mutex // guards what follows
	met   map[string]uint32
	extra []string
}

// NewNodeNames names nodes by an event property, "" by the names of events alone.
func NewNodeNames(v *columns.View, property string) *NodeNames {
	n := &NodeNames{property: property, names: v.Names(), met: map[string]uint32{}}
	if property != "" {
		n.texts, n.lists = v.Strings(property), v.Lists(property)
	}
	n.ofName = make([]uint32, n.names.Len())
	for code := range n.ofName {
		n.ofName[code] = n.base() + uint32(code)
		if n.texts != nil {
			if same, ok := n.texts.Code(n.names.Text(uint32(code))); ok {
				n.ofName[code] = same
			}
		}
	}
	return n
}

// base is the number of the event name with code 0.
func (n *NodeNames) base() uint32 {
	if n.texts == nil {
		return 0
	}
	return uint32(n.texts.Len())
}

// text gives back the name of a number.
func (n *NodeNames) text(node uint32) string {
	if node < n.base() {
		return n.texts.Text(node)
	}
	if node -= n.base(); node < uint32(len(n.ofName)) {
		return n.names.Text(node)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.extra[node-uint32(len(n.ofName))]
}

// find gives the number of a name; false when no event has it.
func (n *NodeNames) find(text string) (uint32, bool) {
	if n.texts != nil {
		if code, ok := n.texts.Code(text); ok {
			return code, true
		}
	}
	if code, ok := n.names.Code(text); ok {
		return n.ofName[code], true
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	node, ok := n.met[text]
	return node, ok
}

// number gives the number of a name, a new one if need be.
func (n *NodeNames) number(text string) uint32 {
	if node, ok := n.find(text); ok {
		return node
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	node, ok := n.met[text]
	if !ok {
		node = n.base() + uint32(len(n.ofName)+len(n.extra))
		n.met[text] = node
		n.extra = append(n.extra, text)
	}
	return node
}

// nodeReader names the events of one worker's rows.
type nodeReader struct {
	names  *NodeNames
	ofRow  *vector.Codes // names of the layer's events
	column *columns.Column
	known  map[code]uint32 // numbers, flags and lists met before

	nodes, kept, places []uint32
}

func (r *nodeReader) layer(l *columns.Layer) {
	r.column, r.ofRow = nil, &l.Names
	if r.names.property != "" {
		r.column = l.Column(r.names.property)
	}
}

// gather names the events of some ascending rows. The names stay until the next call.
func (r *nodeReader) gather(rows []uint32) []uint32 {
	r.nodes = gatherCodes(rows, r.ofRow, r.names.ofName, r.nodes)
	if r.column == nil {
		return r.nodes
	}
	if texts := r.column.Strings; texts != nil {
		r.kept, r.places = append(r.kept[:0], rows...), append(r.places[:0], rows...)
		if texts.Present != nil {
			r.kept, r.places = present(texts.Present, rows, r.kept, r.places)
		}
		i := 0
		for k, row := range r.kept {
			for rows[i] != row {
				i++
			}
			if c := texts.Slot(r.places[k]); c != 0 {
				r.nodes[i] = c
			}
		}
	}
	if r.column.Numbers != nil || r.column.Bools != nil || r.column.Lists != nil {
		for i, row := range rows {
			if c := codeOf(r.column, row); c.kind != event.Missing && c.kind != event.String {
				r.nodes[i] = r.other(c)
			}
		}
	}
	return r.nodes
}

// other names a value that is no text.
func (r *nodeReader) other(c code) uint32 {
	node, ok := r.known[c]
	if !ok {
		node = r.names.number(r.text(c))
		if r.known == nil {
			r.known = map[code]uint32{}
		}
		r.known[c] = node
	}
	return node
}

func (r *nodeReader) text(c code) string {
	switch c.kind {
	case event.Number:
		return event.Num(math.Float64frombits(c.bits)).Text()
	case event.Bool:
		return event.Flag(c.bits == 2).Text()
	case event.List:
		var list []string
		for _, e := range r.names.lists.Codes(uint32(c.bits)) {
			list = append(list, r.names.texts.Text(e))
		}
		return event.Strings(list...).Text()
	case event.Missing, event.String:
	}
	return ""
}
