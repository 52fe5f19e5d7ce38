create table retention_policies (
    version bigint primary key,
    policy text,
    set_by text not null,
    set_at bigint not null
);

create table retention_applied (
    id bigint primary key,
    policy text not null,
    applied_at bigint not null
);

create table retention_consents (
    policy text primary key,
    plan text not null,
    given_by text not null,
    given_at bigint not null
);
