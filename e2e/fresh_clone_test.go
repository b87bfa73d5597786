package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestFreshClone does what the README promises a stranger: clone, `make run`,
// sign in with what was printed, ask a question. Build caches are empty; module
// and package downloads come from this machine's caches where they are there,
// so that the test measures Weir and not the network.
func TestFreshClone(t *testing.T) {
	if testing.Short() {
		t.Skip("builds everything from nothing; left out of -short")
	}
	home, clone := t.TempDir(), filepath.Join(t.TempDir(), "weir")
	git := exec.CommandContext(t.Context(), "git", "clone", "--quiet", "--no-hardlinks", "..", clone)
	out, err := git.CombinedOutput()
	require.NoError(t, err, "%s", out)

	start := time.Now()
	listen := freeAddress(t)
	logFile := filepath.Join(home, "make-run.log")
	output, err := os.Create(logFile)
	require.NoError(t, err)
	defer output.Close()
	cmd := exec.Command("make", "run", "LISTEN="+listen, "DATA="+filepath.Join(home, "data"))
	cmd.Dir, cmd.Env = clone, strangersEnvironment(t, home)
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, cmd.Start())
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) // our own group: make and what it started
		<-exited
	})

	var email, password string
	printed := regexp.MustCompile(`(?i)(?:e-?mail|邮箱)\S*\s+(\S+@\S+)[\s\S]*?(?:password|密码)\S*\s+(\S+)`)
	require.Eventually(t, func() bool {
		raw, err := os.ReadFile(logFile)
		if err != nil {
			return false
		}
		if m := printed.FindStringSubmatch(string(raw)); m != nil {
			email, password = m[1], m[2]
			return true
		}
		return len(exited) > 0
	}, 10*time.Minute, 200*time.Millisecond, "make run never said how to sign in")
	raw, err := os.ReadFile(logFile)
	require.NoError(t, err)
	require.NotEmpty(t, email, "make run ended:\n%s", tail(string(raw), 6000))

	answer := askAsVisitor(t, "http://"+listen, email, password)
	require.Positive(t, answer, "the demo project answers a question with persons")
	t.Logf("from clone to the first answer: %s", time.Since(start).Round(time.Second))
}

// strangersEnvironment is that of a machine which never built Weir.
func strangersEnvironment(t *testing.T, home string) []string {
	t.Helper()
	goEnv := func(name string) string {
		out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		require.NoError(t, err)
		return strings.TrimSpace(string(out))
	}
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "WEIR_") && !strings.HasPrefix(pair, "MAKE") && !strings.HasPrefix(pair, "MFLAGS") {
			env = append(env, pair)
		}
	}
	return append(env,
		"GOCACHE="+filepath.Join(home, "go-build"), "GOMODCACHE="+filepath.Join(home, "go-mod"), "GOFLAGS=-modcacherw",
		"GOPROXY=file://"+filepath.Join(goEnv("GOMODCACHE"), "cache", "download")+","+goEnv("GOPROXY"),
	)
}

// askAsVisitor signs in and asks for the active persons of the last thirty days.
func askAsVisitor(t *testing.T, url, email, password string) float64 {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	post := func(path string, body, answer any) bool {
		raw, err := json.Marshal(body)
		require.NoError(t, err)
		resp, err := client.Post(url+path, "application/json", strings.NewReader(string(raw)))
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode < 300 && json.NewDecoder(resp.Body).Decode(answer) == nil
	}
	var session struct {
		Projects []struct {
			ID string `json:"id"`
		} `json:"projects"`
	}
	require.Eventually(t, func() bool {
		return post("/api/v1/session", object{"email": email, "password": password}, &session) && len(session.Projects) > 0
	}, 2*time.Minute, 200*time.Millisecond, "could not sign in")
	day := func(back int) string { return time.Now().AddDate(0, 0, -back).Format(time.DateOnly) }
	question := object{
		"kind": "trend", "interval": "day", "range": object{"from": day(30), "to": day(0)},
		"series": []object{{"event": "*", "measure": "persons"}},
	}
	var answer struct {
		Series []struct {
			Total float64 `json:"total"`
		} `json:"series"`
	}
	require.Eventually(t, func() bool {
		return post("/api/v1/projects/"+session.Projects[0].ID+"/query", question, &answer) && len(answer.Series) == 1 && answer.Series[0].Total > 0
	}, 2*time.Minute, 200*time.Millisecond, "the question was not answered")
	return answer.Series[0].Total
}
