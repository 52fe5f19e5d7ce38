create table api_keys (
    prefix text primary key,
    name text not null,
    hash text not null,
    permissions text not null,
    created_at bigint not null,
    created_by text not null,
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint
);
