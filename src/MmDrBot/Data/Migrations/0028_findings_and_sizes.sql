-- What was found damaged by itself: a restore point by a verification (subject: its id), a pack by reading it back (its name). Unlike what a check of
-- the whole repository found, it is over when just that is whole or gone.
create table damage_findings (
    repository text not null,
    subject text not null,
    read_percent bigint not null,
    found_at bigint not null,
    damage text not null,
    primary key (repository, subject)
);

-- How large a repository was on each day, so that its growth can be judged.
create table repository_sizes (
    repository_id text not null,
    day bigint not null,
    measured_at bigint not null,
    bytes bigint not null,
    primary key (repository_id, day)
);
