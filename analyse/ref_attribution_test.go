package analyse_test

import (
	"math"
	"slices"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/query"
)

// refTouch is one touch that a conversion looks back on.
type refTouch struct {
	row  string // type and text of its value
	set  bool   // it has a value
	seq  int
	time int64
}

// direct is the row of conversions without a touch.
const direct = "direct"

// refConversion is a conversion and what it looks back on, in order.
type refConversion struct {
	person  string
	time    int64
	value   float64
	touches []refTouch
}

// attribution gives the conversions, and of each person the touches in the range
// that none of them looks back on.
func (w *world) attribution(q *query.Attribution, r query.Range, filter *query.Condition) (found []refConversion, lost [][]refTouch) {
	left := w.asked(filter)
	from, to := w.bounds(r)
	for _, p := range left.persons() {
		var touches []refTouch
		for _, e := range left.of(p) {
			if w.matches(e, q.Touch.Event, q.Touch.Where) {
				v := e.props[q.Touch.By]
				touches = append(touches, refTouch{v.Kind.String() + ":" + v.Text(), v.Kind != event.Missing, e.seq, e.time})
			}
		}
		used := map[int]bool{}
		for _, e := range left.of(p) {
			if e.time < from || e.time >= to || !w.matches(e, q.Conversion.Event, q.Conversion.Where) {
				continue
			}
			c := refConversion{person: p, time: e.time}
			if v := e.props[q.Conversion.Value]; v.Kind == event.Number {
				c.value = v.Num
			}
			for _, t := range touches {
				if t.time > e.time-q.Lookback.Milliseconds() && t.time <= e.time {
					c.touches = append(c.touches, t)
					used[t.seq] = true
				}
			}
			found = append(found, c)
		}
		var unused []refTouch
		for _, t := range touches {
			if t.time >= from && t.time < to && !used[t.seq] {
				unused = append(unused, t)
			}
		}
		if len(unused) > 0 {
			lost = append(lost, unused)
		}
	}
	return found, lost
}

// shares divides one conversion among rows by a model that looks at it alone.
func (c refConversion) shares(model string) map[string]float64 {
	out := map[string]float64{}
	n := len(c.touches)
	if n == 0 {
		return map[string]float64{direct: 1}
	}
	switch model {
	case query.ModelFirst:
		out[c.touches[0].row] = 1
	case query.ModelLast:
		out[c.touches[n-1].row] = 1
	case query.ModelLastNonDirect:
		row := direct
		for _, t := range c.touches {
			if t.set {
				row = t.row
			}
		}
		out[row] = 1
	case query.ModelLinear:
		for _, t := range c.touches {
			out[t.row] += 1 / float64(n)
		}
	case query.ModelPosition:
		for i, t := range c.touches {
			switch {
			case n <= 2:
				out[t.row] += 1 / float64(n)
			case i == 0 || i == n-1:
				out[t.row] += .4
			default:
				out[t.row] += .2 / float64(n-2)
			}
		}
	case query.ModelTimeDecay:
		total := 0.0
		weight := func(t refTouch) float64 {
			return math.Pow(2, -float64(c.time-t.time)/float64(7*24*3600*1000))
		}
		for _, t := range c.touches {
			total += weight(t)
		}
		for _, t := range c.touches {
			out[t.row] += weight(t) / total
		}
	}
	return out
}

// credits gives each row's credit and value by a model.
func credits(model string, conversions []refConversion, lost [][]refTouch) (credit, value map[string]float64) {
	switch model {
	case query.ModelMarkov:
		return markov(conversions, lost)
	case query.ModelShapley:
		return shapley(conversions)
	}
	credit, value = map[string]float64{}, map[string]float64{}
	for _, c := range conversions {
		for row, share := range c.shares(model) {
			credit[row] += share
			value[row] += share * c.value
		}
	}
	return credit, value
}

// shapley divides by the definition: the mean, over all orders in which the rows
// could join, of what a row adds to the conversions that the rows already there
// can make alone.
func shapley(conversions []refConversion) (credit, value map[string]float64) {
	credit, value = map[string]float64{}, map[string]float64{}
	var rows []string
	for _, c := range conversions {
		for _, t := range c.touches {
			if !slices.Contains(rows, t.row) {
				rows = append(rows, t.row)
			}
		}
		if len(c.touches) == 0 {
			credit[direct]++
			value[direct] += c.value
		}
	}
	worth := make([][2]float64, 1<<len(rows)) // of each set of rows: the conversions all of whose touches are in it
	for _, c := range conversions {
		needs := 0
		for _, t := range c.touches {
			needs |= 1 << slices.Index(rows, t.row)
		}
		for set := range worth {
			if needs != 0 && set&needs == needs {
				worth[set][0]++
				worth[set][1] += c.value
			}
		}
	}
	for i, row := range rows {
		for set := range worth {
			if set&(1<<i) != 0 {
				continue
			}
			before := 0
			for j := range rows {
				before += set >> j & 1
			}
			orders := factorial(before) * factorial(len(rows)-before-1) / factorial(len(rows))
			credit[row] += orders * (worth[set|1<<i][0] - worth[set][0])
			value[row] += orders * (worth[set|1<<i][1] - worth[set][1])
		}
	}
	return credit, value
}

func factorial(n int) float64 {
	out := 1.0
	for i := 2; i <= n; i++ {
		out *= float64(i)
	}
	return out
}

// markov divides by removal effects.
func markov(conversions []refConversion, lost [][]refTouch) (credit, value map[string]float64) {
	const start, converted, missed = "(start)", "(converted)", "(lost)"
	counts := map[string]map[string]float64{}
	pass := func(touches []refTouch, end string) {
		at := start
		for _, t := range append(slices.Clone(touches), refTouch{row: end}) {
			if counts[at] == nil {
				counts[at] = map[string]float64{}
			}
			counts[at][t.row]++
			at = t.row
		}
	}
	credit, value = map[string]float64{}, map[string]float64{}
	paths, money := 0.0, 0.0
	rows := map[string]bool{}
	for _, c := range conversions {
		if len(c.touches) == 0 {
			credit[direct]++
			value[direct] += c.value
			continue
		}
		paths++
		money += c.value
		pass(c.touches, converted)
		for _, t := range c.touches {
			rows[t.row] = true
		}
	}
	for _, touches := range lost {
		pass(touches, missed)
	}
	if paths == 0 {
		return credit, value
	}
	all := reach(counts, start, converted, "")
	effects, total := map[string]float64{}, 0.0
	for row := range rows {
		effects[row] = 1 - reach(counts, start, converted, row)/all
		total += effects[row]
	}
	for row, effect := range effects {
		credit[row] = paths * effect / total
		value[row] = money * effect / total
	}
	return credit, value
}

// reach is the probability of coming from one state to another when one is
// removed, by elimination of the linear equations that hold between the states.
func reach(counts map[string]map[string]float64, from, to, removed string) float64 {
	var states []string
	for s := range counts {
		if s != removed {
			states = append(states, s)
		}
	}
	n := len(states)
	m := make([][]float64, n) // p(s) − Σ share·p(next) = share of «to»
	for i, s := range states {
		m[i] = make([]float64, n+1)
		m[i][i] = 1
		total := 0.0
		for _, c := range counts[s] {
			total += c
		}
		for next, c := range counts[s] {
			if j := slices.Index(states, next); j >= 0 {
				m[i][j] -= c / total
			} else if next == to {
				m[i][n] += c / total
			}
		}
	}
	for i := range m {
		pivot := i
		for j := i; j < n; j++ {
			if math.Abs(m[j][i]) > math.Abs(m[pivot][i]) {
				pivot = j
			}
		}
		m[i], m[pivot] = m[pivot], m[i]
		for j := range m {
			if j == i || m[j][i] == 0 {
				continue
			}
			factor := m[j][i] / m[i][i]
			for k := i; k <= n; k++ {
				m[j][k] -= factor * m[i][k]
			}
		}
	}
	i := slices.Index(states, from)
	return m[i][n] / m[i][i]
}

// shared gives the persons with a conversion of which a row has a share under any
// of the models.
func shared(row string, models []string, conversions []refConversion) refSet {
	out := refSet{}
	for _, c := range conversions {
		for _, model := range models {
			if model == query.ModelMarkov || model == query.ModelShapley {
				model = query.ModelLinear // has a share of every touch, as these do
			}
			if c.shares(model)[row] > 0 {
				out[c.person] = true
			}
		}
	}
	return out
}
