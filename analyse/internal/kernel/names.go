package kernel

import (
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// nameMasks say by code of the event name what an event of that name can mean,
// so that most rows are passed over with one look.
type nameMasks struct {
	matters  []bool
	activity []bool   // something the person did
	steps    []uint32 // the steps that it meets, as bits
	tested   []uint32 // the steps that it meets if it also meets their condition
	ends     []uint32 // in a strict funnel any activity ends attempts after any step
}

func newNameMasks(view *columns.View, q Funnel) nameMasks {
	names := view.Names()
	n := names.Len()
	m := nameMasks{
		matters: make([]bool, n), activity: make([]bool, n),
		steps: make([]uint32, n), tested: make([]uint32, n), ends: make([]uint32, n),
	}
	for code := 1; code < n; code++ {
		m.activity[code] = event.IsActivity(names.Text(uint32(code)))
		for i, step := range q.Steps {
			switch {
			case !step.byName[code]:
			case step.where == nil:
				m.steps[code] |= 1 << i
			default:
				m.tested[code] |= 1 << i
			}
		}
		excluded := slices.ContainsFunc(q.Exclusions, func(x Exclusion) bool { return x.Event.byName[code] })
		if q.Order == query.Strict && m.activity[code] {
			m.ends[code] = ^uint32(0)
		}
		m.matters[code] = excluded || m.steps[code]|m.tested[code]|m.ends[code] != 0
	}
	return m
}
