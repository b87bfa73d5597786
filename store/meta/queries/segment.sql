-- name: segment.insert
INSERT INTO segments (id, project_id, name, description, condition, question, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7);

-- name: segment.update
UPDATE segments SET name = $3, description = $4, condition = $5, question = $6, updated_at = $7 WHERE project_id = $1 AND id = $2;

-- name: segment.delete
DELETE FROM segments WHERE project_id = $1 AND id = $2;

-- name: segment.list
SELECT id, name, description, condition, question, created_at, updated_at FROM segments WHERE project_id = $1 ORDER BY created_at, id;

-- The settings of a standing model; one row per project and model.
-- name: segment.model_get
SELECT settings FROM model_settings WHERE project_id = $1 AND model = $2;

-- name: segment.model_put
INSERT INTO model_settings (project_id, model, settings, updated_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (project_id, model) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at;
