package api

import (
	"context"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/fault"
)

type accountView struct {
	ID        string       `json:"id"`
	Email     string       `json:"email"`
	Name      string       `json:"name"`
	Role      account.Role `json:"role" enum:"owner,editor,viewer"`
	Language  string       `json:"language" doc:"zh, en, or empty: as the browser says"`
	Theme     string       `json:"theme" doc:"light, dark, system, or empty"`
	CreatedAt instant      `json:"created_at"`
}

func viewAccount(a account.Account) accountView {
	return accountView{ID: a.ID, Email: a.Email, Name: a.Name, Role: a.Role, Language: a.Language, Theme: a.Theme, CreatedAt: instant(a.CreatedAt)}
}

type sessionView struct {
	Account  accountView   `json:"account"`
	Projects []projectView `json:"projects"`
}

// withCookie is an answer that starts or ends a session.
type withCookie[T any] struct {
	SetCookie string `header:"Set-Cookie" doc:"The session"`
	Body      T
}

type setupView struct {
	NeedsOwner bool   `json:"needs_owner" doc:"Nobody can sign in yet: POST /setup makes the owner"`
	SignedIn   bool   `json:"signed_in" doc:"The caller has a session, so that a page need not ask GET /session in vain"`
	Version    string `json:"version"`
}

func (s *Server) getSetup(ctx context.Context, _ *noInput) (setupView, error) {
	needs, err := s.deps.Accounts.NeedsOwner(ctx)
	if err != nil {
		return setupView{}, err
	}
	_, err = s.caller(requestOf(ctx))
	if err != nil && fault.KindOf(err) != fault.Unknown {
		return setupView{}, err
	}
	return setupView{NeedsOwner: needs, SignedIn: err == nil, Version: s.options.Version}, nil
}

type setupInput struct {
	Body struct {
		Email    string `json:"email"`
		Password string `json:"password"`
		Name     string `json:"name,omitempty"`
		Language string `json:"language,omitempty"`
		Project  *struct {
			Name     string `json:"name"`
			Timezone string `json:"timezone,omitempty"`
		} `json:"project,omitempty" doc:"A first project; may be left out when there is one"`
	}
}

func (s *Server) postSetup(ctx context.Context, in *setupInput) (*withCookie[sessionView], error) {
	var first *account.NewProject
	if p := in.Body.Project; p != nil {
		first = &account.NewProject{Name: p.Name, Timezone: p.Timezone}
	}
	a, err := s.deps.Accounts.Setup(ctx, account.NewAccount{Email: in.Body.Email, Password: in.Body.Password, Name: in.Body.Name, Language: in.Body.Language}, first)
	if err != nil {
		return nil, err
	}
	secret, err := s.deps.Accounts.StartSession(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	return s.signedIn(ctx, a, secret), nil
}

type signInInput struct {
	Body struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
}

func (s *Server) postSession(ctx context.Context, in *signInInput) (*withCookie[sessionView], error) {
	a, secret, err := s.deps.Accounts.SignIn(ctx, in.Body.Email, in.Body.Password, s.clientAddress(requestOf(ctx)))
	if err != nil {
		return nil, err
	}
	return s.signedIn(ctx, a, secret), nil
}

func (s *Server) signedIn(ctx context.Context, a account.Account, secret string) *withCookie[sessionView] {
	return &withCookie[sessionView]{SetCookie: sessionCookie(requestOf(ctx), secret).String(), Body: s.viewSession(a)}
}

func (s *Server) viewSession(a account.Account) sessionView {
	return sessionView{Account: viewAccount(a), Projects: viewProjects(s.deps.Accounts.Projects())}
}

func (s *Server) getSession(ctx context.Context, _ *noInput) (sessionView, error) {
	return s.viewSession(*scopeOf(ctx).account), nil
}

func (s *Server) deleteSession(ctx context.Context, _ *noInput) (*withCookie[done], error) {
	if err := s.deps.Accounts.EndSession(ctx, scopeOf(ctx).session); err != nil {
		return nil, err
	}
	return &withCookie[done]{SetCookie: sessionCookie(requestOf(ctx), "").String(), Body: done{OK: true}}, nil
}

type ownAccountInput struct {
	Body struct {
		Name            *string `json:"name,omitempty"`
		Language        *string `json:"language,omitempty"`
		Theme           *string `json:"theme,omitempty"`
		Password        *string `json:"password,omitempty" doc:"A new password; needs current_password and ends all other sessions"`
		CurrentPassword string  `json:"current_password,omitempty"`
	}
}

func (s *Server) patchAccount(ctx context.Context, in *ownAccountInput) (*withCookie[sessionView], error) {
	sc := scopeOf(ctx)
	if in.Body.Password != nil {
		if err := s.deps.Accounts.PasswordIs(ctx, *sc.account, in.Body.CurrentPassword, s.clientAddress(requestOf(ctx))); err != nil {
			return nil, err
		}
	}
	a, err := s.deps.Accounts.Update(ctx, sc.account.ID, account.Change{
		Name: in.Body.Name, Language: in.Body.Language, Theme: in.Body.Theme, Password: in.Body.Password,
	})
	if err != nil {
		return nil, err
	}
	secret := sc.session
	if in.Body.Password != nil {
		if secret, err = s.deps.Accounts.StartSession(ctx, a.ID); err != nil {
			return nil, err
		}
	}
	return s.signedIn(ctx, a, secret), nil
}
