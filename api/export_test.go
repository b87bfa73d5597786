package api

import "github.com/go-chi/chi/v5"

// Routes gives every mounted route, for the test that demands a description of each.
func Routes(s *Server) chi.Routes { return s.handler.(chi.Router) }
