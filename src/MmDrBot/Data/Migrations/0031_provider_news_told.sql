alter table provider_news add column told bigint not null default 1;
