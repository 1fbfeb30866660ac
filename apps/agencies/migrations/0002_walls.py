"""What the web and worker roles may do with accounts, sessions and the framework's own tables."""

from django.db import migrations

from apps.core.rls import USER, openly, wall

TABLES = {
    "agencies_agency": "SELECT, INSERT, UPDATE",
    "agencies_jurisdiction": "SELECT, INSERT, UPDATE, DELETE",
    "agencies_user": "SELECT, INSERT, UPDATE",
    "agencies_heldtoken": "SELECT",
    "agencies_apitoken": "SELECT, INSERT, UPDATE",
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "django_content_type": "SELECT",
    "django_admin_log": "SELECT, INSERT",
    "auth_permission": "SELECT",
    "auth_group": "SELECT",
    "django_migrations": "SELECT",
}
SEQUENCES = (
    "GRANT USAGE ON SEQUENCE agencies_token, agencies_user_token TO counterpart_web, counterpart_worker;",
    "REVOKE ALL ON SEQUENCE agencies_token, agencies_user_token FROM counterpart_web, counterpart_worker;",
)
# An answer that is kept for its account holds content: nobody else's request may read it.
KEPT = {"SELECT": f"user_id = {USER}", "INSERT": f"user_id = {USER}", "DELETE": f"user_id = {USER}"}

# An author reads a RED report by their own token, whatever their clearance: an account that took it along to another
# agency would take the report along. Who moves gets a new account.
STAYS = (
    """
    CREATE FUNCTION agencies_user_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'an account never changes its agency' USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER agencies_user_stays BEFORE UPDATE OF agency_id ON agencies_user FOR EACH ROW
        WHEN (OLD.agency_id IS NOT NULL AND NEW.agency_id IS DISTINCT FROM OLD.agency_id)
        EXECUTE FUNCTION agencies_user_stays();
    """,
    "DROP TRIGGER agencies_user_stays ON agencies_user; DROP FUNCTION agencies_user_stays;",
)


class Migration(migrations.Migration):
    """Grants."""

    dependencies = [
        ("agencies", "0001_members"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        *[migrations.RunSQL(*openly(table, grants)) for table, grants in TABLES.items()],
        migrations.RunSQL(*SEQUENCES),
        migrations.RunSQL(*STAYS),
        migrations.RunSQL(*wall("agencies_idempotencykey", KEPT, "SELECT, INSERT, DELETE")),
    ]
