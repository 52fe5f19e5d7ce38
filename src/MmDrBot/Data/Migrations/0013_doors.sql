alter table approvals add column holder text;

create index approvals_held on approvals (id) where holder is not null;

alter table webhooks add column query text;

create table provider_news (
    service text primary key,
    said text not null,
    at bigint not null
);
