package workload

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Row is one event. Codes index the lists of this package.
type Row struct {
	Person   uint32
	Name     uint8
	Platform uint8
	Channel  uint8
	Version  uint8
	VIP      bool
	Coupon   uint8  // of payments only, and not of all; 0 is missing
	Quantity uint8  // of carts and payments; 0 is missing
	City     uint16 // of the person
	Page     uint32 // 0 is missing
	Price    uint32 // in cents; 0 is missing
	Amount   uint32 // of payments and refunds, in cents; 0 is missing
	Duration uint32 // milliseconds
	Topics   uint32 // bits; 0 is missing
	Time     int64  // UTC milliseconds
}

const (
	hourMilliseconds = 3_600_000
	lateOneOf        = 200 // events that arrive late
	maxLateHours     = 48
)

// Each calls visit with batches of rows in order of arrival. A batch is valid
// until visit returns; an error of visit ends the stream.
func (w *Stream) Each(batch int, visit func([]Row) error) error {
	late := make([][]Row, len(w.hours)+maxLateHours+1)
	var rows, out []Row
	flush := func(least int) error {
		for len(out) >= max(least, 1) {
			n := min(batch, len(out))
			if err := visit(out[:n]); err != nil {
				return err
			}
			out = out[:copy(out, out[n:])]
		}
		return nil
	}
	for hour := range late {
		if hour < len(w.hours) {
			rows = w.hour(hour, rows[:0])
			for i := range rows {
				if h := mix(w.Seed ^ uint64(rows[i].Time)<<20 ^ uint64(rows[i].Person)); h%lateOneOf == 0 {
					due := hour + 1 + int(h>>32%maxLateHours)
					late[due] = append(late[due], rows[i])
				} else {
					out = append(out, rows[i])
				}
			}
		}
		out = append(out, late[hour]...)
		late[hour] = nil
		if err := flush(batch); err != nil {
			return err
		}
	}
	return flush(1)
}

// hour makes the rows of one hour in order of time.
func (w *Stream) hour(hour int, rows []Row) []Row {
	begin := w.Start.UnixMilli() + int64(hour)*hourMilliseconds
	for _, s := range w.hours[hour] {
		rows = w.session(s, hour, begin, rows)
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Person, b.Person))
	})
	return rows
}

// session adds the rows of a session that lies in the hour from begin.
func (w *Stream) session(s session, hour int, begin int64, rows []Row) []Row {
	r := w.random(uint64(s.person), uint64(hour)+1)
	row := w.who(s.person)
	row.Channel = uint8(skewed(r, len(Channels)))
	first := len(rows)
	at := int64(0)
	name := AppOpen
	if s.first {
		name = Register
	}
	for range s.length {
		row.Name, row.Time = uint8(name), at
		w.properties(r, &row)
		rows = append(rows, row)
		at += 1 + int64(min(r.ExpFloat64(), 20)*40_000)
		name = w.next(r, name)
	}
	made := rows[first:]
	if length := made[len(made)-1].Time; length >= hourMilliseconds { // too long for the hour: press it together
		for i := range made {
			made[i].Time = made[i].Time*(hourMilliseconds-int64(len(made))-1)/length + int64(i)
		}
	}
	from := begin + r.Int64N(hourMilliseconds-made[len(made)-1].Time)
	for i := range made {
		made[i].Time += from
	}
	return rows
}

// who is what does not change about a person.
func (w *Stream) who(person uint32) Row {
	h := mix(w.Seed + uint64(person)*0x94d049bb133111eb)
	row := Row{Person: person, Version: uint8(h >> 40 % uint64(len(Versions))), VIP: h>>50%10 == 0}
	switch p := h % 100; {
	case p < 46:
		row.Platform = 1
	case p < 81:
		row.Platform = 0
	default:
		row.Platform = 2
	}
	u := float64(h>>8&0xffffff) / (1 << 24)
	row.City = uint16(float64(len(Cities)) * u * u * u)
	return row
}

func (w *Stream) next(r *rand.Rand, name int) int {
	if f := w.follow[name]; f.thousandths > 0 && r.IntN(1000) < f.thousandths {
		return f.event
	}
	return int(w.base[r.IntN(len(w.base))])
}

// skewed draws one of n, the small ones more often.
func skewed(r *rand.Rand, n int) int {
	u := r.Float64()
	return int(float64(n) * u * u * u)
}

// properties draws what differs from event to event.
func (w *Stream) properties(r *rand.Rand, row *Row) {
	row.Page, row.Price, row.Amount, row.Quantity, row.Coupon, row.Topics = 0, 0, 0, 0, 0, 0
	row.Duration = uint32(r.ExpFloat64() * 8000)
	switch row.Name {
	case PageView, ProductView, AddToCart, RemoveFromCart, Favorite, Checkout, Pay, Share, Comment, Refund:
		row.Page = 1 + uint32(skewed(r, len(Pages)-1))
		row.Price = 99 + uint32(mix(uint64(row.Page))%50_000)
	}
	switch row.Name {
	case AddToCart, RemoveFromCart, Checkout, Pay, Refund:
		row.Quantity = 1 + uint8(skewed(r, 9))
	}
	switch row.Name {
	case Pay:
		row.Amount = row.Price*uint32(row.Quantity) - uint32(r.IntN(50))
		if r.IntN(4) == 0 {
			row.Coupon = 1 + uint8(r.IntN(len(Coupons)-1))
		}
	case Refund:
		row.Amount = row.Price
	case PageView, VideoPlay, LiveEnter:
		for range 1 + r.IntN(3) {
			row.Topics |= 1 << r.IntN(len(Topics))
		}
	}
}

// mix spreads the bits of x (the finaliser of splitmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// InSegment says whether a person is one of the given percentage, drawn by chance.
func InSegment(person uint32, percent uint32) bool {
	return uint32(mix(uint64(person)+0x5e9)%100) < percent
}
