import socket

import pytest

from newsroom.runtime.ports import choose_port


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_free_port_is_taken_as_preferred():
    port = choose_port(0)
    assert choose_port(port) == port


def test_a_taken_port_is_replaced(taken):
    port = choose_port(taken)
    assert port != taken
    assert 1024 <= port < 65536


def test_a_port_just_used_can_be_used_again(taken):
    # A connection that was closed by the server stays in TIME_WAIT for a while.
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            connection, _ = server.accept()
            connection.close()
    assert choose_port(port) == port
