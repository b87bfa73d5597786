package api

import (
	"context"

	"github.com/weirhq/weir/account"
)

type accountsView struct {
	Accounts []accountView `json:"accounts"`
}

func (s *Server) listAccounts(ctx context.Context, _ *noInput) (accountsView, error) {
	list, err := s.deps.Accounts.List(ctx)
	out := accountsView{Accounts: make([]accountView, 0, len(list))}
	for _, a := range list {
		out.Accounts = append(out.Accounts, viewAccount(a))
	}
	return out, err
}

type newAccountInput struct {
	Body struct {
		Email    string       `json:"email"`
		Password string       `json:"password"`
		Name     string       `json:"name,omitempty"`
		Role     account.Role `json:"role" enum:"owner,editor,viewer"`
		Language string       `json:"language,omitempty"`
	}
}

func (s *Server) postAccount(ctx context.Context, in *newAccountInput) (accountView, error) {
	a, err := s.deps.Accounts.Create(ctx, account.NewAccount{
		Email: in.Body.Email, Password: in.Body.Password, Name: in.Body.Name, Role: in.Body.Role, Language: in.Body.Language,
	})
	return viewAccount(a), err
}

// AccountID is the input of routes about one account.
type AccountID struct {
	ID string `path:"id" doc:"The account's id"`
}

type changeAccountInput struct {
	AccountID

	Body struct {
		Name     *string       `json:"name,omitempty"`
		Role     *account.Role `json:"role,omitempty" enum:"owner,editor,viewer"`
		Password *string       `json:"password,omitempty"`
	}
}

func (s *Server) patchOtherAccount(ctx context.Context, in *changeAccountInput) (accountView, error) {
	a, err := s.deps.Accounts.Update(ctx, in.ID, account.Change{Name: in.Body.Name, Role: in.Body.Role, Password: in.Body.Password})
	return viewAccount(a), err
}

func (s *Server) deleteAccount(ctx context.Context, in *AccountID) (done, error) {
	return done{OK: true}, s.deps.Accounts.Delete(ctx, in.ID)
}
