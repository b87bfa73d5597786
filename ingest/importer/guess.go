package importer

import (
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir/event"
)

// Preview is a guessed mapping and what it makes of the first rows.
type Preview struct {
	Mapping Mapping
	Columns []Column
	Events  []*event.Event // of the first rows
	Faults  []string       // rows of the sample that would be rejected
}

// Column is what the first rows show of a column.
type Column struct {
	Name   string
	Type   string // string, number, bool, time or list
	Sample string // the first value that is not empty
}

// sampleRows is how many rows a guess looks at.
const sampleRows = 200

// The names by which people call the columns that matter, best first. They are
// compared in lower case, without spaces and underscores.
var (
	whoNames = []string{
		"distinctid", "userid", "customerid", "memberid", "buyerid", "clientid", "visitorid", "personid", "accountid", "uid", "openid", "unionid",
		"user", "customer", "member", "visitor", "caseid", "email", "phone", "mobile", "用户id", "用户编号", "会员id", "会员编号", "会员号", "客户编号", "客户id", "用户", "手机号",
	}
	whenNames = []string{
		"time", "timestamp", "eventtime", "datetime", "date", "occurredat", "createdat", "created", "at", "ts", "orderdate", "invoicedate", "purchasedate",
		"day", "时间", "日期", "事件时间", "下单时间", "支付时间", "创建时间", "交易时间",
	}
	whatNames = []string{"event", "eventname", "eventtype", "activity", "action", "behavior", "behaviour", "事件", "事件名", "行为"}
	idNames   = []string{"eventid", "messageid", "insertid", "uuid", "trackid"}
)

// Guess proposes a mapping by the names and the first values of a file's
// columns. It always gives one; Check of it tells what could not be guessed.
func Guess(path string) (Preview, error) {
	var p Preview
	rows, columns, err := sample(path, &p.Mapping)
	if err != nil {
		return p, err
	}
	for _, name := range columns {
		p.Columns = append(p.Columns, inspect(name, rows))
	}
	p.fill(path)
	p.try(path, rows, columns)
	return p, nil
}

// sample reads the first rows. A file that is no UTF-8 is taken for GB 18030.
func sample(path string, m *Mapping) (rows []row, columns []string, err error) {
	r, _, err := open(path, m)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	columns = slices.Clone(r.header())
	for len(rows) < sampleRows {
		next, err := r.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if _, bad := errors.AsType[*rowError](err); bad {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, row{number: next.number, columns: next.columns, values: slices.Clone(next.values), object: next.object})
	}
	if columns == nil {
		for i := range rows {
			for _, name := range rows[i].names() {
				if !slices.Contains(columns, name) {
					columns = append(columns, name)
				}
			}
		}
	}
	if m.Encoding == "" && broken(rows, columns) {
		m.Encoding = "gb18030"
		return sample(path, m)
	}
	return rows, columns, nil
}

func broken(rows []row, columns []string) bool {
	invalid := func(s string) bool { return strings.ToValidUTF8(s, "") != s }
	if slices.ContainsFunc(columns, invalid) {
		return true
	}
	return slices.ContainsFunc(rows, func(r row) bool {
		return slices.ContainsFunc(r.values, func(v event.Value) bool { return invalid(v.Str) })
	})
}

func inspect(name string, rows []row) Column {
	c := Column{Name: name}
	for i := range rows {
		v := rows[i].value(name)
		if v.Kind == event.Missing {
			continue
		}
		if c.Sample == "" {
			c.Sample = v.Text()
		}
		if kind := typeOf(v); c.Type == "" {
			c.Type = kind
		} else if c.Type != kind {
			c.Type = "string"
		}
	}
	if c.Type == "" {
		c.Type = "string"
	}
	return c
}

var leadingZero = regexp.MustCompile(`^0\d`)

func typeOf(v event.Value) string {
	if v.Kind != event.String {
		return v.Kind.String()
	}
	// Digits that begin with 0 are a code (a postcode, a phone number).
	if _, err := strconv.ParseFloat(v.Str, 64); err == nil && !leadingZero.MatchString(v.Str) {
		return "number"
	}
	switch {
	case strings.EqualFold(v.Str, "true"), strings.EqualFold(v.Str, "false"):
		return "bool"
	case layoutOf(v.Str) != "":
		return "time"
	}
	return "string"
}

// fill makes the mapping from what the columns look like.
func (p *Preview) fill(path string) {
	m := &p.Mapping
	who, when, what, id := p.find(whoNames), p.when(), p.find(whatNames), p.find(idNames)
	if id == "" && p.ofEvents() {
		id = p.find([]string{"id"})
	}
	if what == "" && p.ofEvents() {
		what = p.find([]string{"name"})
	}
	m.DistinctID = who
	m.Time = Time{Column: when, Layout: p.layout(when)}
	if id != "" {
		m.ID = []string{id}
	}
	m.Name = "{" + what + "}"
	if what == "" {
		m.Name = nameFromFile(path)
	}
	for _, c := range p.Columns {
		if slices.Contains([]string{who, when, what, id}, c.Name) {
			continue
		}
		name := strings.TrimPrefix(strings.ReplaceAll(c.Name, " ", "_"), nested)
		property := Property{Name: name, Column: c.Name}
		if c.Type != "string" && c.Type != "list" {
			property.Type = c.Type
		}
		m.Properties = append(m.Properties, property)
	}
}

// nested is how the properties of a file of whole events begin, as an SDK sends them.
const nested = "properties."

// ofEvents says whether the rows are whole events. Only there «id» and «name» are
// surely the event's; in a table of orders they may be anybody's.
func (p *Preview) ofEvents() bool {
	return slices.ContainsFunc(p.Columns, func(c Column) bool { return strings.HasPrefix(c.Name, nested) })
}

// find gives the column with the best of the names.
func (p *Preview) find(names []string) string {
	for _, wanted := range names {
		for _, c := range p.Columns {
			plain := strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(c.Name))
			if plain == wanted {
				return c.Name
			}
		}
	}
	return ""
}

// when gives the column of the time: by its name, otherwise the first that holds times.
func (p *Preview) when() string {
	if name := p.find(whenNames); name != "" {
		return name
	}
	for _, c := range p.Columns {
		if c.Type == "time" {
			return c.Name
		}
	}
	for _, c := range p.Columns { // such as 20260131, which is a number, too
		if c.Type == "number" && len(c.Sample) == len("20060102") && layoutOf(c.Sample) != "" {
			return c.Name
		}
	}
	return ""
}

func (p *Preview) layout(column string) string {
	for _, c := range p.Columns {
		if c.Name != column {
			continue
		}
		if layout := layoutOf(c.Sample); layout != "" {
			return layout
		}
		f, err := strconv.ParseFloat(c.Sample, 64)
		switch {
		case err != nil:
			return ""
		case f > 1e11:
			return "unix_ms"
		default:
			return "unix"
		}
	}
	return ""
}

var notName = regexp.MustCompile(`[^a-z0-9_\p{Han}]+`)

func nameFromFile(path string) string {
	base := strings.ToLower(filepath.Base(path))
	for ext := filepath.Ext(base); ext != ""; ext = filepath.Ext(base) {
		base = strings.TrimSuffix(base, ext)
	}
	if name := strings.Trim(notName.ReplaceAllString(base, "_"), "_"); name != "" {
		return name
	}
	return "imported"
}

// try applies the mapping to the sample, as far as it is complete.
func (p *Preview) try(path string, rows []row, columns []string) {
	const shown = 5
	if p.Mapping.Check() != nil {
		return
	}
	mapper, err := newMapper(&p.Mapping, path, columns)
	if err != nil {
		p.Faults = append(p.Faults, err.Error())
		return
	}
	for i := range rows {
		e, err := mapper.event(&rows[i])
		switch {
		case err != nil && len(p.Faults) < shown:
			p.Faults = append(p.Faults, "row "+strconv.FormatInt(rows[i].number, 10)+": "+err.Error())
		case err == nil && e != nil && len(p.Events) < shown:
			p.Events = append(p.Events, e)
		}
	}
}
