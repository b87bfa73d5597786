-- name: account.project_insert
INSERT INTO projects (id, name, timezone, week_start, currency, write_key, demo, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8);

-- name: account.project_update
UPDATE projects SET name = $2, timezone = $3, week_start = $4, currency = $5, write_key = $6, updated_at = $7 WHERE id = $1;

-- name: account.projects
SELECT id, name, timezone, week_start, currency, write_key, demo, created_at FROM projects ORDER BY created_at, id;

-- name: account.insert
INSERT INTO accounts (id, email, name, role, language, theme, password_hash, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8);

-- name: account.update
UPDATE accounts SET name = $2, role = $3, language = $4, theme = $5, password_hash = $6, updated_at = $7 WHERE id = $1;

-- name: account.delete
DELETE FROM accounts WHERE id = $1;

-- name: account.by_id
SELECT id, email, name, role, language, theme, password_hash, created_at FROM accounts WHERE id = $1;

-- name: account.by_email
SELECT id, email, name, role, language, theme, password_hash, created_at FROM accounts WHERE email = $1;

-- name: account.list
SELECT id, email, name, role, language, theme, password_hash, created_at FROM accounts ORDER BY created_at, id;

-- name: account.count
SELECT COUNT(*) FROM accounts;

-- name: account.count_owners
SELECT COUNT(*) FROM accounts WHERE role = 'owner';

-- name: account.session_insert
INSERT INTO sessions (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4);

-- name: account.session_find
SELECT a.id, a.email, a.name, a.role, a.language, a.theme, a.password_hash, a.created_at, s.expires_at
FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.token_hash = $1;

-- name: account.session_extend
UPDATE sessions SET expires_at = $2 WHERE token_hash = $1;

-- name: account.session_delete
DELETE FROM sessions WHERE token_hash = $1;

-- Everywhere but here: after a change of password.
-- name: account.session_delete_others
DELETE FROM sessions WHERE account_id = $1 AND token_hash <> $2;

-- name: account.session_delete_expired
DELETE FROM sessions WHERE expires_at <= $1;

-- name: account.token_insert
INSERT INTO api_tokens (id, project_id, name, role, token_hash, hint, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: account.tokens
SELECT id, project_id, name, role, token_hash, hint, created_at, last_used_at FROM api_tokens WHERE project_id = $1 ORDER BY created_at, id;

-- name: account.token_by_hash
SELECT id, project_id, name, role, token_hash, hint, created_at, last_used_at FROM api_tokens WHERE token_hash = $1;

-- name: account.token_used
UPDATE api_tokens SET last_used_at = $2 WHERE id = $1;

-- name: account.token_delete
DELETE FROM api_tokens WHERE project_id = $1 AND id = $2;
