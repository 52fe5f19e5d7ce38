create table copied_restore_points (
    copy text not null,
    restore_point text not null,
    created_at bigint not null,
    copied_at bigint not null,
    primary key (copy, restore_point)
);

create table replications (
    copy text primary key,
    finished_at bigint,
    failed_at bigint,
    error text
);

create table repository_checks (
    repository text primary key,
    checked_at bigint not null,
    read_percent bigint not null,
    damage text
);
