"""A platform administrator alone lets nobody in: no account, no closed one, and no role more, whatever a page of theirs does.

People are made as they take up invitations, and let in again by their agency's own administrators (ADR 0020).
"""

from django.db import migrations

from apps.core.rls import STAFF

LETS_IN = (
    f"""
    CREATE FUNCTION agencies_user_lets_in() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_user = 'counterpart_web' AND {STAFF} THEN
            RAISE EXCEPTION 'a platform administrator alone lets nobody in' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER agencies_user_made BEFORE INSERT ON agencies_user FOR EACH ROW
        EXECUTE FUNCTION agencies_user_lets_in();
    CREATE TRIGGER agencies_user_lets_in BEFORE UPDATE OF is_active, is_staff, roles ON agencies_user FOR EACH ROW
        WHEN (NEW.is_active AND NOT OLD.is_active OR NEW.is_staff AND NOT OLD.is_staff OR NOT NEW.roles <@ OLD.roles)
        EXECUTE FUNCTION agencies_user_lets_in();
    """,
    """
    DROP TRIGGER agencies_user_lets_in ON agencies_user; DROP TRIGGER agencies_user_made ON agencies_user;
    DROP FUNCTION agencies_user_lets_in;
    """,
)


class Migration(migrations.Migration):
    """A wall."""

    dependencies = [("agencies", "0009_token_scopes")]
    operations = [migrations.RunSQL(*LETS_IN)]
