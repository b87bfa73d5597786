package enginetest

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/internal/cells"
	"github.com/weirhq/weir/internal/chdb"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

var (
	seed      = flag.Uint64("seed", 1, "of the random events and questions")
	questions = flag.Int("questions", 25, "random questions per test and world")
)

// kindOfWorld says what timelines a world has.
type kindOfWorld struct {
	name string
	ties bool // many events of a person at the same time
	once bool // a person does each event at most once
}

var worlds = []kindOfWorld{{name: "ties", ties: true}, {name: "no ties"}, {name: "each event once", once: true}}

// world is random events in Weir's columns and in the ClickHouse table «w».
type world struct {
	*rand.Rand
	kindOfWorld
	zone     *time.Location
	week     time.Weekday
	now      time.Time
	persons  int
	table    *columns.Table
	project  analyse.Project
	analyser *analyse.Analyser
	engine   *chdb.Engine
	compared int // cells and persons so far
}

// The names of events, and the days that they lie in.
var names = []string{"a", "b", "c", "d", "e"}

const firstDay, lastDay = 1, 24 // of March 2026; New York changes its clocks on the 8th

// made are the worlds of this process, by kind: each is made once and asked by all tests.
var made sync.Map

// eachWorld runs a test over some kinds of worlds, by default those where persons
// do things more than once. Each test has random questions of its own.
func eachWorld(t *testing.T, test func(t *testing.T, w *world), kinds ...kindOfWorld) {
	if len(kinds) == 0 {
		kinds = worlds[:2]
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			w := *worldOf(t, kind)
			w.Rand = random(t.Name())
			test(t, &w)
			require.Greater(t, w.compared, *questions, "most random questions should have something to count")
		})
	}
}

// random is the same for the same seed and name.
func random(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return rand.New(rand.NewPCG(*seed, h.Sum64()))
}

func worldOf(t *testing.T, kind kindOfWorld) *world {
	t.Helper()
	if w, ok := made.Load(kind); ok {
		return w.(*world)
	}
	engine, err := chdb.Open("")
	if errors.Is(err, chdb.ErrAbsent) {
		t.Skip(err)
	}
	require.NoError(t, err)
	w := &world{Rand: random(kind.name), kindOfWorld: kind, persons: 2500, table: columns.NewTable(), engine: engine}
	w.zone, err = time.LoadLocation(w.text("America/New_York", "America/New_York", "Asia/Shanghai", "UTC"))
	require.NoError(t, err)
	w.week = time.Weekday(w.IntN(2))
	w.now = time.Date(2026, 4, 20, 12, 0, 0, 0, w.zone)
	w.project = analyse.Project{ID: "p", Zone: w.zone, WeekStart: w.week}
	w.analyser = analyse.New(func(string) *columns.Table { return w.table }, noSets{}, clock.NewManual(w.now))
	t.Logf("seed %d, zone %s, weeks start on %s", *seed, w.zone, w.week)
	w.load(t)
	made.Store(kind, w)
	return w
}

func (w *world) text(of ...string) string { return of[w.IntN(len(of))] }
func (w *world) chance(percent int) bool  { return w.IntN(100) < percent }

// load makes the events, in an order of arrival that has little to do with
// their times, and puts them into both engines.
func (w *world) load(t *testing.T) {
	t.Helper()
	database := "`" + w.name + "`" // of this world; the connection stays in it
	require.NoError(t, w.engine.Exec("CREATE DATABASE "+database))
	require.NoError(t, w.engine.Exec("USE "+database))
	require.NoError(t, w.engine.Exec(`CREATE TABLE w (person UInt32, seq UInt64, time UInt64, event String, k String,
		s Nullable(String), n Nullable(Float64), m Nullable(Float64), b Nullable(Bool)) ENGINE = MergeTree ORDER BY (person, time, seq)`))
	in, err := w.engine.Insert("INSERT INTO w", "RowBinary")
	require.NoError(t, err)
	events := w.events()
	var rows []byte
	var batch []*event.Event
	for i, e := range events {
		e.event.Seq = uint64(i + 1)
		e.event.ID = strconv.Itoa(i)
		rows = e.appendBinary(rows)
		batch = append(batch, e.event)
		if w.IntN(300) == 0 {
			w.table.Apply(batch)
			w.table.View()
			batch = nil
		}
	}
	w.table.Apply(batch)
	require.NoError(t, in.Append(rows))
	require.NoError(t, in.Done())
	require.EqualValues(t, len(events), w.table.View().Events())
	t.Logf("%d events of %d persons", len(events), w.persons)
}

// act is an event and the number of its person.
type act struct {
	event  *event.Event
	person uint32
}

func (w *world) events() []act {
	var out []act
	for p := range uint32(w.persons) {
		n := 1 + int(w.ExpFloat64()*7)
		order := w.Perm(len(names))
		if w.once {
			n = w.IntN(len(names) + 1)
		}
		crowded := w.chance(30) // within a few hours
		taken := map[int64]bool{}
		for i := range n {
			at := w.time(crowded)
			for !w.ties && taken[at] {
				at++
			}
			taken[at] = true
			name := names[min(w.IntN(len(names)), w.IntN(len(names)))] // the first more often
			if w.once {
				name = names[order[i]]
			}
			out = append(out, act{w.event(p, name, at), p})
		}
	}
	w.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// time draws an instant, on a grid of half hours where ties are wanted.
func (w *world) time(crowded bool) int64 {
	day := firstDay + w.IntN(lastDay-firstDay+1)
	hour := w.IntN(24)
	if crowded {
		day, hour = 8, w.IntN(6)
	}
	at := time.Date(2026, 3, day, hour, 30*w.IntN(2), 0, 0, w.zone).UnixMilli()
	if !w.ties {
		at += w.Int64N(1_800_000)
	}
	return at
}

// event makes one; a person may act under an anonymous id, which each of its
// signed-in events joins to it.
func (w *world) event(p uint32, name string, at int64) *event.Event {
	who := "u" + strconv.Itoa(int(p))
	e := &event.Event{
		Project: "p", DistinctID: who, Known: true, Name: name, Time: at, Properties: event.Properties{},
		Join: &event.Join{Kind: event.Identify, Other: "anon-" + who},
	}
	if w.chance(25) {
		e.DistinctID, e.Known, e.Join = "anon-"+who, false, nil
	}
	e.Properties["k"] = event.Text([]string{"k1", "k2", "k3"}[p%3]) // the same on every event of a person
	if w.chance(75) {
		e.Properties["s"] = event.Text(w.text("x", "x", "y", "z", "x y"))
	}
	if w.chance(80) {
		e.Properties["n"] = event.Num(float64(w.IntN(10)))
	}
	if w.chance(70) {
		e.Properties["m"] = event.Num(float64(w.IntN(100_000)) / 100)
	}
	if w.chance(50) {
		e.Properties["b"] = event.Flag(w.chance(50))
	}
	return e
}

func (m act) appendBinary(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, m.person)
	b = binary.LittleEndian.AppendUint64(b, m.event.Seq)
	b = binary.LittleEndian.AppendUint64(b, uint64(m.event.Time))
	b = appendText(b, m.event.Name)
	b = appendText(b, m.event.Properties["k"].Str)
	for _, name := range []string{"s", "n", "m", "b"} {
		v := m.event.Properties[name]
		switch v.Kind {
		case event.Missing:
			b = append(b, 1)
		case event.String:
			b = appendText(append(b, 0), v.Str)
		case event.Bool:
			b = append(b, 0, byte(v.Num))
		default:
			b = binary.LittleEndian.AppendUint64(append(b, 0), math.Float64bits(v.Num))
		}
	}
	return b
}

func appendText(b []byte, s string) []byte { return append(append(b, byte(len(s))), s...) }

// noSets is a project without segments and tags.
type noSets struct{}

func (noSets) SegmentMembers(string, string) (*roaring.Bitmap, bool)     { return nil, false }
func (noSets) TagMembers(string, string, string) (*roaring.Bitmap, bool) { return nil, false }
func (noSets) TagValues(string, string) ([]string, bool)                 { return nil, false }

// object is JSON to be.
type object = map[string]any

// answer asks Weir.
func (w *world) answer(t *testing.T, ask object) any {
	t.Helper()
	text, err := json.Marshal(ask)
	require.NoError(t, err)
	r, err := query.Parse(text)
	require.NoError(t, err, "%s", text)
	a, err := w.analyser.Ask(context.Background(), w.project, r)
	require.NoError(t, err, "%s", text)
	decoded, err := cells.Decode(a)
	require.NoError(t, err)
	return decoded
}

// require demands that Weir's answer, as read, equals what the SQL gives.
func (w *world) require(t *testing.T, ask object, sql string, read ...cells.Reader) {
	t.Helper()
	answer := w.answer(t, ask)
	ours := cells.Cells{}
	for _, r := range read {
		for label, x := range r(answer) {
			ours[label] = x
		}
	}
	rows, _, err := w.engine.Rows(sql)
	require.NoError(t, err, "%s", sql)
	theirs, err := cells.OfRows(rows)
	require.NoError(t, err, "%s", sql)
	w.compared += len(theirs)
	if d := cells.Differences(ours, theirs); len(d) > 0 {
		text, _ := json.Marshal(ask)
		t.Fatalf("%s\n%s\ndiffers at\n%s", text, sql, strings.Join(d, "\n"))
	}
}

// requirePersons demands that the persons who meet a condition are those of the SQL.
func (w *world) requirePersons(t *testing.T, condition object, sql string) {
	t.Helper()
	text, err := json.Marshal(condition)
	require.NoError(t, err)
	c, err := query.ParseCondition(text)
	require.NoError(t, err, "%s", text)
	members, err := w.analyser.Members(context.Background(), w.project, c, nil)
	require.NoError(t, err, "%s", text)
	people := w.table.View().People()
	ours := []int{}
	for _, o := range members.ToArray() {
		id := strings.TrimPrefix(people.Identities(person.Ordinal(o))[0].ID, "anon-")
		p, err := strconv.Atoi(strings.TrimPrefix(id, "u"))
		require.NoError(t, err)
		ours = append(ours, p)
	}
	sort.Ints(ours)
	rows, _, err := w.engine.Rows(sql)
	require.NoError(t, err, "%s", sql)
	theirs := []int{}
	for _, row := range rows {
		number, _ := row[0].(json.Number)
		p, err := number.Int64()
		require.NoError(t, err)
		theirs = append(theirs, int(p))
	}
	sort.Ints(theirs)
	w.compared += len(theirs)
	require.Equal(t, theirs, ours, "%s\n%s", text, sql)
}

// each runs a random question many times over.
func (w *world) each(t *testing.T, question func()) {
	t.Helper()
	for range *questions {
		if question(); t.Failed() {
			return
		}
	}
}

// fill puts values for names in braces into a text.
func fill(text string, values map[string]any) string {
	for name, value := range values {
		text = strings.ReplaceAll(text, "{"+name+"}", fmt.Sprint(value))
	}
	return text
}
