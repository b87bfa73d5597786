package rfm

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/weirhq/weir/fault"
)

// Method says how a dimension is parted into high and low.
type Method string

// The methods.
const (
	Fixed    Method = "fixed"
	Mean     Method = "mean"
	Median   Method = "median"
	Quintile Method = "quintile"
)

// maxDays bounds the look-back: fifty years.
const maxDays = 50 * 366

// defaultHighScore is the lowest score that is high, for the method quintile.
const defaultHighScore = 4

// Dimension is the setting of one of R, F and M.
type Dimension struct {
	Method    Method  `json:"method"`
	Threshold float64 `json:"threshold" required:"false"` // fixed: days, payments or money; quintile: lowest high score, 0 for 4; otherwise ignored
}

// Settings are what a model is computed by.
type Settings struct {
	Event     string    `json:"event"` // the payment
	Value     string    `json:"value"` // its property that holds the money
	Days      int       `json:"days"`  // look-back
	Recency   Dimension `json:"recency"`
	Frequency Dimension `json:"frequency"`
	Monetary  Dimension `json:"monetary"`
}

// ParseSettings reads settings and checks them; a field that is not known is a fault.
func ParseSettings(data []byte) (Settings, error) {
	var s Settings
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return s, fault.Wrap(fault.Invalid, err, "the RFM settings cannot be read: %v", err)
	}
	return s, s.Check()
}

// Check reports every fault of the settings.
func (s Settings) Check() error {
	var f fault.List
	if s.Event == "" {
		f.Add("event", "choose the event that is a payment")
	}
	if s.Value == "" {
		f.Add("value", "choose the property that holds the money")
	}
	if s.Days < 1 || s.Days > maxDays {
		f.Add("days", "must lie between 1 and %d", maxDays)
	}
	s.Recency.check(&f, "recency")
	s.Frequency.check(&f, "frequency")
	s.Monetary.check(&f, "monetary")
	return f.Err("the RFM settings do not fit together")
}

func (d Dimension) check(f *fault.List, where string) {
	if math.IsNaN(d.Threshold) || math.IsInf(d.Threshold, 0) {
		f.Add(where+".threshold", "must be a number")
	}
	switch d.Method {
	case Fixed:
		if d.Threshold < 0 {
			f.Add(where+".threshold", "must not be negative")
		}
	case Quintile:
		if d.Threshold != 0 && (d.Threshold < 2 || d.Threshold > 5 || d.Threshold != math.Trunc(d.Threshold)) {
			f.Add(where+".threshold", "is the lowest score that is high: 2, 3, 4 or 5")
		}
	case Mean, Median:
	default:
		f.Add(where+".method", "«%s» is not one of fixed, mean, median, quintile", d.Method)
	}
}

// highScore is the lowest score that is high.
func (d Dimension) highScore() int {
	if d.Threshold == 0 {
		return defaultHighScore
	}
	return int(d.Threshold)
}

// Guess proposes settings for a project from the names of its events and their
// numeric properties: the payment event and its money are the likeliest names
// that occur, «order_paid» and «amount» where none does.
func Guess(events []string, properties func(event string) []string) Settings {
	s := Settings{
		Event: firstOf([]string{"order_paid", "Order Completed", "pay", "payment", "purchase", "paid", "order_completed", "checkout_completed", "repayment", "order"}, events),
		Days:  180,
		// A month, because most shops and apps plan by months; the others compare with the average payer.
		Recency:   Dimension{Method: Fixed, Threshold: 30},
		Frequency: Dimension{Method: Mean},
		Monetary:  Dimension{Method: Mean},
	}
	s.Value = firstOf([]string{"amount", "revenue", "total", "value", "price", "order_amount"}, properties(s.Event))
	return s
}

// firstOf gives the first wanted name that is present, or the first wanted.
func firstOf(wanted, present []string) string {
	have := make(map[string]bool, len(present))
	for _, p := range present {
		have[p] = true
	}
	for _, w := range wanted {
		if have[w] {
			return w
		}
	}
	return wanted[0]
}
