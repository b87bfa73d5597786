package kernel

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/query"
)

// maxStates is how many different values the model markov takes: it solves a
// system of so many equations, in time that grows with the cube.
const maxStates = 2000

// chain counts the transitions of the paths of all persons: from the start to a
// first touch, from touch to touch, and from a last touch to «converted» or to «lost».
type chain struct {
	first, converted, lost []int64          // by slot
	near                   []int64          // transitions between slots below nearSlots: from × nearSlots + to
	far                    map[uint64]int64 // and between others: from << 32 | to
}

// nearSlots is how many slots have their transitions in a table, half a megabyte.
const nearSlots = 256

func newChain() *chain {
	return &chain{near: make([]int64, nearSlots*nearSlots), far: map[uint64]int64{}}
}

func (c *chain) begin(slot int32)             { count(&c.first, slot, 1) }
func (c *chain) pass(from, to int32, n int64) { c.add(uint64(from), uint64(to), n) }
func count(counts *[]int64, slot int32, n int64) {
	if more := int(slot) + 1 - len(*counts); more > 0 {
		*counts = append(*counts, make([]int64, more)...)
	}
	(*counts)[slot] += n
}

func (c *chain) end(slot int32, converted bool) {
	if converted {
		count(&c.converted, slot, 1)
	} else {
		count(&c.lost, slot, 1)
	}
}

func (c *chain) add(from, to uint64, n int64) {
	if from < nearSlots && to < nearSlots {
		c.near[from*nearSlots+to] += n
	} else {
		c.far[from<<32|to] += n
	}
}

// each visits the transitions between touches of different values. One to the
// same value changes no probability of where a path ends or passes.
func (c *chain) each(visit func(from, to int32, n int64)) {
	for i, n := range c.near {
		if from, to := i/nearSlots, i%nearSlots; n > 0 && from != to {
			visit(int32(from), int32(to), n)
		}
	}
	for at, n := range c.far {
		if from, to := int32(at>>32), int32(at&0xffffffff); from != to {
			visit(from, to, n)
		}
	}
}

// merge adds the transitions of another worker, whose slots have other numbers here.
func (c *chain) merge(o *chain, slotOf []int32) {
	for _, list := range []struct {
		to   *[]int64
		from []int64
	}{{&c.first, o.first}, {&c.converted, o.converted}, {&c.lost, o.lost}} {
		for slot, n := range list.from {
			if n > 0 {
				count(list.to, slotOf[slot], n)
			}
		}
	}
	o.each(func(from, to int32, n int64) { c.add(uint64(slotOf[from]), uint64(slotOf[to]), n) })
}

// markov divides the conversions that have touches by the removal effects of the
// values that they look back on. Values that only lost paths have may have an
// effect too, through what they lead to, but no row.
func (v *attributionVisitor) markov(a *AttributionAnswer) error {
	model := slices.Index(v.q.Models, query.ModelMarkov)
	if model < 0 {
		return nil
	}
	effects, err := v.chain.effects(len(v.slots))
	if err != nil {
		return err
	}
	total := compensated{}
	for _, row := range a.Rows {
		total.plus(effects[v.rows.row(row.Key)+1])
	}
	credit := float64(v.conversions) - v.untouched.credit.value()
	value := v.value
	value.add(compensated{-v.untouched.value.sum, -v.untouched.value.lost})
	for i := range a.Rows {
		row := &a.Rows[i]
		share := effects[v.rows.row(row.Key)+1] / total.value()
		row.Credits[model], row.Values[model] = share*credit, share*value.value()
	}
	return nil
}

// effects gives by slot the removal effect: the share of the conversions of the
// chain that would be lost if every transition into the slot led to «lost». As
// a path converts then just when it never comes there, this is the probability
// that a path which converts comes there, h(v) · hit(v) ÷ P: with Q the
// transitions between slots, s those from the start and r those to «converted»,
// G = (I − Q)⁻¹, h = G r the probability of converting from a slot,
// hit = (sᵀ G)(v) ÷ G(v, v) that of coming to it (Kemeny and Snell, Finite Markov
// Chains, theorems 3.2.4 and 3.5.7), and P = sᵀ h. The model is that of Anderl,
// Becker, von Wangenheim and Schumann, «Mapping the customer journey», 2016.
//
// From every slot some path went on to an end, so I − Q has an inverse.
func (c *chain) effects(slots int) ([]float64, error) {
	state := make([]int, slots) // by slot: number of the state plus one
	var slotOf []int
	outgoing := make([]float64, slots)
	c.each(func(from, _ int32, n int64) { outgoing[from] += float64(n) })
	at := func(counts []int64, slot int) float64 {
		if slot < len(counts) {
			return float64(counts[slot])
		}
		return 0
	}
	starts := 0.0
	for slot := range slots {
		starts += at(c.first, slot)
		outgoing[slot] += at(c.converted, slot) + at(c.lost, slot)
		if outgoing[slot] > 0 {
			slotOf = append(slotOf, slot)
			state[slot] = len(slotOf)
		}
	}
	effects := make([]float64, slots)
	n := len(slotOf)
	if n == 0 {
		return effects, nil
	}
	if n > maxStates {
		return nil, fault.New(fault.TooLarge, "the model markov takes up to %d different values of touches, and there are %d; tell touches apart by a property with fewer values, or leave rare ones out with a condition", maxStates, n)
	}
	stay, start, convert := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	for i, slot := range slotOf {
		stay.Set(i, i, 1)
		start.SetVec(i, at(c.first, slot)/starts)
		convert.SetVec(i, at(c.converted, slot)/outgoing[slot])
	}
	c.each(func(from, to int32, n int64) {
		stay.Set(state[from]-1, state[to]-1, -float64(n)/outgoing[from])
	})
	var visits mat.Dense // G
	if err := visits.Inverse(stay); err != nil {
		return nil, fault.Wrap(fault.TooLarge, err, "the paths of touches are so long that the model markov cannot be computed; shorten the range or leave touches out with a condition")
	}
	var h, reach mat.VecDense
	h.MulVec(&visits, convert)
	reach.MulVec(visits.T(), start)
	if p := mat.Dot(start, &h); p > 0 {
		for i, slot := range slotOf {
			effects[slot] = h.AtVec(i) * reach.AtVec(i) / visits.At(i, i) / p
		}
	}
	return effects, nil
}
