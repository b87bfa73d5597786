package ingest

import "time"

// The documented limits of what is taken in.
const (
	MaxEventBytes      = 32 << 10           // of one event, as its texts and values are stored
	MaxNameBytes       = 200                // of an event's name
	MaxPropertyBytes   = 255                // of a property's name
	MaxProperties      = 255                // of one event, and of each part of its profile change
	MaxListElements    = 1000               // of a list value
	MaxIDBytes         = 255                // of a distinct id and of an event's id
	MaxBatchEvents     = 20_000             // in one request
	MaxBatchBytes      = 10 << 20           // of one request, after decompression
	MaxNesting         = 64                 // of JSON in a request
	MaxFuture          = 24 * time.Hour     // ahead of the server's clock; more is refused
	Horizon            = 7 * 24 * time.Hour // within which a repeated id is recognised, by time of arrival
	RecentEvents       = 500                // kept per project for the live view
	subscriberCapacity = 256                // live events a slow subscriber may be behind before it loses some
)
