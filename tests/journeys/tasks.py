"""Everything that a claimant or a designated representative comes to do, from the first page on."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import expect

from portal.requests.kinds.contact_details import ContactDetails
from portal.requests.kinds.counsel_removal import CounselRemoval
from portal.web.formatting import Formatting
from tests.cast import FARIDA, NOOR, TORONTO, Character
from tests.journeys.roles import Filer
from tests.journeys.test_requests import another_date, more_time
from tests.samples import pdf

CASE = f"/cases/{NOOR}"
Task = Callable[[Filer, Character], None]


def signs_in(person: Filer, who: Character) -> None:
    """Types address and password, and is where the hearing is."""
    person.signs_in(who.email)
    person.sees("Sign out")


def reads_the_hearing(person: Filer, _: Character) -> None:
    """When and where, on the case; what to do before, behind it."""
    day = datetime.now(TORONTO).date() + timedelta(days=12)
    person.goes(CASE)
    person.sees(Formatting(person.language, "America/Toronto").weekday(day))
    person.goes("/hearings")
    person.hands.presses(person.page.locator("main a[href^='/hearings/']").first)
    expect(person.page.locator("h1")).to_be_visible()


def reads_a_letter(person: Filer, who: Character) -> None:
    """From the list; who is asked to, says that it came."""
    person.goes("/notices")
    letters = person.page.locator("main a[href^='/notices/']")
    if who != FARIDA:
        person.sees("There are no letters for you yet.")
        return
    person.hands.presses(letters.first)
    person.presses("I received this")
    person.sees("We have recorded that you received this.")


def sends_papers(person: Filer, _: Character) -> None:
    """Two files, said what they are, put in order, translated; one is removed, one is filed."""
    person.goes(CASE)
    person.presses("Send papers")
    person.sends({"letter.pdf": pdf(), "wrong.pdf": pdf() + b"\n"})
    for name in ("letter.pdf", "wrong.pdf"):
        person.sees(name, within=person.row(name).first)
        person.hands.picks(person.row(name).locator("select").first, "letter")
    person.hands.presses(person.row("wrong.pdf").locator("[name=place][value=up]"))
    expect(person.page.locator("#files tbody tr").first).to_contain_text("wrong.pdf")
    if person.script:
        # What is told within the same moment is told over: its place, not that it was received.
        told = re.compile(r"wrong\.pdf\D* 1 \D*2")
        expect(person.page.locator("#announce")).to_contain_text(told)
    person.hands.presses(person.row("wrong.pdf").locator("button[formaction$='/removal']"))
    expect(person.row("wrong.pdf")).to_have_count(0)
    expect(person.page.locator("[name=then][value=check]")).to_have_text(
        person.word("Check and file one document")
    )
    if person.script:
        expect(person.page.locator("#announce")).to_contain_text(
            person.word("The file was removed.")
        )
    person.hands.presses(person.row("letter.pdf").locator("summary"))
    person.hands.presses(person.row("letter.pdf").locator("[name=then][value^=translation]").last)
    person.fills("Language of the document", "Dari")
    person.presses("Keep this")
    person.files(1)
    person.follows_until("Received and checked", within="#states")


def proves_it(person: Filer, _: Character) -> None:
    """Takes the receipt along, and has the file checked against it."""
    paper = pdf() + b"\n\n"
    person.goes(CASE)
    person.presses("Send papers")
    person.sends_and_describes({"proof.pdf": paper}, kind="letter")
    person.files(1)
    number = person.receipt()
    assert person.downloads("Receipt as PDF").startswith(b"%PDF")
    person.goes("/verify")
    person.fills("Number of the receipt", number)
    person.hands.hands_in(
        person.page.locator("#file"),
        [{"name": "x.pdf", "mimeType": "application/pdf", "buffer": paper}],
    )
    person.presses("Check")
    person.sees("This file was received under the number %(number)s.", number=number)


def takes_a_paper_back(person: Filer, _: Character) -> None:
    """Opens what was filed, puts another in its place, and withdraws that."""
    person.goes(CASE)
    person.hands.presses(person.page.get_by_role("link", name="letter.pdf").first)
    person.presses("Replace this document")
    person.sends_and_describes({"better.pdf": pdf() + b"\n\n\n"}, kind="letter")
    person.files(1)
    person.goes(CASE)
    person.hands.presses(person.page.get_by_role("link", name="better.pdf").first)
    person.presses("Withdraw this document")
    person.fills("Why do you withdraw it?", "It is not mine.")
    person.presses("Withdraw this document")
    person.sees("The document is withdrawn. Everybody on the case is told.")


def asks_for_another_date(person: Filer, _: Character) -> None:
    """With a paper; then takes it back."""
    person.goes(f"{CASE}/requests/new?kind=change_of_date")
    another_date(person)
    person.presses("Continue")
    person.presses("Add documents first")
    person.sends({"certificate.pdf": pdf() + b"\n\n\n\n"})
    person.sees("certificate.pdf")
    person.hands.picks(person.row("certificate.pdf").locator("select").first, "other")
    person.hands.presses(person.page.locator("button[name='then'][value='check']"))
    person.presses("Go on with your request")
    person.presses_counted(
        "Send the request and one document", "Send the request and %(num)s documents", 1
    )
    person.sees("We have received your request")
    person.presses("Withdraw this request")
    person.presses("Withdraw it")
    person.sees("The request is withdrawn. Nothing has changed on the case.")


def asks_for_more_time(person: Filer, _: Character) -> None:
    """For the claim form."""
    person.goes(f"{CASE}/requests/new?kind=extension")
    more_time(person)
    person.presses("Continue")
    person.presses("Send the request")
    person.sees("We have received your request")


def moves_house(person: Filer, who: Character) -> None:
    """A new telephone number, for whom one stands."""
    person.goes(f"{CASE}/requests/new?kind=contact_details")
    whose = person.page.locator("input[name=whose]")
    if whose.count() > 1:
        person.hands.ticks(whose.first)
    person.fills("Telephone number (leave it empty if it stays the same)", "705 555 0143")
    person.presses("Continue")
    person.presses("Record it")
    person.sees(ContactDetails.if_granted)


def ends_counsel(person: Filer, who: Character) -> None:
    """Only the client does that."""
    if who != FARIDA:
        return
    person.goes(f"{CASE}/requests/new?kind=counsel_removal")
    person.hands.ticks(person.page.locator("input[name=counsel]").first)
    person.chooses("I understand that it cannot be undone here")
    person.presses("Continue")
    person.presses("Remove counsel now")
    person.sees(CounselRemoval.if_granted)


def appeals(person: Filer, _: Character) -> None:
    """States the day of the reasons, checks, files, has a receipt."""
    today = datetime.now(TORONTO).date()
    person.goes(f"{CASE}/appeal")
    for box in person.page.locator("input[name=claimants]").all():
        person.hands.ticks(box)
    day = person.page.locator("input[name=received_on-day]")
    if day.count():
        for part, value in (("day", today.day), ("month", today.month), ("year", today.year)):
            box = person.page.locator(f"[name=received_on-{part}]")
            person.hands.types(box, str(value))
    person.chooses("Yes, they are up to date")
    person.presses("Continue")
    person.presses("File the notice of appeal")
    person.sees("We have received your notice of appeal")


def subscribes_to_hearings(person: Filer, _: Character) -> None:
    """Makes the secret address of the calendar, and ends it."""
    person.goes("/hearings/feed")
    person.presses("Make an address")
    person.sees("Your address")
    person.presses("End this address")
    person.sees("The address is over. Calendar programs that have it get nothing any more.")


def chooses_how_to_be_reached(person: Filer, _: Character) -> None:
    """Keeps the preferences with another time zone, and the language of this page."""
    person.goes("/preferences")
    person.hands.ticks(person.page.locator(f"input[name=language][value={person.language}]"))
    person.hands.picks(person.page.locator("select[name=zone]"), "America/Vancouver")
    person.presses("Keep these preferences")
    person.sees("Your preferences are kept.")


def signs_out(person: Filer, _: Character) -> None:
    """From any page; and is nobody again."""
    person.goes(CASE)
    person.presses("Sign out")
    person.page.wait_for_url("**/sign-in")


# What a person comes to do; the order matters, for what is ended or signed out is gone.
TASKS: tuple[Task, ...] = (
    signs_in,
    reads_the_hearing,
    reads_a_letter,
    sends_papers,
    proves_it,
    takes_a_paper_back,
    asks_for_another_date,
    asks_for_more_time,
    moves_house,
    appeals,
    ends_counsel,
    subscribes_to_hearings,
    chooses_how_to_be_reached,
    signs_out,
)
