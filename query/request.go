package query

import (
	"encoding/json"

	"github.com/weirhq/weir/fault"
)

// Request is a question about a range, about persons who meet a filter, and
// perhaps for the persons of one cell of its answer.
type Request struct {
	Question Question
	Range    Range
	Filter   *Condition // over persons; nil for everybody
	Actors   *Cell      // nil for the answer itself
	Limit    int        // of the list of Actors
	Offset   int
}

// notAnswered are the kinds of question that have a meaning but no answer yet.
var notAnswered = map[string]bool{
	"growth": true, "stickiness": true, "distribution": true, "interval": true, "paths": true,
	"attribution": true, "ltv": true, "referral": true, "explain_change": true,
}

// publicFault is the sentence above the details.
const publicFault = "the question cannot be answered as it is"

// Parse reads a request and checks it. "limit" is another word for
// "breakdown_limit", so that a question with "actors" added is about the same
// rows; beside "offset" or "breakdown_limit", or where there is no breakdown, it
// is the length of a page of actors.
func Parse(data []byte) (Request, error) {
	tree, err := decodeTree(data)
	if err != nil {
		return Request{}, err
	}
	read, check := &fault.List{}, &fault.List{}
	r := readRequest(read, tree)
	r.check(check)
	if err := combine(publicFault, read, check); err != nil {
		return Request{}, err
	}
	return r, nil
}

// UnmarshalJSON reads and checks a request, so that definitions can hold one.
func (r *Request) UnmarshalJSON(data []byte) error {
	got, err := Parse(data)
	*r = got
	return err
}

func readRequest(f *fault.List, tree any) Request {
	o := readObject(f, "", tree)
	if o.fields == nil {
		return Request{}
	}
	var r Request
	kind := o.text("kind")
	switch kind {
	case "trend":
		r.Question = readTrend(o)
	case "funnel":
		r.Question = readFunnel(o)
	case "retention":
		r.Question = readRetention(o)
	default:
		if notAnswered[kind] {
			f.Add("kind", "«%s» is not answered in this version; trend, funnel and retention are", kind)
		} else {
			f.Add("kind", "«%s» is not a kind of question; use trend, funnel or retention", kind)
		}
		return r
	}
	if tree, ok := o.get("range"); ok {
		r.Range = readRange(f, "range", tree)
	}
	r.Filter = o.readWhere("filter")
	r.Limit, r.Offset = o.whole("limit"), o.whole("offset")
	if tree, ok := o.get("actors"); ok {
		r.Actors = readCell(f, "actors", tree, kind)
	}
	o.done()
	if r.Actors == nil || !paged(o) {
		r.limitRows(f, o)
	}
	return r
}

// paged says whether "limit" is the length of a page of actors.
func paged(o *object) bool {
	for _, name := range []string{"offset", "breakdown_limit"} {
		if _, given := o.get(name); given {
			return true
		}
	}
	_, broken := o.get("breakdown")
	return !broken
}

// limitRows takes "limit" as the number of breakdown rows.
func (r *Request) limitRows(f *fault.List, o *object) {
	limit := r.Limit
	r.Limit = 0
	if limit == 0 {
		return
	}
	if _, both := o.get("breakdown_limit"); both {
		f.Add("limit", "stands beside breakdown_limit; without actors they mean the same")
		return
	}
	switch q := r.Question.(type) {
	case *Trend:
		q.BreakdownLimit = limit
	case *Funnel:
		q.BreakdownLimit = limit
	default:
		f.Add("limit", "there is nothing to limit without actors")
	}
}

// Check reports every fault of a request that was made in Go.
func (r Request) Check() error {
	f := &fault.List{}
	r.check(f)
	return f.Err(publicFault)
}

func (r Request) check(f *fault.List) {
	if r.Question == nil {
		f.Add("kind", "say what is asked: trend, funnel or retention")
		return
	}
	r.Question.check(f, r.Range)
	r.Filter.check(f, "filter", false, 0)
	if r.Limit < 0 || r.Limit > maxPage {
		f.Add("limit", "must be 1 to %d", maxPage)
	}
	if r.Offset < 0 || r.Offset > 0 && r.Actors == nil {
		f.Add("offset", "counts from 0 the persons of actors")
	}
	if r.Actors != nil {
		r.Actors.check(f, r.Question)
	}
}

// maxPage is the longest page of persons.
const maxPage = 10000

func (c *Cell) check(f *fault.List, q Question) {
	rows := 0
	switch q := q.(type) {
	case *Trend:
		rows = len(q.Breakdown)
		if c.Series < 0 || c.Series >= len(q.Series) {
			f.Add("actors.series", "names one of the %d series, counted from 0; a formula has no persons", len(q.Series))
		}
		if c.Previous && q.Compare == "" {
			f.Add("actors.previous", "nothing is compared in this question")
		}
	case *Funnel:
		rows = len(q.Breakdown)
		if c.Step < 1 || c.Step > len(q.Steps) {
			f.Add("actors.step", "names one of the %d steps, counted from 1", len(q.Steps))
		}
		if c.Dropped && c.Step == 1 {
			f.Add("actors.dropped", "nobody drops out before the first step")
		}
	case *Retention:
		if c.Cohort == "" {
			f.Add("actors.cohort", "name the row by its date")
		}
		if c.Period != nil && (*c.Period < 0 || *c.Period >= len(q.Columns())) {
			f.Add("actors.period", "names one of the %d columns, counted from 0", len(q.Columns()))
		}
		if c.Period == nil && !c.Returned {
			f.Add("actors.period", "name the column in which they did not return")
		}
	}
	if c.Breakdown != nil && len(c.Breakdown) != rows {
		f.Add("actors.breakdown", "has %d values, the question has %d breakdowns", len(c.Breakdown), rows)
	}
}

// MarshalJSON writes the request so that Parse gives the same one again.
func (r Request) MarshalJSON() ([]byte, error) {
	if r.Question == nil {
		return []byte("null"), nil
	}
	out := r.Question.fields()
	out["kind"] = r.Question.Kind()
	if !r.Range.IsZero() {
		out["range"] = r.Range
	}
	if r.Filter != nil {
		out["filter"] = r.Filter
	}
	if r.Actors != nil {
		out["actors"] = r.Actors.fields(r.Question.Kind())
	}
	if r.Limit != 0 {
		out["limit"] = r.Limit
	}
	if r.Offset != 0 || r.Limit != 0 { // beside an offset, limit is a page for sure
		out["offset"] = r.Offset
	}
	return json.Marshal(out)
}
