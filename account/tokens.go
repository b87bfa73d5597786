package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/id"
)

// tokenUseStep is how stale «last used» may get, in milliseconds.
const tokenUseStep = 10 * 60 * 1000

// CreateToken makes an API token of a project; the secret is given this once.
func (s *Service) CreateToken(ctx context.Context, projectID, name string, role Role) (Token, string, error) {
	secret := id.Secret("wt_")
	t, err := s.addToken(ctx, projectID, name, role, secret)
	return t, secret, err
}

func (s *Service) addToken(ctx context.Context, projectID, name string, role Role, secret string) (Token, error) {
	name = strings.TrimSpace(name)
	var faults fault.List
	checkName(&faults, "name", name)
	if !role.Valid() {
		faults.Add("role", "must be owner, editor or viewer")
	}
	if secret == "" || len(secret) > 200 || strings.ContainsAny(secret, " \t\r\n") {
		faults.Add("token", "must have 1 to 200 characters without spaces")
	}
	if err := faults.Err("the token's details are not right"); err != nil {
		return Token{}, err
	}
	t := Token{
		ID: id.New("tok", s.clk.Now()), ProjectID: projectID, Name: name, Role: role,
		Hint: hint(secret), CreatedAt: s.now(), hash: hashToken(secret),
	}
	_, err := s.db.Exec(ctx, "account.token_insert", t.ID, t.ProjectID, t.Name, string(t.Role), t.hash, t.Hint, t.CreatedAt)
	return t, takenOr(err, "that token exists already")
}

// Tokens lists a project's API tokens.
func (s *Service) Tokens(ctx context.Context, projectID string) ([]Token, error) {
	rows, err := s.db.Query(ctx, "account.tokens", projectID)
	if err != nil {
		return nil, err
	}
	return collect(rows, func() (Token, error) { return scanToken(rows) })
}

// DeleteToken revokes a token at once.
func (s *Service) DeleteToken(ctx context.Context, projectID, tokenID string) error {
	s.changes.Lock()
	defer s.changes.Unlock()
	result, err := s.db.Exec(ctx, "account.token_delete", projectID, tokenID)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fault.New(fault.NotFound, "there is no such token"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for hash, t := range s.tokens {
		if t.ID == tokenID {
			delete(s.tokens, hash)
		}
	}
	return nil
}

// ByToken finds an API token by its secret and notes that it was used.
func (s *Service) ByToken(ctx context.Context, secret string) (Token, error) {
	hash := hashToken(secret)
	s.mu.RLock()
	cached := s.tokens[hash]
	s.mu.RUnlock()
	if cached == nil {
		t, err := scanToken(s.db.QueryRow(ctx, "account.token_by_hash", hash))
		if errors.Is(err, sql.ErrNoRows) {
			return Token{}, fault.New(fault.Unknown, "the API token is not valid")
		}
		if err != nil {
			return Token{}, err
		}
		cached = &t
	}
	if !sameHash(cached.hash, hash) {
		return Token{}, fault.New(fault.Unknown, "the API token is not valid")
	}
	return s.noteUse(ctx, *cached)
}

func (s *Service) noteUse(ctx context.Context, t Token) (Token, error) {
	now := s.now()
	if now-t.LastUsedAt < tokenUseStep {
		return t, nil
	}
	s.changes.Lock()
	defer s.changes.Unlock()
	t.LastUsedAt = now
	result, err := s.db.Exec(ctx, "account.token_used", t.ID, now)
	if err != nil {
		return Token{}, fmt.Errorf("note use of token: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return Token{}, errors.Join(err, fault.New(fault.Unknown, "the API token is not valid"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[t.hash] = &t
	return t, nil
}

func scanToken(row scanner) (Token, error) {
	var t Token
	var used sql.NullInt64
	if err := row.Scan(&t.ID, &t.ProjectID, &t.Name, &t.Role, &t.hash, &t.Hint, &t.CreatedAt, &used); err != nil {
		return Token{}, fmt.Errorf("read token: %w", err)
	}
	t.LastUsedAt = used.Int64
	return t, nil
}

// hint is the end of a secret, to tell tokens apart by; a short secret gives nothing away.
func hint(secret string) string {
	if len(secret) < 12 {
		return ""
	}
	return secret[len(secret)-4:]
}
