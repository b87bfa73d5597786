ATTACH TABLE _ UUID 'd791a2fb-3f86-4580-89dd-963980942cdc'
(
    `n` UInt32,
    `s` LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY n
SETTINGS index_granularity = 8192
