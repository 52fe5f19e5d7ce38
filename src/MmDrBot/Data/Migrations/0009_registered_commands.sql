create table registered_commands (
    team_id text primary key,
    team_name text not null,
    command_id text not null,
    url text not null,
    token_hash text not null,
    registered_by text not null,
    registered_at bigint not null
);

create table mattermost_bot (
    id bigint primary key,
    user_id text not null,
    username text not null,
    token_id text not null,
    sealed_token text not null,
    made_by text not null,
    made_at bigint not null
);

create table registration_lease (
    id bigint primary key,
    owner text,
    owner_until bigint not null
);

insert into registration_lease (id, owner, owner_until) values (1, null, 0);
