package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	project  = "e2e"
	writeKey = "wk_e2e_0123456789abcdef"
	apiToken = "at_e2e_0123456789abcdef"
)

// binary finds the program under test.
func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("WEIR_BIN")
	if path == "" {
		path = filepath.Join("..", "bin", "weir")
	}
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	require.FileExists(t, path, "run `make build` first, or set WEIR_BIN")
	return path
}

// dataSet finds a folder of real data, or skips the test.
func dataSet(t *testing.T, name string) string {
	t.Helper()
	base := os.Getenv("WEIR_DATA")
	if base == "" {
		base = filepath.Join("..", "..", "shared", "data")
	}
	dir := filepath.Join(base, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("real data set %q is not at %s; set WEIR_DATA to run this test", name, dir)
	}
	return dir
}

// server is one run of the program on a data folder.
type server struct {
	t       *testing.T
	url     string
	dir     string
	listen  string
	args    []string
	process *exec.Cmd
	output  *bytes.Buffer
	exited  chan error
}

// freeAddress asks the kernel for a port nobody uses.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// startServer runs `weir serve` with a bootstrapped project on a new folder.
func startServer(t *testing.T) *server {
	t.Helper()
	return launch(t, "--bootstrap-project", project, "--bootstrap-timezone", "Asia/Shanghai", "--bootstrap-write-key", writeKey, "--bootstrap-api-token", apiToken)
}

// startEmptyServer runs `weir serve` on a new folder, as for a first visit.
func startEmptyServer(t *testing.T) *server {
	t.Helper()
	return launch(t)
}

func launch(t *testing.T, flags ...string) *server {
	t.Helper()
	listen := freeAddress(t)
	s := &server{t: t, dir: t.TempDir(), listen: listen, url: "http://" + listen, args: append([]string{"serve", "--listen", listen}, flags...)}
	s.start()
	t.Cleanup(s.stop)
	return s
}

// start runs the program on the server's folder and waits until it is ready.
func (s *server) start() {
	s.t.Helper()
	s.output = &bytes.Buffer{}
	s.process = exec.Command(binary(s.t), append(append([]string{}, s.args...), "--data-dir", s.dir)...)
	s.process.Stdout, s.process.Stderr = s.output, s.output
	require.NoError(s.t, s.process.Start())
	s.exited = make(chan error, 1)
	go func(p *exec.Cmd, exited chan error) { exited <- p.Wait() }(s.process, s.exited)
	ready := func() bool {
		select {
		case err := <-s.exited:
			s.exited <- err
			return true
		default:
		}
		resp, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}
	require.Eventually(s.t, ready, time.Minute, 20*time.Millisecond, "the server did not become ready")
	select {
	case err := <-s.exited:
		s.t.Fatalf("the server ended at start: %v\n%s", err, s.output)
	default:
	}
}

// kill ends the process as a power cut would, as far as the process can tell.
func (s *server) kill() {
	s.t.Helper()
	require.NoError(s.t, s.process.Process.Signal(syscall.SIGKILL))
	<-s.exited
}

// stop ends the process as an operator would, at the end of a test.
func (s *server) stop() {
	if s.process.ProcessState != nil {
		return
	}
	_ = s.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(30 * time.Second):
		_ = s.process.Process.Kill()
		s.t.Error("the server did not stop within 30 s of SIGTERM")
	}
	if s.t.Failed() {
		s.t.Logf("output of the server:\n%s", tail(s.output.String(), 8000))
	}
}

func tail(text string, n int) string {
	if len(text) > n {
		return "…" + text[len(text)-n:]
	}
	return text
}

// client waits for long questions, and no longer.
var client = &http.Client{Timeout: 2 * time.Minute}

// call sends JSON with a bearer key and reads JSON; it gives the status.
func (s *server) call(ctx context.Context, method, path, key string, body, answer any) (int, error) {
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, reader)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return resp.StatusCode, err
	}
	if resp.StatusCode >= 300 {
		return resp.StatusCode, fmt.Errorf("%s %s: %d %s", method, path, resp.StatusCode, tail(string(raw), 2000))
	}
	if answer == nil {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, json.Unmarshal(raw, answer)
}

// api calls the project's API and demands success.
func (s *server) api(method, path string, body, answer any) {
	s.t.Helper()
	_, err := s.call(s.t.Context(), method, "/api/v1/projects/"+project+path, apiToken, body, answer)
	require.NoError(s.t, err)
}

// object is JSON written in a test.
type object = map[string]any

// run runs a subcommand of the program to its end and gives its output.
func run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), binary(t), args...).CombinedOutput()
	require.NoError(t, err, "weir %v:\n%s", args, out)
	return string(out)
}
