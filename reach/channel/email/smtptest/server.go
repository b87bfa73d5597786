// Package smtptest is a real SMTP server for tests: it listens on a port of this
// machine, speaks enough of RFC 5321 for any client, keeps what it accepts, and
// can be slow, refuse, break off or demand TLS and a log-in.
//
// A message counts as delivered from the moment the server has read its final
// dot, before it answers: exactly then a client that is killed cannot take it
// back. With a File each delivery is written there first, one JSON line each, so
// that a later process can read what was delivered.
package smtptest

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Delivery is one accepted message.
type Delivery struct {
	From string `json:"from"`
	To   string `json:"to"`
	Data string `json:"data"` // as it came, without the dot, with dots unstuffed
	User string `json:"user"` // who logged in
	TLS  bool   `json:"tls"`
}

// Reply is what the server says instead of its usual answer. The zero Reply is the usual one.
type Reply struct {
	Code int
	Text string
	Drop bool // close the line without a word
}

// Options say how the server behaves. Hooks may be called concurrently.
type Options struct {
	Address     string        // default 127.0.0.1:0
	Delay       time.Duration // before the answer to the dot
	TLS         *tls.Config   // offers STARTTLS, or TLS from the first byte
	ImplicitTLS bool
	Username    string // when set, mail needs a log-in
	Password    string
	Mechanisms  string                       // default «PLAIN LOGIN»
	Greeting    func() Reply                 // at a new connection
	OnMail      func(from string) Reply      // at MAIL
	OnRcpt      func(to string) Reply        // at RCPT
	OnData      func(to string) Reply        // at the dot, before the message counts: a refusal
	AfterData   func(to string) Reply        // at the dot, after the message counts: Drop loses the answer
	PerLine     int                          // messages per connection; then 421
	File        string                       // deliveries are appended here, synced
	OnDelivery  func(number int, d Delivery) // after each delivery, in order
}

// Server is a running SMTP server.
type Server struct {
	options  Options
	listener net.Listener
	group    sync.WaitGroup

	mu         sync.Mutex
	file       *os.File
	deliveries []Delivery
	lines      map[net.Conn]bool
	opened     int
	closed     bool
	changed    chan struct{}
}

// Start runs a server until the test ends.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	s, err := Listen(o)
	require.NoError(tb, err)
	tb.Cleanup(s.Close)
	return s
}

// Listen runs a server until Close, for programs that are no tests.
func Listen(o Options) (*Server, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	if o.Mechanisms == "" {
		o.Mechanisms = "PLAIN LOGIN"
	}
	s := &Server{options: o, lines: make(map[net.Conn]bool), changed: make(chan struct{})}
	var err error
	if o.File != "" {
		if s.file, err = os.OpenFile(o.File, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
			return nil, err
		}
	}
	if s.listener, err = net.Listen("tcp", o.Address); err != nil {
		return nil, err
	}
	s.group.Go(s.accept)
	return s, nil
}

// Host and Port are where it listens.
func (s *Server) Host() string { return "127.0.0.1" }

// Port is the port where it listens.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Close ends all connections and the server.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	_ = s.listener.Close()
	for line := range s.lines {
		_ = line.Close()
	}
	s.mu.Unlock()
	s.group.Wait()
	if s.file != nil {
		_ = s.file.Close()
	}
}

// DropConnections closes all lines; the server goes on.
func (s *Server) DropConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range s.lines {
		_ = line.Close()
	}
}

// Connections is how many lines were ever opened.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

// Deliveries gives what was accepted so far.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.deliveries)
}

// Count is how many messages were accepted so far.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.deliveries)
}

// Wait waits until n messages were accepted; it fails the test after a minute without.
func (s *Server) Wait(tb testing.TB, n int) {
	tb.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for {
		s.mu.Lock()
		have, changed := len(s.deliveries), s.changed
		s.mu.Unlock()
		if have >= n {
			return
		}
		select {
		case <-changed:
		case <-late.C:
			require.FailNow(tb, "messages are missing", "%d of %d arrived", have, n)
		}
	}
}

func (s *Server) accept() {
	for {
		line, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = line.Close()
			return
		}
		s.lines[line] = true
		s.opened++
		s.mu.Unlock()
		s.group.Go(func() {
			session := &session{server: s, line: line}
			session.serve()
			s.mu.Lock()
			delete(s.lines, line)
			s.mu.Unlock()
			_ = line.Close()
		})
	}
}

func (s *Server) record(d Delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		raw, err := json.Marshal(d)
		if err != nil {
			return err
		}
		_, err = s.file.Write(append(raw, '\n'))
		if err = errors.Join(err, s.file.Sync()); err != nil {
			return err
		}
	}
	s.deliveries = append(s.deliveries, d)
	close(s.changed)
	s.changed = make(chan struct{})
	if s.options.OnDelivery != nil {
		s.options.OnDelivery(len(s.deliveries), d)
	}
	return nil
}

// ReadFile gives the deliveries that a server with that File recorded.
func ReadFile(path string) ([]Delivery, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	var all []Delivery
	decoder := json.NewDecoder(bufio.NewReader(file))
	for {
		var d Delivery
		if err := decoder.Decode(&d); err != nil {
			if errors.Is(err, io.EOF) {
				return all, file.Close()
			}
			return all, errors.Join(fmt.Errorf("read deliveries: %w", err), file.Close())
		}
		all = append(all, d)
	}
}

// Header gives a header's value as it stands in a message, unfolded.
func (d Delivery) Header(name string) string {
	head, _, _ := strings.Cut(d.Data, "\r\n\r\n")
	head = strings.NewReplacer("\r\n ", " ", "\r\n\t", " ").Replace(head)
	for line := range strings.SplitSeq(head, "\r\n") {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(key, name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
