-- The event log. Rows are only ever added, in order of seq, so DuckDB's zone
-- maps find a range of seq without an index; a unique index on id would cost
-- memory for all of history, and repeats are dropped before they get here.
CREATE TABLE events (
    seq         UBIGINT      NOT NULL, -- arrival order over all projects, from 1, without gaps
    project     VARCHAR      NOT NULL,
    id          VARCHAR      NOT NULL,
    name        VARCHAR      NOT NULL,
    time        TIMESTAMP_MS NOT NULL, -- when it happened, UTC
    received_at TIMESTAMP_MS NOT NULL, -- when it was accepted, UTC
    distinct_id VARCHAR      NOT NULL,
    known       BOOLEAN      NOT NULL, -- distinct_id is a signed-in id
    join_kind   VARCHAR,               -- 'identify' or 'alias': join_other is the same person
    join_other  VARCHAR,
    properties  VARCHAR      NOT NULL, -- JSON object of strings, numbers, booleans and lists of strings
    profile     VARCHAR,               -- JSON object: set, set_once, add, append, remove, unset
    protocol    VARCHAR      NOT NULL  -- the door it came through: native, segment, import, weir
);
