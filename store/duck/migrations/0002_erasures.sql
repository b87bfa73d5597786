-- What an erasure under way still has to do; empty otherwise. It is written in
-- the transaction that decides the erasure, and is carried out at the next start
-- when the program ends in between.
CREATE TABLE erasures (
    project VARCHAR NOT NULL,
    up_to   UBIGINT NOT NULL, -- seq of the control event; later rows stay as they are
    id      VARCHAR NOT NULL, -- a distinct id
    token   VARCHAR NOT NULL  -- what stands in its place
);
CREATE TABLE erased_events (
    project VARCHAR NOT NULL,
    up_to   UBIGINT NOT NULL,
    seq     UBIGINT NOT NULL  -- an event that loses its content
);
