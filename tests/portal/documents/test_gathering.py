"""What arrives together is done together; each is told its own outcome, and limits hold."""

import asyncio
from collections.abc import Sequence

import pytest

from portal.documents.gathering import Gathering, Recently
from portal.settings import Settings
from tests.cast import CLAIRE
from tests.conftest import Browser
from tests.portal.documents.conftest import begin, documents, send, stored


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """At most seven files a submission."""
    return settings.model_copy(update={"max_files": 7})


async def test_who_comes_meanwhile_goes_with_the_next() -> None:
    """The first goes at once and alone; those who come while it runs go together."""
    lots: list[Sequence[int]] = []

    async def together(items: Sequence[int]) -> Sequence[int]:
        lots.append(items)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return [item * 10 for item in items]

    gathering = Gathering()
    outcomes = await asyncio.gather(*(gathering.add("key", n, together) for n in range(4)))

    assert outcomes == [0, 10, 20, 30]
    assert [len(lot) for lot in lots] in ([4], [1, 3])


async def test_keys_do_not_wait_for_each_other() -> None:
    """What one browser sends is never mixed with what another does."""
    lots: list[Sequence[int]] = []

    async def together(items: Sequence[int]) -> Sequence[int]:
        lots.append(items)
        return items

    gathering = Gathering()
    await asyncio.gather(*(gathering.add(n, n, together) for n in range(3)))

    assert sorted(len(lot) for lot in lots) == [1, 1, 1]


async def test_an_outcome_may_be_a_refusal_and_a_failure_is_everybodys() -> None:
    """An exception among the outcomes is raised for its item alone; one of the whole, for all."""

    async def together(items: Sequence[str]) -> Sequence[object]:
        if "fail" in items:
            raise RuntimeError("all")
        return [ValueError(item) if item == "bad" else item for item in items]

    gathering = Gathering()
    mixed = await asyncio.gather(
        *(gathering.add(1, item, together) for item in ("good", "bad")), return_exceptions=True
    )
    failed = await asyncio.gather(
        *(gathering.add(2, item, together) for item in ("a", "fail")), return_exceptions=True
    )
    after = await gathering.add(2, "again", together)

    assert mixed[0] == "good"
    assert isinstance(mixed[1], ValueError)
    assert all(isinstance(one, RuntimeError) for one in failed)
    assert after == "again"


async def test_what_was_found_is_forgotten_in_time() -> None:
    """After its seconds, or when told so, it is asked anew."""
    short, long = Recently(seconds=0), Recently(seconds=60)
    short.keep("key", 1)
    long.keep("key", 1)

    remembered = long.get("key")
    long.forget("key")

    assert (short.get("key"), remembered, long.get("key")) == (None, 1, None)


async def test_many_at_once_never_pass_the_limit(browser: Browser) -> None:
    """Twelve files sent at the same moment into a draft for seven: seven are kept, five refused."""
    await browser.sign_in(CLAIRE)
    draft = await begin(browser)

    answers = await asyncio.gather(
        *(send(browser, draft, f"{number}.txt", b"words") for number in range(12))
    )

    assert sorted(one.status_code for one in answers) == [200] * 7 + [409] * 5
    kept = await documents(browser.portal.database)
    assert sorted(one.position for one in kept) == list(range(1, 8))
    assert len(stored(browser)) == 7
