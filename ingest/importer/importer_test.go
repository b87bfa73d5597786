package importer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/ingest/importer"
	"github.com/weirhq/weir/ingest/ingesttest"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func mapping(t *testing.T, text string) importer.Mapping {
	t.Helper()
	m, err := importer.ParseMapping(text)
	require.NoError(t, err)
	return m
}

func options(t *testing.T, b *ingesttest.Bench, path, text string) importer.Options {
	t.Helper()
	return importer.Options{File: path, Mapping: mapping(t, text), Clock: b.Clock, Poster: importer.Direct{Intake: b.Intake, Project: "p"}}
}

const orders = "customer,at,amount,note\nc1,2026-01-31 09:00:00,12.5,\"a, b\"\nc2,2026-02-01 10:30:00,3,\n"

func TestTextFormats(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"orders.csv":    orders,
		"bom.csv":       "\uFEFF" + orders,
		"semicolon.csv": "customer;at;amount;note\nc1;2026-01-31 09:00:00;12.5;\"a, b\"\nc2;2026-02-01 10:30:00;3;\n",
		"orders.tsv":    "customer\tat\tamount\tnote\nc1\t2026-01-31 09:00:00\t12.5\ta, b\nc2\t2026-02-01 10:30:00\t3\t\n",
		"tabs.txt":      "customer\tat\tamount\tnote\nc1\t2026-01-31 09:00:00\t12.5\ta, b\nc2\t2026-02-01 10:30:00\t3\t\n",
		"orders.jsonl":  `{"customer":"c1","at":"2026-01-31 09:00:00","amount":12.5,"note":"a, b"}` + "\n\n" + `{"customer":"c2","at":"2026-02-01T02:30:00Z","amount":3}`,
		"packed.csv.gz": pack(t, orders, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }),
		"packed.zst":    pack(t, orders, func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z }),
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := ingesttest.New(t)
			report, err := importer.Run(t.Context(), options(t, b, write(t, name, text),
				"name=order_paid,distinct_id=customer,time=at,timezone=Asia/Shanghai,amount:number=amount,note=note,currency='C,NY',user.vip:bool='true'"))
			require.NoError(t, err)
			require.Equal(t, importer.Report{Rows: 2, Accepted: 2}, report)
			e := b.Stored(t)
			require.Equal(t, "c1", e[0].DistinctID)
			require.True(t, e[0].Known)
			require.Equal(t, time.Date(2026, 1, 31, 1, 0, 0, 0, time.UTC).UnixMilli(), e[0].Time)
			require.Equal(t, time.Date(2026, 2, 1, 2, 30, 0, 0, time.UTC).UnixMilli(), e[1].Time)
			require.Equal(t, event.Properties{"amount": event.Num(12.5), "note": event.Text("a, b"), "currency": event.Text("C,NY")}, e[0].Properties)
			require.Equal(t, event.Properties{"vip": event.Flag(true)}, e[0].Profile.Set)
			require.NotContains(t, e[1].Properties, "note", "an empty cell is missing")
			require.Equal(t, "import", e[0].Protocol)
		})
	}
}

func pack(t *testing.T, text string, writer func(io.Writer) io.WriteCloser) string {
	t.Helper()
	var b strings.Builder
	w := writer(&b)
	_, err := io.WriteString(w, text)
	require.NoError(t, errors.Join(err, w.Close()))
	return b.String()
}

func TestParquet(t *testing.T) {
	t.Parallel()
	type order struct {
		Customer int64     `parquet:"customer"`
		At       time.Time `parquet:"at,timestamp(microsecond)"`
		Amount   float64   `parquet:"amount"`
		Paid     bool      `parquet:"paid"`
		Note     *string   `parquet:"note,optional"`
		Tags     []string  `parquet:"tags,list"`
		Big      int64     `parquet:"big"`
		Day      int32     `parquet:"day,date"`
	}
	at := time.Date(2026, 1, 31, 9, 0, 0, 250e6, time.UTC)
	note := "堰"
	rows := []order{
		{Customer: 7, At: at, Amount: 12.5, Paid: true, Note: &note, Tags: []string{"x", "y"}, Big: 9007199254740993, Day: 20000},
		{Customer: 8, At: at.Add(time.Hour), Amount: 3},
	}
	path := filepath.Join(t.TempDir(), "orders.parquet")
	require.NoError(t, parquet.WriteFile(path, rows))
	b := ingesttest.New(t)
	report, err := importer.Run(t.Context(), options(t, b, path, "name=order_{paid},distinct_id=customer,time=at,*=*"))
	require.NoError(t, err)
	require.Equal(t, int64(2), report.Accepted)
	e := b.Stored(t)
	require.Equal(t, "order_true", e[0].Name)
	require.Equal(t, "7", e[0].DistinctID)
	require.Equal(t, at.UnixMilli(), e[0].Time)
	require.Equal(t, event.Properties{
		"amount": event.Num(12.5), "note": event.Text("堰"), "tags": event.Strings("x", "y"),
		"big": event.Text("9007199254740993"), "day": event.Text("2024-10-04"),
	}, e[0].Properties)

	preview, err := importer.Guess(path)
	require.NoError(t, err)
	require.Equal(t, "customer", preview.Mapping.DistinctID)
	require.Equal(t, "at", preview.Mapping.Time.Column)
	require.Len(t, preview.Events, 2)
}

func TestRejectsSkipsAndRules(t *testing.T) {
	t.Parallel()
	text := "who,when,what,qty,price\n" +
		"u1,2026-01-01,buy,2,0.1\n" + // 1 taken
		",2026-01-01,buy,1,1\n" + // 2 nobody
		"u1,yesterday,buy,1,1\n" + // 3 no time
		"u1,2026-01-01,test,1,1\n" + // 4 left out
		"u1,2026-01-01,buy,many,1\n" + // 5 no number
		"u1,2026-01-01,buy,1,1,surplus\n" + // 6 too many cells
		"u1,2126-01-01,buy,1,1\n" + // 7 refused by the intake: future
		"u1,1997-01-01,buy,-3,1\n" // 8 taken, by another name
	b := ingesttest.New(t)
	path := write(t, "log.csv", text)
	o := options(t, b, path, `{"name":"{what}_it","distinct_id":"user-{who}","time":{"column":"when","layout":"2006-01-02"},
		"names":[{"column":"qty","op":"less","value":"0","name":"return"}],"skip":[{"column":"what","op":"equals","value":"test"}],
		"properties":[{"name":"total","multiply":["qty","price"]}],"anonymous":true}`)
	report, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, importer.Report{Rows: 8, Accepted: 2, Rejected: 5, Skipped: 1, Rejects: path + ".rejects.jsonl"}, report)
	e := b.Stored(t)
	require.Equal(t, "buy_it", e[0].Name)
	require.Equal(t, "user-u1", e[0].DistinctID)
	require.False(t, e[0].Known)
	require.Equal(t, event.Num(0.2), e[0].Properties["total"])
	require.Equal(t, "return", e[1].Name)

	content, err := os.ReadFile(report.Rejects)
	require.NoError(t, err)
	got := map[int]string{}
	for line := range strings.Lines(string(content)) {
		var r struct {
			Row           int
			Field, Reason string
		}
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		require.NotEmpty(t, r.Reason)
		got[r.Row] = r.Field
	}
	require.Equal(t, map[int]string{2: "who", 3: "when", 5: "qty", 6: "", 7: "time"}, got)
}

func TestTwiceIsOnce(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	// Two rows that are equal are two events.
	path := write(t, "log.csv", "user_id,time\nu1,2026-01-01\nu1,2026-01-01\n")
	o := options(t, b, path, "name=x,distinct_id=user_id,time=time")
	report, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, int64(2), report.Accepted)
	report, err = importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, importer.Report{Rows: 2, Duplicates: 2}, report)
	require.Len(t, b.Stored(t), 2)

	b.Clock.Advance(ingest.Horizon + 24*time.Hour)
	_, err = importer.Run(t.Context(), o)
	require.Equal(t, fault.Conflict, fault.KindOf(err), "the intake no longer knows the ids")
	o.Again = true
	report, err = importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, int64(2), report.Accepted)
}

// cutter fails after some batches, sometimes after the server took the batch.
type cutter struct {
	importer.Poster
	left  int
	after bool
}

func (c *cutter) Post(ctx context.Context, events []*event.Event) (ingest.Result, error) {
	if c.left--; c.left < 0 {
		if c.after {
			_, _ = c.Poster.Post(ctx, events)
		}
		return ingest.Result{}, errors.New("cut off")
	}
	return c.Poster.Post(ctx, events)
}

func TestGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("user_id,time\n")
	for i := range 1000 {
		if i%100 == 7 {
			text.WriteString("u,never\n")
			continue
		}
		fmt.Fprintf(&text, "u%d,2026-01-01\n", i)
	}
	path := write(t, "log.csv", text.String())
	b := ingesttest.New(t)
	o := options(t, b, path, "name=x,distinct_id=user_id,time=time")
	o.BatchRows = 50
	direct := o.Poster
	runs := 0
	for {
		o.Poster = &cutter{Poster: direct, left: 3, after: runs%2 == 0}
		report, err := importer.Run(t.Context(), o)
		runs++
		if err == nil {
			require.Equal(t, int64(1000), report.Rows)
			require.Equal(t, int64(990), report.Accepted+report.Duplicates)
			require.Equal(t, int64(10), report.Rejected)
			require.Positive(t, report.Resumed)
			break
		}
		require.Less(t, runs, 20)
	}
	require.Greater(t, runs, 3)
	require.Len(t, b.Stored(t), 990)
	rejects, err := os.ReadFile(path + ".rejects.jsonl")
	require.NoError(t, err)
	require.Equal(t, 10, strings.Count(string(rejects), "\n"), "each reject is told once")

	// Another mapping is another import.
	o.Poster = direct
	o.Mapping.Name = "y"
	report, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.Zero(t, report.Resumed)
}

func TestFolderOfProgressIsMade(t *testing.T) {
	t.Parallel()
	path := write(t, "log.csv", "user_id,time\nu,2026-01-01\n,never\n")
	b := ingesttest.New(t)
	o := options(t, b, path, "name=x,distinct_id=user_id,time=time")
	o.Folder = filepath.Join(t.TempDir(), "a", "b")
	report, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, int64(1), report.Accepted)
	require.FileExists(t, filepath.Join(o.Folder, "log.csv.rejects.jsonl"))
	o.Folder = path
	_, err = importer.Run(t.Context(), o)
	require.Equal(t, fault.Invalid, fault.KindOf(err), "nothing is sent when progress cannot be kept")
}

func TestProgress(t *testing.T) {
	t.Parallel()
	b := ingesttest.New(t)
	path := write(t, "log.csv", orders)
	o := options(t, b, path, "name=x,distinct_id=customer,time=at")
	o.BatchRows = 1
	var seen []importer.Progress
	o.Progress = func(p importer.Progress) { seen = append(seen, p) }
	_, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	require.Len(t, seen, 2)
	require.Equal(t, int64(len(orders)), seen[1].Total)
	require.Equal(t, int64(len(orders)), seen[1].Bytes)
	require.Equal(t, int64(2), seen[1].Rows)
}

func TestFaultsOfMappings(t *testing.T) {
	t.Parallel()
	_, err := importer.ParseMapping(`{"name":"","distinct_id":"","timezone":"Mars","format":"xls","properties":[{"name":"a","type":"int"}],"skip":[{"column":"a","op":"near"}]}`)
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Len(t, f.Details, 8)
	_, err = importer.ParseMapping(`{"nome":"x"}`)
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	_, err = importer.ParseMapping(`name=x,nonsense`)
	require.Equal(t, fault.Invalid, fault.KindOf(err))

	b := ingesttest.New(t)
	_, err = importer.Run(t.Context(), options(t, b, write(t, "log.csv", orders), "name=x,distinct_id=custommer,time=at"))
	require.ErrorContains(t, err, "custommer")
	_, err = importer.Run(t.Context(), options(t, b, filepath.Join(t.TempDir(), "none.csv"), "name=x,distinct_id=c,time=at"))
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	_, err = importer.Run(t.Context(), options(t, b, write(t, "a.parquet", "no parquet"), "name=x,distinct_id=c,time=at"))
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}

func TestMappingIsPrintedAsItIsRead(t *testing.T) {
	t.Parallel()
	m := mapping(t, "name=order_paid,distinct_id=customer_id,time=date:20060102,amount:number=dollar_value,total:number=a*b,id=x+y,user.city=town,*=*,c='é'")
	require.Equal(t, m, mapping(t, m.String()))
	require.Equal(t, []string{"a", "b"}, m.Properties[1].Multiply)
	require.Equal(t, []string{"x", "y"}, m.ID)
}

func TestGuess(t *testing.T) {
	t.Parallel()
	chinese, err := simplifiedchinese.GB18030.NewEncoder().String("会员编号,下单时间,金额,城市,邮编\n00012,2026年1月31日,12.5,杭州,010020\n00013,2026年2月1日,3,北京,010030\n")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		text, name, who, when, layout string
		types                         map[string]string
	}{
		"orders.csv": {
			text: "Customer ID,Invoice Date,Amount,paid\n1,2026-01-31 09:00:00,2.5,true\n", name: "orders", who: "Customer ID", when: "Invoice Date",
			layout: time.DateTime, types: map[string]string{"Amount": "number", "paid": "bool"},
		},
		"behaviour.jsonl": {text: `{"uid":1,"ts":1700000000,"event":"click","page":"/a"}`, name: "{event}", who: "uid", when: "ts", layout: "unix", types: map[string]string{"page": ""}},
		"web.log.tsv":     {text: "visitor_id\ttimestamp\n7\t1700000000123\n", name: "web", who: "visitor_id", when: "timestamp", layout: "unix_ms"},
		"订单.csv":          {text: chinese, name: "订单", who: "会员编号", when: "下单时间", layout: "2006年1月2日", types: map[string]string{"金额": "number", "城市": "", "邮编": ""}},
		"headless.txt":    {text: "00001 19970101 1 11.77\n", name: "headless", who: "", when: "column_2", layout: "20060102", types: map[string]string{"column_3": "number"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			preview, err := importer.Guess(write(t, name, c.text))
			require.NoError(t, err)
			m := preview.Mapping
			require.Equal(t, c.name, m.Name)
			require.Equal(t, c.who, m.DistinctID)
			require.Equal(t, importer.Time{Column: c.when, Layout: c.layout}, m.Time)
			require.Empty(t, preview.Faults)
			require.Equal(t, c.who != "", len(preview.Events) > 0)
			types := map[string]string{}
			for _, p := range m.Properties {
				types[p.Column] = p.Type
			}
			for column, kind := range c.types {
				require.Equal(t, kind, types[column], column)
			}
		})
	}
}

func TestGuessOfWholeEvents(t *testing.T) {
	t.Parallel()
	preview, err := importer.Guess(write(t, "events.jsonl", `{"id":"e1","name":"pay","time":"2026-01-31T09:00:00Z","user_id":"u","properties":{"amount":25,"id":"o7"}}`))
	require.NoError(t, err)
	require.Equal(t, "{name}", preview.Mapping.Name)
	require.Equal(t, []string{"id"}, preview.Mapping.ID)
	require.Len(t, preview.Events, 1)
	require.Equal(t, event.Properties{"amount": event.Num(25), "id": event.Text("o7")}, preview.Events[0].Properties)
}
