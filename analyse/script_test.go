package analyse_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/analyse"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/query"
	"github.com/weirhq/weir/store/columns"
)

var rewrite = flag.Bool("rewrite", false, "write what the kernel answers into the scripts")

// TestScripts runs testdata/*.ask; the format is described in testdata/README.md.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.ask")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			runScript(t, file)
		})
	}
}

func runScript(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	s := newScript()
	var out []string
	for _, block := range strings.Split(strings.TrimSpace(string(data)), "\n\n") {
		head, body, _ := strings.Cut(block, "\n")
		word, rest, _ := strings.Cut(head, " ")
		if word != "ask" && word != "condition" {
			require.NoError(t, s.directive(word, rest, body), "in block %q", head)
			out = append(out, block)
			continue
		}
		question, want, found := strings.Cut(body, "=>\n")
		require.True(t, found || *rewrite, "block %q has no «=>» with an answer after it", head)
		question = strings.TrimSuffix(question, "=>")
		got := s.answer(word, question)
		out = append(out, head+"\n"+strings.TrimRight(question, "\n")+"\n=>\n"+got)
		if !*rewrite {
			require.Equal(t, strings.TrimRight(want, "\n"), got, "%s: %s", file, head)
		}
	}
	if *rewrite {
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(out, "\n\n")+"\n"), 0o644))
	}
}

// script is a project and what was loaded into it.
type script struct {
	project analyse.Project
	clock   *clock.Manual
	table   *columns.Table
	sets    *fixedSets
	events  int
}

func newScript() *script {
	s := &script{
		project: analyse.Project{ID: "p", Zone: time.UTC, WeekStart: time.Monday},
		clock:   clock.NewManual(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)),
		table:   columns.NewTable(),
	}
	s.sets = &fixedSets{people: func() *columns.People { return s.table.View().People() }, segments: map[string][]string{}, tags: map[string]map[string][]string{}}
	return s
}

func (s *script) analyser() *analyse.Analyser {
	return analyse.New(func(string) *columns.Table { return s.table }, s.sets, s.clock)
}

func (s *script) directive(word, rest, body string) error {
	switch word {
	case "zone":
		zone, err := time.LoadLocation(rest)
		s.project.Zone = zone
		return err
	case "week":
		s.project.WeekStart = map[string]time.Weekday{"monday": time.Monday, "sunday": time.Sunday, "saturday": time.Saturday}[rest]
		return nil
	case "now":
		now, err := s.time(rest)
		s.clock.Set(now)
		return err
	case "segment":
		fields := strings.Fields(rest)
		s.sets.segments[fields[0]] = fields[1:]
		return nil
	case "tag":
		fields := strings.Fields(rest)
		if s.sets.tags[fields[0]] == nil {
			s.sets.tags[fields[0]] = map[string][]string{}
		}
		s.sets.tags[fields[0]][fields[1]] = fields[2:]
		return nil
	case "load":
		return s.load(body)
	}
	if strings.HasPrefix(word, "#") {
		return nil
	}
	return fmt.Errorf("%q is not a directive", word)
}

func (s *script) load(body string) error {
	var events []*event.Event
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		e, err := s.event(line)
		if err != nil {
			return fmt.Errorf("line %q: %w", line, err)
		}
		events = append(events, e)
	}
	s.table.Apply(events)
	return nil
}

// event reads «who when what key=value … @user=value … ^joined».
func (s *script) event(line string) (*event.Event, error) {
	fields := strings.Fields(line)
	if len(fields) < 3 {
		return nil, errors.New("needs who, when and what")
	}
	at, err := s.time(fields[1])
	if err != nil {
		return nil, err
	}
	s.events++
	e := &event.Event{
		Seq: uint64(s.events), ID: strconv.Itoa(s.events), Project: "p", DistinctID: fields[0], Known: !strings.HasPrefix(fields[0], "anon"),
		Time: at.UnixMilli(), Name: fields[2], Properties: event.Properties{},
	}
	for _, field := range fields[3:] {
		if other, ok := strings.CutPrefix(field, "^"); ok {
			e.Join = &event.Join{Kind: event.Identify, Other: other}
			continue
		}
		key, text, ok := strings.Cut(field, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not key=value", field)
		}
		if user, ok := strings.CutPrefix(key, "@"); ok {
			if e.Profile == nil {
				e.Profile = &event.Profile{Set: event.Properties{}}
			}
			e.Profile.Set[user] = scriptValue(text)
			continue
		}
		e.Properties[key] = scriptValue(text)
	}
	return e, nil
}

func (s *script) time(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.000", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, s.project.Zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time", text)
}

func scriptValue(text string) event.Value {
	if list, ok := strings.CutPrefix(text, "["); ok {
		return event.Strings(strings.Split(strings.TrimSuffix(list, "]"), ",")...)
	}
	if quoted, ok := strings.CutPrefix(text, `"`); ok {
		return event.Text(strings.TrimSuffix(quoted, `"`))
	}
	if text == "true" || text == "false" {
		return event.Flag(text == "true")
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		return event.Num(x)
	}
	return event.Text(text)
}

func (s *script) answer(word, question string) string {
	ctx := context.Background()
	if word == "condition" {
		c, err := query.ParseCondition([]byte(question))
		if err == nil {
			err = s.analyser().CheckCondition(s.project, c)
		}
		if err != nil {
			return faultText(err)
		}
		found, err := s.analyser().Members(ctx, s.project, c, nil)
		return s.persons(found, err)
	}
	r, err := query.Parse([]byte(question))
	if err != nil {
		return faultText(err)
	}
	if r.Actors != nil {
		found, err := s.analyser().Actors(ctx, s.project, r)
		return s.persons(found, err)
	}
	a, err := s.analyser().Ask(ctx, s.project, r)
	if err != nil {
		return faultText(err)
	}
	return answerText(a)
}

func (s *script) persons(found *roaring.Bitmap, err error) string {
	if err != nil {
		return faultText(err)
	}
	people := s.table.View().People()
	names := []string{}
	for _, o := range found.ToArray() {
		names = append(names, people.Identities(person.Ordinal(o))[0].ID)
	}
	sort.Strings(names)
	return strings.TrimSpace("persons " + strings.Join(names, " "))
}

func faultText(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return "error " + err.Error()
	}
	out := "fault " + string(f.Kind) + ": " + f.Public
	for _, d := range f.Details {
		out += "\n" + d.Where + ": " + d.What
	}
	return out
}

// answerText shows an answer as a table. A «*» marks what is incomplete.
func answerText(a *analyse.Answer) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	switch {
	case a.Trend != nil:
		trendText(w, a.Trend)
	case a.Funnel != nil:
		funnelText(w, a.Funnel)
	case a.Retention != nil:
		retentionText(w, a.Retention)
	default:
		tablesText(w, a)
	}
	_ = w.Flush()
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func trendText(w *tabwriter.Writer, a *analyse.TrendAnswer) {
	fmt.Fprint(w, "bucket")
	for i, bucket := range a.Buckets {
		fmt.Fprint(w, "\t", bucket, mark(a.Incomplete[i]))
	}
	fmt.Fprintln(w, "\ttotal")
	rows := func(prefix string, list []analyse.TrendSeries) {
		for _, s := range list {
			fmt.Fprint(w, strings.TrimSpace(prefix+s.Name+" "+rowText(s.Breakdown)))
			for _, v := range s.Values {
				fmt.Fprint(w, "\t", numberText(v))
			}
			fmt.Fprintln(w, "\t"+numberText(s.Total))
		}
	}
	rows("", a.Series)
	rows("before: ", a.Compare)
}

func funnelText(w *tabwriter.Writer, a *analyse.FunnelAnswer) {
	fmt.Fprintf(w, "step\tcount\tof first\tof previous\tmedian s\taverage s\tp90 s%s\n", mark(a.Meta.Incomplete))
	steps := func(prefix string, list []analyse.FunnelStep) {
		for _, s := range list {
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", prefix+s.Name, s.Count, numberText(s.FromFirst), numberText(s.FromPrevious),
				numberText(s.Median), numberText(s.Average), numberText(s.P90))
		}
	}
	steps("", a.Steps)
	for _, r := range a.Breakdown {
		steps(rowText(r.Value)+" ", r.Steps)
	}
	if len(a.Trend) > 0 {
		fmt.Fprintln(w, "bucket\tentered\tconverted")
	}
	for _, b := range a.Trend {
		fmt.Fprintf(w, "%s%s\t%d\t%d\n", b.Bucket, mark(b.Incomplete), b.Entered, b.Converted)
	}
	for _, b := range a.Histogram {
		fmt.Fprintf(w, "%v–%v s\t%d\n", b.From, b.To, b.Count)
	}
}

func retentionText(w *tabwriter.Writer, a *analyse.RetentionAnswer) {
	fmt.Fprint(w, "cohort\tsize")
	for _, c := range a.Columns {
		if c[0] == c[1] {
			fmt.Fprint(w, "\t", c[0])
		} else {
			fmt.Fprintf(w, "\t%d–%d", c[0], c[1])
		}
	}
	fmt.Fprintln(w)
	for _, r := range a.Rows {
		fmt.Fprintf(w, "%s\t%d", r.Cohort, r.Size)
		for i, v := range r.Values {
			fmt.Fprint(w, "\t", numberText(v), mark(r.Incomplete[i]))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "average\t")
	for _, v := range a.Average {
		fmt.Fprint(w, "\t", numberText(v))
	}
	fmt.Fprintln(w)
}

func mark(incomplete bool) string {
	if incomplete {
		return "*"
	}
	return ""
}

func rowText(values []query.BreakdownValue) string {
	if values == nil {
		return ""
	}
	parts := make([]string, len(values))
	for i, v := range values {
		switch {
		case v.Other:
			parts[i] = "<other>"
		case v.Kind == event.Missing:
			parts[i] = "<none>"
		default:
			parts[i] = v.Text()
		}
	}
	return "[" + strings.Join(parts, "|") + "]"
}

func numberText(n analyse.Number) string {
	if n.IsNone() {
		return "-"
	}
	return strconv.FormatFloat(float64(n), 'g', 6, 64)
}

// fixedSets are segments and tags written down by distinct ids.
type fixedSets struct {
	people   func() *columns.People
	segments map[string][]string
	tags     map[string]map[string][]string
}

func (f *fixedSets) bitmap(ids []string) *roaring.Bitmap {
	found := roaring.New()
	for _, id := range ids {
		for _, name := range []string{id, "anon-" + id} {
			if o, ok := f.people().Find(name); ok {
				found.Add(uint32(f.people().Canonical(o)))
			}
		}
	}
	return found
}

func (f *fixedSets) SegmentMembers(_, id string) (*roaring.Bitmap, bool) {
	ids, ok := f.segments[id]
	return f.bitmap(ids), ok
}

func (f *fixedSets) TagMembers(_, tag, value string) (*roaring.Bitmap, bool) {
	values, ok := f.tags[tag]
	return f.bitmap(values[value]), ok
}

func (f *fixedSets) TagValues(_, tag string) ([]string, bool) {
	values, ok := f.tags[tag]
	names := []string{}
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, ok
}
