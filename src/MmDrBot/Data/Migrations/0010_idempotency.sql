alter table api_keys add column replaced_by text;
create table idempotent_requests (
    scope text not null,
    idempotency_key text not null,
    fingerprint text not null,
    request_id text not null,
    actor text not null,
    host text not null,
    pid bigint not null,
    process_started_at text not null,
    attempt text not null,
    lease_until bigint not null,
    created_at bigint not null,
    status bigint,
    content_type text,
    location text,
    body text,
    primary key (scope, idempotency_key)
);
create index idempotent_requests_age on idempotent_requests (created_at);
