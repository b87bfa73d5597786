package command

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/fault"
	"github.com/weirhq/weir/ingest/importer"
)

// parse reads a command line as Run does.
func parse(t *testing.T, args ...string) (*commands, error) {
	t.Helper()
	var cli commands
	parser, err := newParser(t.Context(), &cli)
	require.NoError(t, err)
	parser.Exit = func(int) { t.Error("parsing must not end the program") }
	parser.Stdout, parser.Stderr = io.Discard, io.Discard
	_, err = parser.Parse(args)
	return &cli, err
}

// TestSettingsPrecedence is not parallel: it sets the environment.
func TestSettingsPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "weir.yaml")
	require.NoError(t, os.WriteFile(file, []byte("listen: 127.0.0.1:1\nlog-level: debug\nrequest_timeout: 7s\ntrust-proxy: true\nbootstrap-project: From file\n"), 0o600))
	t.Setenv("WEIR_LISTEN", "127.0.0.1:2")
	t.Setenv("WEIR_BOOTSTRAP_API_TOKEN", "token-from-env")
	t.Setenv("WEIR_BOOTSTRAP_WRITE_KEY", "key-from-env")
	cli, err := parse(t, "serve", "--config", file, "--bootstrap-write-key", "key-from-flag")
	require.NoError(t, err)
	c := cli.Serve.Config
	require.Equal(t, "key-from-flag", c.Bootstrap.WriteKey, "a flag wins over the environment")
	require.Equal(t, "127.0.0.1:2", c.Listen, "the environment wins over the file")
	require.Equal(t, "token-from-env", c.Bootstrap.APIToken)
	require.Equal(t, "debug", c.LogLevel, "the file wins over the default")
	require.Equal(t, 7*time.Second, c.RequestTimeout, "underscores do as well")
	require.True(t, c.TrustProxy)
	require.Equal(t, "From file", c.Bootstrap.Project)
	require.Equal(t, "256MB", c.DuckMemory, "the default stays where nobody says")

	require.NoError(t, os.WriteFile(file, []byte("lissten: 127.0.0.1:1\n"), 0o600))
	_, err = parse(t, "serve", "--config", file)
	require.ErrorContains(t, err, "lissten", "a misspelt setting is no silent default")
	require.NoError(t, os.WriteFile(file, []byte("listen: [\n"), 0o600))
	_, err = parse(t, "serve", "--config", file)
	require.Error(t, err)
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = parse(t, "serve", "--config", file)
	require.NoError(t, err, "an empty file sets nothing")
}

func TestDefaultsAreThoseOfPackageApp(t *testing.T) {
	t.Parallel()
	cli, err := parse(t, "serve")
	require.NoError(t, err)
	want := app.Default()
	want.DataDir = "" // each command has its own
	require.Equal(t, want, cli.Serve.Config)
}

func TestEveryFlagSaysWhatItDoes(t *testing.T) {
	t.Parallel()
	parser, err := newParser(t.Context(), &commands{})
	require.NoError(t, err)
	var visit func(node *kong.Node)
	visit = func(node *kong.Node) {
		require.NotEmpty(t, node.Help, node.Name)
		for _, flag := range node.Flags {
			require.NotEmpty(t, flag.Help, "%s --%s", node.Name, flag.Name)
			require.True(t, flag.Name == "help" || len(flag.Envs) == 1, "%s --%s has a variable", node.Name, flag.Name)
		}
		for _, child := range node.Children {
			visit(child)
		}
	}
	visit(parser.Model.Node)
}

func TestImportNeedsToBeTold(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(file, []byte("customer,date,total\nc1,2026-01-01,5\n"), 0o600))
	_, err := parse(t, "import", file, "--project", "shop", "--map", "name=x", "--recipe", file)
	require.Error(t, err, "two mappings")
	_, err = parse(t, "import", file)
	require.ErrorContains(t, err, "--project")

	c := importCommand{File: file, Project: "shop", Map: "name=order_paid,distinct_id=customer,time=date,amount:number=total"}
	mapping, err := c.mapping()
	require.NoError(t, err)
	require.Equal(t, "order_paid", mapping.Name)
	_, _, _, err = c.poster(t.Context())
	require.ErrorContains(t, err, "--key")
	c.Key, c.Server = "k", "http://127.0.0.1:1/"
	poster, target, _, err := c.poster(t.Context())
	require.NoError(t, err)
	require.Equal(t, "http://127.0.0.1:1/api/v1/projects/shop/events", poster.(*importer.HTTP).URL)
	require.Contains(t, target, "shop@")

	c.Map, c.Yes = "", true
	guessed, err := c.mapping()
	require.NoError(t, err)
	require.Equal(t, "customer", guessed.DistinctID)
	notATerminal, err := os.Open(file)
	require.NoError(t, err)
	defer notATerminal.Close()
	require.ErrorContains(t, confirm(notATerminal, io.Discard), "--yes")
}

func TestExplainShowsEveryDetail(t *testing.T) {
	t.Parallel()
	var faults fault.List
	faults.Add("listen", "is wrong")
	faults.Add("data-dir", "is missing")
	require.Equal(t, "the configuration is not right\n  listen: is wrong\n  data-dir: is missing", explain(faults.Err("the configuration is not right")))
	require.Equal(t, "plain", explain(plainError("plain")))
}

type plainError string

func (e plainError) Error() string { return string(e) }
