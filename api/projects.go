package api

import (
	"context"
	"slices"
	"time"

	"github.com/weirhq/weir/account"
)

type projectView struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Timezone  string  `json:"timezone" doc:"IANA name" example:"Asia/Shanghai"`
	WeekStart int     `json:"week_start" doc:"0 is Sunday, 1 Monday"`
	Currency  string  `json:"currency" example:"CNY"`
	WriteKey  string  `json:"write_key" doc:"Sends events; SDKs carry it, so it is no secret"`
	CreatedAt instant `json:"created_at"`
	Demo      bool    `json:"demo" doc:"Filled by the demo generator"`
}

func viewProject(p account.Project) projectView {
	return projectView{
		ID: p.ID, Name: p.Name, Timezone: p.Timezone, WeekStart: int(p.WeekStart), Currency: p.Currency,
		WriteKey: p.WriteKey, CreatedAt: instant(p.CreatedAt), Demo: p.Demo,
	}
}

func viewProjects(list []account.Project) []projectView {
	out := make([]projectView, 0, len(list))
	for _, p := range list {
		out = append(out, viewProject(p))
	}
	return out
}

type projectsView struct {
	Projects []projectView `json:"projects"`
}

func (s *Server) listProjects(ctx context.Context, _ *noInput) (projectsView, error) {
	list := s.deps.Accounts.Projects()
	if token := scopeOf(ctx).token; token != nil {
		list = slices.DeleteFunc(list, func(p account.Project) bool { return p.ID != token.ProjectID })
	}
	return projectsView{Projects: viewProjects(list)}, nil
}

type newProjectInput struct {
	Body struct {
		Name     string `json:"name"`
		Timezone string `json:"timezone,omitempty" doc:"IANA name; default UTC"`
		Currency string `json:"currency,omitempty" doc:"Default CNY"`
	}
}

func (s *Server) postProject(ctx context.Context, in *newProjectInput) (projectView, error) {
	p, err := s.deps.Accounts.CreateProject(ctx, account.NewProject{Name: in.Body.Name, Timezone: in.Body.Timezone, Currency: in.Body.Currency})
	return viewProject(p), err
}

func (s *Server) getProject(ctx context.Context, _ *projectOnly) (projectView, error) {
	return viewProject(projectOf(ctx)), nil
}

type changeProjectInput struct {
	InProject

	Body struct {
		Name        *string `json:"name,omitempty"`
		Timezone    *string `json:"timezone,omitempty"`
		WeekStart   *int    `json:"week_start,omitempty"`
		Currency    *string `json:"currency,omitempty"`
		NewWriteKey bool    `json:"new_write_key,omitempty" doc:"Replace the write key; the old one stops at once"`
	}
}

func (s *Server) patchProject(ctx context.Context, in *changeProjectInput) (projectView, error) {
	change := account.ProjectChange{Name: in.Body.Name, Timezone: in.Body.Timezone, Currency: in.Body.Currency, NewKey: in.Body.NewWriteKey}
	if in.Body.WeekStart != nil {
		day := time.Weekday(*in.Body.WeekStart)
		change.WeekStart = &day
	}
	p, err := s.deps.Accounts.UpdateProject(ctx, projectOf(ctx).ID, change)
	return viewProject(p), err
}

type tokenView struct {
	ID         string       `json:"id"`
	Name       string       `json:"name"`
	Role       account.Role `json:"role" enum:"owner,editor,viewer"`
	Hint       string       `json:"hint" doc:"The last characters of the secret"`
	CreatedAt  instant      `json:"created_at"`
	LastUsedAt instant      `json:"last_used_at"`
	Token      string       `json:"token,omitempty" doc:"The secret; shown once, when the token is made"`
}

func viewToken(t account.Token, secret string) tokenView {
	return tokenView{ID: t.ID, Name: t.Name, Role: t.Role, Hint: t.Hint, CreatedAt: instant(t.CreatedAt), LastUsedAt: instant(t.LastUsedAt), Token: secret}
}

type tokensView struct {
	Tokens []tokenView `json:"tokens"`
}

func (s *Server) listTokens(ctx context.Context, _ *projectOnly) (tokensView, error) {
	list, err := s.deps.Accounts.Tokens(ctx, projectOf(ctx).ID)
	out := tokensView{Tokens: make([]tokenView, 0, len(list))}
	for _, t := range list {
		out.Tokens = append(out.Tokens, viewToken(t, ""))
	}
	return out, err
}

type newTokenInput struct {
	InProject

	Body struct {
		Name string       `json:"name"`
		Role account.Role `json:"role,omitempty" enum:"owner,editor,viewer" default:"editor"`
	}
}

func (s *Server) postToken(ctx context.Context, in *newTokenInput) (tokenView, error) {
	role := in.Body.Role
	if role == "" {
		role = account.Editor
	}
	t, secret, err := s.deps.Accounts.CreateToken(ctx, projectOf(ctx).ID, in.Body.Name, role)
	return viewToken(t, secret), err
}

func (s *Server) deleteToken(ctx context.Context, in *WithID) (done, error) {
	return done{OK: true}, s.deps.Accounts.DeleteToken(ctx, projectOf(ctx).ID, in.ID)
}
