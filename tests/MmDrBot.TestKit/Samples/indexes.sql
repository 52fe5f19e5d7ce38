-- What Mattermost indexes. The full-text index on posts.message is left out: it is built beside these, on its own connection.
CREATE INDEX idx_posts_create_at ON posts (createat);
CREATE INDEX idx_posts_update_at ON posts (updateat);
CREATE INDEX idx_posts_delete_at ON posts (deleteat);
CREATE INDEX idx_posts_user_id ON posts (userid);
CREATE INDEX idx_posts_is_pinned ON posts (ispinned);
CREATE INDEX idx_posts_create_at_id ON posts (createat, id);
CREATE INDEX idx_posts_root_id_delete_at ON posts (rootid, deleteat);
CREATE INDEX idx_posts_channel_id_update_at ON posts (channelid, updateat);
CREATE INDEX idx_posts_channel_id_delete_at_create_at ON posts (channelid, deleteat, createat);
CREATE INDEX idx_posts_hashtags_txt ON posts USING gin (to_tsvector('english', hashtags));
CREATE INDEX idx_channels_create_at ON channels (createat);
CREATE INDEX idx_channels_update_at ON channels (updateat);
CREATE INDEX idx_channels_displayname_lower ON channels (lower(displayname));
CREATE INDEX idx_channels_name_lower ON channels (lower(name));
CREATE INDEX idx_channels_team_id_display_name ON channels (teamid, displayname);
CREATE INDEX idx_channel_search_txt ON channels USING gin (to_tsvector('english', name || ' ' || displayname || ' ' || purpose));
CREATE INDEX idx_teams_invite_id ON teams (inviteid);
CREATE INDEX idx_users_create_at ON users (createat);
CREATE INDEX idx_users_email_lower_textpattern ON users (lower(email) text_pattern_ops);
CREATE INDEX idx_users_username_lower_textpattern ON users (lower(username) text_pattern_ops);
CREATE INDEX idx_users_names_txt ON users USING gin (to_tsvector('english', username || ' ' || firstname || ' ' || lastname || ' ' || nickname));
CREATE INDEX idx_fileinfo_postid_at ON fileinfo (postid);
CREATE INDEX idx_fileinfo_create_at ON fileinfo (createat);
CREATE INDEX idx_fileinfo_channel_id_create_at ON fileinfo (channelid, createat);
CREATE INDEX idx_fileinfo_extension_at ON fileinfo (extension);
CREATE INDEX idx_fileinfo_name_txt ON fileinfo USING gin (to_tsvector('english', name));
CREATE INDEX idx_fileinfo_name_splitted ON fileinfo USING gin (to_tsvector('english', translate(name, '.,-', '   ')));
CREATE INDEX idx_fileinfo_content_txt ON fileinfo USING gin (to_tsvector('english', content));
CREATE INDEX idx_sessions_user_id ON sessions (userid);
CREATE INDEX idx_sessions_token ON sessions (token);
CREATE INDEX idx_sessions_expires_at ON sessions (expiresat);
CREATE INDEX idx_preferences_category ON preferences (category);
CREATE INDEX idx_preferences_name ON preferences (name);
CREATE INDEX idx_reactions_channel_id ON reactions (channelid);

CREATE MATERIALIZED VIEW poststats AS
    SELECT userid, to_timestamp(createat / 1000)::date AS day, count(*) AS numposts, max(createat) AS lastpostdate
    FROM posts GROUP BY 1, 2 ORDER BY 1, 2;
CREATE INDEX idx_poststats_userid ON poststats (userid);
CREATE MATERIALIZED VIEW file_stats AS SELECT count(*) AS num, COALESCE(sum(size), 0) AS usage FROM fileinfo WHERE deleteat = 0;

ANALYZE;
