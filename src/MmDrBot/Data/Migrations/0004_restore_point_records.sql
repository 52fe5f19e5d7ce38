create table restore_point_records (
    repository_id text not null,
    manifest_id text not null,
    created_at bigint not null,
    components text not null,
    bytes bigint not null,
    forgotten_at bigint,
    primary key (repository_id, manifest_id)
);
