package kernel

import "github.com/weirhq/weir/person"

func (v *funnelVisitor) key(p person.Ordinal, a *attempt) (k Key) {
	for i, read := range v.dims {
		if step := v.q.Dims[i].Step; step < a.depth {
			k[i] = read(p, a.rows[step])
		} else if v.q.Dims[i].ofPerson != nil {
			k[i] = read(p, a.rows[0])
		}
	}
	return k
}

// count counts an attempt.
func (v *funnelVisitor) count(p person.Ordinal, a *attempt) {
	if v.target != nil {
		v.collect(p, a)
		return
	}
	var row *FunnelRow
	if len(v.dims) == 0 {
		row = v.answer.Rows[0]
	} else {
		row = v.row(v.key(p, a))
	}
	row.Reached[0]++
	for step := 1; step < a.depth; step++ {
		row.Reached[step]++
		row.Since[step].Add(a.at[step] - a.at[step-1])
	}
	whole := a.depth == len(v.q.Steps)
	if whole {
		v.answer.Total.Add(a.at[a.depth-1] - a.at[0])
	}
	v.kept += int64(a.depth)
	if v.q.Buckets.Len() == 0 {
		return
	}
	if b := v.q.Buckets.Find(a.at[0]); b >= 0 {
		v.answer.Entered[b]++
		if whole {
			v.answer.Converted[b]++
		}
	}
}

// keepAtLeast is how many durations are taken from the shared budget at once.
const keepAtLeast = 1 << 12

// keep takes what was kept since the last time, and more bytes, from the budget.
// A duration takes four bytes, and four more when workers are joined.
func (v *funnelVisitor) keep(more int64) error {
	if v.kept < keepAtLeast && more == 0 {
		return nil
	}
	more += 8 * v.kept
	v.kept = 0
	return v.budget.take(more)
}

// collect notes a person of the cell that is wanted.
func (v *funnelVisitor) collect(p person.Ordinal, a *attempt) {
	t := v.target
	reached := a.depth > t.Step
	if t.Dropped {
		reached = a.depth == t.Step
	}
	if reached && (t.Accept == nil || t.Accept(v.key(p, a))) {
		v.found = append(v.found, uint32(p))
	}
}

func (v *funnelVisitor) row(k Key) *FunnelRow {
	i := v.rows.row(k)
	if i == len(v.answer.Rows) {
		v.answer.Rows = append(v.answer.Rows, NewFunnelRow(k, len(v.q.Steps)))
	}
	return v.answer.Rows[i]
}

func (v *funnelVisitor) merge(o *funnelVisitor) {
	for _, r := range o.answer.Rows {
		v.row(r.Key).Add(r)
	}
	for b := range o.answer.Entered {
		v.answer.Entered[b] += o.answer.Entered[b]
		v.answer.Converted[b] += o.answer.Converted[b]
	}
	v.answer.Total.Join(&o.answer.Total)
}
