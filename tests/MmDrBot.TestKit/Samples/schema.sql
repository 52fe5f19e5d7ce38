-- Tables as a Mattermost 11 server makes them; indexes follow in indexes.sql, after the rows.
CREATE TYPE channel_type AS ENUM ('P', 'G', 'O', 'D');
CREATE TYPE team_type AS ENUM ('I', 'O');

CREATE TABLE db_migrations (version bigint PRIMARY KEY, name varchar NOT NULL);
CREATE TABLE systems (name varchar(64) PRIMARY KEY, value varchar(1024));

CREATE TABLE teams (
    id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, displayname varchar(64), name varchar(64) UNIQUE,
    description varchar(255), email varchar(128), type team_type, companyname varchar(64), alloweddomains varchar(1000),
    inviteid varchar(32), schemeid varchar(26), allowopeninvite boolean, lastteamiconupdate bigint, groupconstrained boolean);

CREATE TABLE channels (
    id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, teamid varchar(26), type channel_type,
    displayname varchar(64), name varchar(64), header varchar(1024), purpose varchar(250), lastpostat bigint, totalmsgcount bigint,
    extraupdateat bigint, creatorid varchar(26), schemeid varchar(26), groupconstrained boolean, shared boolean,
    totalmsgcountroot bigint, lastrootpostat bigint DEFAULT 0, bannerinfo jsonb, UNIQUE (name, teamid));

CREATE TABLE users (
    id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, username varchar(64) UNIQUE, password varchar(128),
    authdata varchar(128) UNIQUE, authservice varchar(32), email varchar(128) UNIQUE, emailverified boolean, nickname varchar(64),
    firstname varchar(64), lastname varchar(64), roles varchar(256), allowmarketing boolean, props jsonb, notifyprops jsonb,
    lastpasswordupdate bigint, lastpictureupdate bigint, failedattempts integer, locale varchar(5), mfaactive boolean,
    mfasecret varchar(128), "position" varchar(128), timezone jsonb, remoteid varchar(26), lastlogin bigint NOT NULL DEFAULT 0);

CREATE TABLE bots (
    userid varchar(26) PRIMARY KEY, description varchar(1024), ownerid varchar(190), createat bigint, updateat bigint, deleteat bigint,
    lasticonupdate bigint);

CREATE TABLE posts (
    id varchar(26) PRIMARY KEY, createat bigint, updateat bigint, deleteat bigint, userid varchar(26), channelid varchar(26),
    rootid varchar(26), originalid varchar(26), message varchar(65535), type varchar(26), props jsonb, hashtags varchar(1000),
    filenames varchar(4000), fileids varchar(300), hasreactions boolean, editat bigint, ispinned boolean, remoteid varchar(26));

CREATE TABLE fileinfo (
    id varchar(26) PRIMARY KEY, creatorid varchar(26), postid varchar(26), createat bigint, updateat bigint, deleteat bigint,
    path varchar(512), thumbnailpath varchar(512), previewpath varchar(512), name varchar(256), extension varchar(64), size bigint,
    mimetype varchar(256), width integer, height integer, haspreviewimage boolean, minipreview bytea, content text,
    remoteid varchar(26), archived boolean NOT NULL DEFAULT false, channelid varchar(26));

CREATE TABLE sessions (
    id varchar(26) PRIMARY KEY, token varchar(26), createat bigint, expiresat bigint, lastactivityat bigint, userid varchar(26),
    deviceid varchar(512), roles varchar(256), isoauth boolean, props jsonb, expirednotify boolean);

CREATE TABLE preferences (
    userid varchar(26) NOT NULL, category varchar(32) NOT NULL, name varchar(32) NOT NULL, value text, PRIMARY KEY (userid, category, name));

CREATE TABLE reactions (
    userid varchar(26) NOT NULL, postid varchar(26) NOT NULL, emojiname varchar(64) NOT NULL, createat bigint, updateat bigint,
    deleteat bigint, remoteid varchar(26), channelid varchar(26) NOT NULL DEFAULT '', PRIMARY KEY (postid, userid, emojiname));

CREATE TABLE pluginkeyvaluestore (
    pluginid varchar(190) NOT NULL, pkey varchar(150) NOT NULL, pvalue bytea, expireat bigint, PRIMARY KEY (pluginid, pkey));
