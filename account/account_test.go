package account

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/store/meta"
)

type bundle struct {
	*Service
	db  *meta.DB
	clk *clock.Manual
}

func setup(t *testing.T) bundle {
	t.Helper()
	db, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	clk := clock.NewManual(time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC))
	s, err := New(t.Context(), db, clk, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return bundle{Service: s, db: db, clk: clk}
}

func requireKind(t *testing.T, kind fault.Kind, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, kind, fault.KindOf(err), "%v", err)
}

const password = "correct horse"

func (b bundle) owner(t *testing.T) Account {
	t.Helper()
	a, err := b.Setup(t.Context(), NewAccount{Email: " Ada@Example.org ", Password: password}, nil)
	require.NoError(t, err)
	return a
}

func TestTheFirstAccountIsTheOwnerAndTheOnlyOneMadeUnasked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	needs, err := b.NeedsOwner(t.Context())
	require.NoError(t, err)
	require.True(t, needs)
	a := b.owner(t)
	require.Equal(t, Owner, a.Role)
	require.Equal(t, "ada@example.org", a.Email)
	require.Equal(t, "ada", a.Name)
	_, err = b.Setup(t.Context(), NewAccount{Email: "eve@example.org", Password: password}, &NewProject{Name: "hers"})
	requireKind(t, fault.Conflict, err)
	require.Empty(t, b.Projects(), "neither account nor project")
	needs, err = b.NeedsOwner(t.Context())
	require.NoError(t, err)
	require.False(t, needs)
}

func TestSetupMakesAFirstProjectOrNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.Setup(t.Context(), NewAccount{Email: "ada@example.org", Password: password}, &NewProject{Name: "shop", Timezone: "nowhere"})
	requireKind(t, fault.Invalid, err)
	_, err = b.Setup(t.Context(), NewAccount{Email: "no address", Password: password}, &NewProject{Name: "shop"})
	requireKind(t, fault.Invalid, err)
	require.Empty(t, b.Projects())
	needs, err := b.NeedsOwner(t.Context())
	require.NoError(t, err)
	require.True(t, needs)

	_, err = b.CreateProject(t.Context(), NewProject{Name: "shop"})
	require.NoError(t, err)
	_, err = b.Setup(t.Context(), NewAccount{Email: "ada@example.org", Password: password}, &NewProject{Name: "shop"})
	require.NoError(t, err, "the project of the configuration is taken over")
	require.Len(t, b.Projects(), 1)
}

func TestAccountsAreChecked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.Create(t.Context(), NewAccount{Email: "no address", Password: "short", Role: "king", Language: "xx"})
	requireKind(t, fault.Invalid, err)
	for _, field := range []string{"email", "password", "role", "language"} {
		require.ErrorContains(t, err, field+":")
	}
	_, err = b.Create(t.Context(), NewAccount{Email: "a@b.org", Password: strings.Repeat("x", 300), Role: Viewer})
	requireKind(t, fault.Invalid, err)
	b.owner(t)
	_, err = b.Create(t.Context(), NewAccount{Email: "ADA@example.org", Password: password, Role: Viewer})
	requireKind(t, fault.Conflict, err)
}

func TestAnOwnerAlwaysRemains(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.owner(t)
	viewer := Viewer
	_, err := b.Update(t.Context(), first.ID, Change{Role: &viewer})
	requireKind(t, fault.Conflict, err)
	requireKind(t, fault.Conflict, b.Delete(t.Context(), first.ID))

	second, err := b.Create(t.Context(), NewAccount{Email: "b@example.org", Password: password, Role: Owner})
	require.NoError(t, err)
	require.NoError(t, b.Delete(t.Context(), first.ID))
	list, err := b.List(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, second.ID, list[0].ID)
	requireKind(t, fault.NotFound, b.Delete(t.Context(), first.ID))
}

func TestSessionsSlideAndEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.owner(t)
	a, token, err := b.SignIn(t.Context(), "ada@EXAMPLE.org", password, "10.0.0.1")
	require.NoError(t, err)

	for range 3 { // each visit within 30 days keeps it alive
		b.clk.Advance(29 * 24 * time.Hour)
		found, err := b.BySession(t.Context(), token)
		require.NoError(t, err)
		require.Equal(t, a.ID, found.ID)
	}
	b.clk.Advance(SessionLife + time.Second)
	_, err = b.BySession(t.Context(), token)
	requireKind(t, fault.Unknown, err)

	_, token, err = b.SignIn(t.Context(), "ada@example.org", password, "10.0.0.1")
	require.NoError(t, err)
	require.NoError(t, b.EndSession(t.Context(), token))
	_, err = b.BySession(t.Context(), token)
	requireKind(t, fault.Unknown, err)
	require.NoError(t, b.EndSession(t.Context(), token))
}

func TestANewPasswordEndsSessions(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.owner(t)
	_, token, err := b.SignIn(t.Context(), a.Email, password, "10.0.0.1")
	require.NoError(t, err)
	other := "another horse"
	_, err = b.Update(t.Context(), a.ID, Change{Password: &other})
	require.NoError(t, err)
	_, err = b.BySession(t.Context(), token)
	requireKind(t, fault.Unknown, err)
	_, _, err = b.SignIn(t.Context(), a.Email, password, "10.0.0.1")
	requireKind(t, fault.Unknown, err)
	_, _, err = b.SignIn(t.Context(), a.Email, other, "10.0.0.1")
	require.NoError(t, err)
}

func TestTriesAreLimitedPerAccountAndAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.owner(t)
	for range maxTriesPerPair {
		_, _, err := b.SignIn(t.Context(), a.Email, "wrong password", "10.0.0.1")
		requireKind(t, fault.Unknown, err)
	}
	_, _, err := b.SignIn(t.Context(), a.Email, password, "10.0.0.1")
	requireKind(t, fault.Busy, err)
	_, _, err = b.SignIn(t.Context(), a.Email, password, "10.0.0.2")
	require.NoError(t, err, "the owner elsewhere is not locked out")
	b.clk.Advance(tryWindow)
	_, _, err = b.SignIn(t.Context(), a.Email, password, "10.0.0.1")
	require.NoError(t, err)
}

func TestManyAccountsFromOneAddressAreLimitedToo(t *testing.T) {
	t.Parallel()
	tries, now := newAttempts(), time.Unix(0, 0)
	for range maxTriesPerAddress {
		tries.failed(now, "x", "10.0.0.1")
	}
	require.Positive(t, tries.refused(now, "y", "10.0.0.1"))
	require.Zero(t, tries.refused(now, "y", "10.0.0.2"))
	require.Zero(t, tries.refused(now.Add(tryWindow), "y", "10.0.0.1"))
}

func TestPasswordHashes(t *testing.T) {
	t.Parallel()
	hash := hashPassword(password)
	require.NotContains(t, hash, password)
	require.True(t, checkPassword(hash, password))
	require.False(t, checkPassword(hash, password+" "))
	require.NotEqual(t, hash, hashPassword(password), "salted")
	for _, broken := range []string{"", "$argon2id$", "$argon2id$v=19$m=x$a$b", "$argon2id$v=19$m=19456,t=2,p=1$!$b", "$argon2id$v=19$m=19456,t=2,p=1$YQ$!", "$2a$10$x"} {
		require.False(t, checkPassword(broken, password), broken)
	}
}

func TestProjects(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p, err := b.CreateProject(t.Context(), NewProject{Name: "My Shop!", Timezone: "Asia/Shanghai"})
	require.NoError(t, err)
	require.Equal(t, "my-shop", p.ID)
	require.Equal(t, "CNY", p.Currency)
	for _, name := range []string{"my-shop", "My Shop!"} {
		found, err := b.Project(name)
		require.NoError(t, err)
		require.Equal(t, p.ID, found.ID)
		require.Equal(t, "Asia/Shanghai", found.Zone.String())
	}
	_, err = b.CreateProject(t.Context(), NewProject{Name: "My Shop!"})
	requireKind(t, fault.Conflict, err)
	again, err := b.CreateProject(t.Context(), NewProject{Name: "my shop"})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(again.ID, "prj_"), "the slug is taken: %s", again.ID)
	chinese, err := b.CreateProject(t.Context(), NewProject{Name: "商城"})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(chinese.ID, "prj_"))
	require.Len(t, b.Projects(), 3)

	_, err = b.CreateProject(t.Context(), NewProject{Name: " ", Timezone: "Mars/Olympus", Currency: "yuan", WriteKey: "a b"})
	requireKind(t, fault.Invalid, err)
	for _, field := range []string{"name", "timezone", "currency", "write_key"} {
		require.ErrorContains(t, err, field+":")
	}
	for _, zone := range []string{"Local", "../etc/passwd"} {
		_, err = b.CreateProject(t.Context(), NewProject{Name: "zone", Timezone: zone})
		requireKind(t, fault.Invalid, err)
	}
}

func TestProjectChangesAreSeenAtOnceAndAfterARestart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p, err := b.CreateProject(t.Context(), NewProject{Name: "shop"})
	require.NoError(t, err)
	name, zone, sunday := "Shop 2", "Europe/Berlin", time.Sunday
	changed, err := b.UpdateProject(t.Context(), p.ID, ProjectChange{Name: &name, Timezone: &zone, WeekStart: &sunday, NewKey: true})
	require.NoError(t, err)
	require.Equal(t, "shop", changed.ID, "an id never changes")
	_, err = b.ProjectByWriteKey(p.WriteKey)
	requireKind(t, fault.Unknown, err)
	found, err := b.ProjectByWriteKey(changed.WriteKey)
	require.NoError(t, err)
	require.Equal(t, time.Sunday, found.WeekStart)

	again, err := New(t.Context(), b.db, b.clk, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	found, err = again.Project("Shop 2")
	require.NoError(t, err)
	require.Equal(t, "Europe/Berlin", found.Timezone)
	_, err = b.UpdateProject(t.Context(), "nobody", ProjectChange{})
	requireKind(t, fault.NotFound, err)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	p, err := b.CreateProject(t.Context(), NewProject{Name: "shop"})
	require.NoError(t, err)
	made, secret, err := b.CreateToken(t.Context(), p.ID, "etl", Viewer)
	require.NoError(t, err)
	require.Equal(t, secret[len(secret)-4:], made.Hint)

	for range 2 { // from the database, then from memory
		found, err := b.ByToken(t.Context(), secret)
		require.NoError(t, err)
		require.Equal(t, p.ID, found.ProjectID)
		require.Equal(t, Viewer, found.Role)
	}
	_, err = b.ByToken(t.Context(), secret+"x")
	requireKind(t, fault.Unknown, err)
	list, err := b.Tokens(t.Context(), p.ID)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, b.now(), list[0].LastUsedAt)

	requireKind(t, fault.NotFound, b.DeleteToken(t.Context(), "other", made.ID))
	require.NoError(t, b.DeleteToken(t.Context(), p.ID, made.ID))
	_, err = b.ByToken(t.Context(), secret)
	requireKind(t, fault.Unknown, err)
	_, _, err = b.CreateToken(t.Context(), p.ID, "", "king")
	requireKind(t, fault.Invalid, err)
}

func TestBootstrapTwiceIsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	want := Bootstrap{Project: "Shop", Timezone: "Asia/Shanghai", WriteKey: "key-1", APIToken: "token-12345"}
	for range 2 {
		p, err := b.Bootstrap(t.Context(), want)
		require.NoError(t, err)
		require.Equal(t, "shop", p.ID)
	}
	tokens, err := b.Tokens(t.Context(), "shop")
	require.NoError(t, err)
	require.Len(t, tokens, 1)
	found, err := b.ByToken(t.Context(), want.APIToken)
	require.NoError(t, err)
	require.Equal(t, Owner, found.Role)

	want.WriteKey, want.APIToken = "key-2", "token-67890"
	_, err = b.Bootstrap(t.Context(), want)
	require.NoError(t, err)
	_, err = b.ByToken(t.Context(), "token-12345")
	requireKind(t, fault.Unknown, err)
	_, err = b.ProjectByWriteKey("key-2")
	require.NoError(t, err)
	want.WriteKey = "not a key"
	_, err = b.Bootstrap(t.Context(), want)
	requireKind(t, fault.Invalid, err)
}

func TestRoles(t *testing.T) {
	t.Parallel()
	require.True(t, Owner.Allows(Editor))
	require.True(t, Viewer.Allows(Viewer))
	require.False(t, Viewer.Allows(Editor))
	require.False(t, Role("").Allows(Viewer))
	require.False(t, Owner.Allows(""))
}
