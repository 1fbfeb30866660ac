"""A page with sections of the report form: the base of the short form and of a draft's sections."""

from abc import ABC, abstractmethod

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext

from apps.agencies.policy import Asking
from apps.core.errors import Invalid
from apps.reports import actions
from apps.reports.actions.drafting import agencies_in, understood
from apps.reports.models import Report
from apps.web.forms.report import Filing, Lists
from apps.web.pages.base import Page
from apps.web.shown.audience import panel
from apps.web.shown.words import Shown


class FormPage(Page, ABC):
    """A page with sections of the report form. Nothing typed is lost: what is refused is shown again as it was typed."""

    section = "file"
    filing: Filing
    kept: frozenset[str]  # agencies that stand in the draft already

    def filed(self, names: tuple[str, ...], kind: str, stored: Shown) -> Filing:
        """The sections, from what is stored, or from what was posted with the row verb done."""
        lists = Lists(actor=self.actor, language=get_language() or "en")
        posted = self.request.POST if self.request.method == "POST" else None
        self.kept = agencies_in(stored)
        self.filing = Filing(names=names, kind=kind, lists=lists, stored=stored, posted=posted, verb=self.asked)
        return self.filing

    def asking(self) -> frozenset[Asking]:
        """Whom it would tell may be asked for before it is sent."""
        return super().asking() | ({Asking.PREVIEW} if self.asked == "preview" else frozenset())

    @property
    def asked(self) -> str:
        """Which button was pressed: save, later, preview, or a row's verb."""
        return self.request.POST.get("do", "save")

    @property
    def only_rows(self) -> bool:
        """Whether the button only adds, removes or moves a row."""
        return ":" in self.asked

    def judged(self, stored: Shown) -> Shown:
        """What was typed, as JSON, over what is stored; Invalid with all that the forms and the verbs find wrong."""
        sound = self.filing.is_valid()
        data = {**stored, **self.filing.entered()}
        if not sound:
            # Finds what else is wrong, so that all is said at once.
            understood(actor=self.actor, data=data, kept=self.kept, now=self.now)
            raise Invalid(errors={"": []})
        return data

    def preview(self, data: Shown) -> Shown:
        """Who would be told, for the panel."""
        language = get_language() or "en"
        audience = actions.preview_content(actor=self.actor, data=data, language=language, kept=self.kept, now=self.now)
        draft, own, told = self.kwargs.get("report_id"), self.actor.agency_id, len(audience.audience)
        self.seen("audience", object_id=draft, owner_id=own, count=told, verb="preview")
        return {"panel": {**panel(audience, self.actor, sent=False), "focus": True}}

    def invalid(self, refused: Invalid) -> HttpResponse:
        self.filing.tell(refused)
        return self.shown({"problems": True}, 422)

    def shown(self, context: Shown, status: int = 200) -> HttpResponse:
        """The form's page."""
        filing = self.filing
        common = {"filing": filing, "lists": filing.vocabularies, "words": True}
        return self.page("web/filing_form.html", {**common, **self.around_form(), **context}, status)

    @abstractmethod
    def around_form(self) -> Shown:
        """Heading and the like."""

    def saved(self, report: Report, following: str) -> HttpResponse:
        """After saving: on, or back to the task list."""
        if self.asked == "later":
            messages.success(self.request, gettext("The draft is saved. You find it under Drafts."))
            return redirect("web:draft", report.id)
        return redirect(following)
