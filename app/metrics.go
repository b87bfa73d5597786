package app

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/clock"
	"github.com/weirhq/weir/event"
	"github.com/weirhq/weir/ingest"
	"github.com/weirhq/weir/store"
)

// metrics is what /metrics shows. Labels are bounded: routes, kinds, results.
type metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.HistogramVec
	questions *prometheus.HistogramVec
	appends   prometheus.Histogram
	messages  *prometheus.CounterVec
}

var _ api.Observer = (*metrics)(nil)

func newMetrics(progress func() api.Progress) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "weir_http_request_seconds", Help: "Time to answer HTTP requests.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 8),
		}, []string{"method", "route", "status"}),
		questions: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "weir_question_seconds", Help: "Time to answer questions.", Buckets: prometheus.ExponentialBuckets(0.001, 3, 10),
		}, []string{"kind"}),
		appends: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "weir_append_seconds", Help: "Time until a batch of events is on disk.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 12),
		}),
	}
	m.messages = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "weir_messages_total", Help: "What happened to messages."}, []string{"event"})
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), m.requests, m.questions, m.appends, m.messages)
	m.gauge("weir_ready", "1 when the log has been read and questions are answered.", func() float64 {
		if progress().Ready {
			return 1
		}
		return 0
	})
	m.gauge("weir_replayed_events", "Events read from the log since the start.", func() float64 { return float64(progress().Done) })
	return m
}

func (m *metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

func (m *metrics) counter(name, help string, labels prometheus.Labels, value func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels}, value))
}

// watchIntake shows the intake's own counts.
func (m *metrics) watchIntake(in *ingest.Intake) {
	for result, value := range map[string]func(ingest.Stats) uint64{
		"accepted":  func(s ingest.Stats) uint64 { return s.Accepted },
		"duplicate": func(s ingest.Stats) uint64 { return s.Duplicates },
		"rejected":  func(s ingest.Stats) uint64 { return s.Rejected },
		"failed":    func(s ingest.Stats) uint64 { return s.Failed },
	} {
		m.counter("weir_events_total", "Events taken in, by what became of them.", prometheus.Labels{"result": result}, func() float64 { return float64(value(in.Stats())) })
	}
	m.counter("weir_intake_busy_total", "Requests told to come back.", nil, func() float64 { return float64(in.Stats().Busy) })
	m.gauge("weir_intake_bytes", "Bytes of events under way.", func() float64 { return float64(in.Stats().InFlightBytes) })
}

// Request notes an HTTP request.
func (m *metrics) Request(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
}

// Question notes an answered question.
func (m *metrics) Question(kind string, took time.Duration) {
	m.questions.WithLabelValues(kind).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// countedSink counts the events of messages on their way to the log.
type countedSink struct {
	event.Sink

	metrics *metrics
}

// Append stores events and counts those about messages.
func (s countedSink) Append(ctx context.Context, events []*event.Event) error {
	if err := s.Sink.Append(ctx, events); err != nil {
		return err
	}
	for _, e := range events {
		switch e.Name {
		case event.NameMessageSent, event.NameMessageFailed, event.NameMessageOpened, event.NameMessageClicked, event.NameUnsubscribed:
			s.metrics.messages.WithLabelValues(strings.TrimPrefix(e.Name, "$")).Inc()
		}
	}
	return nil
}

// timedLog measures how long appending takes.
type timedLog struct {
	store.Log

	clk     clock.Clock
	metrics *metrics
}

// Append stores events and notes the time.
func (l timedLog) Append(ctx context.Context, events []*event.Event) error {
	start := l.clk.Now()
	err := l.Log.Append(ctx, events)
	l.metrics.appends.Observe(l.clk.Now().Sub(start).Seconds())
	return err
}
