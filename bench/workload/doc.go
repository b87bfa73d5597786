// Package workload makes the events that the benchmark asks about: a shop with
// as many events as wanted, fifty per person on average, over some months.
//
// Activity is skewed as in real products: persons differ by a log-normal factor,
// 45 of 100 were there before the first day, the others register on some day and
// stay for a time; they come in sessions inside one hour, more in the evening, and walk
// through twenty events of which a few lead to a payment. Twelve properties: text
// of 3, 30, 40, 1,000 and 100,000 values, whole numbers, money, a flag, a list, and two
// that few events have.
//
//	New(Settings) ─▶ Stream.Each(batch of rows, in order of arrival)
//	Row ─▶ FillEvent (what Weir takes)   Row ─▶ AppendBinary (ClickHouse's RowBinary, see Columns)
//
// The same settings give the same rows. Everything is made hour by hour, in
// memory that does not grow with the number of events but for eight bytes per
// session. No person has two events of the same millisecond, so that every
// engine agrees on their order; one event of 200 arrives hours late.
package workload
