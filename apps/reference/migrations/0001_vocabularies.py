"""The vocabularies' tables, and the function by which PostgreSQL itself folds a taxon's names for look-up."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

# Folds as apps.reference.matching.fold_name does; a test compares the two. Immutable: a column is made of it.
KEYS = r"""
CREATE FUNCTION reference_taxon_keys(name text, synonyms text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT array_agg(DISTINCT regexp_replace(
        lower(btrim(regexp_replace(normalize(word, NFKC), '\s+', ' ', 'g'))), ' (spp?\.?|species)$', ''
    ))
    FROM unnest(array_append(synonyms, name)) AS word
);
"""


class Migration(migrations.Migration):
    """Vocabularies."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(KEYS, "DROP FUNCTION reference_taxon_keys"),
        migrations.CreateModel(
            name="Country",
            fields=[
                (
                    "labels",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Language code to label. English stands in the row itself.",
                        verbose_name="labels by language",
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="Offered in forms. What is inactive is still read, never deleted.",
                        verbose_name="active",
                    ),
                ),
                (
                    "local",
                    models.BooleanField(
                        default=True,
                        editable=False,
                        help_text="Added by this platform's administrators; a load of the files leaves it be.",
                        verbose_name="added here",
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True, verbose_name="last changed by a load")),
                ("code", models.CharField(max_length=2, primary_key=True, serialize=False, verbose_name="code")),
                ("alpha3", models.CharField(blank=True, max_length=3, verbose_name="alpha-3 code")),
                ("numeric", models.CharField(blank=True, max_length=3, verbose_name="numeric code")),
                ("label", models.CharField(max_length=100, verbose_name="English short name")),
                ("official_name", models.CharField(max_length=200, verbose_name="name in the United Nations' list")),
                ("region", models.CharField(blank=True, max_length=50, verbose_name="region")),
                ("subregion", models.CharField(blank=True, max_length=50, verbose_name="subregion")),
                ("pseudo", models.BooleanField(default=False, verbose_name="not a single country")),
                (
                    "coordinator",
                    models.CharField(
                        blank=True,
                        help_text="Code of the agency told where no agency answers for this country. "
                        "Empty: the platform's own coordinating body.",
                        max_length=40,
                        verbose_name="coordinating body",
                    ),
                ),
                (
                    "cites_party",
                    models.BooleanField(
                        default=False,
                        help_text="As of 2022; a territory's flag is its sovereign's.",
                        verbose_name="Party to CITES",
                    ),
                ),
            ],
            options={
                "verbose_name": "country or territory",
                "verbose_name_plural": "countries and territories",
                "ordering": ["pseudo", "label"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z]{2}$")), name="country_code_is_alpha2"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pseudo", True),
                            models.Q(("alpha3__regex", "^[A-Z]{3}$"), ("numeric__regex", "^[0-9]{3}$")),
                            _connector="OR",
                        ),
                        name="country_has_iso_codes",
                    ),
                    models.CheckConstraint(condition=models.Q(("label", ""), _negated=True), name="country_has_label"),
                    models.UniqueConstraint(
                        condition=models.Q(("alpha3", ""), _negated=True),
                        fields=("alpha3",),
                        name="country_alpha3_unique",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("numeric", ""), _negated=True),
                        fields=("numeric",),
                        name="country_numeric_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HsCode",
            fields=[
                (
                    "labels",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Language code to label. English stands in the row itself.",
                        verbose_name="labels by language",
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="Offered in forms. What is inactive is still read, never deleted.",
                        verbose_name="active",
                    ),
                ),
                (
                    "local",
                    models.BooleanField(
                        default=True,
                        editable=False,
                        help_text="Added by this platform's administrators; a load of the files leaves it be.",
                        verbose_name="added here",
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True, verbose_name="last changed by a load")),
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name="code")),
                ("label", models.TextField(verbose_name="official description")),
                ("hint", models.CharField(blank=True, max_length=200, verbose_name="what it means for wildlife")),
                (
                    "terms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="usual terms",
                    ),
                ),
            ],
            options={
                "verbose_name": "HS code",
                "verbose_name_plural": "HS codes",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9]{6}$")), name="hs_code_is_six_digits"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Taxon",
            fields=[
                (
                    "labels",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Language code to label. English stands in the row itself.",
                        verbose_name="labels by language",
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="Offered in forms. What is inactive is still read, never deleted.",
                        verbose_name="active",
                    ),
                ),
                (
                    "local",
                    models.BooleanField(
                        default=True,
                        editable=False,
                        help_text="Added by this platform's administrators; a load of the files leaves it be.",
                        verbose_name="added here",
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True, verbose_name="last changed by a load")),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="scientific name")),
                ("common_name", models.CharField(blank=True, max_length=120, verbose_name="English common name")),
                (
                    "english_names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="other English names",
                    ),
                ),
                ("rank", models.CharField(max_length=20, verbose_name="rank")),
                ("kingdom", models.CharField(blank=True, max_length=40, verbose_name="kingdom")),
                ("class_name", models.CharField(blank=True, max_length=40, verbose_name="class")),
                ("order", models.CharField(blank=True, max_length=40, verbose_name="order")),
                ("family", models.CharField(blank=True, max_length=40, verbose_name="family")),
                (
                    "appendix",
                    models.CharField(
                        blank=True,
                        help_text="The current listing where a later change is known, else that of the 2017 CITES "
                        "index; the note says which. Check Species+ before relying on it.",
                        max_length=20,
                        verbose_name="CITES Appendix",
                    ),
                ),
                ("appendix_note", models.CharField(blank=True, max_length=200, verbose_name="source of the Appendix")),
                (
                    "synonyms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="synonyms",
                    ),
                ),
                (
                    "keys",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("name"), models.F("synonyms"), function="reference_taxon_keys"),
                        output_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), size=None
                        ),
                    ),
                ),
            ],
            options={
                "verbose_name": "taxon",
                "verbose_name_plural": "taxa",
                "ordering": ["name"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["keys"], name="taxon_keys_gin")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="taxon_has_name"),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="taxon_name_unique_any_case"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "labels",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Language code to label. English stands in the row itself.",
                        verbose_name="labels by language",
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="Offered in forms. What is inactive is still read, never deleted.",
                        verbose_name="active",
                    ),
                ),
                (
                    "local",
                    models.BooleanField(
                        default=True,
                        editable=False,
                        help_text="Added by this platform's administrators; a load of the files leaves it be.",
                        verbose_name="added here",
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True, verbose_name="last changed by a load")),
                ("code", models.CharField(max_length=3, primary_key=True, serialize=False, verbose_name="code")),
                ("symbol", models.CharField(blank=True, max_length=10, verbose_name="symbol")),
                ("label", models.CharField(max_length=100, verbose_name="English name")),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("MASS", "mass"),
                            ("VOLUME", "volume"),
                            ("LENGTH", "length"),
                            ("AREA", "area"),
                            ("COUNT", "number of specimens"),
                            ("PACKAGE", "packages or parts, not convertible"),
                        ],
                        max_length=10,
                        verbose_name="dimension",
                    ),
                ),
                (
                    "grams",
                    models.DecimalField(
                        blank=True,
                        decimal_places=9,
                        help_text="Units of mass only.",
                        max_digits=20,
                        null=True,
                        verbose_name="grams in one",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        help_text="The code of the same unit since 2021.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="reference.unit",
                        verbose_name="written today as",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="SpecimenTerm",
            fields=[
                (
                    "labels",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Language code to label. English stands in the row itself.",
                        verbose_name="labels by language",
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True,
                        help_text="Offered in forms. What is inactive is still read, never deleted.",
                        verbose_name="active",
                    ),
                ),
                (
                    "local",
                    models.BooleanField(
                        default=True,
                        editable=False,
                        help_text="Added by this platform's administrators; a load of the files leaves it be.",
                        verbose_name="added here",
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True, verbose_name="last changed by a load")),
                ("code", models.CharField(max_length=3, primary_key=True, serialize=False, verbose_name="code")),
                ("label", models.CharField(max_length=100, verbose_name="English name")),
                (
                    "alternatives",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3),
                        blank=True,
                        default=list,
                        help_text="Where several codes took its place, a person has to say which (FIN).",
                        size=None,
                        verbose_name="split into",
                    ),
                ),
                (
                    "names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        help_text="In lower case, as found in files of others.",
                        size=None,
                        verbose_name="names read as this term",
                    ),
                ),
                (
                    "ivory",
                    models.CharField(
                        blank=True,
                        choices=[("RAW", "raw ivory"), ("WORKED", "worked ivory")],
                        help_text="As ETIS counts it, where the specimen is an elephant's.",
                        max_length=6,
                        verbose_name="ivory class",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only where one code took this one's place.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="reference.specimenterm",
                        verbose_name="written today as",
                    ),
                ),
                (
                    "preferred_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reference.unit",
                        verbose_name="preferred unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "specimen term",
                "verbose_name_plural": "specimen terms",
                "ordering": ["label"],
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z]{3}$")), name="unit_code_is_three_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dimension", "MASS"), ("grams__gt", 0), ("grams__isnull", False)),
                    models.Q(models.Q(("dimension", "MASS"), _negated=True), ("grams__isnull", True)),
                    _connector="OR",
                ),
                name="unit_of_mass_has_grams",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True),
                    models.Q(("active", False), models.Q(("successor", models.F("code")), _negated=True)),
                    _connector="OR",
                ),
                name="unit_with_successor_is_inactive",
            ),
        ),
        migrations.AddConstraint(
            model_name="specimenterm",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z]{3}$")), name="term_code_is_three_letters"
            ),
        ),
        migrations.AddConstraint(
            model_name="specimenterm",
            constraint=models.CheckConstraint(
                condition=models.Q(("ivory__in", ["", "RAW", "WORKED"])), name="term_ivory_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="specimenterm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True),
                    models.Q(("active", False), models.Q(("successor", models.F("code")), _negated=True)),
                    _connector="OR",
                ),
                name="term_with_successor_is_inactive",
            ),
        ),
    ]
