alter table jobs add column overruled bigint not null default 0;
