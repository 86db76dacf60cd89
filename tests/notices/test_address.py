"""Addresses: exactly one, or nothing is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.address import NotAnAddress, one_address


@pytest.mark.parametrize(
    "address",
    [
        "claire@example.org",
        "o'brien+file.2@mail.example.co",
        "a@b.ca",
        "x@xn--e1afmkfd.example",
        "l" * 64 + "@example.org",
    ],
)
def test_a_plain_address_is_itself(address: str) -> None:
    """Nothing is added, lowered or taken away."""
    assert address == one_address(address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "claire",
        "claire@",
        "@example.org",
        "a@b.ca, c@evil.example",
        "a@b.ca,c@evil.example",
        "a@b.ca;c@evil.example",
        "a@b.ca c@evil.example",
        "a@b@evil.example",
        "a@b.ca\r\nBcc: c@evil.example",
        "a@b.ca\n",
        "a\0@b.ca",
        "a@b.ca\0.evil.example",
        "Claire <a@b.ca>",
        "<a@b.ca>",
        '"a b"@b.ca',
        "a(comment)@b.ca",
        "a@[127.0.0.1]",
        "a@localhost",
        "a..b@c.ca",
        ".a@c.ca",
        "a.@c.ca",
        "a@-c.ca",
        "a@c..ca",
        "a@c.ca.",
        "é@example.org",
        "a@straße.example",
        "a\N{FULLWIDTH COMMERCIAL AT}b.ca",
        "l" * 65 + "@example.org",
        "a@" + "d" * 64 + ".example",
        "a@" + "d." * 126 + "ca",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    """Two addresses, a header, a name, a control character, a script that hides another."""
    with pytest.raises(NotAnAddress):
        one_address(text)


@given(st.text())
def test_what_passes_has_one_at_and_nothing_that_separates(text: str) -> None:
    """Whatever somebody types, what comes out can be one recipient only."""
    try:
        address = one_address(text)
    except NotAnAddress:
        return
    assert address.count("@") == 1
    assert not set(address) & set(' \t\r\n\0,;:<>()[]"\\')


@given(st.emails())
def test_ordinary_addresses_pass(email: str) -> None:
    """An address that the standard allows is accepted, save for what we say we refuse."""
    assert email == one_address(email)
