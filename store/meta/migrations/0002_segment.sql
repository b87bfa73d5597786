-- Segments and the settings of standing models.

-- +goose Up
-- Exactly one of condition and question is set; both are JSON.
CREATE TABLE segments (
    id          TEXT PRIMARY KEY,
    project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    condition   TEXT,
    question    TEXT,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE (project_id, name),
    CHECK ((condition IS NULL) <> (question IS NULL))
);

CREATE TABLE model_settings (
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    model      TEXT NOT NULL,
    settings   TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, model)
);

-- +goose Down
DROP TABLE model_settings;
DROP TABLE segments;
