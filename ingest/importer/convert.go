package importer

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest"
)

// mapper makes events of the rows of one file by a mapping.
type mapper struct {
	m        *Mapping
	source   string // the file's name, part of the ids
	name     template
	names    []template
	distinct template
	time     clockwork
	zone     *time.Location
	used     map[string]bool       // columns that the mapping names
	clocks   map[string]*clockwork // of the properties that are times
	sum      hash.Hash
}

// newMapper binds a mapping to a file's columns, nil when they are not known.
func newMapper(m *Mapping, path string, columns []string) (*mapper, error) {
	zone, err := time.LoadLocation(m.Timezone)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "The time zone %q is not known.", m.Timezone)
	}
	c := &mapper{
		m: m, zone: zone, source: strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), ".gz"), ".zst"),
		name: parseTemplate(m.Name, columns), distinct: parseTemplate(m.DistinctID, columns),
		time: clockwork{layout: m.Time.Layout, zone: zone}, used: map[string]bool{}, clocks: map[string]*clockwork{}, sum: sha256.New(),
	}
	if len(c.distinct.columns) == 0 {
		c.distinct = template{columns: []string{m.DistinctID}, texts: []string{"", ""}}
	}
	for _, rule := range m.Names {
		c.names = append(c.names, parseTemplate(rule.Name, columns))
	}
	c.use(m.Time.Column)
	c.use(m.ID...)
	c.use(c.name.columns...)
	c.use(c.distinct.columns...)
	for _, p := range append(slices.Clone(m.Properties), m.User...) {
		c.use(p.Column)
		c.use(p.Multiply...)
	}
	for _, r := range m.Skip {
		c.use(r.Column)
	}
	for _, r := range m.Names {
		c.use(r.Column)
	}
	return c, c.check(columns)
}

func (c *mapper) use(columns ...string) {
	for _, name := range columns {
		if name != "" {
			c.used[name] = true
		}
	}
}

// check says which columns of the mapping the file does not have.
func (c *mapper) check(columns []string) error {
	if columns == nil {
		return nil
	}
	var faults fault.List
	for name := range c.used {
		if !slices.Contains(columns, name) {
			faults.Add(name, "the file has no such column; it has %s", strings.Join(columns, ", "))
		}
	}
	return faults.Err("The mapping does not fit the file.")
}

// event makes the event of a row; nil when the mapping leaves the row out.
func (c *mapper) event(r *row) (*event.Event, error) {
	for i := range c.m.Skip {
		if c.m.Skip[i].holds(r) {
			return nil, nil //nolint:nilnil // «left out» is neither an event nor a fault
		}
	}
	e := &event.Event{Name: c.nameOf(r), DistinctID: c.distinct.text(r), Known: !c.m.Anonymous, Protocol: Protocol}
	if e.DistinctID == "" {
		return nil, unfit(strings.Join(c.distinct.columns, "+"), "is empty: nobody to whom the event belongs")
	}
	if e.Name == "" {
		return nil, unfit("name", "is empty")
	}
	if c.m.Time.Column != "" {
		text := r.value(c.m.Time.Column).Text()
		if text == "" {
			return nil, unfit(c.m.Time.Column, "is empty: the time is not known")
		}
		ms, err := c.time.read(text)
		if err != nil {
			return nil, unfit(c.m.Time.Column, "%v", err)
		}
		e.Time = ms
	}
	var err error
	if e.Properties, err = c.properties(r, c.m.Properties); err != nil {
		return nil, err
	}
	c.rest(r, e.Properties)
	if len(c.m.User) > 0 {
		set, err := c.properties(r, c.m.User)
		if err != nil {
			return nil, err
		}
		e.Profile = &event.Profile{Set: set}
	}
	e.ID = c.id(r)
	return e, nil
}

func (c *mapper) nameOf(r *row) string {
	for i := range c.m.Names {
		if c.m.Names[i].holds(r) {
			return c.names[i].text(r)
		}
	}
	return c.name.text(r)
}

func (c *mapper) rest(r *row, p event.Properties) {
	if !c.m.Rest {
		return
	}
	for _, name := range r.names() {
		if v := r.value(name); !c.used[name] && v.Kind != event.Missing {
			p[name] = v
		}
	}
}

// Protocol is the name that imported events carry.
const Protocol = "import"

var idAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// id makes the event's id: of the columns that the mapping names, or of the
// file's name, the row's number and its content.
func (c *mapper) id(r *row) string {
	c.sum.Reset()
	if len(c.m.ID) > 0 {
		parts := make([]string, len(c.m.ID))
		for i, column := range c.m.ID {
			parts[i] = r.value(column).Text()
		}
		if id := strings.Join(parts, ":"); len(id) <= ingest.MaxIDBytes {
			return id
		}
		c.write(parts...)
		return c.digest()
	}
	c.write(c.source, strconv.FormatInt(r.number, 10))
	if r.object != nil {
		for _, name := range r.object.Names() {
			c.write(name, r.object[name].Text())
		}
	}
	for _, v := range r.values {
		c.write(v.Text())
	}
	return c.digest()
}

// write adds texts to the hash so that no two lists of texts look alike.
func (c *mapper) write(texts ...string) {
	for _, t := range texts {
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(t)))
		_, _ = c.sum.Write(size[:])     // a hash never fails
		_, _ = io.WriteString(c.sum, t) // a hash never fails
	}
}

func (c *mapper) digest() string {
	return "imp_" + idAlphabet.EncodeToString(c.sum.Sum(nil)[:15])
}

func (c *mapper) properties(r *row, wanted []Property) (event.Properties, error) {
	out := make(event.Properties, len(wanted))
	for i := range wanted {
		v, err := c.property(r, &wanted[i])
		if err != nil {
			return nil, err
		}
		if v.Kind != event.Missing {
			out[wanted[i].Name] = v
		}
	}
	return out, nil
}

func (c *mapper) property(r *row, p *Property) (event.Value, error) {
	if len(p.Multiply) > 0 {
		return product(r, p.Multiply)
	}
	v, column := r.value(p.Column), p.Column
	if p.Value != nil {
		v, column = event.Text(*p.Value), p.Name
	}
	if v.Kind == event.Missing {
		return v, nil
	}
	switch p.Type {
	case "string":
		return event.Text(v.Text()), nil
	case "number":
		f, err := number(v, column)
		return event.Num(f), err
	case "bool":
		return truth(v, column)
	case "time":
		clock, ok := c.clocks[p.Name]
		if !ok {
			clock = &clockwork{zone: c.zone}
			c.clocks[p.Name] = clock
		}
		ms, err := clock.read(v.Text())
		if err != nil {
			return v, unfit(column, "%v", err)
		}
		return event.Text(time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z07:00")), nil
	case "list":
		if v.Kind == event.List {
			return v, nil
		}
		return event.Strings(strings.Split(v.Text(), "|")...), nil
	}
	return v, nil
}

func product(r *row, columns []string) (event.Value, error) {
	total := 1.0
	for _, column := range columns {
		v := r.value(column)
		if v.Kind == event.Missing {
			return event.Value{}, nil
		}
		f, err := number(v, column)
		if err != nil {
			return v, err
		}
		total *= f
	}
	// Products of decimal fractions: cut the noise behind the twelfth digit.
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(total, 'g', 12, 64), 64); err == nil {
		total = rounded
	}
	if math.IsInf(total, 0) || math.IsNaN(total) {
		return event.Value{}, unfit(strings.Join(columns, "*"), "is not a finite number")
	}
	return event.Num(total), nil
}

// number reads a number as people write it: with thousands separators, a
// currency sign or a percent sign.
func number(v event.Value, column string) (float64, error) {
	if v.Kind == event.Number || v.Kind == event.Bool {
		return v.Num, nil
	}
	text := v.Text()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		cleaned := strings.Trim(strings.ReplaceAll(text, ",", ""), " ¥￥$€£%")
		f, err = strconv.ParseFloat(cleaned, 64)
		if strings.HasSuffix(text, "%") {
			f /= 100
		}
	}
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, unfit(column, "%q is not a number", text)
	}
	return f, nil
}

func truth(v event.Value, column string) (event.Value, error) {
	switch strings.ToLower(v.Text()) {
	case "true", "1", "yes", "y", "t", "是":
		return event.Flag(true), nil
	case "false", "0", "no", "n", "f", "否":
		return event.Flag(false), nil
	}
	return v, unfit(column, "%q is neither true nor false", v.Text())
}
