-- What Mattermost itself has not, but a database that Mattermost shares with plugins and administrators may have.
CREATE SCHEMA "odd ""name""";
SET search_path = "odd ""name""", public;

CREATE DOMAIN percentage AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE pair AS (name text, share percentage);
CREATE SEQUENCE ticket_numbers START 1000 INCREMENT 7;
SELECT nextval('ticket_numbers') FROM generate_series(1, 5);

CREATE TABLE "Ticket; -- ""quoted""" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigint NOT NULL DEFAULT nextval('ticket_numbers'),
    "select" text NOT NULL, length integer GENERATED ALWAYS AS (length("select")) STORED, done percentage, pairs pair[],
    parent bigint REFERENCES "Ticket; -- ""quoted""" (id) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "Ticket; -- ""quoted""" ("select", done, pairs, parent) VALUES
    (E'tab\there, new\nline, carriage\rreturn, back\\slash', 12.5, ARRAY[ROW('a "b"', 1)::pair, NULL], 2),
    (E'\\.', NULL, '{}', NULL), ('\N', 100, NULL, 1), ('', 0, NULL, NULL), (E'\u00e9\U0001F600', 1, NULL, NULL);

CREATE TABLE kinds (
    a real, b double precision, c numeric, d timestamptz, e timestamp, f date, g interval, h json, i jsonb, j uuid, k inet, l bytea,
    m text[], n bit varying, o tstzrange, p tsvector, q boolean, r "char", s xml, t money, u point, v channel_type);
INSERT INTO kinds VALUES
    (0.1::real, 1.0 / 3, 'NaN', 'infinity', '4714-11-24 BC', '-infinity', '1 year -3 days 04:05:06.789', '{"a" :  1}', '{"b": [null]}',
     '00000000-0000-4000-8000-000000000001', '::1/64', '\x00ff5c0a', ARRAY['x', NULL, '{', '"', ''], B'1011', '[2020-01-01,)', 'a:1 b:2',
     true, 'x', '<a>&amp;</a>', 1.5, '(1,2)', 'D'),
    ('-Infinity', 1e-308, 1e100, '2024-02-29 12:34:56.123456+02', NULL, '0001-01-01', '-1 day', 'null', 'null', NULL, '10.0.0.1', '',
     '{}', B'', 'empty', '', false, '', NULL, -1, NULL, NULL);

CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE empty_table (id integer PRIMARY KEY);
CREATE TABLE dropped_columns (a integer, b integer, c integer);
ALTER TABLE dropped_columns DROP COLUMN b;
INSERT INTO dropped_columns VALUES (1, 3);
CREATE UNLOGGED TABLE cache (key text PRIMARY KEY, value bytea);
INSERT INTO cache SELECT 'key ' || n, decode(md5(n::text), 'hex') FROM generate_series(1, 20) n;

CREATE TABLE events (id bigint NOT NULL, day date NOT NULL, body text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events SELECT n, date '2024-06-01' + n * 20, 'event ' || n FROM generate_series(1, 30) n;
CREATE TABLE base (id integer, note text);
CREATE TABLE derived (more text) INHERITS (base);
INSERT INTO base VALUES (1, 'base');
INSERT INTO derived VALUES (2, 'derived', 'more');

CREATE VIEW open_tickets AS SELECT * FROM "Ticket; -- ""quoted""" WHERE done IS DISTINCT FROM 100;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := NEW.note || ' (stamped)'; RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT ON base FOR EACH ROW EXECUTE FUNCTION stamp();
ALTER TABLE empty_table ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone ON empty_table USING (true);
CREATE STATISTICS kinds_statistics ON a, b FROM kinds;
COMMENT ON TABLE kinds IS 'It''s a "comment"
on two lines';

DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET default_text_search_config = ''pg_catalog.german''', current_database());
    EXECUTE format('ALTER DATABASE %I SET DateStyle = ''German''', current_database());
END $$;
