package workload

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"

	"github.com/weirhq/weir/event"
)

// Columns are the columns of AppendBinary in ClickHouse's words. Missing text is
// ”, a missing number 0 (no value is): nullable columns would only be slower.
const Columns = `person UInt32, time UInt64, day Date, event LowCardinality(String), platform LowCardinality(String),
	channel LowCardinality(String), city LowCardinality(String), page String, version LowCardinality(String), coupon LowCardinality(String),
	quantity UInt8, price Float64, amount Float64, duration UInt32, vip UInt8, topics Array(LowCardinality(String))`

// AppendBinary appends the row in the format RowBinary.
func (row *Row) AppendBinary(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, row.Person)
	b = binary.LittleEndian.AppendUint64(b, uint64(row.Time))
	b = binary.LittleEndian.AppendUint16(b, uint16(row.Time/(24*hourMilliseconds)))
	for _, s := range [...]string{
		Names[row.Name], Platforms[row.Platform], Channels[row.Channel], Cities[row.City], Pages[row.Page], Versions[row.Version], Coupons[row.Coupon],
	} {
		b = appendText(b, s)
	}
	b = append(b, row.Quantity)
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(row.Price)/100))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(row.Amount)/100))
	b = binary.LittleEndian.AppendUint32(b, row.Duration)
	vip := byte(0)
	if row.VIP {
		vip = 1
	}
	b = append(b, vip, byte(bits.OnesCount32(row.Topics)))
	for set := row.Topics; set != 0; set &= set - 1 {
		b = appendText(b, Topics[bits.TrailingZeros32(set)])
	}
	return b
}

// appendText writes a text below 128 bytes with its length before it.
func appendText(b []byte, s string) []byte { return append(append(b, byte(len(s))), s...) }

// topicLists are the lists of topics made so far, by their bits: an SDK sends a
// list per event, the benchmark need not build one each time.
type topicLists map[uint32]event.Value

// Writer turns rows into events. It is not safe for concurrent use.
type Writer struct {
	persons []string // distinct ids, made when first met
	topics  topicLists
	pages   []event.Value
	cities  []event.Value
	seq     uint64
}

// NewWriter makes a writer for the rows of a stream.
func NewWriter(w *Stream) *Writer {
	out := &Writer{persons: make([]string, w.Persons), topics: topicLists{}}
	for _, s := range Pages {
		out.pages = append(out.pages, event.Text(s))
	}
	for _, s := range Cities {
		out.cities = append(out.cities, event.Text(s))
	}
	return out
}

// DistinctID is the id under which a person sends.
func DistinctID(person uint32) string { return "u" + strconv.FormatUint(uint64(person), 10) }

// FillEvent writes a row into an event, whose map of properties is used again.
func (w *Writer) FillEvent(e *event.Event, row *Row) {
	if w.persons[row.Person] == "" {
		w.persons[row.Person] = DistinctID(row.Person)
	}
	w.seq++
	p := e.Properties
	if p == nil {
		p = make(event.Properties, 12)
	}
	clear(p)
	*e = event.Event{
		Seq: w.seq, Project: "bench", Name: Names[row.Name], Time: row.Time, ReceivedAt: row.Time, DistinctID: w.persons[row.Person],
		Known: true, Properties: p, Protocol: "native",
	}
	p["platform"] = event.Text(Platforms[row.Platform])
	p["channel"] = event.Text(Channels[row.Channel])
	p["city"] = w.cities[row.City]
	p["version"] = event.Text(Versions[row.Version])
	p["vip"] = event.Flag(row.VIP)
	p["duration"] = event.Num(float64(row.Duration))
	if row.Page != 0 {
		p["page"] = w.pages[row.Page]
		p["price"] = event.Num(float64(row.Price) / 100)
	}
	if row.Quantity != 0 {
		p["quantity"] = event.Num(float64(row.Quantity))
	}
	if row.Amount != 0 {
		p["amount"] = event.Num(float64(row.Amount) / 100)
	}
	if row.Coupon != 0 {
		p["coupon"] = event.Text(Coupons[row.Coupon])
	}
	if row.Topics != 0 {
		p["topics"] = w.topics.of(row.Topics)
	}
}

func (t topicLists) of(set uint32) event.Value {
	v, ok := t[set]
	if !ok {
		var names []string
		for left := set; left != 0; left &= left - 1 {
			names = append(names, Topics[bits.TrailingZeros32(left)])
		}
		v = event.Strings(names...)
		t[set] = v
	}
	return v
}
