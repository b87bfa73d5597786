package rfm

// Board is the model as it is shown.
type Board struct {
	AsOf       string       `json:"as_of"`
	Settings   Settings     `json:"settings"`
	Thresholds Thresholds   `json:"thresholds"`
	Persons    int          `json:"persons"`   // rated
	NotRated   int          `json:"not_rated"` // without a payment in the look-back
	Revenue    float64      `json:"revenue"`
	Groups     []BoardGroup `json:"groups"` // always eight
	Grid       []BoardCell  `json:"grid"`   // always 25, by r, then fm
}

// BoardGroup is one of the eight groups; averages of an empty group are 0.
type BoardGroup struct {
	Key              string  `json:"key"`
	Code             string  `json:"code"`
	Persons          int     `json:"persons"`
	Revenue          float64 `json:"revenue"`
	AverageRecency   float64 `json:"average_recency_days"`
	AverageFrequency float64 `json:"average_frequency"`
	AverageMonetary  float64 `json:"average_monetary"`
}

// BoardCell is one cell of the grid.
type BoardCell struct {
	R       int     `json:"r"`
	FM      int     `json:"fm"`
	Persons int     `json:"persons"`
	Revenue float64 `json:"revenue"`
}

// Board sums up the assessment.
func (a *Assessment) Board() Board {
	b := Board{
		AsOf: a.AsOf.String(), Settings: a.Settings, Thresholds: a.Thresholds,
		Persons: len(a.Ratings), NotRated: a.NotRated,
		Groups: make([]BoardGroup, 8), Grid: make([]BoardCell, 25),
	}
	for i, g := range Groups() {
		b.Groups[i].Key, b.Groups[i].Code = g.Key, g.Code
	}
	for i := range b.Grid {
		b.Grid[i].R, b.Grid[i].FM = i/5+1, i%5+1
	}
	for _, r := range a.Ratings {
		b.Revenue += r.Money
		g := &b.Groups[r.Group]
		g.Persons++
		g.Revenue += r.Money
		g.AverageRecency += float64(r.Days)
		g.AverageFrequency += float64(r.Payments)
		c := &b.Grid[(r.R-1)*5+r.FM()-1]
		c.Persons++
		c.Revenue += r.Money
	}
	for i := range b.Groups {
		if g := &b.Groups[i]; g.Persons > 0 {
			g.AverageRecency /= float64(g.Persons)
			g.AverageFrequency /= float64(g.Persons)
			g.AverageMonetary = g.Revenue / float64(g.Persons)
		}
	}
	return b
}
