package tracking_test

import (
	"bytes"
	"context"
	"errors"
	"image/gif"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/reach/tracking"
	"github.com/weirhq/weir/store/meta"
)

const public = "https://weir.example.com"

// sink keeps events, or fails.
type sink struct {
	mu     sync.Mutex
	events []*event.Event
	err    error
}

func (s *sink) Append(_ context.Context, events []*event.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.events = append(s.events, events...)
	return nil
}

func (s *sink) names() (names []string) {
	for _, e := range s.events {
		names = append(names, e.Name)
	}
	return names
}

type bench struct {
	*tracking.Service
	db     *meta.DB
	sink   *sink
	clock  *clock.Manual
	signer *tracking.Signer
}

// setup has one campaign with one link and the message msg_m1 to a@example.com.
func setup(t *testing.T) *bench {
	t.Helper()
	db, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	exec := func(name string, args ...any) {
		_, err := db.Exec(t.Context(), name, args...)
		require.NoError(t, err, name)
	}
	exec("account.project_insert", "p1", "p1", "UTC", 1, "CNY", "k", 0, 1)
	exec("reach.campaign_insert", "cmp_1", "p1", "Spring", "seg_1", "s", "h", "t", 10.0, "", 0, 1)
	exec("reach.link_insert", "cmp_1", "https://shop.example.com/?a=1&b=2")
	exec("reach.message_insert", "msg_m1", "cmp_1", "p1", 7, "u1", true, "A@example.com", "a@example.com", "treatment", "queued", 1, 0)
	b := &bench{db: db, sink: &sink{}, clock: clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), signer: tracking.NewSigner([]byte("key"))}
	b.Service = tracking.New(db, b.signer, b.sink, b.clock, slog.New(slog.DiscardHandler))
	return b
}

func token(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }

func (b *bench) open() string { return token(b.signer.OpenURL(public, "msg_m1")) }
func (b *bench) click(idx int) string {
	return token(b.signer.ClickURL(public, "msg_m1", idx))
}
func (b *bench) unsubscribe() string { return token(b.signer.UnsubscribeURL(public, "msg_m1")) }

// times gives opened, clicked and unsubscribed of the message.
func (b *bench) times(t *testing.T) (opened, clicked, unsubscribed int64) {
	t.Helper()
	rows, err := b.db.Query(t.Context(), "reach.messages", "cmp_1", "", "", 10, 0)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	require.True(t, rows.Next())
	var skip any
	require.NoError(t, rows.Scan(&skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &skip, &opened, &clicked, &unsubscribed))
	return opened, clicked, unsubscribed
}

func TestOpensAndClicks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.clock.Now().UnixMilli()
	require.NoError(t, b.Open(t.Context(), b.open()))
	b.clock.Advance(time.Minute)
	require.NoError(t, b.Open(t.Context(), b.open()))
	url, err := b.Click(t.Context(), b.click(0))
	require.NoError(t, err)
	require.Equal(t, "https://shop.example.com/?a=1&b=2", url)
	b.clock.Advance(time.Minute)
	_, err = b.Click(t.Context(), b.click(0))
	require.NoError(t, err)

	opened, clicked, _ := b.times(t)
	require.Equal(t, first, opened, "the first time stays")
	require.Equal(t, first+60_000, clicked)
	require.Equal(t, []string{event.NameMessageOpened, event.NameMessageOpened, event.NameMessageClicked, event.NameMessageClicked}, b.sink.names())
	ids := map[string]bool{}
	for _, e := range b.sink.events {
		ids[e.ID] = true
		require.Equal(t, "p1", e.Project)
		require.Equal(t, "u1", e.DistinctID)
		require.True(t, e.Known)
		require.Equal(t, "cmp_1", e.Properties["campaign_id"].Str)
		require.Equal(t, "Spring", e.Properties["campaign"].Str)
		require.Equal(t, "msg_m1", e.Properties["message_id"].Str)
	}
	require.Len(t, ids, 4, "each occurrence is an event")
	require.Equal(t, url, b.sink.events[2].Properties["url"].Str)

	var clicks, persons int
	var got string
	require.NoError(t, b.db.QueryRow(t.Context(), "reach.links", "cmp_1", 10).Scan(&got, &clicks, &persons))
	require.Equal(t, 2, clicks)
	require.Equal(t, 1, persons)
}

func TestClickOpens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.Click(t.Context(), b.click(0))
	require.NoError(t, err)
	opened, clicked, _ := b.times(t)
	require.Equal(t, clicked, opened)
	require.NotZero(t, opened)
}

func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	b := setup(t)
	suppressed := func() (n int) {
		require.NoError(t, b.db.QueryRow(t.Context(), "reach.is_suppressed", "p1", "a@example.com").Scan(&n))
		return n
	}
	page, err := b.Page(t.Context(), b.unsubscribe(), "zh-CN,zh;q=0.9,en;q=0.8", false)
	require.NoError(t, err)
	require.Contains(t, string(page), "确认退订")
	require.Contains(t, string(page), `<form method="post">`)
	require.Zero(t, suppressed(), "looking changes nothing")

	at := b.clock.Now().UnixMilli()
	for range 3 {
		require.NoError(t, b.Unsubscribe(t.Context(), b.unsubscribe()))
		b.clock.Advance(time.Hour)
	}
	require.Equal(t, 1, suppressed())
	_, _, unsubscribed := b.times(t)
	require.Equal(t, at, unsubscribed)
	require.Empty(t, b.sink.events, "the event follows from the outbox")

	page, err = b.Page(t.Context(), b.unsubscribe(), "en-GB", false)
	require.NoError(t, err)
	require.Contains(t, string(page), "You are unsubscribed")
	require.NotContains(t, string(page), "<form")
}

func TestForgedTokensDoNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := tracking.NewSigner([]byte("another key"))
	good := b.click(0)
	sameBytes := good[:len(good)-1] + string(good[len(good)-1]+1) // another spelling: the last digit's lower bits are padding
	for _, forged := range []string{
		"", "x", sameBytes, good[1:], good + "A", strings.Replace(good, "c0-", "c1-", 1), strings.Replace(good, "c0-", "u-", 1), strings.Replace(good, "c0-", "c-", 1), strings.Replace(good, "m1", "m2", 1),
		strings.Replace(good, "c0-", "c00-", 1), strings.ToUpper(good), good[:len(good)-1] + "*", token(other.ClickURL(public, "msg_m1", 0)), b.open(), b.unsubscribe(),
		token(b.signer.ClickURL(public, "msg_m1", 99)), token(b.signer.ClickURL(public, "msg_gone", 0)), "../" + good, good + "\n", strings.Repeat("a", 100_000),
	} {
		_, err := b.Click(t.Context(), forged)
		require.Equal(t, fault.NotFound, fault.KindOf(err), "%q", forged)
	}
	for _, forged := range []string{good, b.open(), strings.Replace(good, "c0-", "u-", 1), token(other.UnsubscribeURL(public, "msg_m1"))} {
		require.Equal(t, fault.NotFound, fault.KindOf(b.Unsubscribe(t.Context(), forged)))
		_, err := b.Page(t.Context(), forged, "", true)
		require.Equal(t, fault.NotFound, fault.KindOf(err))
	}
	require.Equal(t, fault.NotFound, fault.KindOf(b.Open(t.Context(), b.unsubscribe())))
	require.Empty(t, b.sink.events)
	opened, clicked, unsubscribed := b.times(t)
	require.Zero(t, opened+clicked+unsubscribed)
}

func TestPeopleReachTheLinkWhenRecordingFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.sink.err = errors.New("disk full")
	url, err := b.Click(t.Context(), b.click(0))
	require.NoError(t, err)
	require.NotEmpty(t, url)
	require.Error(t, b.Open(t.Context(), b.open()))
	opened, clicked, _ := b.times(t)
	require.Zero(t, opened+clicked, "a row never says more than the events")
}

func TestTestMailsRecordNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	require.NoError(t, b.Open(t.Context(), token(b.signer.OpenURL(public, tracking.TestMessage))))
	u := token(b.signer.UnsubscribeURL(public, tracking.TestMessage))
	require.NoError(t, b.Unsubscribe(t.Context(), u))
	_, err := b.Page(t.Context(), u, "", true)
	require.NoError(t, err)
	require.Empty(t, b.sink.events)
}

func TestPageLanguageAndSafety(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for header, lang := range map[string]string{"": "en", "zh": "zh-CN", "zh-TW;q=0.5, en;q=0.9": "en", "fr, zh;q=0.3": "zh-CN", "en,zh": "en", "de": "en", ";;q=x,": "en"} {
		page, err := b.Page(t.Context(), b.unsubscribe(), header, false)
		require.NoError(t, err)
		require.Contains(t, string(page), `<html lang="`+lang+`">`, header)
		require.NotContains(t, string(page), "example.com", "no personal data and nothing loaded from elsewhere")
	}
}

func TestPixelIsAPicture(t *testing.T) {
	t.Parallel()
	picture, err := gif.Decode(bytes.NewReader(tracking.Pixel()))
	require.NoError(t, err)
	require.Equal(t, 1, picture.Bounds().Dx())
}
