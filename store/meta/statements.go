package meta

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
)

//go:embed queries/*.sql
var queryFiles embed.FS

//go:embed migrations/*.sql
var migrationFiles embed.FS

// statement is one named piece of SQL.
type statement struct {
	name  string
	text  string
	reads bool // may run on a reading connection
}

var (
	nameLine  = regexp.MustCompile(`^--\s*name:\s*(\S+)\s*$`)
	parameter = regexp.MustCompile(`\$(\d+)`)
)

// loadStatements reads every queries/*.sql. A name must start with its file's
// area («account.» in account.sql) and be unique.
func loadStatements(files fs.FS) (map[string]statement, error) {
	paths, err := fs.Glob(files, "queries/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list query files: %w", err)
	}
	all := make(map[string]statement)
	for _, path := range paths {
		text, err := fs.ReadFile(files, path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		area := strings.TrimSuffix(strings.TrimPrefix(path, "queries/"), ".sql")
		if err := parseStatements(all, area, string(text)); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return all, nil
}

func parseStatements(into map[string]statement, area, text string) error {
	name, body := "", &strings.Builder{}
	finish := func() error {
		if name == "" {
			return nil
		}
		if _, taken := into[name]; taken {
			return fmt.Errorf("statement %s is there twice", name)
		}
		s := newStatement(name, body.String())
		if s.text == "" {
			return fmt.Errorf("statement %s is empty", name)
		}
		into[name] = s
		body.Reset()
		return nil
	}
	for line := range strings.Lines(text) {
		m := nameLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			if !strings.HasPrefix(strings.TrimSpace(line), "--") {
				body.WriteString(line)
			}
			continue
		}
		if err := finish(); err != nil {
			return err
		}
		name = m[1]
		if !strings.HasPrefix(name, area+".") {
			return fmt.Errorf("statement %s must be named %s.…", name, area)
		}
	}
	return finish()
}

// newStatement turns $1 into ?1: SQLite numbers $-parameters by first use, and
// ?-parameters as PostgreSQL numbers its own.
func newStatement(name, body string) statement {
	text := strings.TrimSuffix(strings.TrimSpace(body), ";")
	first, _, _ := strings.Cut(strings.ToUpper(text)+" ", " ")
	first = strings.TrimSpace(strings.SplitN(first, "\n", 2)[0])
	return statement{
		name:  name,
		text:  parameter.ReplaceAllString(text, "?$1"),
		reads: first == "SELECT" || first == "WITH",
	}
}
