-- What can be used once: a button that changes something, a form. The rest of an invitation is in its token.
create table interactions (
    nonce text primary key,
    created_at bigint not null,
    expires_at bigint not null,
    reply_to text,
    used_at bigint,
    used_by text
);

create index interactions_expires_at on interactions (expires_at);

-- The buttons of a post, so that it can get new ones when a click used one up.
create table button_posts (
    post_id text primary key,
    buttons text not null,
    created_at bigint not null
);
