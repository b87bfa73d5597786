package account

import (
	"context"

	"github.com/weirhq/weir/fault"
)

// bootstrapToken is the name of the API token that comes from the configuration.
const bootstrapToken = "bootstrap"

// Bootstrap is a project that the configuration asks for, for containers that
// must be ready without a person.
type Bootstrap struct {
	Project  string // name
	Timezone string // of a new project; an existing one keeps its own
	WriteKey string // optional
	APIToken string // optional; gets the role owner in the project
}

// Bootstrap makes the project, its write key and its API token what the
// configuration says. Doing it again changes nothing.
func (s *Service) Bootstrap(ctx context.Context, b Bootstrap) (Project, error) {
	p, err := s.Project(b.Project)
	if fault.KindOf(err) == fault.NotFound {
		p, err = s.CreateProject(ctx, NewProject{Name: b.Project, Timezone: b.Timezone, WriteKey: b.WriteKey})
	}
	if err != nil {
		return Project{}, err
	}
	if b.WriteKey != "" && p.WriteKey != b.WriteKey {
		if p, err = s.setWriteKey(ctx, p, b.WriteKey); err != nil {
			return Project{}, err
		}
	}
	if b.APIToken != "" {
		err = s.bootstrapToken(ctx, p.ID, b.APIToken)
	}
	return p, err
}

// bootstrapToken replaces the token of an earlier configuration.
func (s *Service) bootstrapToken(ctx context.Context, projectID, secret string) error {
	tokens, err := s.Tokens(ctx, projectID)
	if err != nil {
		return err
	}
	there := false
	for _, t := range tokens {
		if t.Name != bootstrapToken {
			continue
		}
		if sameHash(t.hash, hashToken(secret)) {
			there = true
			continue
		}
		if err := s.DeleteToken(ctx, projectID, t.ID); err != nil {
			return err
		}
	}
	if there {
		return nil
	}
	_, err = s.addToken(ctx, projectID, bootstrapToken, Owner, secret)
	return err
}

func (s *Service) setWriteKey(ctx context.Context, p Project, key string) (Project, error) {
	s.changes.Lock()
	defer s.changes.Unlock()
	p.WriteKey = key
	if err := checkProject(&p); err != nil {
		return Project{}, err
	}
	return p, s.saveProject(ctx, p)
}
