package uplift

import (
	"context"
	"math"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/measure/assign"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/store/columns"
	"github.com/weirhq/weir/store/columns/vector"
)

// patience is the number of persons between two looks at the context.
const patience = 1 << 14

// count is what a scan finds.
type count struct {
	window, now        int64 // ms; UTC ms
	treatment, holdout side
	open, crossed      int
}

// codes are the names of a request as the view writes them; 0 is a name that never occurred.
type codes struct {
	entered, campaign uint32
	goal              []bool // by code of the event name
	value             string
}

func lookUp(v *columns.View, r Request) codes {
	c := codes{value: r.Value, goal: goals(v.Names(), r.Event)}
	c.entered, _ = v.Names().Code(event.NameCampaignEntered)
	if ids := v.Strings("campaign_id"); ids != nil {
		c.campaign, _ = ids.Code(r.Campaign)
	}
	return c
}

// goals marks the event names that are the goal. «*» is any activity, which
// opening and clicking are not: only persons who got the message can do those,
// and counting them would be a lift by itself.
func goals(names *columns.Dict, goal string) []bool {
	marked := make([]bool, names.Len())
	if goal == "*" {
		for code := 1; code < len(marked); code++ {
			marked[code] = event.IsActivity(names.Text(uint32(code)))
		}
	} else if code, ok := names.Code(goal); ok {
		marked[code] = true
	}
	return marked
}

// need names the properties that say which campaign and arm an entry is of, and what a goal is worth.
func need(r Request) columns.Need {
	return columns.Need{Properties: []string{"campaign_id", "arm", r.Value}}
}

func (c *count) scan(ctx context.Context, v *columns.View, r Request) error {
	names := lookUp(v, r)
	if names.entered == 0 || names.campaign == 0 {
		return nil // nobody entered
	}
	visited := 0
	v.Scan(need(r), 0, math.MaxInt, func(l *columns.Layer, _ person.Ordinal, lo, hi uint32) bool {
		c.person(v, l, names, lo, hi)
		visited++
		return visited%patience != 0 || ctx.Err() == nil
	})
	return ctx.Err()
}

// person adds one person's rows [lo, hi) to its arm.
func (c *count) person(v *columns.View, l *columns.Layer, names codes, lo, hi uint32) {
	entry, arm, crossed := entryOf(v, l, names, lo, hi)
	if arm == "" {
		return
	}
	if crossed {
		c.crossed++
		return
	}
	end := l.Times.At(entry) + c.window
	if end > c.now {
		c.open++
	}
	converted, money := goalsOf(l, names, lo, hi, l.Times.At(entry), end)
	if arm == assign.Holdout {
		c.holdout.add(converted, money)
		return
	}
	c.treatment.add(converted, money)
}

// entryOf finds the row of the earliest entry and its arm; crossed when there is an entry into each arm.
func entryOf(v *columns.View, l *columns.Layer, names codes, lo, hi uint32) (entry uint32, arm assign.Arm, crossed bool) {
	ids := l.Column("campaign_id")
	if ids == nil || ids.Strings == nil {
		return 0, "", false
	}
	for row := lo; row < hi; row++ {
		if l.Names.At(row) != names.entered || ids.Strings.At(row) != names.campaign {
			continue
		}
		a, ok := armOf(v.Value(l, row, "arm"))
		switch {
		case !ok:
		case arm == "":
			entry, arm = row, a
		case a != arm:
			crossed = true
		}
	}
	return entry, arm, crossed
}

// goalsOf says whether a goal lies in [from, to], ms, and sums up its money.
// Rows are looked at from lo because events of the entry's own millisecond may lie before it.
func goalsOf(l *columns.Layer, names codes, lo, hi uint32, from, to int64) (converted bool, money float64) {
	var values *vector.Floats
	if names.value != "" {
		if column := l.Column(names.value); column != nil {
			values = column.Numbers
		}
	}
	for row := lo; row < hi && l.Times.At(row) <= to; row++ {
		if !names.goal[l.Names.At(row)] || l.Times.At(row) < from {
			continue
		}
		converted = true
		if values != nil {
			if x := values.At(row); !math.IsNaN(x) {
				money += x
			}
		}
	}
	return converted, money
}
