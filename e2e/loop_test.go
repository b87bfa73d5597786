package e2e

import (
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weirhq/weir/reach/channel/email/smtptest"
)

// TestLoop goes through the whole product in Chromium: a real SDK sends, the
// funnel and the RFM board show it, a drop-off becomes a segment, a campaign goes
// to a real mail server, its link is clicked, the report shows the lift. In both
// languages, without console errors or serious accessibility faults.
func TestLoop(t *testing.T) {
	for _, language := range []string{"zh", "en"} {
		t.Run(language, func(t *testing.T) {
			server := smtptest.Start(t, smtptest.Options{})
			sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				mails := []readMail{}
				for _, d := range server.Deliveries() {
					mails = append(mails, parseMail(t, d))
				}
				_ = json.NewEncoder(w).Encode(mails)
			}))
			defer sink.Close()
			s := startEmptyServer(t)
			runScript(t, "loop.mjs", "WEIR_URL="+s.url, "SINK_URL="+sink.URL, "SMTP_PORT="+strconv.Itoa(server.Port()), "LANGUAGE="+language)
		})
	}
}

// runScript runs a browser script and passes its output on.
func runScript(t *testing.T, name string, env ...string) {
	t.Helper()
	_, err := os.Stat(filepath.Join("browser", "node_modules"))
	require.NoError(t, err, "run `npm ci` in e2e/browser first; `make e2e` does")
	cmd := exec.CommandContext(t.Context(), "node", name)
	cmd.Dir = "browser"
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Logf("%s", strings.TrimSpace(string(out)))
}

// readMail is what a person sees of a mail.
type readMail struct {
	To      string   `json:"to"`
	Subject string   `json:"subject"`
	Links   []string `json:"links"` // of the HTML part, pictures too
}

var linkPattern = regexp.MustCompile(`(?:href|src)="([^"]+)"`)

// parseMail reads a delivery as a mail program does.
func parseMail(t *testing.T, d smtptest.Delivery) readMail {
	t.Helper()
	message, err := mail.ReadMessage(strings.NewReader(d.Data))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	require.NoError(t, err)
	out := readMail{To: d.To, Subject: subject, Links: []string{}}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	require.NoError(t, err)
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return out
		}
		if !strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			continue
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		require.NoError(t, err)
		for _, m := range linkPattern.FindAllStringSubmatch(string(body), -1) {
			out.Links = append(out.Links, strings.ReplaceAll(m[1], "&amp;", "&"))
		}
	}
}
