"""Reads wait to be chained, payloads can be erased, heads are sealed: the tables, the functions and what they refuse.

The link of an entry covers its columns and a salted digest of its payload, each value spelt as COPY's binary format spells
it: four bytes of length (ffffffff for NULL), then the bytes. So a verifier hashes what the server sends, as it comes.
"""

from django.db import migrations, models

from apps.core.rls import AGENCY, STAFF

LAID_ASIDE = """
DROP TRIGGER audit_entry_append_only ON audit_entry;
DROP TRIGGER audit_entry_no_truncate ON audit_entry;
DROP FUNCTION audit_append(timestamptz, text, uuid, uuid, text, uuid, uuid, jsonb);
"""
# The chain of the first shape, for the way back.
FIRST_SHAPE = """
DO $$
DECLARE
    old record;
    body text;
    digest bytea;
    link bytea := decode(repeat('00', 32), 'hex');
BEGIN
    FOR old IN SELECT * FROM audit_entry ORDER BY seq LOOP
        body := jsonb_build_object('seq', old.seq, 'at', (extract(epoch FROM old.at) * 1000000)::bigint, 'verb', old.verb,
            'agency', old.agency_id, 'user', old.user_id, 'kind', old.object_kind, 'object', old.object_id,
            'owner', old.owner_id, 'facts', old.payload::jsonb)::text;
        digest := sha256(convert_to(body, 'UTF8'));
        UPDATE audit_entry SET payload = body, payload_hash = digest, previous = link, hash = sha256(link || digest)
        WHERE seq = old.seq;
        link := sha256(link || digest);
    END LOOP;
    UPDATE audit_head SET hash = link WHERE id = 1;
END $$;
CREATE FUNCTION audit_append(
    at timestamptz, verb text, agency_id uuid, user_id uuid, kind text, object_id uuid, owner_id uuid, facts jsonb
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head audit_head%ROWTYPE;
    body text;
    digest bytea;
    link bytea;
BEGIN
    SELECT * INTO STRICT head FROM audit_head WHERE id = 1 FOR UPDATE;
    body := jsonb_build_object('seq', head.seq + 1, 'at', (extract(epoch FROM at) * 1000000)::bigint, 'verb', verb, 'agency', agency_id,
        'user', user_id, 'kind', kind, 'object', object_id, 'owner', owner_id, 'facts', facts)::text;
    digest := sha256(convert_to(body, 'UTF8'));
    link := sha256(head.hash || digest);
    INSERT INTO audit_entry
        (seq, at, verb, agency_id, user_id, object_kind, object_id, owner_id, payload, payload_hash, previous, hash)
    VALUES (head.seq + 1, at, verb, agency_id, user_id, kind, object_id, owner_id, body, digest, head.hash, link);
    UPDATE audit_head SET seq = head.seq + 1, hash = link WHERE id = 1;
    RETURN head.seq + 1;
END $$;
REVOKE ALL ON FUNCTION audit_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append TO counterpart_web, counterpart_worker;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_no_truncate;
"""
# They are called by the functions below alone, which say where names are looked up; so the planner may unfold them.
SPELLING = """
CREATE FUNCTION audit_spelt(value bytea) RETURNS bytea IMMUTABLE LANGUAGE sql AS
    $$ SELECT coalesce(int4send(octet_length(value)) || value, '\\xffffffff') $$;
CREATE FUNCTION audit_digest(payload text, salt bytea) RETURNS bytea IMMUTABLE LANGUAGE sql AS
    $$ SELECT sha256('\\x03' || audit_spelt(convert_to(payload, 'UTF8')) || audit_spelt(salt)) $$;
CREATE FUNCTION audit_link(
    link bytea, digest bytea, seq bigint, at timestamptz, verb text, agency uuid, account uuid, kind text, object uuid, owner uuid
) RETURNS bytea IMMUTABLE LANGUAGE sql AS $$
    SELECT sha256('\\x02' || link || audit_spelt(digest) || audit_spelt(int8send(seq)) || audit_spelt(timestamptz_send(at))
        || audit_spelt(convert_to(verb, 'UTF8')) || audit_spelt(uuid_send(agency)) || audit_spelt(uuid_send(account))
        || audit_spelt(convert_to(kind, 'UTF8')) || audit_spelt(uuid_send(object)) || audit_spelt(uuid_send(owner)))
$$;
REVOKE ALL ON FUNCTION audit_spelt, audit_digest, audit_link FROM PUBLIC;
"""
UNSPELT = "DROP FUNCTION audit_link; DROP FUNCTION audit_digest; DROP FUNCTION audit_spelt;"
SECOND_SHAPE = """
DO $$
DECLARE
    old record;
    fresh bytea;
    digest bytea;
    link bytea := decode(repeat('00', 32), 'hex');
BEGIN
    FOR old IN SELECT e.*, (e.payload::jsonb -> 'facts')::text AS facts FROM audit_entry e ORDER BY seq LOOP
        fresh := uuid_send(gen_random_uuid());
        digest := audit_digest(old.facts, fresh);
        link := audit_link(link, digest, old.seq, old.at, old.verb, old.agency_id, old.user_id, old.object_kind,
            old.object_id, old.owner_id);
        UPDATE audit_entry SET payload = old.facts, salt = fresh, payload_hash = digest, hash = link WHERE seq = old.seq;
    END LOOP;
    UPDATE audit_head SET hash = link WHERE id = 1;
END $$;
"""
# A write is chained at once, under the head's lock. A read only waits to be chained: two reads never wait for each other,
# nor for a write's commit. Where a transaction has written nothing else, its commit does not wait for the disk either.
WRITING = """
CREATE FUNCTION audit_append(
    at timestamptz, verb text, agency_id uuid, user_id uuid, kind text, object_id uuid, owner_id uuid, facts jsonb
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head audit_head%ROWTYPE;
    fresh bytea := uuid_send(gen_random_uuid());
    digest bytea := audit_digest(facts::text, fresh);
    link bytea;
BEGIN
    SELECT * INTO STRICT head FROM audit_head WHERE id = 1 FOR UPDATE;
    link := audit_link(head.hash, digest, head.seq + 1, at, verb, agency_id, user_id, kind, object_id, owner_id);
    INSERT INTO audit_entry
        (seq, at, verb, agency_id, user_id, object_kind, object_id, owner_id, payload, salt, payload_hash, hash)
    VALUES (head.seq + 1, at, verb, agency_id, user_id, kind, object_id, owner_id, facts::text, fresh, digest, link);
    UPDATE audit_head SET seq = head.seq + 1, hash = link WHERE id = 1;
    RETURN head.seq + 1;
END $$;
CREATE FUNCTION audit_note(
    at timestamptz, verb text, agency_id uuid, user_id uuid, kind text, object_id uuid, owner_id uuid, facts jsonb
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    INSERT INTO audit_waiting (at, verb, agency_id, user_id, object_kind, object_id, owner_id, payload, salt)
    VALUES (at, verb, agency_id, user_id, kind, object_id, owner_id, facts::text, uuid_send(gen_random_uuid()));
END $$;
CREATE FUNCTION audit_gather(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head audit_head%ROWTYPE;
    noted audit_waiting%ROWTYPE;
    digest bytea;
    taken bigint[] := '{}';
BEGIN
    IF NOT EXISTS (SELECT FROM audit_waiting) THEN
        RETURN 0;
    END IF;
    SELECT * INTO STRICT head FROM audit_head WHERE id = 1 FOR UPDATE;
    FOR noted IN SELECT * FROM audit_waiting ORDER BY id LIMIT most LOOP
        digest := audit_digest(noted.payload, noted.salt);
        head.seq := head.seq + 1;
        head.hash := audit_link(head.hash, digest, head.seq, noted.at, noted.verb, noted.agency_id, noted.user_id,
            noted.object_kind, noted.object_id, noted.owner_id);
        INSERT INTO audit_entry
            (seq, at, verb, agency_id, user_id, object_kind, object_id, owner_id, payload, salt, payload_hash, hash)
        VALUES (head.seq, noted.at, noted.verb, noted.agency_id, noted.user_id, noted.object_kind, noted.object_id,
            noted.owner_id, noted.payload, noted.salt, digest, head.hash);
        taken := taken || noted.id;
    END LOOP;
    UPDATE audit_head SET seq = head.seq, hash = head.hash WHERE id = 1;
    DELETE FROM audit_waiting WHERE id = ANY (taken);
    RETURN cardinality(taken);
END $$;
CREATE FUNCTION audit_erase(entries bigint[], reason text, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    announced bigint;
    erased bigint;
BEGIN
    announced := audit_append(at, 'erase_audit', NULL, NULL, 'audit', NULL, NULL,
        jsonb_build_object('entries', to_jsonb(entries), 'reason', reason));
    UPDATE audit_entry SET payload = NULL, salt = NULL
    WHERE seq = ANY (entries) AND payload IS NOT NULL AND verb <> 'erase_audit';
    GET DIAGNOSTICS erased = ROW_COUNT;
    IF erased <> (SELECT count(DISTINCT each) FROM unnest(entries) AS each) OR erased = 0 THEN
        RAISE EXCEPTION 'one of these entries is not there, is erased already, or says what was erased'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN announced;
END $$;
REVOKE ALL ON FUNCTION audit_append, audit_note, audit_gather, audit_erase FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_append, audit_note, audit_gather TO counterpart_web, counterpart_worker;
"""
UNWRITTEN = """
DROP FUNCTION audit_erase; DROP FUNCTION audit_gather; DROP FUNCTION audit_note;
DROP FUNCTION audit_append(timestamptz, text, uuid, uuid, text, uuid, uuid, jsonb);
"""
# What may happen to a row is only what the chain itself says of it: a payload leaves when the last entry announces that, and
# a row that waited leaves when the last entries hold it. Everything else is refused, to the owner of the tables too.
GUARDS = """
CREATE FUNCTION audit_only_announced() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kept audit_entry := OLD;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        kept.payload := NULL;
        kept.salt := NULL;
        IF NEW IS NOT DISTINCT FROM kept AND EXISTS (
            SELECT FROM audit_entry e JOIN audit_head h ON h.id = 1 AND h.seq = e.seq
            WHERE e.verb = 'erase_audit' AND (e.payload::jsonb -> 'entries') @> to_jsonb(OLD.seq)
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION audit_only_chained() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone LEFT JOIN audit_entry e ON e.salt = gone.salt
            AND e.seq > (SELECT seq FROM audit_head WHERE id = 1) - (SELECT count(*) FROM gone)
        WHERE (e.at, e.verb, e.agency_id, e.user_id, e.object_kind, e.object_id, e.owner_id, e.payload) IS DISTINCT FROM
            (gone.at, gone.verb, gone.agency_id, gone.user_id, gone.object_kind, gone.object_id, gone.owner_id, gone.payload)
    ) THEN
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_only_announced();
CREATE TRIGGER audit_waiting_only_chained AFTER DELETE ON audit_waiting
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION audit_only_chained();
CREATE TRIGGER audit_waiting_append_only BEFORE UPDATE ON audit_waiting
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_seal_append_only BEFORE UPDATE OR DELETE ON audit_seal
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_waiting_no_truncate BEFORE TRUNCATE ON audit_waiting
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_no_truncate;
ALTER TABLE audit_waiting ENABLE ALWAYS TRIGGER audit_waiting_only_chained;
ALTER TABLE audit_waiting ENABLE ALWAYS TRIGGER audit_waiting_append_only;
ALTER TABLE audit_waiting ENABLE ALWAYS TRIGGER audit_waiting_no_truncate;
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_seal_append_only;
ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER audit_seal_no_truncate;
"""
UNGUARDED = """
DROP TRIGGER audit_entry_append_only ON audit_entry;
DROP TRIGGER audit_entry_no_truncate ON audit_entry;
DROP TRIGGER audit_waiting_only_chained ON audit_waiting;
DROP TRIGGER audit_waiting_append_only ON audit_waiting;
DROP TRIGGER audit_waiting_no_truncate ON audit_waiting;
DROP TRIGGER audit_seal_append_only ON audit_seal;
DROP TRIGGER audit_seal_no_truncate ON audit_seal;
DROP FUNCTION audit_only_announced; DROP FUNCTION audit_only_chained;
"""
# An agency reads the trail of what it owns; the worker seals and verifies all of it. A page may publish a seal's head and
# signature, and cannot even ask how many entries there are.
GRANTS = f"""
ALTER POLICY web_select ON audit_entry USING ({STAFF} OR owner_id = {AGENCY});
CREATE POLICY worker ON audit_entry FOR SELECT TO counterpart_worker USING (true);
GRANT SELECT ON audit_entry, audit_head, audit_waiting TO counterpart_worker;
GRANT SELECT, INSERT ON audit_seal TO counterpart_worker;
GRANT SELECT (id, at, head, public, signature) ON audit_seal TO counterpart_web;
"""
UNGRANTED = f"""
ALTER POLICY web_select ON audit_entry USING ({STAFF});
DROP POLICY worker ON audit_entry;
REVOKE ALL ON audit_entry, audit_head, audit_waiting, audit_seal FROM counterpart_worker;
REVOKE ALL (id, at, head, public, signature) ON audit_seal FROM counterpart_web;
"""
NOTED = [
    ("at", models.DateTimeField()),
    ("verb", models.CharField(max_length=64)),
    ("agency_id", models.UUIDField(null=True)),
    ("user_id", models.UUIDField(null=True)),
    ("object_kind", models.CharField(max_length=32)),
    ("object_id", models.UUIDField(null=True)),
    ("owner_id", models.UUIDField(null=True)),
    ("payload", models.TextField()),
    ("salt", models.BinaryField(max_length=16)),
]
SEALED = [
    ("id", models.BigAutoField(primary_key=True, serialize=False)),
    ("at", models.DateTimeField(unique=True)),
    ("size", models.BigIntegerField()),
    ("link", models.BinaryField(max_length=32)),
    ("root", models.BinaryField(max_length=32)),
    ("peaks", models.BinaryField(max_length=2048)),
    ("head", models.BinaryField(max_length=32)),
    ("public", models.BinaryField(max_length=32)),
    ("signature", models.BinaryField(max_length=64)),
]


class Migration(migrations.Migration):
    """Second shape of the trail."""

    dependencies = [("audit", "0002_grants")]
    operations = [
        migrations.AlterField("entry", "previous", models.BinaryField(max_length=32, null=True)),  # as it comes back
        migrations.AlterField("entry", "payload", models.TextField(null=True)),
        migrations.RunSQL(LAID_ASIDE, FIRST_SHAPE),
        migrations.CreateModel("Waiting", [("id", models.BigAutoField(primary_key=True, serialize=False)), *NOTED]),
        migrations.CreateModel("Seal", SEALED),
        migrations.AddField("entry", "salt", models.BinaryField(max_length=16, null=True)),
        migrations.RunSQL(SPELLING, UNSPELT),
        migrations.RunSQL(SECOND_SHAPE, migrations.RunSQL.noop),
        migrations.RemoveField("entry", "previous"),
        migrations.RunSQL(WRITING, UNWRITTEN),
        migrations.RunSQL(GUARDS, UNGUARDED),
        migrations.RunSQL(GRANTS, UNGRANTED),
    ]
