package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v2"

	"github.com/weirhq/weir/fault"
)

// readConfigFile makes a file's settings known to the command line. They count
// where neither a flag nor the environment says otherwise.
func readConfigFile(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if err := yaml.NewDecoder(r).Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the configuration file: %w", err)
	}
	return &fileSettings{values: values}, nil
}

type fileSettings struct{ values map[string]any }

// Validate refuses names that no flag has, so that a misspelt one is no silent default.
func (f *fileSettings) Validate(app *kong.Application) error {
	known := map[string]bool{}
	var visit func(node *kong.Node)
	visit = func(node *kong.Node) {
		for _, flag := range node.Flags {
			known[flag.Name] = true
		}
		for _, child := range node.Children {
			visit(child)
		}
	}
	visit(app.Node)
	for name := range f.values {
		if !known[strings.ReplaceAll(name, "_", "-")] {
			return fmt.Errorf("the configuration file sets %q, which is no setting", name)
		}
	}
	return nil
}

// Resolve gives a flag's value from the file.
func (f *fileSettings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	for _, name := range []string{flag.Name, strings.ReplaceAll(flag.Name, "-", "_")} {
		if value, ok := f.values[name]; ok {
			return fmt.Sprint(value), nil
		}
	}
	return nil, nil
}

// explain is an error as a person at a terminal reads it: the public sentence
// and its details first, the cause where there is one.
func explain(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err.Error()
	}
	var b strings.Builder
	b.WriteString(f.Public)
	for _, d := range f.Details {
		fmt.Fprintf(&b, "\n  %s: %s", d.Where, d.What)
	}
	if f.Cause != nil {
		fmt.Fprintf(&b, "\n  (%v)", f.Cause)
	}
	return b.String()
}
