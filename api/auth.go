package api

import (
	"context"
	"net"
	"net/http"
	"strings"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/fault"
)

// cookieName holds a session's secret.
const cookieName = "weir_session"

// permission is who may call a route.
type permission int

const (
	public   permission = iota // everyone
	known                      // every account and every API token
	signedIn                   // every account
	viewer                     // who may look
	editor                     // who may define and send
	owner                      // who may administer
)

// role is the role that a permission asks for.
func (p permission) role() account.Role {
	return map[permission]account.Role{known: account.Viewer, signedIn: account.Viewer, viewer: account.Viewer, editor: account.Editor, owner: account.Owner}[p]
}

// scope is what a request may touch: who asks, as what, and in which project.
// Only authorise makes one.
type scope struct {
	role    account.Role
	account *account.Account // nil for a token
	token   *account.Token   // nil for an account
	project *account.Project // nil on routes without a project
	session string           // the session's secret, for signing out
}

// scopeOf gives the scope of a request that passed authorise.
func scopeOf(ctx context.Context) *scope {
	sc, _ := ctx.Value(scopeKey).(*scope)
	return sc
}

// projectOf gives the project that the request was authorised for. It panics on
// a route without one: a handler there must not need it.
func projectOf(ctx context.Context) account.Project { return *scopeOf(ctx).project }

// authorise finds out who asks and, on a route with a project, whether it is
// theirs. It is the only place where a project's name from a path is believed.
// An API token of another project learns no more than that the project is not there.
func (s *Server) authorise(r *http.Request, project string, need permission) (*scope, error) {
	if need == public {
		return &scope{}, nil
	}
	sc, err := s.caller(r)
	if err != nil {
		return nil, err
	}
	if !sc.role.Allows(need.role()) {
		return nil, fault.New(fault.Denied, "this needs the role %s; you have %s", need.role(), sc.role)
	}
	if project == "" {
		if sc.token != nil && need != known {
			return nil, fault.New(fault.Denied, "an API token works inside its project only; sign in for this")
		}
		return sc, nil
	}
	p, err := s.deps.Accounts.Project(project)
	if err != nil || sc.token != nil && sc.token.ProjectID != p.ID {
		return nil, fault.New(fault.NotFound, "there is no project %q", project)
	}
	if err := s.deps.Progress().answers(p.ID); err != nil {
		return nil, err
	}
	sc.project = &p
	return sc, nil
}

// caller knows an account by its cookie and a program by its bearer token. With
// a cookie, a request that changes something must come from Weir's own pages.
func (s *Server) caller(r *http.Request) (*scope, error) {
	if token, ok := bearer(r); ok {
		t, err := s.deps.Accounts.ByToken(r.Context(), token)
		if err != nil {
			return nil, err
		}
		return &scope{role: t.Role, token: &t}, nil
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil, fault.New(fault.Unknown, "sign in first, or send an API token as «Authorization: Bearer …»")
	}
	if err := s.sameOrigin(r); err != nil {
		return nil, err
	}
	a, err := s.deps.Accounts.BySession(r.Context(), cookie.Value)
	if err != nil {
		return nil, err
	}
	return &scope{role: a.Role, account: &a, session: cookie.Value}, nil
}

// sameOrigin refuses requests that another site made a browser send.
func (s *Server) sameOrigin(r *http.Request) error {
	if err := s.origins.Check(r); err != nil {
		return fault.Wrap(fault.Denied, err, "the request comes from another site; use an API token for programs")
	}
	return nil
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "Bearer")
}

// sessionCookie carries a session's secret; an empty one takes it away.
func sessionCookie(r *http.Request, secret string) *http.Cookie {
	age := int(account.SessionLife.Seconds())
	if secret == "" {
		age = -1
	}
	return &http.Cookie{
		Name: cookieName, Value: secret, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https"),
	}
}

// clientAddress is the caller's network address. Behind a proxy that Options
// says to trust it is the last address that the proxy added.
func (s *Server) clientAddress(r *http.Request) string {
	if s.options.TrustProxy {
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := strings.TrimSpace(hops[len(hops)-1]); last != "" {
			return last
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
