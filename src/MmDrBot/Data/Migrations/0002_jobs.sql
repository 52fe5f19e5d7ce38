create table jobs (
    id text primary key,
    kind text not null,
    state text not null,
    exclusive_key text,
    request text not null,
    actor_name text not null,
    door text not null,
    created_at bigint not null,
    started_at bigint,
    finished_at bigint,
    host text,
    pid bigint,
    pid_started_at text,
    lease_owner text,
    lease_until bigint,
    cancel_requested bigint not null default 0,
    progress text,
    result text,
    error text,
    reply_to text
);

-- At most one live job for each exclusive key.
create unique index jobs_exclusive on jobs (exclusive_key) where state in ('pending', 'running');

create index jobs_live on jobs (state) where state in ('pending', 'running');
