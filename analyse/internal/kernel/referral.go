package kernel

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// Referral asks how persons bring in others; see query.Referral.
type Referral struct {
	Invite, Join, Activity *Matcher
	Inviter                string // property of the joins
	From, To               int64  // half-open
	Buckets                Buckets
}

// maxDegree is how far the tree of those who joined is followed.
const maxDegree = 3

// ReferralAnswer is what was counted.
type ReferralAnswer struct {
	Active, Inviters, Invites, Joined int64

	Degrees           [maxDegree]int64
	Cycle             float64 // milliseconds, the median
	Cycles            int     // joins that have one
	Top               []Inviter
	InvitesIn, JoinIn []int64 // by bucket
}

// Inviter is a person through whom others joined.
type Inviter struct {
	Person                   person.Ordinal
	Invites, Joined, Reached int64
}

// maxTop is how many inviters are listed.
const maxTop = 20

// ReferralTarget says whose persons are wanted: those of a degree from 1, or one of the others.
type ReferralTarget struct {
	Degree           int
	Inviters, Joined bool
}

// joinEdge is one person who joined, and through whom.
type joinEdge struct {
	person, inviter uint32
	time            int64
}

// Referral counts. A second scan, of the inviters alone, finds their latest invites.
func (s *Source) Referral(ctx context.Context, q Referral) (*ReferralAnswer, error) {
	r, err := s.referred(ctx, q)
	if err != nil {
		return nil, err
	}
	a := &ReferralAnswer{Active: r.active, Inviters: int64(len(r.invites)), Joined: int64(len(r.joins)), JoinIn: make([]int64, q.Buckets.Len()), InvitesIn: r.perBucket}
	for _, n := range r.invites {
		a.Invites += n
	}
	if q.Buckets.Len() > 0 {
		for _, j := range r.joins {
			a.JoinIn[q.Buckets.Find(j.time)]++
		}
	}
	tree := newReferralTree(r.joins)
	for _, j := range r.joins {
		if d := tree.degree(j.person); d >= 1 && d <= maxDegree {
			a.Degrees[d-1]++
		}
	}
	a.Top = tree.top(r.invites)
	times, err := s.cycles(ctx, q, r.joins)
	if err != nil {
		return nil, err
	}
	a.Cycles = len(times)
	a.Cycle, _ = Percentile(times, 0.5)
	return a, nil
}

// ReferralPersons gives the persons of a degree, those who invited or those who joined.
func (s *Source) ReferralPersons(ctx context.Context, q Referral, target ReferralTarget) (*roaring.Bitmap, error) {
	r, err := s.referred(ctx, q)
	if err != nil {
		return nil, err
	}
	var found []uint32
	if target.Inviters {
		for p := range r.invites {
			found = append(found, p)
		}
		return bitmapOf(found), nil
	}
	tree := newReferralTree(r.joins)
	for _, j := range r.joins {
		if target.Joined || tree.degree(j.person) == target.Degree {
			found = append(found, j.person)
		}
	}
	return bitmapOf(found), nil
}

// referred is what the first scan finds.
type referred struct {
	active    int64
	invites   map[uint32]int64 // by person, in the range
	perBucket []int64
	joins     []joinEdge // by person
}

func (s *Source) referred(ctx context.Context, q Referral) (*referred, error) {
	visitors, err := scan(ctx, s, func() *referralVisitor { return newReferralVisitor(ctx, q, s.View) })
	if err != nil {
		return nil, err
	}
	all := &referred{invites: map[uint32]int64{}, perBucket: make([]int64, q.Buckets.Len())}
	for _, v := range visitors {
		all.active += v.active
		for p, n := range v.invites {
			all.invites[p] = n
		}
		for i, n := range v.perBucket {
			all.perBucket[i] += n
		}
		all.joins = append(all.joins, v.joins...)
	}
	slices.SortFunc(all.joins, func(a, b joinEdge) int { return cmp.Compare(a.person, b.person) })
	return all, nil
}

// referralVisitor finds what the persons of one worker did.
type referralVisitor struct {
	q    Referral
	view *columns.View
	referred
	watch watch
	known map[code]uint32 // canonical person plus one, by value of the property; 0 for nobody

	steps  *stepPicker
	names  *vector.Codes
	column *columns.Column
	times  *vector.Ints
}

func newReferralVisitor(ctx context.Context, q Referral, view *columns.View) *referralVisitor {
	v := &referralVisitor{q: q, view: view, watch: watch{ctx: ctx}, known: map[code]uint32{}, steps: newStepPicker(q.Invite, q.Join)}
	v.invites, v.perBucket = map[uint32]int64{}, make([]int64, q.Buckets.Len())
	return v
}

func (v *referralVisitor) needs() []string {
	return append(needs(v.q.Invite, v.q.Join), v.q.Inviter)
}

func (v *referralVisitor) within() (from, to int64) { return v.q.From, v.q.To }

func (v *referralVisitor) splits() bool { return false }

func (v *referralVisitor) layer(l *columns.Layer) {
	v.steps.layer(l)
	v.names, v.times, v.column = &l.Names, &l.Times, l.Column(v.q.Inviter)
}

// What a row picked is.
const (
	inviteBit = 1 << iota
	joinBit
)

func (v *referralVisitor) block(b *block) error {
	for i := range b.persons {
		for row := b.lo[i]; row < b.hi[i]; row++ { // most often the first one
			if t := v.times.At(row); t >= v.q.From && t < v.q.To && v.q.Activity.byName[v.names.At(row)] {
				v.active++
				break
			}
		}
	}
	rows, met := v.steps.pick(b)
	b.each(rows, func(i, from, to int) { v.person(b.persons[i], rows[from:to], met[from:to]) })
	return v.watch.err
}

func (v *referralVisitor) person(p person.Ordinal, rows, met []uint32) {
	invites, through := int64(0), joinEdge{}
	for i, row := range rows {
		t := v.times.At(row)
		if t < v.q.From || t >= v.q.To || v.watch.stop(1) {
			continue
		}
		if met[i]&inviteBit != 0 {
			invites++
			if bucket := v.q.Buckets.Find(t); bucket >= 0 {
				v.perBucket[bucket]++
			}
		}
		if met[i]&joinBit != 0 && through == (joinEdge{}) {
			if inviter, ok := v.inviter(p, row); ok {
				through = joinEdge{person: uint32(p), inviter: uint32(inviter), time: t}
			}
		}
	}
	if invites > 0 {
		v.invites[uint32(p)] = invites
	}
	if through != (joinEdge{}) {
		v.joins = append(v.joins, through)
	}
}

// inviter gives the person whom a join names, if that is another one.
func (v *referralVisitor) inviter(p person.Ordinal, row uint32) (person.Ordinal, bool) {
	if v.column == nil {
		return 0, false
	}
	c := codeOf(v.column, row)
	found, looked := v.known[c]
	if !looked {
		if o, ok := v.find(c); ok {
			found = uint32(o) + 1
		}
		v.known[c] = found
	}
	return person.Ordinal(found - 1), found != 0 && found != uint32(p)+1
}

func (v *referralVisitor) find(c code) (person.Ordinal, bool) {
	id := ""
	switch c.kind {
	case event.String:
		id = v.view.Strings(v.q.Inviter).Text(uint32(c.bits))
	case event.Number:
		id = event.Num(math.Float64frombits(c.bits)).Text()
	case event.Missing, event.Bool, event.List:
		return 0, false
	}
	o, ok := v.view.People().Find(id)
	return v.view.People().Canonical(o), ok
}

// cycles gives for each join the time since the inviter's latest invite at or
// before it, where there is one.
func (s *Source) cycles(ctx context.Context, q Referral, joins []joinEdge) ([]float64, error) {
	byInviter := map[uint32][]int64{}
	inviters := roaring.New()
	for _, j := range joins {
		byInviter[j.inviter] = append(byInviter[j.inviter], j.time)
		inviters.Add(j.inviter)
	}
	if s.Among != nil {
		inviters.And(s.Among)
	}
	among := &Source{View: s.View, Among: inviters, Workers: s.Workers, Memory: s.Memory, Turns: s.Turns}
	visitors, err := run(ctx, among, func() *cycleVisitor { return &cycleVisitor{q: q, joins: byInviter, watch: watch{ctx: ctx}} })
	if err != nil {
		return nil, err
	}
	s.persons.Add(among.persons.Load())
	s.events.Add(among.events.Load())
	var times []float64
	for _, v := range visitors {
		times = append(times, v.times...)
	}
	return times, nil
}

// cycleVisitor finds the latest invites before joins.
type cycleVisitor struct {
	q      Referral
	joins  map[uint32][]int64
	watch  watch
	invite bound
	at     *vector.Ints
	times  []float64 // milliseconds
}

func (v *cycleVisitor) needs() []string { return needs(v.q.Invite) }

func (v *cycleVisitor) failed() error { return v.watch.err }

func (v *cycleVisitor) layer(l *columns.Layer) { v.invite, v.at = v.q.Invite.bind(l), &l.Times }

func (v *cycleVisitor) person(p person.Ordinal, lo, hi uint32) {
	joins := slices.Clone(v.joins[uint32(p)])
	slices.Sort(joins)
	invited, latest := false, int64(0)
	take := func(upTo int64) { // the joins before an invite
		for len(joins) > 0 && joins[0] < upTo {
			if invited {
				v.times = append(v.times, float64(joins[0]-latest))
			}
			joins = joins[1:]
		}
	}
	for row := lo; row < hi && len(joins) > 0 && !v.watch.stop(1); row++ {
		if v.invite.match(p, row) {
			t := v.at.At(row)
			take(t)
			invited, latest = true, t
		}
	}
	take(math.MaxInt64)
}
