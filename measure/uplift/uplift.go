// Package uplift says what a campaign changed: how many more persons did what it
// was meant to make them do, and how much more money came in, than if nothing
// had been sent.
//
// Package reach writes a $campaign_entered event (campaign_id, arm) for every
// person of the audience, also for those held out; package api shows the Report.
// Everything is read from store/columns, so that the answer is the same after a
// restart and follows late events and merged persons.
//
// The comparison is between the arms as they were dealt, whether or not a message
// arrived («intention to treat»): leaving out whom no message reached would
// compare unlike people.
//
//   - A person's entry is the earliest $campaign_entered of the campaign. A person
//     who entered both arms, by two ids that turned out to be one person, is left
//     out and counted in Crossed.
//   - A person converted when a goal event lies in [entry, entry + Days × 24 h].
//     The money is the sum of the value property over all of those.
//   - Extra persons and money are the difference per person times the number of
//     treated persons, with the same interval.
//   - While a window is still open the report is Incomplete: the numbers are what
//     is known so far, for both arms alike.
//   - When the arms do not have the sizes that the hold-out share promised
//     (χ², p < 0.001), the verdict is Unbalanced: the split is broken and the
//     difference is not to be read.
//
// Cost: one scan over the project's events. Methods and verdicts: measure/stats.
package uplift

import (
	"context"
	"time"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/measure/assign"
	"github.com/weirhq/weir/measure/stats"
	"github.com/weirhq/weir/store/columns"
)

// Unbalanced is the verdict where the split itself is broken.
const Unbalanced stats.Verdict = "unbalanced"

// maxDays bounds the time after entry in which the goal counts.
const maxDays = 366

// Request names a campaign and what counts as success.
type Request struct {
	Campaign     string  // value of campaign_id
	Event        string  // the goal; «*» is any activity (event.IsActivity)
	Value        string  // number property of the goal that is money; "" for none
	Days         int     // after entry, in which the goal counts
	HoldoutShare float64 // as it was dealt, 0…1; below 0 when it is not known and the split is not checked
}

// Report is what a campaign changed.
type Report struct {
	Arms        Arms          `json:"arms"`
	Lift        Lift          `json:"lift"`
	Verdict     stats.Verdict `json:"verdict"` // of the conversion, or Unbalanced
	Incomplete  bool          `json:"incomplete"`
	Open        int           `json:"open"`    // persons whose time for the goal has not ended
	Crossed     int           `json:"crossed"` // persons left out because they were in both arms
	SampleRatio *SampleRatio  `json:"sample_ratio"`
}

// Arms are the two sides.
type Arms struct {
	Treatment Arm `json:"treatment"`
	Holdout   Arm `json:"holdout"`
}

// Arm sums up one side. Revenue is 0 when the goal has no value.
type Arm struct {
	Persons          int     `json:"persons"`
	Converted        int     `json:"converted"`
	Rate             float64 `json:"rate"`
	Revenue          float64 `json:"revenue"`
	RevenuePerPerson float64 `json:"revenue_per_person"`
}

// Lift is treatment against hold-out.
type Lift struct {
	Conversion ConversionLift `json:"conversion"`
	Revenue    *RevenueLift   `json:"revenue"` // null when the goal has no value
}

// Difference is a comparison as JSON; the relative fields are null when the hold-out is 0.
type Difference struct {
	Difference   float64       `json:"difference"`
	Low          float64       `json:"low"`
	High         float64       `json:"high"`
	P            float64       `json:"p"`
	Relative     *float64      `json:"relative"`
	RelativeLow  *float64      `json:"relative_low"`
	RelativeHigh *float64      `json:"relative_high"`
	Verdict      stats.Verdict `json:"verdict"`
}

// ConversionLift is the difference of the rates, and in persons.
type ConversionLift struct {
	Difference
	ExtraPersons     float64 `json:"extra_persons"`
	ExtraPersonsLow  float64 `json:"extra_persons_low"`
	ExtraPersonsHigh float64 `json:"extra_persons_high"`
}

// RevenueLift is the difference of the revenue per person, and in money.
type RevenueLift struct {
	Difference
	ExtraMoney     float64 `json:"extra_money"`
	ExtraMoneyLow  float64 `json:"extra_money_low"`
	ExtraMoneyHigh float64 `json:"extra_money_high"`
}

// SampleRatio says whether the arms have the promised sizes.
type SampleRatio struct {
	ExpectedHoldout float64 `json:"expected_holdout"` // share
	P               float64 `json:"p"`
	Mismatch        bool    `json:"mismatch"`
}

// Measurer measures campaigns. It is safe for concurrent use.
type Measurer struct {
	tables func(project string) *columns.Table
	clk    clock.Clock
}

// New makes a Measurer over the projects' tables.
func New(tables func(project string) *columns.Table, clk clock.Clock) *Measurer {
	return &Measurer{tables: tables, clk: clk}
}

// Measure reads the campaign's arms and compares them.
func (m *Measurer) Measure(ctx context.Context, project string, r Request) (Report, error) {
	if err := r.check(); err != nil {
		return Report{}, err
	}
	c := count{window: (time.Duration(r.Days) * 24 * time.Hour).Milliseconds(), now: m.clk.Now().UnixMilli()}
	if err := c.scan(ctx, m.tables(project).View(), r); err != nil {
		return Report{}, err
	}
	return c.report(r), nil
}

func (r Request) check() error {
	var f fault.List
	if r.Campaign == "" {
		f.Add("campaign", "name the campaign")
	}
	if r.Event == "" {
		f.Add("goal.event", "choose the event that the campaign is meant to bring about")
	}
	if r.Days < 1 || r.Days > maxDays {
		f.Add("goal.days", "must lie between 1 and %d", maxDays)
	}
	if r.HoldoutShare > 1 {
		f.Add("holdout", "is a share of at most 1")
	}
	return f.Err("the campaign cannot be measured as it is")
}

// report compares what was counted.
func (c *count) report(r Request) Report {
	treatment, holdout := &c.treatment, &c.holdout
	conversion := stats.CompareProportions(treatment.conversion, holdout.conversion)
	treated := float64(treatment.conversion.Persons)
	extra := conversion.Difference.Times(treated)
	out := Report{
		Arms:       Arms{Treatment: treatment.arm(), Holdout: holdout.arm()},
		Verdict:    conversion.Verdict,
		Incomplete: c.open > 0, Open: c.open, Crossed: c.crossed,
	}
	out.Lift.Conversion = ConversionLift{
		Difference:   difference(conversion),
		ExtraPersons: extra.Value, ExtraPersonsLow: extra.Low, ExtraPersonsHigh: extra.High,
	}
	if r.Value != "" {
		money := stats.CompareMeans(treatment.money, holdout.money)
		extra := money.Difference.Times(treated)
		out.Lift.Revenue = &RevenueLift{
			Difference: difference(money),
			ExtraMoney: extra.Value, ExtraMoneyLow: extra.Low, ExtraMoneyHigh: extra.High,
		}
	}
	if r.HoldoutShare >= 0 {
		ratio := stats.CheckRatio([]int{treatment.conversion.Persons, holdout.conversion.Persons}, []float64{1 - r.HoldoutShare, r.HoldoutShare})
		out.SampleRatio = &SampleRatio{ExpectedHoldout: r.HoldoutShare, P: ratio.P, Mismatch: ratio.Mismatch}
		if ratio.Mismatch {
			out.Verdict = Unbalanced
		}
	}
	return out
}

func difference(c stats.Comparison) Difference {
	d := Difference{Difference: c.Difference.Value, Low: c.Difference.Low, High: c.Difference.High, P: c.P, Verdict: c.Verdict}
	if c.Relative != nil {
		d.Relative, d.RelativeLow, d.RelativeHigh = &c.Relative.Value, &c.Relative.Low, &c.Relative.High
	}
	return d
}

// side sums up one arm.
type side struct {
	conversion stats.Proportion
	money      stats.Mean
}

func (s *side) add(converted bool, money float64) {
	s.conversion.Persons++
	s.money.Persons++
	if converted {
		s.conversion.Converted++
	}
	s.money.Sum += money
	s.money.SumSquares += money * money
}

func (s *side) arm() Arm {
	return Arm{
		Persons: s.conversion.Persons, Converted: s.conversion.Converted, Rate: s.conversion.Rate(),
		Revenue: s.money.Sum, RevenuePerPerson: s.money.Average(),
	}
}

// armOf reads the arm's name as package reach writes it.
func armOf(v event.Value) (assign.Arm, bool) {
	switch a := assign.Arm(v.Str); a {
	case assign.Treatment, assign.Holdout:
		return a, v.Kind == event.String
	}
	return "", false
}
