alter table idempotent_requests add column etag text;
