create table approvals (
    id text primary key,
    operation text not null,
    summary text not null,
    request text not null,
    request_hash text not null,
    permission text not null,
    requested_by text not null,
    requested_by_user_id text,
    created_at bigint not null,
    expires_at bigint not null,
    state text not null,
    decided_by text,
    decided_at bigint,
    reason text,
    used_at bigint
);

create index approvals_open on approvals (request_hash, requested_by) where state in ('waiting', 'approved');
create index approvals_created on approvals (created_at);

create table second_factors (
    username text primary key,
    secret text not null,
    created_at bigint not null,
    created_by text not null,
    last_step bigint not null default 0,
    failures bigint not null default 0,
    locked_until bigint not null default 0
);
