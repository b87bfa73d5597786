-- Campaigns, their messages, suppressed addresses, tracked links and the e-mail channel's settings.

-- +goose Up
CREATE TABLE reach_campaigns (
    id              TEXT PRIMARY KEY,
    project_id      TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('draft', 'sending', 'paused', 'done', 'cancelled')),
    segment_id      TEXT NOT NULL,
    subject         TEXT NOT NULL,
    html            TEXT NOT NULL,
    body_text       TEXT NOT NULL,
    holdout_percent DOUBLE PRECISION NOT NULL,
    goal            TEXT NOT NULL,              -- JSON, or empty
    rate_per_minute INTEGER NOT NULL,
    problem         TEXT NOT NULL DEFAULT '',   -- why it is not going on, for people
    audience        TEXT NOT NULL DEFAULT '',   -- base64 of the Roaring bitmap, frozen when sending begins
    audience_size   BIGINT NOT NULL DEFAULT 0,
    planned_below   BIGINT NOT NULL DEFAULT 0,  -- persons with a lower ordinal have their row
    planned         INTEGER NOT NULL DEFAULT 0, -- 1 when everybody has
    lease_holder    TEXT NOT NULL DEFAULT '',   -- the node that sends it
    lease_until     BIGINT NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    started_at      BIGINT NOT NULL DEFAULT 0,
    finished_at     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX reach_campaigns_project ON reach_campaigns (project_id, created_at);
CREATE INDEX reach_campaigns_active ON reach_campaigns (lease_holder) WHERE lease_holder <> '';
CREATE INDEX reach_campaigns_sending ON reach_campaigns (status) WHERE status = 'sending';

CREATE TABLE reach_messages (
    id              TEXT PRIMARY KEY,
    campaign_id     TEXT NOT NULL REFERENCES reach_campaigns (id) ON DELETE CASCADE,
    project_id      TEXT NOT NULL,
    person          BIGINT NOT NULL,            -- ordinal when it was planned
    distinct_id     TEXT NOT NULL,
    known           INTEGER NOT NULL,
    address         TEXT NOT NULL,
    address_key     TEXT NOT NULL,              -- as it is compared; empty when no message may go there
    arm             TEXT NOT NULL CHECK (arm IN ('', 'treatment', 'holdout')),
    state           TEXT NOT NULL CHECK (state IN ('queued', 'handed', 'sent', 'unconfirmed', 'failed', 'held_out', 'suppressed', 'no_address', 'duplicate', 'cancelled')),
    attempt         INTEGER NOT NULL DEFAULT 0, -- tries begun
    next_attempt_at BIGINT NOT NULL DEFAULT 0,
    error           TEXT NOT NULL DEFAULT '',
    planned_at      BIGINT NOT NULL,
    sent_at         BIGINT NOT NULL DEFAULT 0,  -- handed over and, unless unconfirmed, accepted
    failed_at       BIGINT NOT NULL DEFAULT 0,
    opened_at       BIGINT NOT NULL DEFAULT 0,  -- first time
    clicked_at      BIGINT NOT NULL DEFAULT 0,  -- first time
    unsubscribed_at BIGINT NOT NULL DEFAULT 0,
    events_due      INTEGER NOT NULL DEFAULT 0  -- bits: 1 entered, 2 sent or failed, 4 unsubscribed
);
CREATE UNIQUE INDEX reach_messages_person ON reach_messages (campaign_id, person);
CREATE UNIQUE INDEX reach_messages_address ON reach_messages (campaign_id, address_key) WHERE address_key <> '';
CREATE INDEX reach_messages_state ON reach_messages (campaign_id, state, person);
CREATE INDEX reach_messages_events ON reach_messages (events_due) WHERE events_due <> 0;
CREATE INDEX reach_messages_sent ON reach_messages (project_id, sent_at) WHERE sent_at <> 0;

CREATE TABLE reach_suppressions (
    project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    address     TEXT NOT NULL,                  -- as it is compared
    reason      TEXT NOT NULL CHECK (reason IN ('unsubscribed', 'bounced', 'manual')),
    campaign_id TEXT NOT NULL DEFAULT '',       -- where it came from
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (project_id, address)
);

CREATE TABLE reach_links (
    campaign_id TEXT NOT NULL REFERENCES reach_campaigns (id) ON DELETE CASCADE,
    idx         INTEGER NOT NULL,
    url         TEXT NOT NULL,
    PRIMARY KEY (campaign_id, idx),
    UNIQUE (campaign_id, url)
);

CREATE TABLE reach_clicks (
    message_id  TEXT NOT NULL REFERENCES reach_messages (id) ON DELETE CASCADE,
    campaign_id TEXT NOT NULL,
    idx         INTEGER NOT NULL,
    clicks      BIGINT NOT NULL,
    first_at    BIGINT NOT NULL,
    PRIMARY KEY (message_id, idx)
);
CREATE INDEX reach_clicks_campaign ON reach_clicks (campaign_id, idx);

CREATE TABLE reach_email (
    project_id      TEXT PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    host            TEXT NOT NULL,
    port            INTEGER NOT NULL,
    security        TEXT NOT NULL CHECK (security IN ('none', 'starttls', 'tls')),
    username        TEXT NOT NULL,
    password        TEXT NOT NULL,              -- sealed with the installation's key, or empty
    from_name       TEXT NOT NULL,
    from_address    TEXT NOT NULL,
    reply_to        TEXT NOT NULL,
    rate_per_minute INTEGER NOT NULL,
    public_url      TEXT NOT NULL,
    test_recipients TEXT NOT NULL,              -- JSON list
    updated_at      BIGINT NOT NULL
);

-- +goose Down
DROP TABLE reach_email;
DROP TABLE reach_clicks;
DROP TABLE reach_links;
DROP TABLE reach_suppressions;
DROP TABLE reach_messages;
DROP TABLE reach_campaigns;
