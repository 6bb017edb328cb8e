"""The flood rows without the flood: who is tripped, who is not, what is logged, how it ends."""

import logging

import pytest
from compdesign.api.app import create_app
from compdesign.api.settings import Settings
from compdesign.api.tripping import MOST_CLIENTS, MOST_LINES, Trips, client_of
from starlette.testclient import TestClient

JSON = {"content-type": "application/json"}
A, B = client_of("203.0.113.1", b""), client_of("203.0.113.1", b"Bearer other")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def trips(clock: Clock) -> Trips:
    return Trips(Settings(faults=60, fault_seconds=1.0, calm=10), clock)


def test_faults_within_the_allowance_trip_nobody(trips: Trips, clock: Clock) -> None:
    for _ in range(600):
        trips.fault(A)
        clock.now += 1
    assert trips.seconds_left(A) == 0


def test_a_flood_trips_and_ten_calm_seconds_end_it(trips: Trips, clock: Clock) -> None:
    for _ in range(60):
        assert trips.seconds_left(A) == 0
        trips.fault(A)
    assert trips.seconds_left(A) == 11
    clock.now += 9
    assert trips.seconds_left(A) > 0
    clock.now += 1
    assert trips.seconds_left(A) == 0


def test_one_client_never_trips_another_at_the_same_address(trips: Trips) -> None:
    for _ in range(10_000):
        trips.fault(A)
    assert trips.seconds_left(A) > 0 and trips.seconds_left(B) == 0
    assert trips.seconds_left(client_of("203.0.113.2", b"")) == 0


def test_made_up_tokens_trip_their_address_and_nobody_who_had_work_done(trips: Trips, clock: Clock) -> None:
    trips.worked(B)
    for number in range(500):
        stranger = client_of(A[0], str(number).encode())
        if not trips.seconds_left(stranger):
            trips.fault(stranger)
    assert number_served(trips, A[0]) == 0 and trips.seconds_left(A) > 0
    assert trips.seconds_left(B) == 0 and trips.seconds_left(client_of("203.0.113.2", b"")) == 0
    for _ in range(70):
        trips.fault(B)  # known, yet with an allowance of its own alone
    assert trips.seconds_left(B) > 0
    clock.now += 10
    assert trips.seconds_left(A) == 0


def number_served(trips: Trips, address: str) -> int:
    return sum(trips.seconds_left(client_of(address, f"new {number}".encode())) == 0 for number in range(50))


def test_memory_of_those_who_had_work_done_is_bounded(trips: Trips) -> None:
    for number in range(MOST_CLIENTS + 500):
        trips.worked(client_of("203.0.113.1", str(number).encode()))
    assert len(trips._known) == MOST_CLIENTS


def test_tokens_are_not_kept(trips: Trips) -> None:
    trips.fault(client_of("203.0.113.1", b"Bearer canary-token"))
    assert "canary" not in repr(vars(trips))


def test_memory_is_bounded_when_tokens_are_made_up(trips: Trips) -> None:
    for number in range(MOST_CLIENTS + 500):
        client = client_of("203.0.113.1", str(number).encode())
        trips.fault(client)
        trips.count(client, 400)
    assert len(trips._records) == MOST_CLIENTS and len(trips._refused) == 1


def test_the_log_has_one_line_a_client_and_minute(trips: Trips, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for second in range(180):
        clock.now = second
        for _ in range(167):
            trips.count(A, 400)
        trips.log_minute()
    assert len(caplog.records) == 2 and "10,187 requests refused in 60 s" in caplog.text


def test_log_lines_are_bounded_when_addresses_are_made_up(trips: Trips, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(5_000):
        trips.count(client_of(f"2001:db8::{number:x}", b""), 400)
    clock.now = 60
    trips.log_minute()
    assert len(caplog.records) == MOST_LINES


def test_the_alert_is_raised_and_falls(trips: Trips, clock: Clock) -> None:
    for number in range(1_000):
        trips.fault(client_of(f"2001:db8::{number:x}", b""))
    assert trips.tripped() == 0 and trips.is_alarming()
    clock.now = 61
    assert not trips.is_alarming()


def test_a_tripped_client_is_refused_unread_and_others_are_served(caplog: pytest.LogCaptureFixture) -> None:
    client = TestClient(create_app(Settings(faults=5, calm=1, fault_seconds=1_000)))
    other = {"authorization": "Bearer other", **JSON}
    assert [client.post("/v1/comparisons", content=b"{", headers=JSON).status_code for _ in range(7)] == [400] * 5 + [429] * 2
    refused = client.post("/v1/comparisons", content=b"{}", headers=JSON)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert refused.headers["content-type"] == "application/problem+json"
    assert client.post("/v1/comparisons", content=b"{}", headers=other).status_code == 422
    assert client.get("/v1/schema").status_code == client.get("/healthz").status_code == 200
    assert "compdesign_alert 1" in client.get("/metrics").text
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]  # the minute is not over
