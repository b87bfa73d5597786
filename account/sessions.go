package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
)

// SessionLife is how long a session lasts after it was last used.
const SessionLife = 30 * 24 * time.Hour

// sessionStep is how stale an expiry may get before it is written again, so that
// not every request writes.
const sessionStep = 24 * time.Hour

// SignIn checks an e-mail address and a password and starts a session. The
// address is the network address of the caller, for the limit on tries.
func (s *Service) SignIn(ctx context.Context, email, password, address string) (Account, string, error) {
	email = normalEmail(email)
	if wait := s.tries.refused(s.clk.Now(), email, address); wait > 0 {
		return Account{}, "", fault.New(fault.Busy, "too many wrong passwords; try again in %d minutes", int(wait.Minutes())+1)
	}
	a, err := scanAccount(s.db.QueryRow(ctx, "account.by_email", email))
	hash := a.passwordHash
	if errors.Is(err, sql.ErrNoRows) {
		hash = s.nobody
	} else if err != nil {
		return Account{}, "", err
	}
	right, err := s.passwordIs(ctx, hash, password)
	if err != nil {
		return Account{}, "", err
	}
	if !right || a.ID == "" {
		s.tries.failed(s.clk.Now(), email, address)
		return Account{}, "", fault.New(fault.Unknown, "the e-mail address or the password is wrong")
	}
	s.tries.succeeded(email, address)
	token, err := s.StartSession(ctx, a.ID)
	return a, token, err
}

func (s *Service) passwordIs(ctx context.Context, hash, password string) (bool, error) {
	if len(password) > maxPassword {
		return false, nil
	}
	release, err := s.hashSlot(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	return checkPassword(hash, password), nil
}

// PasswordIs says whether that is the account's password; wrong ones count as wrong sign-ins.
func (s *Service) PasswordIs(ctx context.Context, a Account, password, address string) error {
	if wait := s.tries.refused(s.clk.Now(), a.Email, address); wait > 0 {
		return fault.New(fault.Busy, "too many wrong passwords; try again in %d minutes", int(wait.Minutes())+1)
	}
	right, err := s.passwordIs(ctx, a.passwordHash, password)
	if err != nil {
		return err
	}
	if !right {
		s.tries.failed(s.clk.Now(), a.Email, address)
		return &fault.Error{Kind: fault.Invalid, Public: "the current password is wrong", Details: []fault.Detail{{Where: "current_password", What: "is wrong"}}}
	}
	return nil
}

// StartSession makes a session for an account whose identity was proven, and
// gives its secret. Expired sessions are swept on the way.
func (s *Service) StartSession(ctx context.Context, accountID string) (string, error) {
	token := id.Secret("ws_")
	now := s.clk.Now()
	if _, err := s.db.Exec(ctx, "account.session_delete_expired", now.UnixMilli()); err != nil {
		return "", fmt.Errorf("sweep sessions: %w", err)
	}
	if _, err := s.db.Exec(ctx, "account.session_insert", hashToken(token), accountID, now.UnixMilli(), now.Add(SessionLife).UnixMilli()); err != nil {
		return "", fmt.Errorf("start session: %w", err)
	}
	return token, nil
}

// BySession finds the account of a session and keeps the session alive.
func (s *Service) BySession(ctx context.Context, token string) (Account, error) {
	var expires int64
	hash := hashToken(token)
	a, err := scanAccount(s.db.QueryRow(ctx, "account.session_find", hash), &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, errSignedOut()
	}
	if err != nil {
		return Account{}, err
	}
	now := s.clk.Now()
	if expires <= now.UnixMilli() {
		return Account{}, errSignedOut()
	}
	if fresh := now.Add(SessionLife).UnixMilli(); fresh-expires > sessionStep.Milliseconds() {
		if _, err := s.db.Exec(ctx, "account.session_extend", hash, fresh); err != nil {
			return Account{}, fmt.Errorf("extend session: %w", err)
		}
	}
	return a, nil
}

func errSignedOut() error { return fault.New(fault.Unknown, "sign in first") }

// EndSession signs out. Ending a session that is over is harmless.
func (s *Service) EndSession(ctx context.Context, token string) error {
	_, err := s.db.Exec(ctx, "account.session_delete", hashToken(token))
	return err
}
