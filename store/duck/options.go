package duck

// Options are the log's few knobs. The zero value is the default of each.
type Options struct {
	// MemoryLimit is what DuckDB may use for its buffers, such as «256MB» (the
	// default). Raise it when analysts' large queries run in the same process.
	MemoryLimit string
	// Threads is how many threads DuckDB runs. Default 2; a log of record needs few.
	Threads int
	// CheckpointBytes is the size of the write-ahead log at which it is folded
	// into the main file. Larger means fewer pauses of commits and a longer
	// start after a kill. Default 64 MiB.
	CheckpointBytes int64
	// QueueLength is how many Append calls may wait; the next one blocks until
	// there is room or its context ends. Default 1,024.
	QueueLength int
}

const (
	defaultMemoryLimit     = "256MB"
	defaultThreads         = 2
	defaultCheckpointBytes = 64 << 20
	defaultQueueLength     = 1024
)

func (o Options) withDefaults() Options {
	if o.MemoryLimit == "" {
		o.MemoryLimit = defaultMemoryLimit
	}
	if o.Threads <= 0 {
		o.Threads = defaultThreads
	}
	if o.CheckpointBytes <= 0 {
		o.CheckpointBytes = defaultCheckpointBytes
	}
	if o.QueueLength <= 0 {
		o.QueueLength = defaultQueueLength
	}
	return o
}
