"""Pages and resources of an answered case, and what a stranger is told."""

import pytest
from starlette.testclient import TestClient
from tests.web.conftest import CASE

API = "/api/v1"


def test_home_lists_the_cases(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert f"/case/{CASE}/today" in page.text


def test_today_says_what_the_first_page_says(client: TestClient) -> None:
    told = client.get(f"{API}/cases/{CASE}/first-page").json()
    page = client.get(f"/case/{CASE}/today")
    assert page.status_code == 200
    assert told["headline"][0].split(",")[0] in page.text
    assert "<svg" in page.text
    assert " style=" not in page.text  # the policy allows no style but the sheet's


def test_case_without_an_answer_offers_to_run(client: TestClient) -> None:
    page = client.get("/case/korea-1950/today")
    assert page.status_code == 200
    assert 'data-job="brief"' in page.text
    assert client.get(f"{API}/cases/korea-1950/answer").status_code == 422


@pytest.mark.parametrize("case", ["no-such", "..", "%2e%2e", "river-war%2f.."])
def test_unknown_case_is_refused(client: TestClient, case: str) -> None:
    assert client.get(f"{API}/cases/{case}/answer").status_code == 404
    assert client.get(f"/case/{case}/today").status_code == 404


def test_the_whole_answer_is_that_of_the_archive(client: TestClient) -> None:
    told = client.get(f"{API}/cases/{CASE}/answer").json()
    assert told["run"]["futures"] == 40
    assert client.get(f"{API}/cases/{CASE}").json()["results"] == ["000001"]


def test_figures_are_drawn_without_styles(client: TestClient) -> None:
    names = client.get(f"{API}/cases/{CASE}/figures").json()
    assert names
    figure = client.get(f"{API}/cases/{CASE}/figures/{names[0]}").json()
    assert figure["svg"].startswith("<svg")
    assert " style=" not in figure["svg"]
    assert client.get(f"{API}/cases/{CASE}/figures/none-such").status_code == 404


def test_another_host_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "attacker.example"}).status_code == 421


def test_every_answer_carries_the_policy(client: TestClient) -> None:
    for path in ("/", f"/case/{CASE}/today", f"{API}/cases", "/none"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
