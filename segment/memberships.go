package segment

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// Memberships are the current sets of persons by segment and by tag. It is what
// package analyse is given (analyse.Sets), so it is made before the analyser, and
// the Service that fills it after. Bitmaps that it gives are not to be changed.
type Memberships struct {
	mu       sync.RWMutex
	segments func(project, segmentID string) (*roaring.Bitmap, bool) // set by the Service
	touched  func(project string, persons *roaring.Bitmap)           // set by the Service
	compute  map[string]func(project string) error                   // by tag
	tags     map[tagKey]map[string]*roaring.Bitmap                   // members by value
}

type tagKey struct{ project, tag string }

// NewMemberships makes an empty one.
func NewMemberships() *Memberships {
	return &Memberships{
		compute: make(map[string]func(string) error),
		tags:    make(map[tagKey]map[string]*roaring.Bitmap),
	}
}

// SegmentMembers gives the members of a segment, computed now if need be; not ok
// when there is no such segment or it cannot be computed.
func (m *Memberships) SegmentMembers(project, segmentID string) (*roaring.Bitmap, bool) {
	m.mu.RLock()
	segments := m.segments
	m.mu.RUnlock()
	if segments == nil {
		return nil, false
	}
	return segments(project, segmentID)
}

// TagMembers gives the persons whose tag has that value now, none when nobody
// has; not ok when there is no such tag.
func (m *Memberships) TagMembers(project, tag, value string) (*roaring.Bitmap, bool) {
	values, ok := m.tag(project, tag)
	if !ok {
		return nil, false
	}
	if members := values[value]; members != nil {
		return members, true
	}
	return roaring.New(), true
}

// TagValues gives the values that a tag has now, in order; not ok when there is no such tag.
func (m *Memberships) TagValues(project, tag string) ([]string, bool) {
	values, ok := m.tag(project, tag)
	if !ok {
		return nil, false
	}
	out := make([]string, 0, len(values))
	for v := range values {
		out = append(out, v)
	}
	slices.Sort(out)
	return out, true
}

// ProvideTag names the function that computes a tag and ends with SetTag. It is
// called when a project's tag is asked for before it was set.
func (m *Memberships) ProvideTag(tag string, compute func(project string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.compute[tag] = compute
}

// SetTag replaces the members of a tag by value. A person has at most one value.
// Segments follow for the persons whose value changed.
func (m *Memberships) SetTag(project, tag string, values map[string]*roaring.Bitmap) {
	m.mu.Lock()
	key := tagKey{project, tag}
	before := m.tags[key]
	m.tags[key] = values
	touched := m.touched
	m.mu.Unlock()
	if touched == nil {
		return
	}
	if changed := difference(before, values); !changed.IsEmpty() {
		touched(project, changed)
	}
}

// tag gives a tag's members by value, computed now if need be.
func (m *Memberships) tag(project, tag string) (map[string]*roaring.Bitmap, bool) {
	m.mu.RLock()
	values, ok := m.tags[tagKey{project, tag}]
	compute := m.compute[tag]
	m.mu.RUnlock()
	if ok || compute == nil {
		return values, ok
	}
	if compute(project) != nil {
		return nil, false // the provider has logged why
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	values, ok = m.tags[tagKey{project, tag}]
	return values, ok
}

// difference gives the persons whose value is not the same in both.
func difference(before, after map[string]*roaring.Bitmap) *roaring.Bitmap {
	changed := roaring.New()
	for value, members := range after {
		if was := before[value]; was != nil {
			changed.Or(roaring.Xor(was, members))
		} else {
			changed.Or(members)
		}
	}
	for value, members := range before {
		if after[value] == nil {
			changed.Or(members)
		}
	}
	return changed
}
