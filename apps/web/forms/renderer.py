"""Where Django finds the templates of our forms."""

from django.forms.renderers import DjangoTemplates

from apps.web.forms.bound import GovukBoundField


class GovukRenderer(DjangoTemplates):
    """Draws whole forms, formsets and field groups in GOV.UK markup.

    Widgets keep Django's own templates, so that Django admin, which shares ``settings.FORM_RENDERER``, stays as it is.
    """

    form_template_name = "web/forms/form.html"
    formset_template_name = "web/forms/formset.html"
    field_template_name = "web/forms/field.html"
    bound_field_class = GovukBoundField
