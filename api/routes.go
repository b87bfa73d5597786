package api

import "github.com/go-chi/chi/v5"

// routes is every route: method, path, who may, what it does, who answers.
func (s *Server) routes(r *registrar, raw chi.Router) {
	r.under("Sign-in", "The first owner, sessions and the own account.")
	route(r, "GET", "/setup", public, "Is there an owner yet?", s.getSetup)
	routeFull(r, "POST", "/setup", public, "Make the first owner. Refused once there is an account.", s.postSetup)
	routeFull(r, "POST", "/session", public, "Sign in", s.postSession)
	route(r, "GET", "/session", signedIn, "Who am I?", s.getSession)
	routeFull(r, "DELETE", "/session", signedIn, "Sign out", s.deleteSession)
	routeFull(r, "PATCH", "/account", signedIn, "Change the own account", s.patchAccount)

	r.under("Projects and access", "Projects, their keys and tokens, and who may sign in.")
	route(r, "GET", "/projects", signedIn, "List projects", s.listProjects)
	route(r, "POST", "/projects", owner, "Make a project", s.postProject)
	route(r, "GET", "/projects/{p}", viewer, "Read a project", s.getProject)
	route(r, "PATCH", "/projects/{p}", owner, "Change a project", s.patchProject)
	route(r, "GET", "/projects/{p}/tokens", owner, "List API tokens", s.listTokens)
	route(r, "POST", "/projects/{p}/tokens", owner, "Make an API token. The answer shows the secret once.", s.postToken)
	route(r, "DELETE", "/projects/{p}/tokens/{id}", owner, "Revoke an API token", s.deleteToken)
	route(r, "GET", "/accounts", owner, "List accounts", s.listAccounts)
	route(r, "POST", "/accounts", owner, "Make an account", s.postAccount)
	route(r, "PATCH", "/accounts/{id}", owner, "Change an account", s.patchOtherAccount)
	route(r, "DELETE", "/accounts/{id}", owner, "Delete an account", s.deleteAccount)

	r.under("Events", "Sending events, and watching them arrive. The Segment HTTP API is at /v1 and /c/segment/v1 for SDKs.")
	describeIntake(r)
	raw.Get(base+"/projects/{p}/live", s.inScope(viewer, s.getLive))
	route(r, "GET", "/projects/{p}/intake", viewer, "How much has arrived?", s.getIntake)
}
