"""The one box finds what is there: index and question are folded alike, whatever keyboard, script or dash was used."""

import pytest
from django.db import connection

from tests.callers import ETIS, PANGOLINS, Caller, read
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SAID = [  # what stands in a report -> what is asked, and is found
    ("香港海关查获穿山甲鳞片八吨", "穿山甲"),
    ("香港海关查获穿山甲鳞片八吨", "香港海关"),
    ("香港海关查获穿山甲鳞片八吨", "吨"),
    ("香港海关查获穿山甲鳞片八吨", "鳞片 海关"),
    ("香港海关查获穿山甲鳞片八吨", '"穿山甲鳞片"'),
    ("税関が象牙を押収した", "象牙"),
    ("ศุลกากรจับงาช้าง", "งาช้าง"),
    ("ດ່ານພາສີຈັບງາຊ້າງ", "ງາຊ້າງ"),
    ("Hải quan bắt giữ ngà voi", "ngà voi"),
    ("Hải quan bắt giữ ngà voi", "hai quan"),
    ("Đà Nẵng", "da nang"),
    ("상아 밀수 적발", "밀수"),
    ("Cor\u00e9a", "Core\u0301a"),
    ("Pe\u0301rou", "P\u00e9rou"),
    ("Pérou", "Perou"),
    ("Yaoundé", "yaounde"),
    ("ＦＵＬＬＷＩＤＴＨ", "fullwidth"),
    ("fullwidth", "ＦＵＬＬＷＩＤＴＨ"),
    ("red sandalwood", "red-sandalwood"),
    ("red\u2013sandalwood", "sandalwood"),
    ("red\u2011sandalwood", "red sandalwood"),
    ("Kwai Chung", "kwai-chung"),
    ("d\u2019Ivoire", "d'Ivoire"),
    ("d'Ivoire", "ivoire"),
    ("tusks/horn", "horn"),
    ("HK/2019/0116", "2019/0116"),
    ("HK/2019/0116", "0116"),
    ("see shop.example/offers", "shop"),
    ("see shop.example/offers", "offers"),
    ("می\u200cخواهم", "میخواهم"),
    ("كتاب", "کتاب"),
    ("two tusks", "tusk"),
    ("one carcass", "carcasses"),
    ("seizures", "seizure"),
    ("9e6yevyf", "9E6YEVYF"),
    ("1.5 t", "1.5"),
    ("Straße", "strasse"),
    ("“Robin Des Bois” bulletin", '"robin des bois"'),
    ("Смирнов", "смирнов"),
]
NOT = [
    ("香港海关", "穿山甲"),
    ("red sandalwood", "sandalwood -red"),
    ("Robin in des Bois", '"robin des bois"'),
    ("horn", "horn -horn"),
]
NOTHING = [
    "-" * 33,
    "- " * 60,
    "\u2014" * 50,
    '"' * 40,
    "-a " * 100,
    "&|!<->():*'",
    "or",
    "OR or -",
    "\\" * 20,
    "a" * 300,
    "(" * 200,
]


@pytest.fixture
def hong_kong(cast: Cast) -> Caller:
    return Caller(cast.liaison("HK-CUSTOMS"))


def found(said: str, asked: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_vector(%s) @@ search_query(%s)", [said, asked])
        (answer,) = cursor.fetchone()
    return bool(answer)


@pytest.mark.parametrize(("said", "asked"), SAID)
def test_what_is_asked_is_found(said: str, asked: str) -> None:
    assert found(said, asked)


@pytest.mark.parametrize(("said", "asked"), NOT)
def test_what_is_not_there_is_not_found(said: str, asked: str) -> None:
    assert not found(said, asked)


def test_one_of_two_may_be_asked_for() -> None:
    assert found("horn of a rhino", "tusk or horn")
    assert not found("horn of a rhino", "tusk or scale")


@pytest.mark.parametrize("asked", NOTHING)
def test_a_pasted_line_of_signs_finds_nothing_and_breaks_nothing(hong_kong: Caller, asked: str) -> None:
    answer = hong_kong.post("reports/search/", {"q": asked})
    assert answer.status_code == 200, answer.content


def test_a_report_is_found_in_its_own_words_as_a_draft_and_sent(hong_kong: Caller) -> None:
    title = "香港海关查获穿山甲鳞片八吨"
    draft = hong_kong.draft({**PANGOLINS, "title": title, "narrative": "red\u2013sandalwood beside it"})
    assert hong_kong.listed("?q=穿山甲") == [str(draft)]
    assert hong_kong.post(f"reports/{draft}/submit/").status_code == 200
    assert hong_kong.listed("?q=穿山甲") == hong_kong.listed("?q=red-sandalwood") == [str(draft)]


@pytest.mark.parametrize("cut", [slice(None), slice(-8, None), slice(3, None)])
def test_a_reference_is_found_by_its_parts_and_however_it_is_dashed(hong_kong: Caller, cut: slice) -> None:
    report = hong_kong.submitted(PANGOLINS)
    reference = read(hong_kong.get(f"reports/{report}/"))["reference"]
    for asked in (
        reference[cut],
        reference[cut].lower(),
        reference[cut].replace("-", "\u2013"),
        reference[cut].replace("-", " "),
    ):
        assert hong_kong.listed(f"?q={asked}") == [str(report)]


def test_ones_own_case_number_finds_its_report_and_nobody_elses(cast: Cast, hong_kong: Caller) -> None:
    report = hong_kong.submitted({**PANGOLINS, "case_number": "EIA/865\u2013b"})
    for asked in ("EIA/865-B", "eia 865 b", "eia865b", "ＥＩＡ865b"):
        assert hong_kong.listed(f"?q={asked}") == [str(report)]
    vietnam = Caller(cast.liaison("VN-CUSTOMS"))
    assert vietnam.listed("?q=pangolin") == [str(report)]
    assert vietnam.listed("?q=EIA/865-B") == []


def test_a_draft_is_found_by_its_case_number_too(hong_kong: Caller) -> None:
    draft = hong_kong.draft({**PANGOLINS, "case_number": "HK/2019/0116"})
    assert hong_kong.listed("?q=HK/2019/0116") == [str(draft)]


def test_a_report_is_found_by_family_former_name_and_place_of_a_stop(hong_kong: Caller) -> None:
    route = [{"country": "CN", "part": "TRANSIT", "place": "Huế"}, {"country": "VN", "part": "DESTINATION"}]
    item = {"taxon": "Manis tricuspis", "term": "SCA", "quantity": "3", "unit": "KGM"}
    report = hong_kong.submitted({**PANGOLINS, "items": [item], "route": route})
    for asked in ("Manidae", "phataginus", "pangolins", "hue"):
        assert hong_kong.listed(f"?q={asked}") == [str(report)]


@pytest.mark.parametrize("asked", ["Manis spp.", "Manis", "Manidae", "Pholidota", "manis tricuspis"])
def test_a_filter_by_a_group_finds_what_was_filed_as_a_member_of_it(hong_kong: Caller, asked: str) -> None:
    item = {"taxon": "Manis tricuspis", "term": "SCA", "quantity": "3", "unit": "KGM"}
    report = hong_kong.submitted({**PANGOLINS, "items": [item]})
    hong_kong.submitted({**ETIS, "items": [{**item, "taxon": "Panthera tigris"}], "place": {"country": "HK"}})
    assert hong_kong.listed(f"?taxon={asked}") == [str(report)]
