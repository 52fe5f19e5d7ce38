create table schedules (
    id text primary key,
    name text not null unique,
    timing text not null,
    zone text not null,
    command text not null,
    kind text not null,
    catches_up bigint not null,
    jitter_seconds bigint not null,
    not_during text not null,
    paused_at bigint,
    paused_by text,
    built_in bigint not null,
    created_by text not null,
    created_at bigint not null,
    changed_at bigint not null,
    revision bigint not null,
    -- Of every occurrence up to here it is settled what became of it.
    decided_until bigint not null
);

-- The key is what lets no occurrence run twice, whatever the clocks do.
create table schedule_runs (
    schedule_id text not null references schedules (id),
    occurrence bigint not null,
    outcome text not null,
    at bigint not null,
    stands_for bigint not null,
    job_id text,
    reason text,
    primary key (schedule_id, occurrence)
);
