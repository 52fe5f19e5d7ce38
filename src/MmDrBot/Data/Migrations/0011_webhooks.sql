create table webhooks (
    id text primary key,
    name text not null,
    url text not null,
    events text not null,
    secret text not null,
    created_at bigint not null,
    created_by text not null,
    failing_since bigint,
    disabled_at bigint,
    disabled_reason text
);

create table webhook_deliveries (
    id text primary key,
    webhook_id text not null,
    event text not null,
    body text not null,
    state text not null,
    attempts bigint not null default 0,
    created_at bigint not null,
    next_at bigint,
    lease_owner text,
    lease_until bigint,
    last_at bigint,
    last_status bigint,
    last_ms bigint,
    last_answer text,
    last_error text
);

create index webhook_deliveries_due on webhook_deliveries (next_at) where state = 'pending';
create index webhook_deliveries_webhook on webhook_deliveries (webhook_id, id);
