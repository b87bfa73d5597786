package campaign_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/measure/assign"
	"github.com/weirhq/weir/person"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/channel"
	"github.com/weirhq/weir/reach/template"
	"github.com/weirhq/weir/reach/tracking"
	"github.com/weirhq/weir/store/meta"
)

// crowd is an audience of persons 0…n-1; address may say otherwise.
type crowd struct {
	n       int
	address func(p person.Ordinal) string
}

func (c crowd) Members(_ context.Context, _, segment string) (*roaring.Bitmap, error) {
	if segment != "seg_all" {
		return nil, fault.New(fault.NotFound, "no such segment")
	}
	all := roaring.New()
	all.AddRange(0, uint64(c.n))
	return all, nil
}

func (c crowd) contact(p person.Ordinal) campaign.Contact {
	address := fmt.Sprintf("person%d@example.com", p)
	if c.address != nil {
		address = c.address(p)
	}
	return campaign.ContactOf(p, fmt.Sprintf("p_%d", p), fmt.Sprintf("u%d", p), true, event.Properties{
		"email": event.Text(address), "name": event.Text(fmt.Sprintf("Person <%d>", p)),
	})
}

func (c crowd) Contacts(_ context.Context, _ string, persons []person.Ordinal) ([]campaign.Contact, error) {
	contacts := make([]campaign.Contact, len(persons))
	for i, p := range persons {
		contacts[i] = c.contact(p)
	}
	return contacts, nil
}

func (c crowd) Find(_ context.Context, _, id string) (campaign.Contact, error) {
	for p := range c.n {
		if contact := c.contact(person.Ordinal(p)); contact.ID == id || contact.DistinctID == id {
			return contact, nil
		}
	}
	return campaign.Contact{}, fault.New(fault.NotFound, "no such person")
}

// sink keeps events once per id, as the real one does.
type sink struct {
	mu      sync.Mutex
	events  map[string]*event.Event
	repeats int
	fail    func() error
}

func (s *sink) Append(_ context.Context, events []*event.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		if err := s.fail(); err != nil {
			return err
		}
	}
	for _, e := range events {
		if _, ok := s.events[e.ID]; ok {
			s.repeats++
		}
		s.events[e.ID] = e
	}
	return nil
}

func (s *sink) count(name string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Name == name {
			n++
		}
	}
	return n
}

func (s *sink) arm(arm string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Name == event.NameCampaignEntered && e.Properties["arm"].Str == arm {
			n++
		}
	}
	return n
}

// provider is a Sender in memory that keeps the contract.
type provider struct {
	mu        sync.Mutex
	delivered []*channel.Message
	before    func(m *channel.Message) error // before the handover
	after     func(m *channel.Message) error // instead of the answer
}

func (p *provider) Send(ctx context.Context, m *channel.Message, handover func() error) (channel.Receipt, error) {
	if p.before != nil {
		if err := p.before(m); err != nil {
			return channel.Receipt{}, err
		}
	}
	if ctx.Err() != nil {
		return channel.Receipt{}, &channel.Error{Class: channel.Temporary, Cause: ctx.Err()}
	}
	if err := handover(); err != nil {
		return channel.Receipt{}, err
	}
	if p.after != nil {
		if err := p.after(m); err != nil {
			return channel.Receipt{}, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delivered = append(p.delivered, m)
	return channel.Receipt{Answer: "ok"}, nil
}

func (p *provider) addresses() (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.delivered {
		all = append(all, m.To)
	}
	return all
}

// outlets gives the same outlet for every project.
type outlets struct {
	mu sync.Mutex
	channel.Outlet
	err error
}

func (o *outlets) Open(context.Context, string) (channel.Outlet, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.Outlet, o.err
}

func (o *outlets) set(outlet channel.Outlet) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Outlet = outlet
}

// bench is a campaign service over a provider in memory.
type bench struct {
	*campaign.Service
	config   campaign.Config
	db       *meta.DB
	clock    *clock.Manual
	sink     *sink
	provider *provider
	outlets  *outlets
}

func setup(t *testing.T, people crowd) *bench {
	t.Helper()
	folder := t.TempDir()
	db, err := meta.Open(t.Context(), filepath.Join(folder, "meta.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	_, err = db.Exec(t.Context(), "account.project_insert", "p1", "p1", "UTC", 1, "CNY", "k", 0, 1)
	require.NoError(t, err)
	b := &bench{db: db, clock: clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), sink: &sink{events: map[string]*event.Event{}}, provider: &provider{}}
	b.outlets = &outlets{Outlet: channel.Outlet{Sender: b.provider, Name: "email", PublicURL: "https://weir.example.com", Connections: 4}}
	b.config = campaign.Config{
		DB: db, Clock: b.clock, Logger: slog.New(slog.DiscardHandler), Audience: people, People: people, Channels: b.outlets, Assign: assign.Fraction,
		Sink: b.sink, Signer: tracking.NewSigner([]byte("key")), JournalPath: filepath.Join(folder, "handover.log"),
		Options: campaign.Options{Poll: 5 * time.Millisecond, HoldFirst: time.Millisecond, HoldMost: 2 * time.Millisecond, PlanChunk: 7},
	}
	b.restart(t)
	return b
}

// restart makes a new service on the same data; it is not started.
func (b *bench) restart(t *testing.T) {
	t.Helper()
	if b.Service != nil {
		b.Stop()
	}
	b.Service = campaign.New(b.config)
	t.Cleanup(b.Stop)
}

func input() campaign.Input {
	return campaign.Input{
		Name: "Spring", Segment: "seg_all", HoldoutPercent: 20, Goal: &campaign.Goal{Event: "order_paid", Value: "amount", Days: 7},
		Content: template.Content{Subject: "Hi {{ person.name }}", HTML: `<p>{{ person.name }} <a href="https://shop.example.com/">shop</a></p>`},
	}
}

func (b *bench) create(t *testing.T, change func(*campaign.Input)) *campaign.Campaign {
	t.Helper()
	in := input()
	if change != nil {
		change(&in)
	}
	c, err := b.Create(t.Context(), "p1", in)
	require.NoError(t, err)
	return c
}

// begin creates a campaign and sends it.
func (b *bench) begin(t *testing.T, change func(*campaign.Input)) *campaign.Campaign {
	t.Helper()
	c := b.create(t, change)
	require.NoError(t, b.Start(t.Context()))
	c, err := b.Send(t.Context(), "p1", c.ID)
	require.NoError(t, err)
	return c
}

// until waits for a status and gives the campaign.
func (b *bench) until(t *testing.T, id string, statuses ...campaign.Status) *campaign.Campaign {
	t.Helper()
	var c *campaign.Campaign
	eventually(t, func() bool {
		var err error
		c, err = b.Get(t.Context(), "p1", id)
		require.NoError(t, err)
		return slices.Contains(statuses, c.Status)
	}, "status %v", statuses)
	return c
}

func eventually(t *testing.T, is func() bool, words ...any) {
	t.Helper()
	require.Eventually(t, is, 30*time.Second, 2*time.Millisecond, words...)
}

func (b *bench) counts(t *testing.T, c *campaign.Campaign) campaign.Counts {
	t.Helper()
	counts, err := b.Counts(t.Context(), c)
	require.NoError(t, err)
	return counts
}

// once demands that no address got two messages and gives how many got one.
func once(t *testing.T, addresses []string) int {
	t.Helper()
	seen := map[string]bool{}
	for _, a := range addresses {
		require.False(t, seen[a], "%s got two messages", a)
		seen[a] = true
	}
	return len(seen)
}
