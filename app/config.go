package app

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/weirhq/weir/fault"
)

// Config is everything that can be set. The tags are read by the command line,
// which shows the same words in --help.
type Config struct {
	DataDir     string `help:"Folder for all data; made when it is missing. Default weir-data, for the demo weir-demo." placeholder:"DIR"`
	Listen      string `help:"Address to listen on. Use 0.0.0.0:8080 to be reached from other machines, behind a proxy that speaks TLS." default:"127.0.0.1:8080"`
	TrustProxy  bool   `help:"Believe X-Forwarded-For. Set it only behind a proxy that overwrites that header."`
	LogLevel    string `help:"How much to log: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	LogFormat   string `help:"Form of log lines: text for people, json for machines." enum:"text,json" default:"text"`
	DuckMemory  string `help:"Memory that the event log may use for its buffers. Raise it for long histories." default:"256MB"`
	IntakeBytes int64  `help:"Bytes of events under way at the same time; beyond it senders are told to come back." default:"134217728"`

	RequestTimeout time.Duration `help:"Longest time of one question." default:"60s"`
	StopTimeout    time.Duration `help:"Longest time that a stop takes; half of it may go to requests under way." default:"15s"`

	Bootstrap Bootstrap `embed:"" prefix:"bootstrap-"`
}

// Bootstrap makes a fresh data folder ready without a person, for containers.
// With the same values again it changes nothing.
type Bootstrap struct {
	Project  string `help:"Make this project when it does not exist." placeholder:"NAME"`
	Timezone string `help:"Time zone of the made project, an IANA name." default:"UTC"`
	WriteKey string `help:"The project's write key; without it a fresh one is made." placeholder:"KEY"`
	APIToken string `name:"api-token" help:"An API token of the project with the role owner." placeholder:"TOKEN"`
}

// DefaultDataDir is where a server keeps its data when nobody says.
const DefaultDataDir = "weir-data"

// Default gives a Config with every default filled in, for tests and embedders.
func Default() Config {
	return Config{
		DataDir: DefaultDataDir, Listen: "127.0.0.1:8080", LogLevel: "info", LogFormat: "text", DuckMemory: "256MB",
		IntakeBytes: 128 << 20, RequestTimeout: time.Minute, StopTimeout: 15 * time.Second, Bootstrap: Bootstrap{Timezone: "UTC"},
	}
}

// Check reports everything that is wrong with the configuration.
func (c Config) Check() error {
	var faults fault.List
	if strings.TrimSpace(c.DataDir) == "" {
		faults.Add("data-dir", "must not be empty")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		faults.Add("listen", "%q is no host:port", c.Listen)
	}
	if c.RequestTimeout < time.Second {
		faults.Add("request-timeout", "must be at least 1s")
	}
	if c.StopTimeout < time.Second {
		faults.Add("stop-timeout", "must be at least 1s")
	}
	if c.IntakeBytes < 16<<20 {
		faults.Add("intake-bytes", "must be at least %d", 16<<20)
	}
	if b := c.Bootstrap; b.Project == "" && (b.WriteKey != "" || b.APIToken != "") {
		faults.Add("bootstrap-project", "is needed for a write key or an API token")
	}
	return faults.Err("the configuration is not right")
}

// Logger makes the program's logger on stderr.
func (c Config) Logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return nil, fmt.Errorf("log-level: %w", err)
	}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options)), nil
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options)), nil
}
