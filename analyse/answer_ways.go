package analyse

import "github.com/weirhq/weir/query"

// PathsAnswer is the ways that persons take through their sessions.
type PathsAnswer struct {
	Edges    []PathEdge     `json:"edges"` // by step, then the most sessions first
	Nodes    []PathStepNode `json:"nodes"` // by step, then the most sessions first
	Sessions int64          `json:"sessions"`
	Persons  int64          `json:"persons"`
	Meta     Meta           `json:"meta"`
}

// PathEdge is how often a node of one step is followed by one of the next. The
// sessions on the edges out of a node, exits included, are those on the edges into it.
type PathEdge struct {
	Step     int            `json:"step"` // of the source, from 1
	Source   query.PathNode `json:"source"`
	Target   query.PathNode `json:"target"`
	Sessions int64          `json:"sessions"`
	Persons  int64          `json:"persons"`
	Median   Number         `json:"median_seconds"` // between the two nodes; null at an exit
}

// PathStepNode is how often a node is met at a step.
type PathStepNode struct {
	Step     int            `json:"step"`
	Name     query.PathNode `json:"name"`
	Sessions int64          `json:"sessions"`
	Persons  int64          `json:"persons"`
}

// AttributionAnswer is which touches conversions are due to.
type AttributionAnswer struct {
	Models      []string         `json:"models"`
	Rows        []AttributionRow `json:"rows"` // by the credit of the first model, largest first
	Conversions int64            `json:"conversions"`
	Value       float64          `json:"value"` // of all conversions
	Meta        Meta             `json:"meta"`  // incomplete: the range has not fully elapsed
}

// AttributionRow is the share of the touches with one value. There is a row for
// each value among the touches that some conversion looks back on, and the row
// «direct» where some model asked gives it a share.
type AttributionRow struct {
	Value    []query.TouchValue `json:"value"`    // one
	Touches  int64              `json:"touches"`  // such touches that some conversion looks back on, each counted once
	Persons  int64              `json:"persons"`  // with a conversion of which the row has a share under any of the models
	Assisted int64              `json:"assisted"` // conversions that look back on such a touch
	Credits  []float64          `json:"credits"`  // per model; over all rows they sum to the conversions
	Values   []float64          `json:"values"`   // per model; over all rows they sum to the value
}

// ReferralAnswer is how persons bring in others.
type ReferralAnswer struct {
	Active           int64            `json:"active"`               // persons with activity in the range
	Inviters         int64            `json:"inviters"`             // persons with an invite
	Invites          int64            `json:"invites"`              // events
	Joined           int64            `json:"joined"`               // persons who joined through a known inviter
	InvitesPerActive Number           `json:"invites_per_active"`   // null without active persons
	Conversion       Number           `json:"conversion"`           // joined ÷ invites; null without invites
	K                Number           `json:"k"`                    // the product of the two; null where one is
	CycleMedian      Number           `json:"cycle_median_seconds"` // from the inviter's latest invite at or before the join, also before the range, to the join; null without such a pair
	Degrees          []ReferralDegree `json:"degrees"`              // 1 to query.MaxDegree
	Top              []TopInviter     `json:"top"`                  // at most 20, by joined, reached and invites, largest first
	Buckets          []string         `json:"buckets,omitempty"`    // where the question has an interval
	PerInterval      *ReferralSeries  `json:"per_interval,omitempty"`
	Incomplete       []bool           `json:"incomplete,omitempty"`
	Meta             Meta             `json:"meta"`
}

// ReferralDegree is how many persons joined at one remove.
type ReferralDegree struct {
	Degree  int   `json:"degree"`
	Persons int64 `json:"persons"`
}

// TopInviter is a person through whom others joined.
type TopInviter struct {
	Person  string `json:"person"` // public id
	Name    string `json:"name"`
	Invites int64  `json:"invites"`
	Joined  int64  `json:"joined"`  // through this person
	Reached int64  `json:"reached"` // others who joined through this person, through those, and so on to query.MaxDegree
}

// ReferralSeries is invites and joins per interval.
type ReferralSeries struct {
	Invites []int64 `json:"invites"`
	Joined  []int64 `json:"joined"`
}

func (a *PathsAnswer) meta() *Meta           { return &a.Meta }
func (a *PathsAnswer) into(to *Answer)       { to.Paths = a }
func (a *AttributionAnswer) meta() *Meta     { return &a.Meta }
func (a *AttributionAnswer) into(to *Answer) { to.Attribution = a }
func (a *ReferralAnswer) meta() *Meta        { return &a.Meta }
func (a *ReferralAnswer) into(to *Answer)    { to.Referral = a }
