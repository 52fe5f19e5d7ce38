alter table restore_point_records add column copies text;

alter table copied_restore_points add column forgotten_at bigint;

alter table retention_policies add column repository text not null default 'main';

create table retention_runs (
    repository text primary key,
    policy text not null,
    applied_at bigint not null
);

insert into retention_runs (repository, policy, applied_at) select 'main', policy, applied_at from retention_applied;

drop table retention_applied;

create table retention_agreements (
    repository text not null,
    policy text not null,
    plan text not null,
    given_by text not null,
    given_at bigint not null,
    primary key (repository, policy)
);

insert into retention_agreements (repository, policy, plan, given_by, given_at) select 'main', policy, plan, given_by, given_at from retention_consents;

drop table retention_consents;
