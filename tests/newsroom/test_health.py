"""What a load balancer asks: is the process alive, and can it do its work?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

ADDRESSES = ["/healthz", "/readyz"]


@pytest.mark.django_db
def test_a_sound_process_is_alive_and_ready(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "database": "ok"})


@pytest.mark.django_db
def test_the_answers_cost_next_to_nothing(client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        client.get("/healthz")
    assert len(captured) == 0
    with CaptureQueriesContext(connection) as captured:
        client.get("/readyz")
    assert len(captured) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_answers_are_not_cached_and_need_no_login(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer
    assert client.head(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_is_done_by_asking(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_inside_the_network_the_answers_come_without_https(
    client: Client, settings: LazySettings, address: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(address).status_code == 200
    assert client.get("/admin/").status_code == 301


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_load_balancer_may_ask_for_an_address_instead_of_a_name(
    client: Client, address: str
) -> None:
    assert client.get(address, headers={"host": "10.1.2.3"}).status_code == 200
    assert client.get("/admin/", headers={"host": "10.1.2.3"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz/", "/admin/healthz", "/healthz/x", "/Healthz"])
def test_other_addresses_are_none_of_it(client: Client, address: str) -> None:
    assert client.get(address).status_code in {302, 404}


@pytest.mark.django_db
def test_without_its_tables_it_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE articles_revision RENAME TO elsewhere")
    with transaction.atomic():
        answer = client.get("/readyz")
        transaction.set_rollback(True)

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "unavailable"}
    assert client.get("/healthz").status_code == 200


@pytest.fixture
def no_database(transactional_db: None) -> Iterator[None]:
    """Nobody listens where the database should be."""
    real = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="9", OPTIONS={})
    yield
    connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(real)


@pytest.mark.parametrize("cookie", ["", "no-such-session"])
def test_without_a_database_it_is_alive_and_not_ready(
    no_database: None, client: Client, cookie: str
) -> None:
    if cookie:
        client.cookies["sessionid"] = cookie

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert b"127.0.0.1" not in answer.content
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_ended_is_not_ready_and_heals(client: Client) -> None:
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert client.get("/readyz").status_code == 503
    close_old_connections()  # as every request begins, but for those of the test client

    assert client.get("/readyz").status_code == 200
