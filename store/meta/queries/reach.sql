-- Campaigns ------------------------------------------------------------------

-- name: reach.campaign_insert
INSERT INTO reach_campaigns (id, project_id, name, status, segment_id, subject, html, body_text, holdout_percent, goal, rate_per_minute, created_at, updated_at)
VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $11);

-- Only a draft may change: what is being sent is frozen.
-- name: reach.campaign_update
UPDATE reach_campaigns SET name = $3, segment_id = $4, subject = $5, html = $6, body_text = $7, holdout_percent = $8, goal = $9, rate_per_minute = $10, updated_at = $11
WHERE project_id = $1 AND id = $2 AND status = 'draft';

-- A goal is read, not sent: it may change at any time.
-- name: reach.campaign_update_goal
UPDATE reach_campaigns SET name = $3, goal = $4, updated_at = $5 WHERE project_id = $1 AND id = $2;

-- Only a draft may go: the links in mails that were sent must keep working.
-- name: reach.campaign_delete
DELETE FROM reach_campaigns WHERE project_id = $1 AND id = $2 AND status = 'draft';

-- name: reach.campaign
SELECT id, project_id, name, status, segment_id, subject, html, body_text, holdout_percent, goal, rate_per_minute, problem, audience_size, planned, created_at, updated_at, started_at, finished_at
FROM reach_campaigns WHERE project_id = $1 AND id = $2;

-- name: reach.campaigns
SELECT id, project_id, name, status, segment_id, subject, html, body_text, holdout_percent, goal, rate_per_minute, problem, audience_size, planned, created_at, updated_at, started_at, finished_at
FROM reach_campaigns WHERE project_id = $1 ORDER BY created_at DESC, id DESC;

-- name: reach.campaigns_of_segment
SELECT name FROM reach_campaigns WHERE project_id = $1 AND segment_id = $2 ORDER BY created_at DESC, id DESC;

-- The audience is frozen in the same statement that begins sending.
-- name: reach.campaign_begin
UPDATE reach_campaigns SET status = 'sending', audience = $3, audience_size = $4, started_at = $5, updated_at = $5, problem = ''
WHERE project_id = $1 AND id = $2 AND status = 'draft';

-- name: reach.campaign_pause
UPDATE reach_campaigns SET status = 'paused', problem = $3, updated_at = $4 WHERE project_id = $1 AND id = $2 AND status = 'sending';

-- name: reach.campaign_resume
UPDATE reach_campaigns SET status = 'sending', problem = '', updated_at = $3 WHERE project_id = $1 AND id = $2 AND status = 'paused';

-- name: reach.campaign_cancel
UPDATE reach_campaigns SET status = 'cancelled', finished_at = $3, updated_at = $3, problem = '' WHERE project_id = $1 AND id = $2 AND status IN ('sending', 'paused');

-- What waits for its turn is given up; what is on its way right now still gets its result.
-- name: reach.campaign_cancel_messages
UPDATE reach_messages SET state = 'cancelled' WHERE campaign_id = $1 AND state = 'queued';

-- name: reach.campaign_problem
UPDATE reach_campaigns SET problem = $2 WHERE id = $1 AND status = 'sending';

-- name: reach.campaign_finish
UPDATE reach_campaigns SET status = 'done', finished_at = $2, updated_at = $2, problem = ''
WHERE id = $1 AND status = 'sending' AND planned = 1
  AND NOT EXISTS (SELECT 1 FROM reach_messages m WHERE m.campaign_id = $1 AND m.state IN ('queued', 'handed'));

-- What was sent elsewhere: done from the start, and never touched by a worker.
-- name: reach.campaign_record
INSERT INTO reach_campaigns (id, project_id, name, status, segment_id, subject, html, body_text, holdout_percent, goal, rate_per_minute, audience_size, planned, created_at, updated_at, started_at, finished_at)
VALUES ($1, $2, $3, 'done', $4, $5, $6, $7, $8, $9, 0, $10, 1, $11, $12, $11, $12) ON CONFLICT DO NOTHING;

-- name: reach.message_record
INSERT INTO reach_messages (id, campaign_id, project_id, person, distinct_id, known, address, address_key, arm, state, planned_at, sent_at, opened_at, clicked_at)
VALUES ($1, $2, $3, $4, $5, 1, $6, '', $7, $8, $9, $10, $11, $12);

-- name: reach.click_record
INSERT INTO reach_clicks (message_id, campaign_id, idx, clicks, first_at)
SELECT $1, $2, idx, 1, $4 FROM reach_links WHERE campaign_id = $2 AND url = $3;

-- Leases ---------------------------------------------------------------------

-- name: reach.sendable
SELECT id, project_id FROM reach_campaigns WHERE status = 'sending' AND (lease_holder = '' OR lease_holder = $1 OR lease_until < $2) ORDER BY started_at, id;

-- Gives the previous holder, so that what it left in doubt can be settled.
-- name: reach.lease_holder
SELECT lease_holder FROM reach_campaigns WHERE id = $1;

-- name: reach.lease_take
UPDATE reach_campaigns SET lease_holder = $2, lease_until = $3
WHERE id = $1 AND status = 'sending' AND (lease_holder = '' OR lease_holder = $2 OR lease_until < $4);

-- name: reach.lease_renew
UPDATE reach_campaigns SET lease_until = $3 WHERE id = $1 AND lease_holder = $2;

-- A lease goes only when nothing of the campaign is in doubt.
-- name: reach.lease_release
UPDATE reach_campaigns SET lease_holder = '', lease_until = 0
WHERE id = $1 AND lease_holder = $2 AND NOT EXISTS (SELECT 1 FROM reach_messages m WHERE m.campaign_id = $1 AND m.state = 'handed');

-- name: reach.in_doubt
SELECT m.id, m.attempt FROM reach_campaigns c JOIN reach_messages m ON m.campaign_id = c.id AND m.state = 'handed' WHERE c.lease_holder = $1;

-- name: reach.in_doubt_of
SELECT id, attempt FROM reach_messages WHERE campaign_id = $1 AND state = 'handed';

-- name: reach.doubt_requeue
UPDATE reach_messages SET sent_at = 0,
  state = (SELECT CASE c.status WHEN 'cancelled' THEN 'cancelled' ELSE 'queued' END FROM reach_campaigns c WHERE c.id = reach_messages.campaign_id)
WHERE id = $1 AND state = 'handed';

-- name: reach.doubt_unconfirmed
UPDATE reach_messages SET state = 'unconfirmed', events_due = events_due | 2, error = $2 WHERE id = $1 AND state = 'handed';

-- Planning -------------------------------------------------------------------

-- name: reach.plan_position
SELECT audience, planned_below, planned, holdout_percent FROM reach_campaigns WHERE id = $1;

-- Guarded by the position that the chunk was read at: a second planner undoes nothing and adds nothing.
-- name: reach.plan_advance
UPDATE reach_campaigns SET planned_below = $3, planned = $4 WHERE id = $1 AND planned_below = $2 AND planned = 0 AND lease_holder = $5;

-- name: reach.message_insert
INSERT INTO reach_messages (id, campaign_id, project_id, person, distinct_id, known, address, address_key, arm, state, planned_at, events_due)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING;

-- name: reach.is_suppressed
SELECT COUNT(*) FROM reach_suppressions WHERE project_id = $1 AND address = $2;

-- Sending --------------------------------------------------------------------

-- name: reach.due
SELECT id, person, address, attempt FROM reach_messages
WHERE campaign_id = $1 AND state = 'queued' AND person > $2 AND next_attempt_at <= $3 ORDER BY person LIMIT $4;

-- The last gate before a message leaves: still queued, campaign still sending, lease still ours, address not suppressed meanwhile.
-- name: reach.hand_over
UPDATE reach_messages SET state = 'handed', attempt = $2, sent_at = $3
WHERE id = $1 AND state = 'queued'
  AND EXISTS (SELECT 1 FROM reach_campaigns c WHERE c.id = campaign_id AND c.status = 'sending' AND c.lease_holder = $4)
  AND NOT EXISTS (SELECT 1 FROM reach_suppressions s WHERE s.project_id = reach_messages.project_id AND s.address = address_key);

-- name: reach.result_sent
UPDATE reach_messages SET state = 'sent', sent_at = $2, error = '', events_due = events_due | 2 WHERE id = $1 AND state = 'handed';

-- name: reach.result_unconfirmed
UPDATE reach_messages SET state = 'unconfirmed', error = $2, events_due = events_due | 2 WHERE id = $1 AND state = 'handed';

-- name: reach.result_failed
UPDATE reach_messages SET state = 'failed', attempt = $2, error = $3, failed_at = $4, sent_at = 0, events_due = events_due | 2 WHERE id = $1 AND state IN ('queued', 'handed');

-- A cancelled campaign takes nothing back into its queue.
-- name: reach.result_retry
UPDATE reach_messages SET attempt = $2, error = $3, next_attempt_at = $4, sent_at = 0,
  state = (SELECT CASE c.status WHEN 'cancelled' THEN 'cancelled' ELSE 'queued' END FROM reach_campaigns c WHERE c.id = reach_messages.campaign_id)
WHERE id = $1 AND state IN ('queued', 'handed');

-- name: reach.result_suppressed
UPDATE reach_messages SET state = 'suppressed' WHERE id = $1 AND state = 'queued'
  AND EXISTS (SELECT 1 FROM reach_suppressions s WHERE s.project_id = reach_messages.project_id AND s.address = address_key);

-- name: reach.last_sent
SELECT COALESCE(MAX(sent_at), 0) FROM reach_messages WHERE project_id = $1 AND sent_at <> 0;

-- Events to be appended --------------------------------------------------------

-- name: reach.events_due
SELECT m.id, m.campaign_id, m.project_id, m.distinct_id, m.known, m.arm, m.state, m.error, m.planned_at, m.sent_at, m.failed_at, m.unsubscribed_at, m.events_due, c.name
FROM reach_messages m JOIN reach_campaigns c ON c.id = m.campaign_id
WHERE m.events_due <> 0 AND m.state <> 'handed' LIMIT $1;

-- Clears exactly the bits whose events are durable; another may have become due meanwhile.
-- name: reach.events_done
UPDATE reach_messages SET events_due = events_due & ~$2 WHERE id = $1;

-- Reports --------------------------------------------------------------------

-- name: reach.counts
SELECT state, COUNT(*), COALESCE(SUM(CASE WHEN opened_at <> 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN clicked_at <> 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN unsubscribed_at <> 0 THEN 1 ELSE 0 END), 0)
FROM reach_messages WHERE campaign_id = $1 GROUP BY state;

-- name: reach.links
SELECT l.url, COALESCE(SUM(k.clicks), 0), COUNT(k.message_id)
FROM reach_links l LEFT JOIN reach_clicks k ON k.campaign_id = l.campaign_id AND k.idx = l.idx
WHERE l.campaign_id = $1 GROUP BY l.idx, l.url ORDER BY COUNT(k.message_id) DESC, l.idx LIMIT $2;

-- name: reach.hours
SELECT kind, hour, COUNT(*) FROM (
  SELECT 'sent' AS kind, sent_at / 3600000 AS hour FROM reach_messages WHERE campaign_id = $1 AND state IN ('sent', 'unconfirmed')
  UNION ALL SELECT 'opened', opened_at / 3600000 FROM reach_messages WHERE campaign_id = $1 AND opened_at <> 0
  UNION ALL SELECT 'clicked', clicked_at / 3600000 FROM reach_messages WHERE campaign_id = $1 AND clicked_at <> 0
) AS moments GROUP BY kind, hour ORDER BY hour;

-- name: reach.messages
SELECT id, person, address, arm, state, attempt, error, planned_at, sent_at, failed_at, opened_at, clicked_at, unsubscribed_at
FROM reach_messages
WHERE campaign_id = $1 AND ($2 = '' OR state = $2 OR ($2 = 'opened' AND opened_at <> 0) OR ($2 = 'clicked' AND clicked_at <> 0) OR ($2 = 'unsubscribed' AND unsubscribed_at <> 0))
  AND ($3 = '' OR address LIKE $3 ESCAPE '\' OR distinct_id LIKE $3 ESCAPE '\')
ORDER BY person LIMIT $4 OFFSET $5;

-- name: reach.messages_total
SELECT COUNT(*) FROM reach_messages
WHERE campaign_id = $1 AND ($2 = '' OR state = $2 OR ($2 = 'opened' AND opened_at <> 0) OR ($2 = 'clicked' AND clicked_at <> 0) OR ($2 = 'unsubscribed' AND unsubscribed_at <> 0))
  AND ($3 = '' OR address LIKE $3 ESCAPE '\' OR distinct_id LIKE $3 ESCAPE '\');

-- name: reach.arms
SELECT person, arm, planned_at FROM reach_messages WHERE campaign_id = $1 AND arm <> '' ORDER BY person;

-- Suppressions -----------------------------------------------------------------

-- The first reason stays: it is the one that people acted on.
-- name: reach.suppress
INSERT INTO reach_suppressions (project_id, address, reason, campaign_id, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: reach.unsuppress
DELETE FROM reach_suppressions WHERE project_id = $1 AND address = $2;

-- name: reach.suppressions
SELECT address, reason, campaign_id, created_at FROM reach_suppressions
WHERE project_id = $1 AND ($2 = '' OR address LIKE $2 ESCAPE '\') ORDER BY created_at DESC, address LIMIT $3 OFFSET $4;

-- name: reach.suppressed_keys
SELECT address FROM reach_suppressions WHERE project_id = $1;

-- name: reach.suppressions_total
SELECT COUNT(*) FROM reach_suppressions WHERE project_id = $1 AND ($2 = '' OR address LIKE $2 ESCAPE '\');

-- Tracking ---------------------------------------------------------------------

-- name: reach.link_insert
INSERT INTO reach_links (campaign_id, idx, url)
SELECT $1, COALESCE(MAX(idx) + 1, 0), $2 FROM reach_links WHERE campaign_id = $1 ON CONFLICT DO NOTHING;

-- name: reach.link_index
SELECT idx FROM reach_links WHERE campaign_id = $1 AND url = $2;

-- name: reach.link_url
SELECT url FROM reach_links WHERE campaign_id = $1 AND idx = $2;

-- name: reach.tracked_message
SELECT m.campaign_id, m.project_id, m.distinct_id, m.known, m.address_key, m.unsubscribed_at, c.name
FROM reach_messages m JOIN reach_campaigns c ON c.id = m.campaign_id WHERE m.id = $1;

-- name: reach.opened
UPDATE reach_messages SET opened_at = $2 WHERE id = $1 AND opened_at = 0;

-- Who clicks has opened, even when the picture was not loaded.
-- name: reach.clicked
UPDATE reach_messages SET clicked_at = CASE clicked_at WHEN 0 THEN $2 ELSE clicked_at END, opened_at = CASE opened_at WHEN 0 THEN $2 ELSE opened_at END
WHERE id = $1 AND (clicked_at = 0 OR opened_at = 0);

-- name: reach.click_count
INSERT INTO reach_clicks (message_id, campaign_id, idx, clicks, first_at) VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (message_id, idx) DO UPDATE SET clicks = reach_clicks.clicks + 1;

-- name: reach.unsubscribed
UPDATE reach_messages SET unsubscribed_at = $2, events_due = events_due | 4 WHERE id = $1 AND unsubscribed_at = 0;

-- E-mail settings ----------------------------------------------------------------

-- name: reach.email
SELECT host, port, security, username, password, from_name, from_address, reply_to, rate_per_minute, public_url, test_recipients, updated_at
FROM reach_email WHERE project_id = $1;

-- name: reach.email_put
INSERT INTO reach_email (project_id, host, port, security, username, password, from_name, from_address, reply_to, rate_per_minute, public_url, test_recipients, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (project_id) DO UPDATE SET host = $2, port = $3, security = $4, username = $5, password = $6, from_name = $7, from_address = $8,
  reply_to = $9, rate_per_minute = $10, public_url = $11, test_recipients = $12, updated_at = $13;
