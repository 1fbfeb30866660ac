-- The database roles, in one file: run as a superuser (or a role that may create roles) by the embedded start, by
-- `manage.py create_roles` and by compose. Idempotent. Passwords are set apart, by `manage.py create_roles`.
-- owner: migrates and owns the tables. web: what a page or an API call works as. worker: what Celery works as.
-- search: owns the one search function and logs in nowhere. None of them may bypass row-level security.
DO $$
DECLARE
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(5209131);
    FOREACH name IN ARRAY ARRAY['counterpart_owner', 'counterpart_web', 'counterpart_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOBYPASSRLS', name);
        END IF;
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'counterpart_search') THEN
        CREATE ROLE counterpart_search NOLOGIN NOBYPASSRLS;
    END IF;
    -- The owner may act as the others (a command works for a person as web), and inherits nothing from them.
    GRANT counterpart_web, counterpart_worker, counterpart_search TO counterpart_owner WITH INHERIT FALSE, SET TRUE;
    -- Work done for a person by a worker (a digest, an export) is done as web, with that person's tokens.
    GRANT counterpart_web TO counterpart_worker WITH INHERIT FALSE, SET TRUE;
    IF current_user <> 'counterpart_owner' AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT counterpart_web, counterpart_worker, counterpart_search TO %I WITH INHERIT FALSE, SET TRUE',
                       current_user);
    END IF;
END $$;
