"""What can't be meant: parameters that nobody reads, cursors of no list, broken bodies, addresses of nothing."""

from tests.worlds.asking import Ask

API = "/api/v1/"
MISTAKES: tuple[Ask, ...] = (
    Ask("GET", f"{API}reports/?limit=0"),
    Ask("GET", f"{API}reports/?limit=9999"),
    Ask("GET", f"{API}reports/?cursor=AAAA"),
    Ask("GET", f"{API}reports/?cursor=AAAAAAAAAAAAAAAAAAAAAA"),
    Ask("GET", f"{API}reports/?ordering=title"),
    Ask("GET", f"{API}reports/?withheld_from=KE-CUSTOMS"),
    Ask("GET", f"{API}referrals/?agency=KE-CUSTOMS"),
    Ask("GET", f"{API}reports/?q=" + "x" * 400),
    Ask("GET", f"{API}reports/1/"),
    Ask("PUT", f"{API}reports/", {}),
    Ask("OPTIONS", f"{API}reports/"),
    Ask("HEAD", "/received/"),
    Ask("POST", f"{API}reports/", b"{"),
    Ask("POST", f"{API}reports/", b'{"kind": "ANALYSIS", "kind": "SEIZURE"}'),
    Ask("POST", f"{API}reports/", {"id": 1, "reference": "SR-2026-00000000"}),
    Ask("POST", f"{API}reports/search/", {"q": ["a"]}),
    Ask("GET", "/received/?after=AAAAAAAAAAAAAAAAAAAAAA"),
    Ask("GET", "/received/?after=x"),
    Ask("GET", "/reports/not-an-id/"),
    Ask("POST", "/account/preferences/", {"language": "en", "time_zone": "Asia/Singapore"}),
    Ask("POST", "/account/tokens/", {"name": "second", "life": "30"}),
    Ask("POST", "/password/reset/", {"email": "liaison@ke-customs.example"}),
    Ask("POST", "/password/reset/", {"email": "nobody@nowhere.example"}),
    Ask("GET", "/no-such-page/"),
)
