package tracking

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/store/meta"
)

// pixel is a transparent picture of one point.
const pixel = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

// Pixel gives the bytes of the open picture, an image/gif.
func Pixel() []byte {
	raw, err := base64.StdEncoding.DecodeString(pixel)
	if err != nil {
		panic(err) // a constant
	}
	return raw
}

// Service records what people do with links. It is safe for concurrent use.
type Service struct {
	db     *meta.DB
	signer *Signer
	sink   event.Sink
	clock  clock.Clock
	logger *slog.Logger
}

// New makes a Service that reads tokens of the signer.
func New(db *meta.DB, signer *Signer, sink event.Sink, clk clock.Clock, logger *slog.Logger) *Service {
	return &Service{db: db, signer: signer, sink: sink, clock: clk, logger: logger}
}

// message is what the row of a message says about where its events belong.
type message struct {
	id, campaign, campaignName string
	project, distinctID        string
	known                      bool
	addressKey                 string
	unsubscribedAt             int64
}

func (s *Service) message(ctx context.Context, messageID string) (*message, error) {
	m := &message{id: messageID}
	err := s.db.QueryRow(ctx, "reach.tracked_message", messageID).
		Scan(&m.campaign, &m.project, &m.distinctID, &m.known, &m.addressKey, &m.unsubscribedAt, &m.campaignName)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errToken()
	}
	return m, err
}

// event makes one occurrence; it gets an id of its own.
func (s *Service) event(m *message, name string, extra event.Properties) *event.Event {
	now := s.clock.Now()
	properties := event.Properties{
		"campaign_id": event.Text(m.campaign),
		"campaign":    event.Text(m.campaignName),
		"channel":     event.Text("email"),
		"message_id":  event.Text(m.id),
	}
	for name, value := range extra {
		properties[name] = value
	}
	return &event.Event{
		ID: id.New("evt", now), Project: m.project, Name: name, Time: now.UnixMilli(), ReceivedAt: now.UnixMilli(),
		DistinctID: m.distinctID, Known: m.known, Properties: properties, Protocol: "weir",
	}
}

// Open records that the picture of a message was loaded. The token may end in «.gif».
func (s *Service) Open(ctx context.Context, token string) error {
	messageID, _, err := s.signer.read(strings.TrimSuffix(token, ".gif"), open)
	if err != nil || messageID == TestMessage {
		return err
	}
	m, err := s.message(ctx, messageID)
	if err != nil {
		return err
	}
	// The event first: a row that says «opened» without its event would be a loss nobody notices.
	if err := s.sink.Append(ctx, []*event.Event{s.event(m, event.NameMessageOpened, nil)}); err != nil {
		return fmt.Errorf("append the opening: %w", err)
	}
	_, err = s.db.Exec(ctx, "reach.opened", messageID, s.clock.Now().UnixMilli())
	return err
}

// Click records a click and gives the address to go to. When only the recording
// failed it still gives the address, and logs the loss.
func (s *Service) Click(ctx context.Context, token string) (url string, err error) {
	messageID, idx, err := s.signer.read(token, click)
	if err != nil {
		return "", err
	}
	m, err := s.message(ctx, messageID)
	if err != nil {
		return "", err
	}
	if err := s.db.QueryRow(ctx, "reach.link_url", m.campaign, idx).Scan(&url); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return "", errToken()
		}
		return "", err
	}
	if err := s.recordClick(ctx, m, idx, url); err != nil {
		s.logger.ErrorContext(ctx, "click was not recorded", "message_id", messageID, "error", err)
	}
	return url, nil
}

func (s *Service) recordClick(ctx context.Context, m *message, idx int, url string) error {
	clicked := s.event(m, event.NameMessageClicked, event.Properties{"url": event.Text(url)})
	if err := s.sink.Append(ctx, []*event.Event{clicked}); err != nil {
		return fmt.Errorf("append the click: %w", err)
	}
	now := s.clock.Now().UnixMilli()
	return s.db.Tx(ctx, func(tx *meta.Tx) error {
		if _, err := tx.Exec(ctx, "reach.clicked", m.id, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "reach.click_count", m.id, m.campaign, idx, now)
		return err
	})
}

// Unsubscribe suppresses the addressee of a message in its project. Doing it again changes nothing.
func (s *Service) Unsubscribe(ctx context.Context, token string) error {
	messageID, _, err := s.signer.read(token, unsubscribe)
	if err != nil || messageID == TestMessage {
		return err
	}
	m, err := s.message(ctx, messageID)
	if err != nil {
		return err
	}
	if m.addressKey == "" {
		return fault.New(fault.NotFound, "this message went to no address")
	}
	now := s.clock.Now().UnixMilli()
	return s.db.Tx(ctx, func(tx *meta.Tx) error {
		if _, err := tx.Exec(ctx, "reach.suppress", m.project, m.addressKey, "unsubscribed", m.campaign, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "reach.unsubscribed", messageID, now)
		return err
	})
}

// Page gives the HTML of the unsubscription page in the reader's language: it
// asks, or says that it is done when done is true or was before. It changes nothing.
func (s *Service) Page(ctx context.Context, token, acceptLanguage string, done bool) ([]byte, error) {
	messageID, _, err := s.signer.read(token, unsubscribe)
	if err != nil {
		return nil, err
	}
	if messageID != TestMessage {
		m, err := s.message(ctx, messageID)
		if err != nil {
			return nil, err
		}
		done = done || m.unsubscribedAt != 0
	}
	return page(acceptLanguage, done), nil
}
