import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsroom.runtime import credentials
from newsroom.runtime.credentials import (
    BrokenSecretFile,
    Login,
    installation_login,
    installation_secret_key,
)


@pytest.fixture(params=[installation_login, installation_secret_key])
def kept(request):
    return request.param


def test_it_is_made_once_and_only_for_its_owner(kept, tmp_path):
    path = tmp_path / "var" / "secret.json"
    first = kept(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept(path) == first
    assert [each.name for each in path.parent.iterdir()] == ["secret.json"]
    assert kept(tmp_path / "other.json") != first


def test_a_loose_umask_does_not_show_it(kept, tmp_path):
    program = f"""
import os
from pathlib import Path
from newsroom.runtime.credentials import {kept.__name__}
os.umask(0)
{kept.__name__}(Path("secret.json"))
"""
    project = str(Path(credentials.__file__).parent.parent.parent)
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        check=True,
        env={**os.environ, "PYTHONPATH": project},
    )
    assert (tmp_path / "secret.json").stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_can_read_is_closed(kept, tmp_path):
    path = tmp_path / "secret.json"
    first = kept(path)
    path.chmod(0o644)
    assert kept(path) == first
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"username": "", "password": 1, "secret_key": null}', "\0"]
)
def test_a_broken_file_is_an_error_that_says_what_to_do(kept, text, tmp_path):
    path = tmp_path / "secret.json"
    path.write_text(text)
    with pytest.raises(BrokenSecretFile, match=r"secret\.json cannot be read.*delete it"):
        kept(path)
    assert path.read_text() == text


def test_those_who_come_at_the_same_moment_get_the_same(tmp_path):
    path = tmp_path / "login.json"
    with ThreadPoolExecutor(8) as pool:
        logins = set(pool.map(lambda _: installation_login(path), range(32)))
    assert len(logins) == 1


def test_without_hard_links_it_is_still_made_once(kept, tmp_path, monkeypatch):
    def no_links(source: object, target: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "secret.json"
    assert kept(path) == kept(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_login_can_be_typed_and_is_not_guessed(tmp_path):
    login = installation_login(tmp_path / "login.json")
    assert login.username == "editor"
    assert len(login.password) == 23
    assert set(login.password) <= set(credentials.LETTERS) | {"-"}
    assert login == Login("editor", login.password)


def test_a_secret_key_is_long_enough_for_django(tmp_path):
    key = installation_secret_key(tmp_path / "key.json")
    assert len(key) >= 50
    assert len(set(key)) >= 5
    assert not key.startswith("django-insecure-")
