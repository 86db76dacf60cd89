"""Files that come in pieces, in a real browser and from clients that are not ours."""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tusclient.client import TusClient

from bench.figures import ROOT
from storage.database import without_driver
from storage.directory import DirectoryStore
from storage.objects import PIECE
from tests.cast import CLAIRE, NOOR, Character
from tests.processes import Portal, serving
from tests.servers import free_ports
from tests.staged import Template
from tests.wires import wire

FOREIGN = ROOT / ".venv" / "node" / "tus-js-client-4.3.1.js"
SIZE = 6 * PIECE + 77
STEP = PIECE // 2  # what the page sends at once


@pytest.fixture(scope="module")
def portal(
    full_case: Template, clamd_socket: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """A portal in a process of its own."""
    folder = tmp_path_factory.mktemp("served")
    with (
        full_case.copied(folder, port=free_ports(1)[0]) as parts,
        serving(parts, DOSSIER_CLAMD=str(clamd_socket)) as running,
    ):
        yield running


@pytest.fixture
def context(chromium: Browser, portal: Portal) -> Iterator[BrowserContext]:
    """Claire's browser."""
    context = chromium.new_context(base_url=portal.address)
    context.set_default_timeout(30_000)
    let_in(context, portal, CLAIRE)
    yield context
    context.close()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A file of several pieces that nobody has sent before."""
    path = tmp_path / f"{token_hex(4)}.pdf"
    path.write_bytes(b"%PDF-1.7\n" + os.urandom(SIZE - 9))
    return path


def let_in(context: BrowserContext, portal: Portal, person: Character) -> None:
    """As after the right password."""
    for name, value in portal.let_in(person).items():
        context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/"}])


def draft_in(page: Page) -> str:
    """A new draft, opened; its address."""
    page.goto(f"/cases/{NOOR}")
    answer = page.evaluate(
        """async (address) => (await fetch(address, {method: "POST"})).url""",
        f"/cases/{NOOR}/submissions",
    )
    page.goto(answer)
    return answer


def on_piece(page: Page, number: int, act: Callable[[Route], None]) -> list[int]:
    """Do this instead of the piece of this number; the sizes of all pieces that set out."""
    sizes: list[int] = []

    def meet(route: Route) -> None:
        if route.request.method != "PATCH":
            return route.continue_()
        sizes.append(len(route.request.post_data_buffer or b""))
        return act(route) if len(sizes) == number else route.continue_()

    page.route("**/uploads/*", meet)
    return sizes


def held_back(page: Page, sizes: list[int], number: int) -> None:
    """Wait until this many pieces have set out."""
    ends = time.monotonic() + 30
    while len(sizes) < number:
        assert time.monotonic() < ends
        page.wait_for_timeout(50)


def require_kept(portal: Portal, file: Path) -> None:
    """Exactly one document holds exactly these bytes."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with psycopg.connect(without_driver(portal.portal.database.url)) as connection:
        rows = connection.execute(
            "select object_key from document where sha256 = %s", (digest,)
        ).fetchall()
    [(key,)] = rows
    store = DirectoryStore(portal.portal.settings.state / "objects")
    assert b"".join(store.read(key)) == file.read_bytes()


def arrives(page: Page, name: str) -> None:
    """The file gets the row of what is kept."""
    expect(page.locator("#files tr", has_text=name)).to_contain_text("checking for viruses")
    expect(page.locator("#announce")).to_contain_text(f"{name}: Received")


def test_a_dropped_line_goes_on_by_itself(
    context: BrowserContext, portal: Portal, film: Path
) -> None:
    """The line is cut in mid-piece: the page says so, waits and goes on; little is sent again."""
    carried = 0

    def cut_once(data: bytes) -> bytes:
        nonlocal carried
        before, carried = carried, carried + len(data)
        if before < SIZE // 2 <= carried:
            raise ConnectionAbortedError
        return data

    with wire(portal.port, up=cut_once) as port:
        page = context.new_page()
        draft = draft_in(page)
        page.goto(draft.replace(f":{portal.port}", f":{port}"))
        page.wait_for_load_state("networkidle")
        carried = 0
        page.set_input_files("#file", film)

        arrives(page, film.name)
    require_kept(portal, film)
    # Headers, and what the page asks meanwhile, went this way too.
    assert carried - SIZE <= PIECE + 50_000


def test_a_killed_tab_goes_on_in_the_next(
    context: BrowserContext, portal: Portal, film: Path
) -> None:
    """The page is closed in the middle; opened again it tells how much is here, and goes on."""
    page = context.new_page()
    draft = draft_in(page)
    before = on_piece(page, 4, lambda route: None)
    page.set_input_files("#file", film)
    held_back(page, before, 4)
    page.close(run_before_unload=False)

    page = context.new_page()
    page.goto(draft)
    row = page.locator("#files tr", has_text=film.name)
    # Whether the piece that was held back was let go with its tab is the browser's affair.
    half = re.compile("(24|33)% is here. Choose the file again to continue, or remove it.")
    expect(row).to_contain_text(half)
    sizes = on_piece(page, 0, lambda route: None)
    page.set_input_files("#file", film)
    arrives(page, film.name)

    expect(row).to_have_count(1)
    assert SIZE - sum(sizes) in {3 * STEP, 4 * STEP}
    require_kept(portal, film)


def test_a_file_chosen_before_the_script_came_is_sent(
    context: BrowserContext, portal: Portal, film: Path
) -> None:
    """On a poor line the page can be used before its script is there: the choice counts."""
    page = context.new_page()
    draft = draft_in(page)
    waiting: list[Route] = []
    page.route(re.compile(r"uploads\b.*\.js"), lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright writes on it
    page.goto(draft, wait_until="commit")
    page.set_input_files("#file", film)
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()

    arrives(page, film.name)
    require_kept(portal, film)


def test_what_is_half_here_can_be_removed(context: BrowserContext, film: Path) -> None:
    """Whoever does not want to continue takes it away; opened again, it is not there."""
    page = context.new_page()
    draft = draft_in(page)
    before = on_piece(page, 2, lambda route: None)
    page.set_input_files("#file", film)
    held_back(page, before, 2)
    page.close(run_before_unload=False)

    page = context.new_page()
    page.goto(draft)
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as ended:
        page.get_by_role("button", name=f"Remove {film.name}").click()
    page.reload()

    assert ended.value.status == 204
    expect(page.locator("#files tr", has_text=film.name)).to_have_count(0)


def test_stopped_and_tried_again_it_goes_on(
    context: BrowserContext, portal: Portal, film: Path
) -> None:
    """Stop keeps what has come; Try again sends the rest only."""
    page = context.new_page()
    draft_in(page)
    sizes = on_piece(page, 3, lambda route: None)
    page.set_input_files("#file", film)
    row = page.locator("#files tr", has_text=film.name)
    held_back(page, sizes, 3)
    row.get_by_role("button", name="Stop").click()
    expect(row).to_contain_text("Stopped. 16% of it has arrived and is kept for a week.")

    row.get_by_role("button", name="Try again").click()
    arrives(page, film.name)

    assert sum(sizes) == SIZE + STEP  # the third piece was held back and set out once more
    require_kept(portal, film)


def test_a_server_that_starts_again_is_waited_for(
    context: BrowserContext, portal: Portal, film: Path
) -> None:
    """Killed and started again while the page stays open: it goes on by itself."""
    page = context.new_page()
    draft_in(page)

    def kill(route: Route) -> None:
        portal.end()
        route.continue_()

    on_piece(page, 3, kill)
    page.set_input_files("#file", film)
    row = page.locator("#files tr", has_text=film.name)
    expect(row).to_contain_text("The line broke; 16% is here. We try again by ourselves")
    portal.start()

    arrives(page, film.name)
    require_kept(portal, film)


def test_an_ended_session_is_mended_in_another_tab(
    context: BrowserContext, portal: Portal, film: Path
) -> None:
    """Signed out on the way: the row says so; signed in again, the same upload goes on."""
    page = context.new_page()
    draft_in(page)

    def sign_out(route: Route) -> None:
        with psycopg.connect(without_driver(portal.portal.database.url)) as connection:
            connection.execute("update session set ended_at = now()")
        route.continue_()

    sizes = on_piece(page, 3, sign_out)
    page.set_input_files("#file", film)
    row = page.locator("#files tr", has_text=film.name)
    expect(row).to_contain_text("You are no longer signed in, so sending stopped.")
    expect(row).to_contain_text("Sign in again in another tab.")
    let_in(context, portal, CLAIRE)
    row.get_by_role("button", name="Try again").click()
    arrives(page, film.name)

    assert sum(sizes) == SIZE + STEP
    require_kept(portal, film)


def test_many_files_arrive_beside_one_another(
    context: BrowserContext, portal: Portal, tmp_path: Path
) -> None:
    """Small ones whole, large ones in pieces, three at once, each with its own row."""
    files = [tmp_path / f"{n}.txt" for n in range(7)]
    for number, file in enumerate(files):
        file.write_bytes(os.urandom(60_000 * 4**number % 3_000_000).hex().encode())
    page = context.new_page()
    draft_in(page)
    page.set_input_files("#file", files)

    expect(page.locator("#files tr", has_text="checking for viruses")).to_have_count(7)
    for file in files:
        require_kept(portal, file)


def test_tus_js_client_sends_and_goes_on(
    context: BrowserContext, portal: Portal, film: Path
) -> None:
    """The protocol's own client for browsers: begun, broken off, found again, finished."""
    context.add_init_script(path=FOREIGN)
    page = context.new_page()
    draft = draft_in(page)
    page.evaluate(
        """() => { const input = document.createElement("input");
                   input.type = "file"; input.id = "foreign"; document.body.append(input); }"""
    )
    page.set_input_files("#foreign", film)
    words = {"endpoint": f"{draft}/uploads", "chunkSize": PIECE}

    url = page.evaluate(HALF, words)
    done = page.evaluate(REST, words | {"uploadUrl": url})

    assert done == SIZE
    require_kept(portal, film)


HALF = """(words) => new Promise((resolve, reject) => {
  const file = document.querySelector("#foreign").files[0];
  const upload = new tus.Upload(file, {
    ...words, metadata: { filename: file.name }, storeFingerprintForResuming: false, retryDelays: null,
    onChunkComplete: (_, sent) => sent >= 2 * words.chunkSize && upload.abort().then(() => resolve(upload.url)),
    onError: reject,
  });
  upload.start();
})"""
REST = """(words) => new Promise((resolve, reject) => {
  const file = document.querySelector("#foreign").files[0];
  let sent = 0;
  const upload = new tus.Upload(file, {
    ...words, storeFingerprintForResuming: false, retryDelays: null,
    onProgress: (now) => (sent = now), onSuccess: () => resolve(sent), onError: reject,
  });
  upload.start();
})"""


@pytest.mark.parametrize("checksum", [False, True])
def test_tuspy_sends_and_goes_on(
    context: BrowserContext, portal: Portal, film: Path, checksum: bool
) -> None:
    """A client in Python with the page's token: stopped in the middle, and gone on with."""
    page = context.new_page()
    draft = draft_in(page)
    token = re.search(r'name="csrf" value="([^"]+)"', page.content())
    assert token is not None
    cookies = "; ".join(
        f"{one['name']}={one['value']}"  # pyright: ignore[reportTypedDictNotRequiredAccess]
        for one in context.cookies()
    )
    client: Any = TusClient(f"{draft}/uploads", {"Cookie": cookies, "X-CSRF-Token": token[1]})
    told = {"chunk_size": PIECE, "metadata": {"filename": "film.pdf"}, "upload_checksum": checksum}

    with film.open("rb") as stream:
        first = client.uploader(file_stream=stream, **told)
        first.upload(stop_at=3 * PIECE)
        rest = client.uploader(file_stream=stream, url=first.url, **told)
        begins = rest.get_offset()
        rest.upload()

    assert begins == 3 * PIECE
    require_kept(portal, film)
