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
	Actors   Cell       // nil for the answer itself
	Limit    int        // of the list of Actors
	Offset   int
}

// publicFault is the sentence above the details.
const publicFault = "the question cannot be answered as it is"

// Parse reads a request and checks it. "limit" is another word for
// "breakdown_limit" (of paths, "node_limit"), so that a question with "actors"
// added is about the same rows; beside "offset" or that other word, or where
// there is no breakdown, it is the length of a page of actors.
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
	read, ok := readerOf(kind)
	switch {
	case kind == "explain_change":
		f.Add("kind", "«%s» is not answered in this version; use %s", kind, kindNames)
		return r
	case !ok:
		f.Add("kind", "«%s» is not a kind of question; use %s", kind, kindNames)
		return r
	}
	r.Question = read.question(o)
	if tree, ok := o.get("range"); ok {
		r.Range = readRange(f, "range", tree)
	}
	r.Filter = o.readWhere("filter")
	r.Limit, r.Offset = o.whole("limit"), o.whole("offset")
	if tree, ok := o.get("actors"); ok {
		cell := readObject(f, "actors", tree)
		r.Actors = read.cell(cell)
		cell.done()
	}
	o.done()
	if r.Actors == nil || !paged(o) {
		r.limitRows(f, o)
	}
	return r
}

// paged says whether "limit" is the length of a page of actors.
func paged(o *object) bool {
	for _, name := range []string{"offset", "breakdown_limit", "node_limit"} {
		if _, given := o.fields[name]; given {
			return true
		}
	}
	return o.fields["breakdown"] == nil && o.fields["kind"] != "paths"
}

// limitRows takes "limit" as the number of breakdown rows.
func (r *Request) limitRows(f *fault.List, o *object) {
	limit := r.Limit
	r.Limit = 0
	if limit == 0 {
		return
	}
	for _, name := range []string{"breakdown_limit", "node_limit"} {
		if o.fields[name] != nil {
			f.Add("limit", "stands beside %s; without actors they mean the same", name)
			return
		}
	}
	switch q := r.Question.(type) {
	case *Trend:
		q.BreakdownLimit = limit
	case *Funnel:
		q.BreakdownLimit = limit
	case *LTV:
		q.BreakdownLimit = limit
	case *Paths:
		q.NodeLimit = limit
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
		f.Add("kind", "say what is asked: %s", kindNames)
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
		r.Question.checkCell(f, r.Actors)
	}
}

// maxPage is the longest page of persons.
const maxPage = 10000

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
		out["actors"] = r.Actors.fields()
	}
	if r.Limit != 0 {
		out["limit"] = r.Limit
	}
	if r.Offset != 0 || r.Limit != 0 { // beside an offset, limit is a page for sure
		out["offset"] = r.Offset
	}
	return json.Marshal(out)
}
