"""What reports hide: that there is one, and of one that is seen, its facts, its audience and its answers."""

from collections.abc import Iterator

from apps.reports import actions as reports
from tests.worlds.bodies import CUSTOMS, analysis, elsewhere, seizure, word
from tests.worlds.hidden.told import between_others, known, reaching, visible
from tests.worlds.scene import Scene


def a_report(scene: Scene, on: bool) -> Iterator[None]:
    """Object: others share a report; later it is answered, and another one comes."""
    code, body, others = between_others(scene)
    second = between_others(scene)
    if on:
        report = scene.file(code, body)
        known(scene, report, body)
    yield
    if on:
        scene.answer(others[0], "accept", report)
    yield
    if on:
        scene.file(second[0], second[1])


def a_draft(scene: Scene, on: bool) -> Iterator[None]:
    """Draft: another agency writes one that will name the reader's, changes it, and deletes another one."""
    code, body, _ = reaching(scene)
    if on:
        draft = scene.draft(code, body)
        scene.secret["draft"].append(str(draft))
        scene.secret["word"].append(body["title"].split()[0])
    yield
    if on:
        scene.does(("liaison", code), reports.change_draft, report_id=draft, data={"title": "Another"})
        gone = scene.draft(code, body)
        scene.does(("liaison", code), reports.delete_draft, report_id=gone)


def a_withdrawal(scene: Scene, on: bool) -> Iterator[None]:
    """Withdrawn: a report among others is taken back."""
    code, body, others = between_others(scene)
    report = scene.file(code, body)
    scene.answer(others[2], "acknowledge", report)
    known(scene, report, body)
    yield
    if on:
        scene.does(("liaison", code), reports.withdraw_report, report_id=report)
        scene.carry()


def a_red_report(scene: Scene, on: bool) -> Iterator[None]:
    """RED: it names the reader's agency, whose uncleared people must not notice; the cleared are not named at all."""
    cleared = scene.reader[0] == "liaison"
    other = CUSTOMS[elsewhere(scene.draw, scene.home, count=1)[0]]
    code, body, _ = (between_others if cleared else reaching)(scene, tlp="RED", law_enforcement_only=False)
    if cleared:
        body = {**body, "named": [other]} if other != code else body
    if on:
        report = scene.file(code, body)
        known(scene, report, body)
    yield


def a_red_narrative(scene: Scene, on: bool) -> Iterator[None]:
    """RED: a report that the reader may not see says one thing or another."""
    code, body, others = between_others(scene, tlp="RED")
    said = [word(scene.draw), word(scene.draw)]
    report = scene.file(
        code, {**body, "named": [others[0]], "narrative": f"{said[on]} met {said[not on]}." * (1 + 20 * on)}
    )
    known(scene, report, body)
    scene.secret["word"] += said
    yield


def an_exclusion(scene: Scene, on: bool) -> Iterator[None]:
    """Field: a report that the reader sees is withheld from somebody on its route, or not."""
    code, body, others = reaching(scene)
    withheld = [others[2]] if on else []
    report = scene.file(code, {**body, "withheld_from": withheld})
    visible(scene, report)
    yield


def an_exclusion_from_all(scene: Scene, on: bool) -> Iterator[None]:
    """Field: what all members see is withheld from one of them."""
    code, _, others = between_others(scene)
    body = analysis(scene.draw, tlp="GREEN", law_enforcement_only=False)
    visible(scene, scene.file(code, {**body, "withheld_from": [others[0]] if on else []}))
    yield


def an_audience(scene: Scene, on: bool) -> Iterator[None]:
    """Recipient: a report that the reader sees names others, or many more."""
    code, body, others = reaching(scene)
    many = [each for each in sorted(CUSTOMS.values()) if each not in {code, scene.agency}]
    named = {*body["named"], *(many if on else others[:1])}
    visible(scene, scene.file(code, {**body, "named": sorted(named)}))
    yield


def an_author(scene: Scene, on: bool) -> Iterator[None]:
    """Field: a report that the reader sees was filed by one person of its agency or by another one."""
    code, body, _ = reaching(scene)
    person = "officer" if on else "liaison"
    visible(scene, scene.file(code, body, person))
    yield


def an_answer(scene: Scene, on: bool) -> Iterator[None]:
    """Answers: others who got the same report accept, act, decline; and take it back."""
    code, body, others = reaching(scene)
    report = scene.file(code, body)
    visible(scene, report)
    if on:
        scene.answer(others[0], "accept", report)
    yield
    if on:
        scene.answer(others[0], "record_action", report, kind="ARREST", text=word(scene.draw))
        scene.answer(others[2], "decline", report, reason=word(scene.draw))
    yield
    if on:
        scene.answer(others[2], "reopen", report)
        scene.answer(others[0], "close", report, outcome=word(scene.draw))


def other_words(scene: Scene, on: bool) -> Iterator[None]:
    """Field: the reports of others say other things: for somebody who runs the platform and reads none."""
    said = [word(scene.draw), word(scene.draw)]
    at, *route = elsewhere(scene.draw, count=4)
    source, through, to = route
    body = seizure(scene.draw, at=at, route=(source, through, to))
    texts = {
        "title": said[on],
        "narrative": said[on] * 9,
        "case_number": said[on],
        "handling": ["H3"],
        "handling_note": said[on],
    }
    report = scene.file(CUSTOMS[at], {**body, **texts, "place": {"name": said[on], "country": at}})
    scene.answer(CUSTOMS[to], "decline", report, reason=said[on])
    scene.secret["report"].append(str(report))
    scene.secret["word"] += said
    yield
