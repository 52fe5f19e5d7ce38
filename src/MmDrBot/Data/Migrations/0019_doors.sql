alter table approvals add column holder text;

create index approvals_held on approvals (id) where holder is not null;
