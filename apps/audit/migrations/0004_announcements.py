"""Nobody but the owner's own function says what was erased: an announcement is read by whoever verifies the trail."""

from django.db import migrations

THEIRS = "('counterpart_web', 'counterpart_worker')"
ANNOUNCED = (
    f"""
    CREATE FUNCTION audit_announced() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF session_user IN {THEIRS} OR current_setting('role') IN {THEIRS} THEN
            RAISE EXCEPTION 'only the owner says what was erased' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION audit_announced FROM PUBLIC;
    CREATE TRIGGER audit_entry_announced BEFORE INSERT ON audit_entry FOR EACH ROW
        WHEN (NEW.verb = 'erase_audit') EXECUTE FUNCTION audit_announced();
    ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_announced;
    CREATE TRIGGER audit_waiting_announced BEFORE INSERT ON audit_waiting FOR EACH ROW
        WHEN (NEW.verb = 'erase_audit') EXECUTE FUNCTION audit_announced();
    ALTER TABLE audit_waiting ENABLE ALWAYS TRIGGER audit_waiting_announced;
    """,
    """
    DROP TRIGGER audit_waiting_announced ON audit_waiting;
    DROP TRIGGER audit_entry_announced ON audit_entry;
    DROP FUNCTION audit_announced;
    """,
)


class Migration(migrations.Migration):
    """Announcements."""

    dependencies = [("audit", "0003_waiting_and_seals")]
    operations = [migrations.RunSQL(*ANNOUNCED)]
