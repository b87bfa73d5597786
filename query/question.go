package query

import "github.com/weirhq/weir/fault"

// Question is one of *Trend, *Funnel, *Retention, *Growth, *Stickiness,
// *Distribution, *Interval, *Paths, *Attribution, *LTV and *Referral.
type Question interface {
	// Kind is the value of "kind" in JSON.
	Kind() string
	fields() map[string]any
	check(f *fault.List, range_ Range)
	checkCell(f *fault.List, cell Cell)
}

// kindReader reads the question of one kind, and a cell of its answer.
type kindReader struct {
	question func(o *object) Question
	cell     func(o *object) Cell
}

func reader[Q Question, C Cell](question func(*object) Q, cell func(*object) C) kindReader {
	return kindReader{
		question: func(o *object) Question { return question(o) },
		cell:     func(o *object) Cell { return cell(o) },
	}
}

// kindNames lists the kinds as sentences name them.
const kindNames = "trend, funnel, retention, growth, stickiness, distribution, interval, paths, attribution, ltv or referral"

// readerOf gives the reader of a kind; false when there is no such kind.
func readerOf(kind string) (kindReader, bool) {
	switch kind {
	case "trend":
		return reader(readTrend, readTrendCell), true
	case "funnel":
		return reader(readFunnel, readFunnelCell), true
	case "retention":
		return reader(readRetention, readRetentionCell), true
	case "growth":
		return reader(readGrowth, readGrowthCell), true
	case "stickiness":
		return reader(readStickiness, readStickinessCell), true
	case "distribution":
		return reader(readDistribution, readDistributionCell), true
	case "interval":
		return reader(readInterval, readIntervalCell), true
	case "paths":
		return reader(readPaths, readPathsCell), true
	case "attribution":
		return reader(readAttribution, readAttributionCell), true
	case "ltv":
		return reader(readLTV, readLTVCell), true
	case "referral":
		return reader(readReferral, readReferralCell), true
	}
	return kindReader{}, false
}
