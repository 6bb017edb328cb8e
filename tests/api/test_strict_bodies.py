"""The parsing and body rows: everything lenient, huge, nested or numerous is refused, before it costs anything."""

import json
import time
import tracemalloc
from typing import Any

import pytest
from compdesign.api.problems import ApiProblem
from compdesign.api.strict_json import parse
from starlette.testclient import TestClient

from tests.api.serving import small

JSON = {"content-type": "application/json"}
GOOD = json.dumps({"scenario": small(), "paths": 64})


def swapped(old: str, new: str) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, 1).encode("utf-8", "surrogatepass")


MALFORMED = {
    "nothing": b"",
    "half": GOOD[:-20].encode(),
    "trailing comma": b'{"scenario": {},}',
    "two values": b"{} {}",
    "comment": b"{} // hello",
    "single quotes": b"{'scenario': {}}",
    "NaN": swapped('"paths": 64', '"paths": NaN'),
    "Infinity": swapped('"paths": 64', '"paths": Infinity'),
    "minus Infinity": swapped('"paths": 64', '"paths": -Infinity'),
    "a number beyond floats": swapped('"paths": 64', '"paths": 1e999'),
    "an integer of 4,000 digits": swapped('"paths": 64', f'"paths": {"9" * 4000}'),
    "an integer of 5,000 digits": swapped('"paths": 64', f'"paths": {"9" * 5000}'),
    "a key twice": swapped('"paths": 64', '"paths": 64, "paths": 65'),
    "a nested key twice": swapped('"months": 36', '"months": 36, "months": 37'),
    "a lone surrogate": swapped('"title": "No', '"title": "\\ud800'),
    "a lone surrogate in a key": swapped('"title"', '"ti\\udfff"'),
    "a null character": swapped('"title": "No', '"title": "\\u0000'),
    "a raw null character": swapped('"title": "No', '"title": "\x00'),
    "a raw line break": swapped('"title": "No', '"title": "\n'),
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-32": GOOD.encode("utf-32"),
    "Latin-1": swapped('"title": "No', '"title": "é').decode().encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "overlong UTF-8": b'{"scenario": "\xc0\xaf"}',
    "surrogates as UTF-8": swapped('"title": "No', '"title": "\ud800'),
    "only deep brackets": b"[" * 900,
    "true with a capital": b'{"scenario": True}',
    "leading zero": swapped('"paths": 64', '"paths": 064'),
    "hexadecimal": swapped('"paths": 64', '"paths": 0x40'),
}
INVALID = {
    "no object": b"[]",
    "null": b"null",
    "a boolean for a number": swapped('"paths": 64', '"paths": true'),
    "a text for a number": swapped('"paths": 64', '"paths": "64"'),
    "a fraction for a whole number": swapped('"paths": 64', '"paths": 64.5'),
    "a float for a whole number": swapped('"paths": 64', '"paths": 64.0'),
    "an integer of 19 digits": swapped('"paths": 64', '"paths": 9223372036854775808'),
    "a negative": swapped('"paths": 64', '"paths": -2'),
    "an unknown key": swapped('"paths": 64', '"paths": 64, "precision": 1'),
    "an unknown nested key": swapped('"months": 36', '"months": 36, "moths": 36'),
    "a number for a text": swapped('"title": "No effect: pay changes nothing but what is paid"', '"title": 7'),
    "a time for a date": swapped('"as_of": "2026-11-01"', '"as_of": "2026-11-01T00:00:00"'),
    "a number for a date": swapped('"as_of": "2026-11-01"', '"as_of": 1793491200'),
    "no such date": swapped('"as_of": "2026-11-01"', '"as_of": "2026-02-30"'),
    "a list for an object": swapped('"company": {', '"company": [], "unknown": {'),
    "bytes that turn text around": swapped('"title": "No', '"title": "\\u202e'),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_strict_json_is_refused(idle: TestClient, name: str) -> None:
    answer = idle.post("/v1/comparisons", content=MALFORMED[name], headers=JSON)
    assert answer.status_code in (400, 422) and answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


def test_a_byte_order_mark_is_called_by_its_name(idle: TestClient) -> None:
    """Some editors and shells write one without saying so."""
    answer = idle.post("/v1/comparisons", content=MALFORMED["a byte order mark"], headers=JSON)
    assert answer.json()["errors"][0]["remedy"] == "send it without the mark"


@pytest.mark.parametrize("name", INVALID)
def test_what_has_the_wrong_shape_is_refused(idle: TestClient, name: str) -> None:
    answer = idle.post("/v1/comparisons", content=INVALID[name], headers=JSON)
    assert answer.status_code == 422 and answer.json()["errors"], answer.text


def many(count: int) -> bytes:
    return json.dumps({"scenario": {"offers": [{"base": "x"}] * count}}).encode()


def nested(depth: int) -> bytes:
    return b'{"scenario":' * depth + b"1" + b"}" * depth


BOUNDED: dict[str, tuple[bytes, int]] = {
    "1 MiB and a byte": (b" " * (1 << 20) + b"1", 413),
    "32 MiB": (b"[" * (32 << 20), 413),
    "1 MiB of brackets": (b"[" * (1 << 20), 422),
    "1 MiB of objects": (b'{"a":' * 200_000, 422),
    "nested 17 levels": (nested(17), 422),
    "nested 5,000 levels": (nested(5_000), 422),
    "25,000 bad items": (many(25_000), 422),
    "1,001 items": (many(1_001), 422),
    "13 offers": (many(13), 422),
    "5,000 unknown keys": (json.dumps({f"k{i}": i for i in range(5_000)}).encode(), 422),
    "9,000 unknown keys in nested objects": (json.dumps({"scenario": {"offers": [{f"bas{i}": i for i in range(90)}] * 100}}).encode(), 422),
    "a text of 1 MiB": (json.dumps({"scenario": {"title": "x" * 1_000_000}}).encode(), 422),
    "a key of 1 MiB": (json.dumps({"x" * 1_000_000: 1}).encode(), 400),
    "a number of 1 MiB": (b"1" * 1_000_000, 400),
    "a float of 1 MiB": (b"1." + b"1" * 1_000_000, 400),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_bodies_are_bounded(idle: TestClient, name: str) -> None:
    body, status = BOUNDED[name]
    started = time.perf_counter()
    answer = idle.post("/v1/comparisons", content=body, headers=JSON)
    print(f"{name}: {answer.status_code} in {(time.perf_counter() - started) * 1e3:.0f} ms, answer of {len(answer.content):,} bytes")
    assert answer.status_code == status
    assert len(answer.json()["errors"]) <= 20 and len(answer.content) < 20_000


LONG: dict[str, tuple[Any, str, int]] = {
    "13 offers": ([{}] * 13, "/scenario/offers", 12),
    "990 empty offers": ([{}] * 990, "/scenario/offers", 12),
    "990 offers full of objects": ([{"grant": {}, "base": {"p10": 1}, "bonus": {}}] * 990, "/scenario/offers", 12),
    "a long list deep inside": ([{"refresh": [{"trigger": {"all": [{}] * 900}}]}], "/scenario/offers/0/refresh/0/trigger/all", 4),
    "a long distribution": ([{"committee_delay_days": {"values": [1] * 900}}], "/scenario/offers/0/committee_delay_days/values", 100),
}


@pytest.mark.parametrize("name", LONG)
def test_a_list_that_is_too_long_is_told_before_its_entries_are_looked_at(idle: TestClient, name: str) -> None:
    offers, pointer, most = LONG[name]
    started = time.perf_counter()
    answer = idle.post("/v1/comparisons", json={"scenario": {"offers": offers}})
    print(f"{name}: {(time.perf_counter() - started) * 1e3:.0f} ms")
    [entry] = answer.json()["errors"]
    assert answer.status_code == 422 and (entry["pointer"], entry["remedy"]) == (pointer, f"give at most {most}")
    assert entry["value_class"].startswith("array of ") and entry["rule"]


def test_a_streamed_body_is_cut_off_where_the_limit_is(idle: TestClient) -> None:
    taken = 0

    def chunks() -> Any:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield b" " * 65_536

    assert idle.post("/v1/comparisons", content=chunks(), headers=JSON).status_code == 413


def test_reading_many_values_takes_no_memory() -> None:
    body = many(25_000)
    tracemalloc.start()
    with pytest.raises(ApiProblem):
        parse(body, frozenset())
    assert tracemalloc.get_traced_memory()[1] < 3 * len(body)
    tracemalloc.stop()


@pytest.mark.parametrize(
    "headers",
    [{}, {"content-type": "text/plain"}, {"content-type": "application/json; charset=utf-16"}, {**JSON, "content-encoding": "gzip"}],
)
def test_only_json_is_read(idle: TestClient, headers: dict[str, str]) -> None:
    answer = idle.post("/v1/comparisons", content=GOOD, headers=headers)
    assert answer.status_code == 415
    assert answer.headers.get("accept-encoding") == ("identity" if "content-encoding" in headers else None)


def test_strict_json_reads_what_json_writes() -> None:
    value = {"text": 'a "quoted" line\nand ☃ 😀', "numbers": [0, -1, 1.5, 1e-9, 10**18], "rest": [True, False, None, {}, []]}
    assert parse(json.dumps(value).encode(), frozenset()) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode(), frozenset()) == value
