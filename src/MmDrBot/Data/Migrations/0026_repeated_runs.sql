-- Whether an occurrence was put back because its job was interrupted, which happens once.
alter table schedule_runs add column repeated bigint not null default 0;
