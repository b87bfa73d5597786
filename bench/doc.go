// Command bench measures Weir beside ClickHouse: the same made events in both, the
// same questions, equal answers demanded, and a table of times. `make bench` runs it.
//
// Each phase is a process of its own, so that none sees the memory, the threads
// or the caches of another:
//
//	clickhouse  loads the rival's tables and asks                ─▶ clickhouse.json
//	weir        loads Weir's columns and asks                    ─▶ weir.json
//	curve       asks over 1, 5, 20, 50 and, with -full, 150 M events ─▶ curve.json
//	live        collects while questions run                     ─▶ live.json
//	report      compares, prints, writes bench/results.json
//	readme      puts the table of bench/results.json into README.md
//
// Without a phase all of them run in this order. Data and answers are kept in
// -dir by number of events and seed; what is there already is not made again.
// Package workload makes the events, package questions holds what is asked.
//
// Times are warm and the best of several runs, on a machine that does nothing
// else; the ratios of one run say more than its absolute figures.
package main
