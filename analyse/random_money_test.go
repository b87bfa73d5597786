package analyse_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
)

func TestAttributionAgainstReference(t *testing.T) {
	checkWorlds(t, attributionAgrees)
}

func attributionAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.attribution()
	r, answer := w.ask(t, d, q)
	if answer == nil {
		return false
	}
	a := answer.Attribution
	require.Equal(t, q.Models, a.Models)
	conversions, lost := w.attribution(q, r.Range, r.Filter)
	want, got := attributionRows(q, conversions, lost), refRows{}
	got["all"] = []float64{float64(a.Conversions), a.Value}
	for _, row := range a.Rows {
		got[touchLabel(row.Value[0])] = slices.Concat(
			[]float64{float64(row.Touches), float64(row.Persons), float64(row.Assisted)}, row.Credits, row.Values)
	}
	requireRows(t, want, got, r)
	if len(a.Rows) > 0 {
		value := a.Rows[d.int(0, len(a.Rows)-1)].Value[0]
		w.requireActors(t, r, &query.AttributionCell{Value: value}, shared(touchLabel(value), q.Models, conversions))
	}
	return true
}

func touchLabel(v query.TouchValue) string {
	if v.Direct {
		return direct
	}
	return v.Kind.String() + ":" + v.Text()
}

// attributionRows gives per row touches, persons, assisted, credits and values.
func attributionRows(q *query.Attribution, conversions []refConversion, lost [][]refTouch) refRows {
	touches, assisted, value := map[string]map[int]bool{}, map[string]float64{}, 0.0
	for _, c := range conversions {
		value += c.value
		here := map[string]bool{}
		for _, t := range c.touches {
			if touches[t.row] == nil {
				touches[t.row] = map[int]bool{}
			}
			touches[t.row][t.seq] = true
			here[t.row] = true
		}
		for row := range here {
			assisted[row]++
		}
	}
	if len(shared(direct, q.Models, conversions)) > 0 {
		touches[direct] = nil
	}
	out := refRows{"all": {float64(len(conversions)), value}}
	for row, seen := range touches {
		out[row] = []float64{float64(len(seen)), float64(len(shared(row, q.Models, conversions))), assisted[row]}
		var values []float64
		for _, model := range q.Models {
			credit, value := credits(model, conversions, lost)
			out[row] = append(out[row], credit[row])
			values = append(values, value[row])
		}
		out[row] = append(out[row], values...)
	}
	return out
}

func TestLTVAgainstReference(t *testing.T) {
	checkWorlds(t, ltvAgrees)
}

func ltvAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.ltv()
	r, answer := w.ask(t, d, q)
	if answer == nil {
		return false
	}
	a := answer.LTV
	want, members := w.ltvRows(q, r.Range, r.Filter)
	got := refRows{"total": {float64(a.Total.Size)}, "churned": {float64(a.Churned.Persons), float64(a.Churned.MeanDays)}}
	for n := range q.Periods {
		got["total"] = append(got["total"], float64(a.Total.Members[n]), a.Total.Revenue[n], float64(a.Total.LTV[n]),
			float64(a.Total.Payers[n]), float64(a.Total.PayRate[n]), float64(a.Total.ARPPU[n]))
	}
	for _, i := range a.Intervals {
		got["in "+i.Bucket] = []float64{i.Revenue, float64(i.Active), float64(i.Payers), float64(i.ARPU), float64(i.ARPPU)}
	}
	labels := []string{}
	rows := map[string]analyse.LTVRow{}
	for _, row := range a.Rows {
		label := row.Cohort + breakdownLabel(row.Breakdown)
		if row.Size == 0 && len(q.Breakdown) > 0 {
			continue // whether empty rows are shown is of no matter
		}
		got[label] = []float64{float64(row.Size)}
		for n := range q.Periods {
			got[label] = append(got[label], row.Revenue[n], float64(row.LTV[n]), float64(row.Payers[n]), float64(row.PayRate[n]), float64(row.ARPPU[n]))
		}
		labels = append(labels, label)
		rows[label] = row
	}
	requireRows(t, want, got, r)
	w.requireLTVIncomplete(t, q, r, a)
	if len(labels) == 0 {
		return true
	}
	label := labels[d.int(0, len(labels)-1)]
	cell := &query.LTVCell{Cohort: rows[label].Cohort, Breakdown: rows[label].Breakdown, Payers: d.chance(60)}
	column := q.Periods - 1
	if d.chance(50) {
		column = d.int(0, q.Periods-1)
		cell.Period = &column
	}
	persons := refSet{}
	for _, m := range members[label] {
		if !cell.Payers || m.paid[column] {
			persons[m.person] = true
		}
	}
	w.requireActors(t, r, cell, persons)
	return true
}

func (w *randomWorld) requireLTVIncomplete(t *rapid.T, q *query.LTV, r query.Request, a *analyse.LTVAnswer) {
	from, to := w.bounds(r.Range)
	for _, u := range w.units(q.Interval, from, to) {
		for _, row := range a.Rows {
			for n, incomplete := range row.Incomplete {
				if row.Cohort == u.label {
					require.Equal(t, w.ltvIncomplete(u, n), incomplete, "%s column %d", u.label, n)
				}
			}
		}
	}
}

// breakdownLabel names a row as the reference does.
func breakdownLabel(values []query.BreakdownValue) string {
	label := ""
	for _, v := range values {
		if v.Other {
			return " other"
		}
		label += fmt.Sprintf(" %d:%s", v.Kind, v.Text())
	}
	return label
}

func TestReferralAgainstReference(t *testing.T) {
	checkWorlds(t, referralAgrees)
}

func referralAgrees(t *rapid.T, d draw, w *randomWorld) bool {
	q := d.referral()
	r, answer := w.ask(t, d, q)
	if answer == nil {
		return false
	}
	a := answer.Referral
	f := w.referral(q, r.Range, r.Filter)
	want, got := f.rows(), refRows{"all": {
		float64(a.Active), float64(a.Inviters), float64(a.Invites), float64(a.Joined), float64(a.InvitesPerActive),
		float64(a.Conversion), float64(a.K), float64(a.CycleMedian),
	}}
	for i, degree := range a.Degrees {
		require.Equal(t, i+1, degree.Degree)
		got["all"] = append(got["all"], float64(degree.Persons))
	}
	w.addTop(t, a.Top, want, got)
	w.addReferralUnits(q, r, f, want)
	for i, label := range a.Buckets {
		got["in "+label] = []float64{float64(a.PerInterval.Invites[i]), float64(a.PerInterval.Joined[i]), oneIf(a.Incomplete[i])}
	}
	requireRows(t, want, got, r)
	switch degree := d.int(0, 4); degree {
	case 0:
		w.requireActors(t, r, &query.ReferralCell{Joined: true}, f.joined())
	case 4:
		w.requireActors(t, r, &query.ReferralCell{Inviters: true}, f.inviters())
	default:
		w.requireActors(t, r, &query.ReferralCell{Degree: degree}, f.of(degree))
	}
	return true
}

// addTop adds the inviters shown, and leaves out of the reference those beyond
// the twenty who are not larger than the last of them.
func (w *randomWorld) addTop(t *rapid.T, top []analyse.TopInviter, want, got refRows) {
	people := w.table.View().People()
	last := []float64{}
	for _, one := range top {
		o, ok := person.ParsePublicID(one.Person)
		require.True(t, ok)
		name := "top " + refName(people.Identities(o)[0].ID)
		got[name] = []float64{float64(one.Invites), float64(one.Joined), float64(one.Reached)}
		rank := []float64{got[name][1], got[name][2], got[name][0]}
		require.True(t, len(last) == 0 || slices.Compare(rank, last) <= 0, "the largest come first")
		last = rank
	}
	for name, row := range want {
		_, shown := got[name]
		if strings.HasPrefix(name, "top ") && !shown && len(top) == 20 && slices.Compare([]float64{row[1], row[2], row[0]}, last) <= 0 {
			delete(want, name)
		}
	}
}

func (w *randomWorld) addReferralUnits(q *query.Referral, r query.Request, f refReferral, rows refRows) {
	if q.Interval == "" {
		return
	}
	from, to := w.bounds(r.Range)
	for _, u := range w.units(q.Interval, from, to) {
		row := []float64{0, 0, oneIf(u.to > w.now.UnixMilli())}
		for _, e := range f.invites {
			if e.time >= u.from && e.time < u.to {
				row[0]++
			}
		}
		for _, e := range f.joins {
			if e.time >= u.from && e.time < u.to {
				row[1]++
			}
		}
		rows["in "+u.label] = row
	}
}
