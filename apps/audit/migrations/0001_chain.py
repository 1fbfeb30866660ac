"""The chain's tables, the one function that appends to it, and the triggers that refuse everything else."""

from django.db import migrations, models

# pg_temp stands last: elsewhere a temporary table of that name would be taken for the head.
# ``at`` is hashed in whole microseconds since 1970: an integer has one spelling.
APPEND = """
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
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
"""
REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_append_only;
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_no_truncate;
"""


class Migration(migrations.Migration):
    """Audit trail."""

    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("verb", models.CharField(max_length=64)),
                ("agency_id", models.UUIDField(null=True)),
                ("user_id", models.UUIDField(null=True)),
                ("object_kind", models.CharField(max_length=32)),
                ("object_id", models.UUIDField(null=True)),
                (
                    "owner_id",
                    models.UUIDField(help_text="The agency that owns the object and may read its trail.", null=True),
                ),
                ("payload", models.TextField()),
                ("payload_hash", models.BinaryField(max_length=32)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name_plural": "entries",
                "indexes": [models.Index(fields=["object_id", "seq"], name="audit_entry_object")],
            },
        ),
        migrations.RunSQL(APPEND, "DROP FUNCTION audit_append"),
        migrations.RunSQL(
            REFUSE,
            "DROP TRIGGER audit_entry_append_only ON audit_entry; DROP TRIGGER audit_entry_no_truncate ON audit_entry;"
            "DROP FUNCTION audit_refuse",
        ),
    ]
