create table alarms (
    id text primary key,
    source text not null,
    alarm_key text not null,
    kind text not null,
    severity text not null,
    subject text not null,
    message text not null,
    cure text not null,
    opened_at bigint not null,
    seen_at bigint not null,
    told_at bigint,
    acknowledged_at bigint,
    acknowledged_by text,
    note text,
    gone_at bigint,
    resolved_at bigint,
    returns bigint not null default 0
);

create unique index alarms_open on alarms (alarm_key) where resolved_at is null;
create index alarms_source on alarms (source, resolved_at);
create index alarms_opened on alarms (opened_at);

create table alarm_tellings (
    id text primary key,
    alarm_id text not null,
    way text not null,
    event text not null,
    attempts bigint not null default 0,
    created_at bigint not null,
    next_at bigint,
    told_at bigint,
    reference text,
    last_error text
);

create index alarm_tellings_due on alarm_tellings (next_at) where next_at is not null;
create index alarm_tellings_alarm on alarm_tellings (alarm_id);

create table alarm_watch (
    id bigint primary key,
    owner text,
    owner_until bigint not null,
    since bigint
);

insert into alarm_watch (id, owner, owner_until) values (1, null, 0);
