alter table live_posts add column told_at bigint;
create index jobs_finished_at on jobs (finished_at);
