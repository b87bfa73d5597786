package campaign_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/measure/assign"
	"github.com/weirhq/weir/reach/campaign"
	"github.com/weirhq/weir/reach/channel/email"
	"github.com/weirhq/weir/reach/channel/email/smtptest"
	"github.com/weirhq/weir/reach/seal"
	"github.com/weirhq/weir/reach/tracking"
	"github.com/weirhq/weir/store/meta"
)

// killFolder names the data folder of a child process; it is empty in normal runs.
const killFolder = "WEIR_TEST_CAMPAIGN_FOLDER"

// killPersons is the audience that parent and child agree on.
const killPersons = 2000

// fileSink appends events to a file; a killed process loses nothing that was written.
type fileSink struct {
	mu   sync.Mutex
	file *os.File
}

func (s *fileSink) Append(_ context.Context, events []*event.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		if _, err := fmt.Fprintf(s.file, "%q\n", e.ID+" "+e.Name); err != nil {
			return err
		}
	}
	return nil
}

// open puts a service together on a folder as a program would.
func openFolder(tb testing.TB, folder string, persons int) (*campaign.Service, *email.Channel, *meta.DB) {
	tb.Helper()
	db, err := meta.Open(context.Background(), filepath.Join(folder, "meta.db"))
	require.NoError(tb, err)
	key, err := seal.Load(filepath.Join(folder, "secret.key"))
	require.NoError(tb, err)
	file, err := os.OpenFile(filepath.Join(folder, "events"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(tb, err)
	mail := email.New(email.Config{DB: db, Sealer: key, Clock: clock.System{}, Logger: slog.New(slog.DiscardHandler)})
	people := crowd{n: persons}
	return campaign.New(campaign.Config{
		DB: db, Clock: clock.System{}, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)), Audience: people, People: people, Channels: mail, Assign: assign.Fraction,
		Sink: &fileSink{file: file}, Signer: tracking.NewSigner(key.Derive("tracking")), JournalPath: filepath.Join(folder, "handover.log"),
		Options: campaign.Options{Poll: 20 * time.Millisecond, PlanChunk: 100},
	}), mail, db
}

// seedFolder makes a folder with a campaign that is about to send.
func seedFolder(tb testing.TB, folder string, server *smtptest.Server, persons int) *campaign.Campaign {
	tb.Helper()
	service, mail, db := openFolder(tb, folder, persons)
	_, err := db.Exec(context.Background(), "account.project_insert", "p1", "p1", "UTC", 1, "CNY", "k", 0, 1)
	require.NoError(tb, err)
	_, err = mail.Save(context.Background(), "p1", email.Settings{
		Host: server.Host(), Port: server.Port(), Security: email.None, FromAddress: "shop@example.com", PublicURL: "https://weir.example.com",
	})
	require.NoError(tb, err)
	in := input()
	in.HoldoutPercent = 10
	c, err := service.Create(context.Background(), "p1", in)
	require.NoError(tb, err)
	c, err = service.Send(context.Background(), "p1", c.ID)
	require.NoError(tb, err)
	require.NoError(tb, db.Close())
	return c
}

// TestChildThatIsKilled is the child process: it sends until everything is sent.
func TestChildThatIsKilled(t *testing.T) {
	t.Parallel()
	folder := os.Getenv(killFolder)
	if folder == "" {
		t.Skip("the child of TestExactlyOnceOverKills")
	}
	service, _, db := openFolder(t, folder, killPersons)
	require.NoError(t, service.Start(context.Background()))
	list, err := service.List(context.Background(), "p1")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		c, err := service.Get(context.Background(), "p1", list[0].ID)
		return err == nil && c.Status == campaign.Done
	}, time.Minute, 10*time.Millisecond)
	service.Stop()
	require.NoError(t, db.Close())
}

// TestExactlyOnceOverKills kills the sending process with SIGKILL again and
// again. Everybody gets one message; what may be missing is flagged.
func TestExactlyOnceOverKills(t *testing.T) {
	t.Parallel()
	if os.Getenv(killFolder) != "" {
		t.Skip("not in the child")
	}
	folder := t.TempDir()
	var mu sync.Mutex
	var target int
	var kill func()
	server := smtptest.Start(t, smtptest.Options{OnDelivery: func(n int, _ smtptest.Delivery) {
		mu.Lock()
		defer mu.Unlock()
		if kill != nil && n >= target {
			kill()
			kill = nil
		}
	}})
	c := seedFolder(t, folder, server, killPersons)
	for i, at := range []int{1, 250, 251, 700, 1200, 1600} {
		child := childProcess(t, folder)
		killed := make(chan struct{})
		count := server.Count()
		mu.Lock()
		require.NoError(t, child.Start(), "run %d", i)
		target, kill = max(at, count+1), func() {
			// Not at the delivery itself but anywhere in the rounds that follow.
			time.AfterFunc(time.Duration(rand.IntN(8000))*time.Microsecond, func() {
				_ = child.Process.Kill() // SIGKILL: the child cannot notice
				close(killed)
			})
		}
		mu.Unlock()
		<-killed
		require.Error(t, child.Wait())
	}
	require.NoError(t, childProcess(t, folder).Run(), "the last run ends by itself")
	checkOnce(t, folder, c, server)
}

func childProcess(t *testing.T, folder string) *exec.Cmd {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChildThatIsKilled$", "-test.v")
	child.Env = append(os.Environ(), killFolder+"="+folder)
	child.Stdout, child.Stderr = t.Output(), t.Output()
	return child
}

// checkOnce compares what the server holds, what the rows say and what the events say.
func checkOnce(t *testing.T, folder string, c *campaign.Campaign, server *smtptest.Server) {
	t.Helper()
	service, _, db := openFolder(t, folder, killPersons)
	defer func() { require.NoError(t, db.Close()) }()
	counts, err := service.Counts(t.Context(), c)
	require.NoError(t, err)
	t.Logf("%+v", counts)
	require.Equal(t, killPersons, counts.Sent+counts.Holdout)
	require.Positive(t, counts.Holdout)

	var delivered []string
	got := map[string]bool{}
	for _, d := range server.Deliveries() {
		delivered = append(delivered, d.To)
		got[d.To] = true
	}
	once(t, delivered)
	unconfirmed := map[int]bool{}
	rows, _, err := service.Messages(t.Context(), c, campaign.MessageFilter{Status: "unconfirmed", Limit: 1000})
	require.NoError(t, err)
	for _, m := range rows {
		unconfirmed[int(m.Person)] = true
	}
	missing := 0
	for p := range killPersons {
		heldOut := assign.Fraction(c.ID, "p_"+strconv.Itoa(p)) < .1
		address := fmt.Sprintf("person%d@example.com", p)
		switch {
		case heldOut:
			require.False(t, got[address], "%s is held out", address)
		case !got[address]:
			require.True(t, unconfirmed[p], "%s got nothing and is not flagged", address)
			missing++
		}
	}
	t.Logf("%d of %d killed messages were lost", missing, len(unconfirmed))
	// A kill between the mark and the write, some ten nanoseconds, loses one message; two would be a defect.
	require.LessOrEqual(t, missing, 1)

	events := readEvents(t, filepath.Join(folder, "events"))
	require.Equal(t, killPersons, events[event.NameCampaignEntered])
	require.Equal(t, counts.Sent, events[event.NameMessageSent])
}

// readEvents counts distinct events by name.
func readEvents(t *testing.T, path string) map[string]int {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	seen, names := map[string]bool{}, map[string]int{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var text, id, name string
		if json.Unmarshal(lines.Bytes(), &text) != nil || seen[text] {
			continue // torn by a kill, then written again; or a repeat that a sink drops
		}
		seen[text] = true
		_, err := fmt.Sscan(text, &id, &name)
		require.NoError(t, err)
		names[name]++
	}
	require.NoError(t, lines.Err())
	return names
}
