create table audit_entries (
    seq bigint primary key,
    at bigint not null,
    actor text not null,
    door text not null,
    action text not null,
    target text,
    outcome text not null,
    detail text,
    reference text,
    previous_hash text not null,
    hash text not null
);

-- One row: the end of the chain. It serializes the writers and shows when the newest entries were cut off.
create table audit_head (
    id bigint primary key,
    seq bigint not null,
    hash text not null
);

insert into audit_head (id, seq, hash)
values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
