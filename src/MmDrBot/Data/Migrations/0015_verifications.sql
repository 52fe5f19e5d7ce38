-- What verifications and drills found, for those who must not read the repository for it; the repository's own records are the truth.
create table verification_records (
    id text primary key,
    repository_id text not null,
    manifest_id text not null,
    level text not null,
    good bigint not null,
    started_at bigint not null,
    finished_at bigint not null,
    restore_ms bigint
);

create index verification_records_finished_at on verification_records (repository_id, finished_at);

-- Since when a pack has been waiting to be read back: since it was read, or first seen.
create table read_packs (
    repository_id text not null,
    pack_id text not null,
    since bigint not null,
    read_at bigint,
    primary key (repository_id, pack_id)
);

create table read_backs (
    id text primary key,
    repository_id text not null,
    started_at bigint not null,
    finished_at bigint not null,
    packs bigint not null,
    bytes bigint not null,
    good bigint not null
);

create index read_backs_finished_at on read_backs (repository_id, finished_at);
