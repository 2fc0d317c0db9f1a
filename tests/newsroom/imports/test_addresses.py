"""Addresses in one form: what tells stories apart stays, and nothing else does."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.imports.addresses import canonical_url

TRACKERS = ["utm_source", "UTM_Medium", "fbclid", "gclid", "mc_cid", "_ga", "igshid", "at_medium"]


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (
            "https://Post.Example:443/a/../b?utm_source=x&id=5&b=#top",
            "https://post.example/b?b=&id=5",
        ),
        ("http://post.example:80", "http://post.example/"),
        ("http://post.example:8080/", "http://post.example:8080/"),
        ("https://münchen.example/ä", "https://xn--mnchen-3ya.example/%C3%A4"),
        ("https://post.example/?uid=1&cid=2&page", "https://post.example/?cid=2&page=&uid=1"),
        ("https://post.example/a%2Fb", "https://post.example/a%2Fb"),
        ("https://post.example/\u202egpj.exe", "https://post.example/%E2%80%AEgpj.exe"),
        ("https://[::1", "https://[::1"),
        ("", ""),
        ("ftp://post.example/a#b", "ftp://post.example/a#b"),
    ],
)
def test_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)
queries = st.lists(
    st.tuples(st.sampled_from(["id", "p", "uid", "q", "page", *TRACKERS]), words), max_size=5
)


@st.composite
def urls(draw: st.DrawFn) -> str:
    host = draw(st.sampled_from(["post.example", "WWW.Post.Example", "bücher.example", "10.0.0.1"]))
    port = draw(st.sampled_from(["", ":80", ":443", ":8080"]))
    path = "/".join(draw(st.lists(words | st.just(".."), max_size=4)))
    query = "&".join(f"{name}={value}" for name, value in draw(queries))
    return f"{draw(st.sampled_from(['http', 'https', 'HTTP']))}://{host}{port}/{path}?{query}"


@given(urls())
def test_the_canonical_form_is_its_own(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(urls())
def test_the_host_is_in_lower_case_and_plain(url: str) -> None:
    host = urlsplit(canonical_url(url)).netloc
    assert host == host.lower()
    assert host.isascii()


@given(
    st.lists(
        st.tuples(st.sampled_from(["id", "p", "uid", "source"]), st.integers().map(str)), max_size=4
    ),
    st.lists(st.sampled_from(TRACKERS), max_size=3),
)
def test_trackers_go_and_all_else_stays(kept: list[tuple[str, str]], trackers: list[str]) -> None:
    query = "&".join([*(f"{name}=1" for name in trackers), *(f"{k}={v}" for k, v in kept)])
    found = parse_qsl(urlsplit(canonical_url(f"https://post.example/a?{query}")).query)
    assert sorted(found) == sorted(kept)


@given(st.text())
def test_any_text_has_a_form(text: str) -> None:
    canonical_url(text)
    canonical_url(f"https://{text}")
