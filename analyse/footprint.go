package analyse

import (
	"reflect"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

// footprint is what an answer depends on, read off its question.
type footprint struct {
	names    map[string]bool
	activity bool // any activity
	every    bool // every event, whatever its name
	profiles bool
	sliding  bool // looks back from now, moment by moment
	sets     map[setRef]bool
}

// footprintOf walks through a request, whatever its kind: every set of events,
// condition and breakdown in it counts, also in kinds to come.
func footprintOf(r query.Request) *footprint {
	f := &footprint{names: map[string]bool{}, sets: map[setRef]bool{}}
	f.walk(reflect.ValueOf(r.Question))
	f.condition(r.Filter)
	switch q := r.Question.(type) {
	case *query.Funnel:
		f.activity = f.activity || q.Order == query.Strict || q.Count == "sessions"
		f.every = q.HideIncomplete // up to the newest event of all
	case *query.LTV:
		f.activity = true // churn, and revenue per active person
	case *query.Referral:
		f.activity = true // invites per active person
		f.every = true    // inviters are found by any of their ids
	}
	return f
}

func (f *footprint) walk(v reflect.Value) {
	switch x := v.Interface().(type) {
	case query.EventSet:
		f.events(x)
		return
	case *query.Condition:
		f.condition(x)
		return
	case query.Breakdown:
		f.breakdown(x)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			f.walk(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				f.walk(v.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			f.walk(v.Index(i))
		}
	default: // a plain value
	}
}

func (f *footprint) events(set query.EventSet) {
	f.activity = f.activity || set.Any
	for _, name := range set.Names {
		f.names[name] = true
	}
}

func (f *footprint) breakdown(b query.Breakdown) {
	switch {
	case b.Segments != nil:
		for _, id := range b.Segments {
			f.sets[setRef{segment: id}] = true
		}
	case b.Scope == query.UserProperty:
		f.profiles = true
	case b.Scope == query.TagValue:
		f.sets[setRef{tag: b.Name}] = true
	}
}

func (f *footprint) condition(c *query.Condition) {
	c.Walk(func(part *query.Condition) {
		switch part.Kind {
		case query.Segment:
			f.sets[setRef{segment: part.Segment}] = true
		case query.DidEvent, query.DidNot:
			f.events(part.Did.Event)
			f.sliding = f.sliding || part.Did.Within != nil && part.Did.Within.Last != (query.Span{})
		case query.Sequence:
			for _, step := range part.Sequence {
				f.events(step.Event)
				f.sliding = f.sliding || step.Absent
			}
		case query.Compare:
			f.comparison(part.Comparison)
		case query.All, query.Any, query.Not:
		}
	})
}

func (f *footprint) comparison(c *query.Comparison) {
	f.sliding = f.sliding || c.Op == query.WithinLast
	switch c.Scope {
	case query.UserProperty:
		f.profiles = true
	case query.TagValue:
		f.sets[setRef{tag: c.Name}] = true
	case query.EventProperty:
	}
}

// changed gives the Seq of the newest event that can have changed the answer.
func (f *footprint) changed(v *columns.View) uint64 {
	if f.every {
		return v.UpTo()
	}
	return v.Changed(func(name string) bool {
		return f.names[name] || f.activity && event.IsActivity(name)
	}, f.profiles)
}

// used gives the sets of persons that the answer depends on, as they are now.
func (f *footprint) used(sets Sets, project string) []usedSet {
	var out []usedSet
	for ref := range f.sets {
		if ref.segment != "" {
			members, _ := sets.SegmentMembers(project, ref.segment)
			out = append(out, usedSet{ref, members})
			continue
		}
		values, _ := sets.TagValues(project, ref.tag)
		for _, value := range values {
			members, _ := sets.TagMembers(project, ref.tag, value)
			out = append(out, usedSet{setRef{tag: ref.tag, value: value}, members})
		}
	}
	return out
}

func empty(set *roaring.Bitmap) bool { return set == nil || set.IsEmpty() }

// same says whether two lists are the same sets.
func same(a, b []usedSet) bool {
	if len(a) != len(b) {
		return false
	}
	byRef := make(map[setRef]*roaring.Bitmap, len(a))
	for _, x := range a {
		byRef[x.ref] = x.members
	}
	for _, x := range b {
		members, ok := byRef[x.ref]
		if !ok || members != x.members && (!empty(members) || !empty(x.members)) {
			return false
		}
	}
	return true
}
