create table outages (
    id text primary key,
    service text not null,
    state text not null,
    ticket text not null,
    reason text not null,
    mail_depends bigint not null,
    opened_by text not null,
    opened_at bigint not null,
    closed_by text,
    closed_at bigint,
    close_reason text,
    changed_settings text,
    reminded_at bigint
);

create unique index outages_open on outages (service) where state = 'open';

create table conversions (
    id text primary key,
    outage_id text not null,
    user_id text not null,
    username text not null,
    email text not null,
    auth_service text not null,
    auth_data text not null,
    mfa_active bigint not null,
    roles text not null,
    state text not null,
    ticket text not null,
    delivery text not null,
    ledger_id text not null,
    requested_by text not null,
    created_at bigint not null,
    converted_at bigint,
    delivered_at bigint,
    expires_at bigint,
    ended_at bigint,
    ended_by text,
    problem text,
    owner text,
    owner_until bigint
);

create unique index conversions_open on conversions (user_id) where state in ('planned', 'converted', 'reverting');
create index conversions_outage on conversions (outage_id, state);

create table claim_links (
    token_hash text primary key,
    conversion_id text not null,
    expires_at bigint not null,
    used_at bigint
);
