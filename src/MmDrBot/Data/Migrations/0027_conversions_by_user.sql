-- Of every account the newest conversion is looked for, each half minute in the hour after many were brought back.
create index conversions_user on conversions (user_id, created_at);
