"""The look: what is committed is what was built, nothing is inline, nothing comes from elsewhere, and it stays small."""

import gzip
import hashlib
import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

WEB = Path(__file__).parents[2] / "apps" / "web"
STATIC = WEB / "static" / "web"
VENDOR = STATIC / "vendor"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
STYLES = sorted(STATIC.rglob("*.css"))
ids = [str(path.relative_to(WEB)) for path in TEMPLATES]

# Of the 60 kB that the form page may weigh, this is for files; the rest is for its HTML.
FILES_BUDGET = 47_000
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", re.DOTALL)
# Names, not words: they read the same in every language.
NAMES = {"Counterpart", "TLP", "AMBER", "STRICT", "Authorization", "Bearer"}


def read(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def manifest() -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = json.loads((VENDOR / "vendor.json").read_text())
    return found


def test_every_vendored_file_is_the_one_that_was_built_and_there_is_no_other() -> None:
    listed = {name: facts["sha256"] for name, facts in manifest()["files"].items()}
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "vendor.json"
    }
    assert there == listed


def test_the_manifest_names_version_licence_and_integrity_of_every_package() -> None:
    packages = {str(package["name"]): package for package in manifest()["packages"]}  # type: ignore[index]
    assert set(packages) == {"govuk-frontend", "accessible-autocomplete", "preact"}
    for package in packages.values():
        assert package["licence"] == "MIT"  # type: ignore[index]
        assert re.fullmatch(r"\d+\.\d+\.\d+", str(package["version"]))  # type: ignore[index]
        assert str(package["integrity"]).startswith("sha512-")  # type: ignore[index]
    licences = (VENDOR / "LICENCES.txt").read_text()
    assert all(name in licences for name in packages)


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    text = read(path)
    assert not re.search(r"<style\b", text, re.IGNORECASE)
    assert not re.search(r"\sstyle\s*=", text, re.IGNORECASE)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text, re.IGNORECASE)
    assert not re.search(r"[\s\"']on[a-z]+\s*=", text, re.IGNORECASE)
    assert not re.search(r"javascript:|hx-on\b|hx-vals\s*=\s*[\"']js:", text, re.IGNORECASE)


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES], ids=[*ids, *(path.name for path in STYLES)])
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = re.sub(r"\[href\^=\"?https?://\"?\]", "", read(path))  # a selector, not an address
    assert not re.search(r"https?://|[\"'(]//\w", text)
    assert not (path.suffix == ".css" and re.search(r"url\(|@import|@font-face", text))


def test_what_is_reserved_to_the_owner_of_the_components_is_not_here() -> None:
    for path in [*STYLES, *VENDOR.glob("*.js")]:
        assert not re.search(r"GDS Transport|@font-face|crest|\bcrown\b", path.read_text(), re.IGNORECASE), path.name


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_a_template_compiles_and_says_nothing_that_cannot_be_translated(path: Path) -> None:
    get_template(str(path.relative_to(WEB / "templates")))
    text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", read(path), flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    said = re.sub(r"<!doctype html>|<[^>]*>|\s[\w-]+=\"[^\"]*\"", " ", text, flags=re.DOTALL | re.IGNORECASE)
    assert set(re.findall(r"[A-Za-z]{2,}", unescape(said))) <= NAMES
    for attribute in re.findall(r"\s(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"", text):
        assert not re.search(r"[A-Za-z]", attribute)


def test_the_files_of_a_form_page_fit_their_part_of_the_budget() -> None:
    page = render_to_string("base.html", {"words": True})
    names = re.findall(r"(?:src|href)=\"/static/([^\"]+)\"", page)
    assert len(names) == 10  # a mark, five styles, four scripts: a new one is a decision
    shown = [name for name in names if name != "web/print.css"]  # fetched to print, not to show the page
    sizes = {name: len(gzip.compress(Path(str(finders.find(name))).read_bytes(), 9)) for name in shown}
    assert sum(sizes.values()) < FILES_BUDGET, sizes


def test_a_page_without_looked_up_words_does_not_load_the_autocomplete() -> None:
    assert "autocomplete" in render_to_string("base.html", {"words": True})
    assert "autocomplete" not in render_to_string("base.html", {})


def test_the_frame_follows_the_language_and_its_direction() -> None:
    with translation.override("ar"):
        page = render_to_string("base.html", {})
    assert '<html lang="ar" dir="rtl"' in page
    assert "govuk.rtl.css" in page
    assert '<html lang="en" dir="ltr"' in render_to_string("base.html", {})


def test_the_handling_banner_is_the_first_thing_that_a_page_shows() -> None:
    handling = {"tlp": "AMBER_STRICT", "sentence": "For the counterparts only.", "codes": ["H2"]}
    page = render_to_string("base.html", {"handling": handling})
    shown = page[page.index("</a>", page.index("govuk-skip-link")) :]
    assert re.match(r"</a>\s*<div class=\"app-handling\"", shown)
    assert "TLP:AMBER+STRICT" in " ".join(shown.split())
    assert shown.index("For the counterparts only.") < shown.index("<header")


def test_htmx_may_neither_evaluate_nor_leave_nor_keep_pages() -> None:
    page = render_to_string("base.html", {})
    config = json.loads(re.findall(r"name=\"htmx-config\" content='([^']+)'", page)[0])
    assert config["allowEval"] is False
    assert config["allowScriptTags"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["selfRequestsOnly"] is True
    assert config["historyCacheSize"] == 0
    assert "style" not in config["attributesToSettle"]


def test_the_page_for_a_fault_needs_neither_request_nor_database_nor_hashed_names() -> None:
    page = get_template("500.html").render()
    assert 'href="/static/web/frame.css"' in page
    assert "Something went wrong on our side" in page
    assert "{% static " not in (WEB / "templates" / "standalone.html").read_text()


def test_the_page_for_what_is_absent_does_not_tell_what_was_asked_for() -> None:
    pages = {
        render_to_string("404.html", {"request_path": path, "exception": "secret"}, RequestFactory().get(path))
        for path in ("/reports/one/", "/reports/another/")
    }
    assert len(pages) == 1
    page = pages.pop()
    assert "secret" not in page
    assert "/reports/" not in page
