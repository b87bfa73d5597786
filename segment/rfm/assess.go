package rfm

import (
	"math"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/weirhq/weir/person"
)

// Payer is what one person paid in the look-back.
type Payer struct {
	Person   person.Ordinal
	Payments int
	Money    float64
	Last     int64 // time of the last payment, UTC ms
}

// Rating is where one person stands.
type Rating struct {
	Payer
	Days    int // recency
	R, F, M int // scores, 1 to 5
	Group   int // index in Groups
}

// FM is the score of frequency and monetary together: their mean, halves rounded up.
func (r Rating) FM() int { return (r.F + r.M + 1) / 2 }

// Assessment is the model computed as of one day.
type Assessment struct {
	AsOf       Day
	Settings   Settings
	Thresholds Thresholds
	Ratings    []Rating // in the order of the payers given
	NotRated   int      // persons without a payment in the look-back
}

// Thresholds are the borders between low and high that came out: given by the
// settings (fixed), or computed. For quintile it is the edge below the lowest high score.
type Thresholds struct {
	Recency   float64 `json:"recency"`
	Frequency float64 `json:"frequency"`
	Monetary  float64 `json:"monetary"`
}

// Group is one of the eight groups.
type Group struct {
	Key  string // value of the tag «rfm»
	Code string // high or low, in the order R F M
}

// Groups gives the eight groups in the order in which they are shown.
func Groups() []Group {
	return []Group{
		{"champions", "HHH"},
		{"potential", "HLH"},
		{"keep", "LHH"},
		{"win_back", "LLH"},
		{"general_value", "HHL"},
		{"general_developing", "HLL"},
		{"general_keeping", "LHL"},
		{"general_win_back", "LLL"},
	}
}

// groupIndex finds the group by its letters: the position in Groups.
func groupIndex(r, f, m bool) int {
	index := 0
	if !m {
		index += 4
	}
	if !r {
		index += 2
	}
	if !f {
		index++
	}
	return index
}

// Assess rates the payers as of the end of a day. Everyone else of persons is not rated.
func Assess(asOf Day, zone *time.Location, s Settings, payers []Payer, persons int) *Assessment {
	a := &Assessment{AsOf: asOf, Settings: s, Ratings: make([]Rating, len(payers)), NotRated: max(0, persons-len(payers))}
	days, payments, money := make([]float64, len(payers)), make([]float64, len(payers)), make([]float64, len(payers))
	for i, p := range payers {
		a.Ratings[i] = Rating{Payer: p, Days: asOf.since(DayOf(time.UnixMilli(p.Last), zone))}
		// Few days are good, so recency is measured downwards.
		days[i], payments[i], money[i] = -float64(a.Ratings[i].Days), float64(p.Payments), p.Money
	}
	r, f, m := newScale(s.Recency, days, true), newScale(s.Frequency, payments, false), newScale(s.Monetary, money, false)
	for i := range a.Ratings {
		x := &a.Ratings[i]
		x.R, x.F, x.M = r.score(days[i]), f.score(payments[i]), m.score(money[i])
		x.Group = groupIndex(r.high(days[i]), f.high(payments[i]), m.high(money[i]))
	}
	a.Thresholds = Thresholds{Recency: math.Abs(r.threshold), Frequency: f.threshold, Monetary: m.threshold}
	return a
}

// scale parts one dimension, measured so that more is better.
type scale struct {
	edges     [4]float64 // the quantiles at 20, 40, 60, 80 %
	threshold float64
	meets     bool // meeting the threshold is high; otherwise only exceeding it is
	// turned says that the values are negated (recency). The bins are then those
	// of the value itself, so that also there an edge belongs to the bin below.
	turned bool
}

func newScale(d Dimension, values []float64, turned bool) scale {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	s := scale{turned: turned}
	for i := range s.edges {
		s.edges[i] = quantile(sorted, i+1, 5)
	}
	switch d.Method {
	case Fixed:
		s.threshold, s.meets = d.Threshold, true
		if turned {
			s.threshold = -d.Threshold
		}
	case Mean:
		s.threshold = mean(sorted)
	case Median:
		s.threshold = quantile(sorted, 1, 2)
	case Quintile:
		// A score of k needs more than k−1 edges below; in a turned scale the value on the edge counts as above it.
		s.threshold, s.meets = s.edges[d.highScore()-2], turned
	}
	return s
}

// high says whether the value is on the high side.
func (s scale) high(v float64) bool { return v > s.threshold || s.meets && v == s.threshold }

// score is 1 plus the number of edges that the value lies above.
func (s scale) score(v float64) int {
	score := 1
	for _, e := range s.edges {
		if v > e || s.turned && v == e {
			score++
		}
	}
	return score
}

// quantile is the type-7 quantile (linear between neighbours) at part/whole of
// sorted values, 0 of none. Whole numbers find the place without rounding: a
// value on the edge must not fall on either side of it by chance.
func quantile(sorted []float64, part, whole int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := part * (len(sorted) - 1)
	below, rest := at/whole, at%whole
	if rest == 0 || sorted[below] == sorted[below+1] {
		return sorted[below]
	}
	return sorted[below] + float64(rest)/float64(whole)*(sorted[below+1]-sorted[below])
}

func mean(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// Persons gives the rated persons that a test holds for.
func (a *Assessment) Persons(holds func(Rating) bool) *roaring.Bitmap {
	out := roaring.New()
	for _, r := range a.Ratings {
		if holds(r) {
			out.Add(uint32(r.Person))
		}
	}
	return out
}
