"""The database refuses the narrative of a RED report in clear, whoever writes it."""

from django.db import migrations

# Marking and text are written by two statements, so both look at the end of the transaction. As the owner: a reader's
# walls must not hide from the rule what it is about.
REFUSE = (
    """
    CREATE FUNCTION reports_red_is_sealed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF EXISTS (
            SELECT FROM reports_report r JOIN sharing_label l ON l.id = r.label_id
            WHERE r.id = NEW.id AND l.tlp = 'RED' AND r.narrative <> ''
        ) THEN
            RAISE EXCEPTION 'the narrative of a RED report is never written in clear' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER reports_red_is_sealed AFTER INSERT OR UPDATE OF narrative ON reports_report
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.narrative <> '') EXECUTE FUNCTION reports_red_is_sealed();
    CREATE CONSTRAINT TRIGGER reports_red_is_sealed AFTER UPDATE OF tlp ON sharing_label
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.tlp = 'RED' AND OLD.tlp <> 'RED')
        EXECUTE FUNCTION reports_red_is_sealed();
    """,
    """
    DROP TRIGGER reports_red_is_sealed ON sharing_label;
    DROP TRIGGER reports_red_is_sealed ON reports_report;
    DROP FUNCTION reports_red_is_sealed;
    """,
)


class Migration(migrations.Migration):
    """The rule, once what was there keeps it."""

    dependencies = [("reports", "0005_seal_what_is_red")]
    operations = [migrations.RunSQL(*REFUSE)]
