package importer

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// layouts are the forms of time that are understood without being named, the
// frequent ones first. Go reads fractions of a second with any of them.
var layouts = []string{
	"2006-01-02 15:04:05", time.RFC3339, "2006-01-02T15:04:05", time.DateOnly, "2006-1-2 15:04:05", "2006-1-2 15:04",
	"2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2", "2006年1月2日 15:04:05", "2006年1月2日", "20060102 15:04:05", "20060102150405", "20060102",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700 MST", "1/2/2006 15:04", "1/2/2006",
}

// clockwork reads the times of one column. It tries the layout that fitted the
// last row first.
type clockwork struct {
	layout string
	zone   *time.Location
	last   string
}

// read gives UTC milliseconds.
func (c *clockwork) read(text string) (int64, error) {
	switch c.layout {
	case "unix":
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(f) || math.Abs(f) > 1e12 {
			return 0, fmt.Errorf("%q is not a number of seconds since 1970", text)
		}
		return int64(math.Round(f * 1000)), nil
	case "unix_ms":
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(f) || math.Abs(f) > 1e15 {
			return 0, fmt.Errorf("%q is not a number of milliseconds since 1970", text)
		}
		return int64(f), nil
	case "":
		return c.guess(text)
	}
	t, err := time.ParseInLocation(c.layout, text, c.zone)
	if err != nil {
		return 0, fmt.Errorf("%q is not a time of the form %s", text, c.layout)
	}
	return t.UnixMilli(), nil
}

func (c *clockwork) guess(text string) (int64, error) {
	if c.last != "" {
		if t, err := time.ParseInLocation(c.last, text, c.zone); err == nil {
			return t.UnixMilli(), nil
		}
	}
	if layout := layoutOf(text); layout != "" {
		c.last = layout
		t, err := time.ParseInLocation(layout, text, c.zone)
		return t.UnixMilli(), err
	}
	return 0, fmt.Errorf("%q is not a time of a usual form; name its layout in the mapping", text)
}

// layoutOf gives the first usual layout that a text has, or "".
func layoutOf(text string) string {
	if len(text) < 6 {
		return ""
	}
	for _, layout := range layouts {
		if _, err := time.Parse(layout, text); err == nil {
			return layout
		}
	}
	return ""
}
