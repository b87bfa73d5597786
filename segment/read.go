package segment

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/person"
)

// Get gives one segment with its present number of persons.
func (s *Service) Get(ctx context.Context, p analyse.Project, segmentID string) (Segment, error) {
	e, err := s.find(ctx, p.ID, segmentID)
	if err != nil {
		return Segment{}, err
	}
	return s.shown(ctx, p, e)
}

// List gives all segments of a project, oldest first.
func (s *Service) List(ctx context.Context, p analyse.Project) ([]Segment, error) {
	c, err := s.catalog(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Segment, 0, len(c.list))
	for _, e := range c.list {
		segment, err := s.shown(ctx, p, e)
		if err != nil {
			return nil, err
		}
		out = append(out, segment)
	}
	return out, nil
}

// shown completes an entry for readers.
func (s *Service) shown(ctx context.Context, p analyse.Project, e *entry) (Segment, error) {
	out := e.Segment
	users, err := s.usedBy(ctx, p.ID, e.ID)
	if err != nil {
		return Segment{}, err
	}
	out.UsedBy = users
	state, err := s.current(ctx, p, e)
	switch {
	case ctx.Err() != nil:
		return Segment{}, ctx.Err()
	case err != nil:
		// A definition that cannot be answered any more (a property has changed
		// its type) is shown with the reason, so that it can be mended.
		out.Problem = publicText(err)
		s.failed(ctx, "segment not computed", p.ID, e.ID, err)
		if state = e.state.Load(); state == nil {
			return out, nil
		}
	}
	out.Persons = int(state.bitmap.GetCardinality())
	return out, nil
}

// usedBy lists what refers to a segment.
func (s *Service) usedBy(ctx context.Context, project, segmentID string) ([]User, error) {
	c, err := s.catalog(ctx, project)
	if err != nil {
		return nil, err
	}
	users := c.users(segmentID)
	if s.UsedBy == nil {
		return users, nil
	}
	others, err := s.UsedBy(ctx, project, segmentID)
	if err != nil {
		return nil, fmt.Errorf("ask who uses segment %s: %w", segmentID, err)
	}
	return append(users, others...), nil
}

// Bitmap gives the members of a segment. It is not to be changed.
func (s *Service) Bitmap(ctx context.Context, p analyse.Project, segmentID string) (*roaring.Bitmap, error) {
	e, err := s.find(ctx, p.ID, segmentID)
	if err != nil {
		return nil, err
	}
	state, err := s.current(ctx, p, e)
	if err != nil {
		return nil, err
	}
	return state.bitmap, nil
}

// Members gives a page of the members, in order of ordinal, and how many there are.
func (s *Service) Members(ctx context.Context, p analyse.Project, segmentID string, offset, limit int) (page []person.Ordinal, total int, err error) {
	members, err := s.Bitmap(ctx, p, segmentID)
	if err != nil {
		return nil, 0, err
	}
	return Page(members, offset, limit), int(members.GetCardinality()), nil
}

// Page gives limit persons of a set from the offset on, in order of ordinal.
func Page(set *roaring.Bitmap, offset, limit int) []person.Ordinal {
	page := []person.Ordinal{}
	if offset < 0 || limit <= 0 || uint64(offset) >= set.GetCardinality() {
		return page
	}
	first, err := set.Select(uint32(offset))
	if err != nil {
		return page // cannot be: the offset lies below the cardinality
	}
	it := set.Iterator()
	it.AdvanceIfNeeded(first)
	for it.HasNext() && len(page) < limit {
		page = append(page, person.Ordinal(it.Next()))
	}
	return page
}

// Contains says whether a canonical person is a member.
func (s *Service) Contains(ctx context.Context, p analyse.Project, segmentID string, o person.Ordinal) (bool, error) {
	members, err := s.Bitmap(ctx, p, segmentID)
	if err != nil {
		return false, err
	}
	return members.Contains(uint32(o)), nil
}

// Ref names a segment.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SegmentsOf lists the segments that a canonical person is in, oldest first. A
// segment that cannot be computed is left out.
func (s *Service) SegmentsOf(ctx context.Context, p analyse.Project, o person.Ordinal) ([]Ref, error) {
	all, err := s.segmentsOf(ctx, p, o)
	if err != nil {
		return nil, err
	}
	out := make([]Ref, len(all))
	for i, m := range all {
		out[i] = Ref{ID: m.ID, Name: m.Name}
	}
	return out, nil
}

// membership is one segment of a person and how many share it.
type membership struct {
	*entry
	persons int
}

func (s *Service) segmentsOf(ctx context.Context, p analyse.Project, o person.Ordinal) ([]membership, error) {
	c, err := s.catalog(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var out []membership
	for _, e := range c.list {
		// What was computed within the minute is good enough for one person's page.
		state := e.state.Load()
		if state == nil {
			if state, err = s.current(ctx, p, e); err != nil {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				s.failed(ctx, "segment not computed", p.ID, e.ID, err)
				continue
			}
		}
		if state.bitmap.Contains(uint32(o)) {
			out = append(out, membership{e, int(state.bitmap.GetCardinality())})
		}
	}
	return out, nil
}
