package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
	"github.com/weirhq/weir/store/meta"
)

// NewAccount says who is to be able to sign in.
type NewAccount struct {
	Email    string
	Password string
	Name     string // default the part of the e-mail before the @
	Role     Role
	Language string
}

// Change changes the fields that are not nil.
type Change struct {
	Name     *string
	Role     *Role
	Language *string
	Theme    *string
	Password *string
}

// NeedsOwner says whether nobody can sign in yet.
func (s *Service) NeedsOwner(ctx context.Context) (bool, error) {
	var n int
	err := s.db.QueryRow(ctx, "account.count").Scan(&n)
	return n == 0, err
}

// Setup makes the first account, an owner, and with it a first project unless
// first is nil or one of that name exists. Afterwards it is refused.
func (s *Service) Setup(ctx context.Context, n NewAccount, first *NewProject) (Account, error) {
	n.Role = Owner
	s.changes.Lock()
	defer s.changes.Unlock()
	var p Project
	if first != nil {
		if _, err := s.Project(strings.TrimSpace(first.Name)); err == nil {
			first = nil
		} else if p, err = s.draft(*first); err != nil {
			return Account{}, err
		}
	}
	a, err := s.create(ctx, n, func(tx *meta.Tx) error {
		var count int
		if err := tx.QueryRow(ctx, "account.count").Scan(&count); err != nil {
			return err
		}
		if count > 0 {
			return fault.New(fault.Conflict, "this Weir has an owner already; sign in instead")
		}
		if first == nil {
			return nil
		}
		return insertProject(ctx, tx.Exec, p)
	})
	if err != nil {
		return Account{}, err
	}
	return a, s.reload(ctx)
}

// Create makes an account.
func (s *Service) Create(ctx context.Context, n NewAccount) (Account, error) {
	return s.create(ctx, n, func(*meta.Tx) error { return nil })
}

func (s *Service) create(ctx context.Context, n NewAccount, allowed func(*meta.Tx) error) (Account, error) {
	a := Account{
		ID: id.New("acc", s.clk.Now()), Email: normalEmail(n.Email), Name: strings.TrimSpace(n.Name),
		Role: n.Role, Language: n.Language, CreatedAt: s.now(),
	}
	if a.Name == "" {
		a.Name, _, _ = strings.Cut(a.Email, "@")
	}
	var faults fault.List
	checkAccount(&faults, a)
	checkNewPassword(&faults, n.Password)
	if err := faults.Err("the account's details are not right"); err != nil {
		return Account{}, err
	}
	release, err := s.hashSlot(ctx)
	if err != nil {
		return Account{}, err
	}
	a.passwordHash = hashPassword(n.Password)
	release()
	err = s.db.Tx(ctx, func(tx *meta.Tx) error {
		if err := allowed(tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "account.insert", a.ID, a.Email, a.Name, string(a.Role), a.Language, a.Theme, a.passwordHash, a.CreatedAt)
		return err
	})
	if err != nil {
		return Account{}, takenOr(err, "an account with that e-mail address exists")
	}
	s.logger.InfoContext(ctx, "account created", "account", a.ID, "role", string(a.Role))
	return a, nil
}

// List gives all accounts, oldest first.
func (s *Service) List(ctx context.Context) ([]Account, error) {
	rows, err := s.db.Query(ctx, "account.list")
	if err != nil {
		return nil, err
	}
	return collect(rows, func() (Account, error) { return scanAccount(rows) })
}

// ByEmail finds an account.
func (s *Service) ByEmail(ctx context.Context, email string) (Account, error) {
	a, err := scanAccount(s.db.QueryRow(ctx, "account.by_email", normalEmail(email)))
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, fault.New(fault.NotFound, "there is no account with that e-mail address")
	}
	return a, err
}

// Update changes an account. A new password ends its sessions.
func (s *Service) Update(ctx context.Context, accountID string, c Change) (Account, error) {
	hash := ""
	if c.Password != nil {
		var faults fault.List
		checkNewPassword(&faults, *c.Password)
		if err := faults.Err("the password cannot be used"); err != nil {
			return Account{}, err
		}
		release, err := s.hashSlot(ctx)
		if err != nil {
			return Account{}, err
		}
		hash = hashPassword(*c.Password)
		release()
	}
	var a Account
	err := s.db.Tx(ctx, func(tx *meta.Tx) error {
		var err error
		if a, err = accountIn(ctx, tx, accountID); err != nil {
			return err
		}
		wasOwner := a.Role == Owner
		apply(&a, c, hash)
		var faults fault.List
		checkAccount(&faults, a)
		if err := faults.Err("the account's details are not right"); err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, "account.update", a.ID, a.Name, string(a.Role), a.Language, a.Theme, a.passwordHash, s.now()); err != nil {
			return err
		}
		if hash != "" {
			if _, err := tx.Exec(ctx, "account.session_delete_others", a.ID, ""); err != nil {
				return err
			}
		}
		return ownerRemains(ctx, tx, wasOwner)
	})
	return a, err
}

func apply(a *Account, c Change, hash string) {
	for _, f := range []struct {
		from *string
		to   *string
	}{{c.Name, &a.Name}, {c.Language, &a.Language}, {c.Theme, &a.Theme}} {
		if f.from != nil {
			*f.to = strings.TrimSpace(*f.from)
		}
	}
	if c.Role != nil {
		a.Role = *c.Role
	}
	if hash != "" {
		a.passwordHash = hash
	}
}

// Delete removes an account and its sessions.
func (s *Service) Delete(ctx context.Context, accountID string) error {
	return s.db.Tx(ctx, func(tx *meta.Tx) error {
		a, err := accountIn(ctx, tx, accountID)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "account.delete", accountID); err != nil {
			return err
		}
		return ownerRemains(ctx, tx, a.Role == Owner)
	})
}

func accountIn(ctx context.Context, tx *meta.Tx, accountID string) (Account, error) {
	a, err := scanAccount(tx.QueryRow(ctx, "account.by_id", accountID))
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, fault.New(fault.NotFound, "there is no such account")
	}
	return a, err
}

// ownerRemains undoes a change that would lock everyone out.
func ownerRemains(ctx context.Context, tx *meta.Tx, matters bool) error {
	if !matters {
		return nil
	}
	var owners int
	if err := tx.QueryRow(ctx, "account.count_owners").Scan(&owners); err != nil {
		return err
	}
	if owners == 0 {
		return fault.New(fault.Conflict, "this is the last owner; make another account an owner first")
	}
	return nil
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, scan func() (T, error)) (list []T, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	list = []T{}
	for rows.Next() {
		one, err := scan()
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

type scanner interface{ Scan(into ...any) error }

func scanAccount(row scanner, more ...any) (Account, error) {
	var a Account
	into := append([]any{&a.ID, &a.Email, &a.Name, &a.Role, &a.Language, &a.Theme, &a.passwordHash, &a.CreatedAt}, more...)
	if err := row.Scan(into...); err != nil {
		return Account{}, fmt.Errorf("read account: %w", err)
	}
	return a, nil
}

func normalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func checkAccount(faults *fault.List, a Account) {
	if parsed, err := mail.ParseAddress(a.Email); err != nil || parsed.Address != a.Email || len(a.Email) > 254 {
		faults.Add("email", "is not an e-mail address")
	}
	checkName(faults, "name", a.Name)
	if !a.Role.Valid() {
		faults.Add("role", "must be owner, editor or viewer")
	}
	if !slices.Contains([]string{"", "zh", "en", "zh-CN"}, a.Language) {
		faults.Add("language", "must be zh or en")
	}
	if !slices.Contains([]string{"", "light", "dark", "system"}, a.Theme) {
		faults.Add("theme", "must be light, dark or system")
	}
}

func checkNewPassword(faults *fault.List, password string) {
	if utf8.RuneCountInString(password) < minPassword {
		faults.Add("password", "must have at least %d characters", minPassword)
	}
	if len(password) > maxPassword {
		faults.Add("password", "must have at most %d bytes", maxPassword)
	}
}
