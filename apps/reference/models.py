"""The vocabularies' tables. They hold what was published; `SOURCES.md` in the seeds says where."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

# The CITES code for "number of specimens": a blank unit means it in CITES files, nowhere else.
BLANK_UNIT = "NAR"
# What a line is filed under when its source names no taxon ("endangered timber, 29,286 kg").
UNSPECIFIED_TAXON = "Unspecified"
UNKNOWN_COUNTRY = "XX"


class Vocabulary(models.Model):
    """What every vocabulary has: labels by language, and whether it is still offered."""

    labels = models.JSONField(
        _("labels by language"),
        default=dict,
        blank=True,
        help_text=_("Language code to label. English stands in the row itself."),
    )
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Offered in forms. What is inactive is still read, never deleted."),
    )
    local = models.BooleanField(
        _("added here"),
        default=True,
        editable=False,
        help_text=_("Added by this platform's administrators; a load of the files leaves it be."),
    )
    changed_at = models.DateTimeField(_("last changed by a load"), null=True, editable=False)

    class Meta:
        abstract = True


class Country(Vocabulary):
    """A country or territory of ISO 3166-1, or a pseudo-country of CITES and ETIS."""

    code = models.CharField(_("code"), max_length=2, primary_key=True)
    alpha3 = models.CharField(_("alpha-3 code"), max_length=3, blank=True)
    numeric = models.CharField(_("numeric code"), max_length=3, blank=True)
    label = models.CharField(_("English short name"), max_length=100)
    official_name = models.CharField(_("name in the United Nations' list"), max_length=200)
    region = models.CharField(_("region"), max_length=50, blank=True)
    subregion = models.CharField(_("subregion"), max_length=50, blank=True)
    pseudo = models.BooleanField(_("not a single country"), default=False)
    coordinator = models.CharField(
        _("coordinating body"),
        max_length=40,
        blank=True,
        help_text=_(
            "Code of the agency told where no agency answers for this country. "
            "Empty: the platform's own coordinating body."
        ),
    )
    names = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("What people call it: everyday and former names, abbreviations, names in other languages."),
    )
    cites_party = models.BooleanField(
        _("Party to CITES"),
        default=False,
        help_text=_("As of 2022; a territory's flag is its sovereign's."),
    )

    class Meta:
        verbose_name = _("country or territory")
        verbose_name_plural = _("countries and territories")
        ordering: ClassVar = ["pseudo", "label"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{2}$"), name="country_code_is_alpha2"),
            models.CheckConstraint(
                condition=Q(pseudo=True) | Q(alpha3__regex=r"^[A-Z]{3}$", numeric__regex=r"^[0-9]{3}$"),
                name="country_has_iso_codes",
            ),
            models.CheckConstraint(condition=~Q(label=""), name="country_has_label"),
            models.UniqueConstraint(fields=["alpha3"], condition=~Q(alpha3=""), name="country_alpha3_unique"),
            models.UniqueConstraint(fields=["numeric"], condition=~Q(numeric=""), name="country_numeric_unique"),
        ]

    def __str__(self) -> str:
        return self.label


class Taxon(Vocabulary):
    """A species or a group as CITES names it, with every name that means the same."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("scientific name"), max_length=120, unique=True)
    common_name = models.CharField(_("English common name"), max_length=120, blank=True)
    english_names = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("other English names"),
        default=list,
        blank=True,
    )
    rank = models.CharField(_("rank"), max_length=20)
    kingdom = models.CharField(_("kingdom"), max_length=40, blank=True)
    class_name = models.CharField(_("class"), max_length=40, blank=True)
    order = models.CharField(_("order"), max_length=40, blank=True)
    family = models.CharField(_("family"), max_length=40, blank=True)
    appendix = models.CharField(
        _("CITES Appendix"),
        max_length=20,
        blank=True,
        help_text=_(
            "The current listing where a later change is known, else that of the 2017 CITES "
            "index; the note says which. Check Species+ before relying on it."
        ),
    )
    appendix_note = models.CharField(_("source of the Appendix"), max_length=200, blank=True)
    synonyms = ArrayField(models.CharField(max_length=120), verbose_name=_("synonyms"), default=list, blank=True)
    # Computed by PostgreSQL, so a synonym added in the admin resolves at once. The function is
    # made by the first migration and folds exactly as matching.fold_name does.
    keys = models.GeneratedField(
        expression=Func(F("name"), F("synonyms"), function="reference_taxon_keys"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("taxon")
        verbose_name_plural = _("taxa")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="taxon_has_name"),
            models.UniqueConstraint(Lower("name"), name="taxon_name_unique_any_case"),
        ]
        indexes: ClassVar = [GinIndex(fields=["keys"], name="taxon_keys_gin")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The English common name, or the scientific one where there is none."""
        return self.common_name or self.name


class Unit(Vocabulary):
    """A unit of CITES' table: UN/ECE codes since 2021, the three-letter ones from before."""

    class Dimension(models.TextChoices):
        MASS = "MASS", _("mass")
        VOLUME = "VOLUME", _("volume")
        LENGTH = "LENGTH", _("length")
        AREA = "AREA", _("area")
        COUNT = "COUNT", _("number of specimens")
        PACKAGE = "PACKAGE", _("packages or parts, not convertible")

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    symbol = models.CharField(_("symbol"), max_length=10, blank=True)
    label = models.CharField(_("English name"), max_length=100)
    names = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("What people call it: everyday and former names, abbreviations, names in other languages."),
    )
    dimension = models.CharField(_("dimension"), max_length=10, choices=Dimension.choices)
    grams = models.DecimalField(
        _("grams in one"),
        max_digits=20,
        decimal_places=9,
        null=True,
        blank=True,
        help_text=_("Units of mass only."),
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("written today as"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        help_text=_("The code of the same unit since 2021."),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{3}$"), name="unit_code_is_three_letters"),
            models.CheckConstraint(
                condition=Q(dimension="MASS", grams__isnull=False, grams__gt=0)
                | (~Q(dimension="MASS") & Q(grams__isnull=True)),
                name="unit_of_mass_has_grams",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | (Q(active=False) & ~Q(successor=F("code"))),
                name="unit_with_successor_is_inactive",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SpecimenTerm(Vocabulary):
    """A term of CITES' table of specimens (SCA scales, TUS tusks), both generations."""

    class Ivory(models.TextChoices):
        RAW = "RAW", _("raw ivory")
        WORKED = "WORKED", _("worked ivory")

    code = models.CharField(_("code"), max_length=3, primary_key=True)
    label = models.CharField(_("English name"), max_length=100)
    preferred_unit = models.ForeignKey(
        Unit,
        verbose_name=_("preferred unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("written today as"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        help_text=_("Only where one code took this one's place."),
    )
    alternatives = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("split into"),
        default=list,
        blank=True,
        help_text=_("Where several codes took its place, a person has to say which (FIN)."),
    )
    names = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("names read as this term"),
        default=list,
        blank=True,
        help_text=_("In lower case, as found in files of others."),
    )
    everyday = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("everyday words"),
        default=list,
        blank=True,
        help_text=_("What people call it. A word may stand under several terms; then somebody has to say which."),
    )
    ivory = models.CharField(
        _("ivory class"),
        max_length=6,
        choices=Ivory.choices,
        blank=True,
        help_text=_("As ETIS counts it, where the specimen is an elephant's."),
    )

    class Meta:
        verbose_name = _("specimen term")
        verbose_name_plural = _("specimen terms")
        ordering: ClassVar = ["label"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{3}$"), name="term_code_is_three_letters"),
            models.CheckConstraint(condition=Q(ivory__in=["", "RAW", "WORKED"]), name="term_ivory_known"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | (Q(active=False) & ~Q(successor=F("code"))),
                name="term_with_successor_is_inactive",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class HsCode(Vocabulary):
    """A subheading of the Harmonized System 2022 under which wildlife is declared."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    label = models.TextField(_("official description"))
    hint = models.CharField(_("what it means for wildlife"), max_length=200, blank=True)
    terms = ArrayField(models.CharField(max_length=3), verbose_name=_("usual terms"), default=list, blank=True)

    class Meta:
        verbose_name = _("HS code")
        verbose_name_plural = _("HS codes")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="hs_code_is_six_digits"),
        ]

    def __str__(self) -> str:
        return self.code
