"""Reading what came back: real reports are understood, whoever wrote them; talk is not."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.bounces import read_report
from tests.notices.bounced import (
    FAILURES,
    Sent,
    forwarded,
    old_exim,
    out_of_office,
    postfix,
    read_receipt,
)

SENT = Sent(UUID("0f6f2d1e-7c55-4c3b-9a44-2f6b1d3c8e10"), "claire@mail.example")


@pytest.mark.parametrize("manner", FAILURES, ids=lambda manner: manner.__name__)
def test_a_failure_is_understood_whoever_reports_it(manner: Callable[[Sent], bytes]) -> None:
    """Which mail, that it failed for good, and why, in words without an address."""
    report = read_report(manner(SENT))

    assert report.verdict == "failed"
    assert report.names == (SENT.attempt,)
    assert (report.code or "").startswith("5.")
    assert "@" not in report.detail


@pytest.mark.parametrize("manner", FAILURES, ids=lambda manner: manner.__name__)
def test_whom_it_could_not_reach_is_read_too(manner: Callable[[Sent], bytes]) -> None:
    """The address as we wrote it, or where an alias of it led to."""
    [recipient] = set(read_report(manner(SENT)).recipients)

    assert recipient in {SENT.address, "box-77@store.example.org"}


@pytest.mark.parametrize("message", [out_of_office, read_receipt, forwarded])
def test_what_is_no_report_says_nothing(message: Callable[[Sent], bytes]) -> None:
    """Away, displayed, "look at this": none says that a mail did not arrive."""
    assert read_report(message(SENT)).verdict == "no_report"


@pytest.mark.parametrize(
    ("action", "verdict"),
    [("failed", "failed"), ("delayed", "delayed"), ("delivered", "delivered"),
     ("relayed", "delivered"), ("FAILED", "failed"), ("puzzled", "no_report")],
)  # fmt: skip
def test_the_action_decides(action: str, verdict: str) -> None:
    """RFC 3464, 2.3.3: five words, in any case; others are not guessed at."""
    assert read_report(postfix(SENT, action=action)).verdict == verdict


def test_a_delay_in_plain_words_is_a_delay() -> None:
    """Exim's warning: the mail is still on its way."""
    report = read_report(old_exim(SENT, delayed=True))

    assert (report.verdict, report.names) == ("delayed", (SENT.attempt,))


@pytest.mark.parametrize(
    "left", ["verp", "envelope id", "Message-ID"], ids=["verp", "envid", "message-id"]
)
def test_each_name_of_the_mail_is_enough(left: str) -> None:
    """Servers lose some of them on the way."""
    name = str(SENT.attempt)
    lines = postfix(SENT).decode().splitlines()
    marks = {"verp": "bounces+", "envelope id": "Original-Envelope-Id", "Message-ID": "Message-ID"}
    kept = [line for line in lines if name not in line or marks[left] in line]

    assert read_report("\n".join(kept).encode()).names == (SENT.attempt,)


def test_a_report_for_several_people_takes_the_worst() -> None:
    """Somebody else's success says nothing about ours."""
    raw = postfix(SENT, action="delivered", status="2.0.0").decode()
    block = "Final-Recipient: rfc822; other@mail.example\nAction: failed\nStatus: 5.1.1\n\n"
    both = raw.replace("Final-Recipient: rfc822; claire", block + "Final-Recipient: rfc822; claire")

    report = read_report(both.encode())

    assert (report.verdict, report.code) == ("failed", "5.1.1")
    assert set(report.recipients) == {"other@mail.example", SENT.address}


@given(st.binary(max_size=400))
def test_whatever_comes_raises_nothing(raw: bytes) -> None:
    """A mailbox is open to everybody: no bytes stop the reading of it."""
    assert read_report(raw).verdict in {"failed", "delayed", "delivered", "no_report"}


@given(st.data())
def test_a_damaged_report_raises_nothing(data: st.DataObject) -> None:
    """Cut, or with bytes changed in the middle."""
    raw = bytearray(data.draw(st.sampled_from(FAILURES))(Sent(uuid4(), "é@mail.example")))
    for _ in range(data.draw(st.integers(0, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    report = read_report(bytes(raw[: data.draw(st.integers(0, len(raw)))]))

    assert len(report.detail) <= 500
    assert report.detail.isprintable()
