package analyse_test

import (
	"math"
	"sort"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// refReferral is who invited whom.
type refReferral struct {
	active  refSet
	invites []refEvent          // in the range
	joins   map[string]refEvent // each person's join, by its person
	inviter map[string]string   // of those who joined
	cycles  []float64           // seconds from the latest invite to the join
}

func (w *world) referral(q *query.Referral, r query.Range, filter *query.Condition) refReferral {
	left := w.asked(filter)
	from, to := w.bounds(r)
	out := refReferral{active: left.refActive(from, to), joins: map[string]refEvent{}, inviter: map[string]string{}}
	ever := left.done(q.Invite.Event, q.Invite.Where)
	for _, e := range ever {
		if e.time >= from && e.time < to {
			out.invites = append(out.invites, e)
		}
	}
	for _, e := range left.done(q.Join.Event, q.Join.Where) {
		inviter, known := "", false
		if v := e.props[q.Join.Inviter]; v.Kind == event.String || v.Kind == event.Number {
			inviter, known = w.ids[v.Text()]
		}
		if _, already := out.joins[e.person]; already || !known || inviter == e.person || e.time < from || e.time >= to {
			continue
		}
		out.joins[e.person], out.inviter[e.person] = e, inviter
		latest := int64(math.MinInt64)
		for _, invite := range ever {
			if invite.person == inviter && invite.time <= e.time {
				latest = max(latest, invite.time)
			}
		}
		if latest > math.MinInt64 {
			out.cycles = append(out.cycles, float64(e.time-latest)/1000)
		}
	}
	return out
}

// degree of a person who joined: how many inviters are above it; 0 in a circle.
func (f refReferral) degree(person string) int {
	for n := 1; n <= len(f.inviter); n++ {
		person = f.inviter[person]
		if _, joined := f.inviter[person]; !joined {
			return n
		}
	}
	return 0
}

// joined gives all who joined.
func (f refReferral) joined() refSet {
	out := refSet{}
	for p := range f.joins {
		out[p] = true
	}
	return out
}

// of gives those of one degree.
func (f refReferral) of(degree int) refSet {
	out := refSet{}
	for p := range f.joins {
		if f.degree(p) == degree {
			out[p] = true
		}
	}
	return out
}

// inviters gives those who invited.
func (f refReferral) inviters() refSet {
	out := refSet{}
	for _, e := range f.invites {
		out[e.person] = true
	}
	return out
}

// top gives invites, joined and reached of each person through whom others joined.
func (f refReferral) top() refRows {
	out := refRows{}
	for _, inviter := range f.inviter {
		invites, joined := 0.0, 0.0
		for _, e := range f.invites {
			if e.person == inviter {
				invites++
			}
		}
		reached := refSet{}
		for p, by := range f.inviter {
			if by == inviter {
				joined++
			}
			above := p
			for range query.MaxDegree {
				if above = f.inviter[above]; above == inviter && p != inviter {
					reached[p] = true
				}
			}
		}
		out[inviter] = []float64{invites, joined, float64(len(reached))}
	}
	return out
}

// rows gives the numbers of the answer.
func (f refReferral) rows() refRows {
	active, invites, joined := float64(len(f.active)), float64(len(f.invites)), float64(len(f.joins))
	median := math.NaN()
	if len(f.cycles) > 0 {
		sort.Float64s(f.cycles)
		median = refPercentile(f.cycles, .5)
	}
	out := refRows{"all": {
		active, float64(len(f.inviters())), invites, joined,
		ratio(invites, active), ratio(joined, invites), ratio(invites, active) * ratio(joined, invites), median,
	}}
	for n := 1; n <= query.MaxDegree; n++ {
		out["all"] = append(out["all"], float64(len(f.of(n))))
	}
	for p, row := range f.top() {
		out["top "+p] = row
	}
	return out
}
