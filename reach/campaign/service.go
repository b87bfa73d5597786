package campaign

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/reach/template"
)

// maxHoldout bounds the hold-out: above it nobody is contacted worth speaking of.
const maxHoldout = 90

// Service keeps campaigns and, between Start and Stop, sends them. It is safe for concurrent use.
type Service struct {
	Config
	worker *worker
}

// New makes a Service; it can edit and report at once, and sends after Start.
func New(c Config) *Service {
	c.Options = c.Options.withDefaults()
	s := &Service{Config: c}
	s.worker = newWorker(c)
	return s
}

// Start settles what an earlier process left in doubt and begins to send.
func (s *Service) Start(ctx context.Context) error { return s.worker.Start(ctx) }

// Stop lets messages on their way finish and ends sending; the rest waits for the next Start.
func (s *Service) Stop() { s.worker.Stop() }

// Create stores a draft. Drafts may be incomplete; what cannot be right is refused.
func (s *Service) Create(ctx context.Context, project string, in Input) (*Campaign, error) {
	if err := check(&in); err != nil {
		return nil, err
	}
	goal, err := encodeGoal(in.Goal)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now()
	campaignID := id.New("cmp", now)
	if _, err := s.DB.Exec(ctx, "reach.campaign_insert", campaignID, project, in.Name, in.Segment, in.Content.Subject, in.Content.HTML, in.Content.Text,
		in.HoldoutPercent, goal, in.RatePerMinute, now.UnixMilli()); err != nil {
		return nil, fmt.Errorf("store campaign: %w", err)
	}
	return s.Get(ctx, project, campaignID)
}

// Update replaces what the operator wrote. After sending has begun only the name and the goal may change.
func (s *Service) Update(ctx context.Context, project, campaignID string, in Input) (*Campaign, error) {
	if err := check(&in); err != nil {
		return nil, err
	}
	old, err := s.Get(ctx, project, campaignID)
	if err != nil {
		return nil, err
	}
	goal, err := encodeGoal(in.Goal)
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now().UnixMilli()
	if old.Status != Draft {
		if in.Segment != old.Segment || in.Content != old.Content || in.HoldoutPercent != old.HoldoutPercent || in.RatePerMinute != old.RatePerMinute {
			return nil, fault.New(fault.Conflict, "sending has begun: only the name and the goal can still change")
		}
		_, err = s.DB.Exec(ctx, "reach.campaign_update_goal", project, campaignID, in.Name, goal, now)
	} else {
		err = s.changed(s.DB.Exec(ctx, "reach.campaign_update", project, campaignID, in.Name, in.Segment, in.Content.Subject, in.Content.HTML, in.Content.Text,
			in.HoldoutPercent, goal, in.RatePerMinute, now))
	}
	if err != nil {
		return nil, fmt.Errorf("update campaign: %w", err)
	}
	return s.Get(ctx, project, campaignID)
}

// Delete removes a draft.
func (s *Service) Delete(ctx context.Context, project, campaignID string) error {
	if _, err := s.Get(ctx, project, campaignID); err != nil {
		return err
	}
	if err := s.changed(s.DB.Exec(ctx, "reach.campaign_delete", project, campaignID)); err != nil {
		return fmt.Errorf("delete campaign: %w", err)
	}
	return nil
}

// changed turns «no row» of a guarded statement into a Conflict.
func (s *Service) changed(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "the campaign's status does not allow this; reload it")
	}
	return err
}

// Get gives one campaign, or a NotFound fault.
func (s *Service) Get(ctx context.Context, project, campaignID string) (*Campaign, error) {
	c, err := scanCampaign(s.DB.QueryRow(ctx, "reach.campaign", project, campaignID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "there is no such campaign in this project")
	}
	return c, err
}

// List gives a project's campaigns, newest first.
func (s *Service) List(ctx context.Context, project string) ([]*Campaign, error) {
	rows, err := s.DB.Query(ctx, "reach.campaigns", project)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(r *sql.Rows) (*Campaign, error) { return scanCampaign(r) })
}

// UsingSegment gives the names of the campaigns that were made for a segment.
func (s *Service) UsingSegment(ctx context.Context, project, segmentID string) ([]string, error) {
	rows, err := s.DB.Query(ctx, "reach.campaigns_of_segment", project, segmentID)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(r *sql.Rows) (name string, err error) { return name, r.Scan(&name) })
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) (all []T, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	all = []T{}
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// scanner is a row of either kind.
type scanner interface{ Scan(into ...any) error }

func scanCampaign(row scanner) (*Campaign, error) {
	var c Campaign
	var goal string
	if err := row.Scan(&c.ID, &c.Project, &c.Name, &c.Status, &c.Segment, &c.Content.Subject, &c.Content.HTML, &c.Content.Text, &c.HoldoutPercent,
		&goal, &c.RatePerMinute, &c.Problem, &c.Audience, &c.Planned, &c.CreatedAt, &c.UpdatedAt, &c.StartedAt, &c.FinishedAt); err != nil {
		return nil, err
	}
	if goal != "" {
		c.Goal = new(Goal)
		if err := json.Unmarshal([]byte(goal), c.Goal); err != nil {
			return nil, fmt.Errorf("read the goal of campaign %s: %w", c.ID, err)
		}
	}
	return &c, nil
}

func encodeGoal(g *Goal) (string, error) {
	if g == nil {
		return "", nil
	}
	text, err := json.Marshal(g)
	return string(text), err
}

// check refuses what no draft may hold, with every fault, and trims the name.
func check(in *Input) error {
	var faults fault.List
	in.Name = strings.TrimSpace(in.Name)
	if n := utf8.RuneCountInString(in.Name); n == 0 || n > 200 {
		faults.Add("name", "give the campaign a name of at most 200 characters")
	}
	if !(in.HoldoutPercent >= 0 && in.HoldoutPercent <= maxHoldout) {
		faults.Add("holdout_percent", "must lie between 0 and %d", maxHoldout)
	}
	if in.RatePerMinute < 0 || in.RatePerMinute > 1_000_000 {
		faults.Add("rate_per_minute", "must lie between 0 (no limit) and 1,000,000")
	}
	if in.Goal != nil {
		if in.Goal.Event == "" {
			faults.Add("goal.event", "choose the event that counts as a conversion")
		}
		if in.Goal.Days < 1 || in.Goal.Days > 365 {
			faults.Add("goal.days", "must lie between 1 and 365")
		}
	}
	return faults.Err("the campaign cannot be stored like this")
}

// checkComplete refuses what cannot be sent, with every fault, and compiles the content.
func checkComplete(c *Campaign) (*template.Template, error) {
	var faults fault.List
	if c.Segment == "" {
		faults.Add("segment", "choose whom it goes to")
	}
	t, problems := template.Compile(c.Content)
	for _, p := range problems {
		faults.Add(p.Where, "line %d: %s", p.Line, p.What)
	}
	return t, faults.Err("the campaign is not ready to be sent")
}
