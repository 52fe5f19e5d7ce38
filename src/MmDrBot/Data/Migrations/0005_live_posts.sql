create table live_posts (
    job_id text primary key,
    post_id text not null,
    channel_id text not null,
    created_at bigint not null
);
