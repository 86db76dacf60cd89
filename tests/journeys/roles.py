"""What each kind of person comes to do, step by step as the pages ask for it."""

import re
from collections.abc import Mapping
from datetime import date

from playwright.sync_api import Locator

from portal.web.language import translations
from tests.journeys.person import Person


class Officer(Person):
    """Keeps the files of a division."""

    def describes_a_case(self, name: str, *, number: str) -> None:
        """For one claimant, as far as the page that asks to check it."""
        self.goes("/registry/cases/new")
        self.fills("Full name", name)
        self.fills("File number", number)
        self.presses("Continue")
        self.sees("Check the case, then open it")

    def opens_a_case(self, name: str, *, number: str) -> str:
        """For one claimant; returns the address of the case."""
        self.describes_a_case(name, number=number)
        self.presses("Open the case")
        self.sees("The case is open. Add the people who may see it.")
        return self.here

    def names(self, email: str, *, role: str, claim: str = "", name: str = "") -> None:
        """Says who gets a place in the case that is open, as far as the page that asks again."""
        self.presses("Add a person")
        self.fills("E-mail address", email)
        if name:
            self.fills("Full name", name)
        self.chooses(role)
        if claim:
            choice = self.page.get_by_label(self.word("Whose claim is it?"), exact=True)
            choice.select_option(label=claim)
        self.fills("How it began", "the form of 2 November")
        self.presses("Continue")
        self.sees("Is this the right person?")
        self.sees(email)

    def adds(self, email: str, *, role: str, claim: str = "") -> None:
        """Gives somebody a place in the case that is open, after looking who it is."""
        self.names(email, role=role, claim=claim)
        self.presses("Give access to the case")

    def proposes(self, day: date, *, time: str, link: str) -> None:
        """A hearing by video, in the case that is open, as far as the page that asks to check it."""
        self.presses("Schedule a hearing")
        self.chooses("Hearing")
        for label, part in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            self.fills(label, str(part))
        self.fills("Time", time)
        self.fills("How long, in minutes", "180")
        self.chooses("By video")
        self.fills("Link for joining by video", link)
        self.presses("Continue")
        self.sees("Check the hearing, then fix it")

    def schedules(self, day: date, *, time: str, link: str, people: int) -> str:
        """A hearing by video, in the case that is open, and its notice; the notice’s number."""
        self.proposes(day, time=time, link=link)
        self.sees("Who will receive this, and why")
        return self.does("Fix the hearing", people=people)

    def does(self, act: str, *, people: int) -> str:
        """Presses the button that says what is done to a hearing and how many are told."""
        one, many = "and tell %(num)s person", "and tell %(num)s people"
        told = translations(self.language).ngettext(one, many, people) % {"num": people}
        with self.page.expect_navigation():
            self._one(None, ("button",), f"{self.word(act)} {told}").click()
        self.sees("How far it came")
        found = re.search(r"\bN-\w{4}-\w{4}", self.page.locator(".dossier-lede").inner_text())
        assert found
        return found[0]

    def says_why(self) -> None:
        """To people, in both of their languages."""
        self.fills("Why, in English", "The member is ill.")
        self.fills("Why, in French", "Le commissaire est malade.")

    def previews_a_notice(self, case: str, *, kind: str) -> None:
        """Chooses the kind, states the facts, and looks at the notice as it will be."""
        self.goes(case)
        self.presses("Issue a notice")
        self.page.get_by_role("link", name=kind, exact=True).click()
        self.presses("Look at the notice")
        self.sees("Check the notice, then issue it")

    def issues(self, *, people: int) -> None:
        """Presses the button that says to how many."""
        self.presses_counted("Issue to %(num)s person", "Issue to %(num)s people", people)


class Filer(Person):
    """Sends papers: counsel, a delegate for counsel, or the claimant."""

    def begins_to_file(self, case: str) -> None:
        """Opens a draft."""
        self.goes(case)
        self.presses("File documents")

    def sends_and_describes(self, files: Mapping[str, bytes], *, kind: str) -> None:
        """Sends the files and says of each what it is."""
        self.sends(files)
        for name in files:
            self.row(name).locator("select").first.select_option(kind)

    def files(self, count: int) -> None:
        """Checks once more, then files."""
        self.presses_counted(
            "Check and file one document", "Check and file %(num)s documents", count
        )
        self.sees("Check before you file")
        self.presses_counted("File one document now", "File %(num)s documents now", count)
        self.sees("We have received your documents")

    def receipt(self) -> str:
        """The number on the receipt."""
        found = re.search(r"R-\w{4}-\d\d", self.page.locator("main").inner_text())
        assert found
        return found[0]


class Counsel(Filer):
    """Stands for somebody in a case, and may lend what that allows."""

    def proposes_to(self, email: str, *, rights: tuple[str, ...]) -> None:
        """Access to all of one's cases for as long as the form proposes, to be checked."""
        self.goes("/delegations")
        self.presses("Lend access")
        self.fills("E-mail address of the person", email)
        self._goes_on_with(rights)
        self.sees(email)

    def lends(self, email: str, *, rights: tuple[str, ...]) -> None:
        """Offers access to all of one's cases."""
        self.proposes_to(email, rights=rights)
        self.presses("Offer this access")
        self.sees(
            "The offer goes to %(address)s by e-mail. It counts when that person has accepted it.",
            address=email,
        )

    def ends_the_access_of(self, name: str) -> None:
        """Ends what was lent, having seen what is lost."""
        self.goes("/delegations")
        self._last_link(self.row(name)).click()
        self.sees("End the access of %(name)s?", name=name)
        self.presses("End it now")
        self.sees("It has ended. Nothing more can be seen or done through it.")

    def lends_to_team(self, code: str, *, name: str, rights: tuple[str, ...]) -> None:
        """Offers a team access to all of one's cases, by its code."""
        self.goes("/delegations/new")
        # By its value: who knows a team already is offered "Another team, by its code".
        self.page.locator("input[name=whom][value=code]").check()
        self.fills("Code of the team", code)
        self._goes_on_with(rights)
        self.sees(name)
        self.presses("Offer this access")

    def _goes_on_with(self, rights: tuple[str, ...]) -> None:
        for right in rights:
            self.chooses(right)
        self.chooses("All of my cases, now and later")
        self.fills("Why is it needed?", "works in my office")
        self.presses("Continue")

    def asks_to_cover(self, email: str) -> None:
        """From today for two weeks, as the form proposes."""
        self.goes("/delegations")
        self.follows("Someone covers for me while I am away")
        self.fills("E-mail address of your colleague", email)
        self.presses("Ask them to cover for me")

    def sends_back(self, remark: str) -> None:
        """Reads what was prepared, and says what to change."""
        self.goes("/approvals")
        self.follows("Send it back")
        self.fills("What is to be changed", remark)
        self.presses("Send it back")

    def approves(self) -> None:
        """Files what was prepared."""
        self.goes("/approvals")
        self.presses("Check and file")
        self.presses_counted("File one document now", "File %(num)s documents now", 1)
        self.sees("We have received your documents")

    def ends_everything_of(self, name: str) -> None:
        """From one loan to all of them, having seen who loses what."""
        self.goes("/delegations")
        self._last_link(self.row(name)).click()
        self.follows("End everything of %(name)s", name=name)
        self.sees("End everything of %(name)s?", name=name)
        self.presses("End all of it now")

    def opens_the_notice(self, number: str) -> None:
        """Opens it from the inbox."""
        self.goes("/notices")
        self.row(number).get_by_role("link").first.click()

    def acknowledges(self) -> None:
        """Says that it was received."""
        self.presses("I received this")
        self.sees("We have recorded that you received this.")

    def _last_link(self, row: Locator) -> Locator:
        return row.get_by_role("link").last


class Delegate(Filer):
    """Comes by invitation, and does what was lent."""

    def joins(self, link: str, *, name: str, password: str) -> None:
        """Follows the link of the mail and chooses a password."""
        self.goes(link)
        self.fills("Your name", name)
        self.fills("New password", password)
        self.fills("The same password again", password)
        self.presses("Create my account")

    def accepts(self) -> None:
        """Promises confidentiality, and accepts the offer on the page."""
        self.chooses("I will keep to this")
        self.presses("Accept")
        self.sees("You have accepted. The cases are in your list now.")

    def sends_for_approval(self, principal: str) -> None:
        """Looks at it once more, and puts it before the person in whose name it is."""
        self.presses_counted("Check one document", "Check %(num)s documents", 1)
        self.presses("Send to %(name)s for approval", name=principal)
        self.sees("Waiting for approval")

    def reads_the_offer(self) -> None:
        """Opens the newest from the list of cases."""
        self.goes("/cases")
        self.page.locator(".dossier-next a[href^='/delegations/']").last.click()

    def acts_for(self, name: str, *, until: str = "") -> None:
        """Is told so by the line above the page."""
        for word in filter(None, (name, until)):
            self.sees(word, within=self.page.locator(".dossier-acting"))

    def answers_for_whom(self, name: str) -> None:
        """Picks one of those who lent the case."""
        self.chooses(name)
        self.presses("Continue")

    def changes_for_whom(self, name: str) -> None:
        """Answers otherwise from now on."""
        self.page.locator(".dossier-acting a").first.click()
        self.answers_for_whom(name)
        self.sees("On this case you act for %(name)s now.", name=name)

    def starts_a_team(self, name: str) -> str:
        """Returns the code by which others may lend to it."""
        self.goes("/teams")
        self.presses("Start a team")
        self.fills("Name of the team", name)
        self.presses("Start the team")
        found = re.search(r"T-\w{4}-\w{4}", self.page.locator("body").inner_text())
        assert found
        return found[0]

    def invites(self, email: str) -> None:
        """Asks somebody into the team on the page."""
        self.fills("E-mail address of the person", email)
        self.presses("Send the invitation")
        self.sees("The invitation goes to %(address)s by e-mail.", address=email)

    def joins_the_team(self) -> None:
        """Says yes to the team that asked."""
        self.page.locator(".dossier-next button").first.click()
        self.sees("You are in the team. What is lent to it waits for your own answer.")

    def leaves_the_team(self, name: str) -> None:
        """Goes, having seen what that takes."""
        self.goes("/teams")
        self.page.get_by_role("link", name=name).click()
        self.follows("Leave the team")
        self.presses("Leave the team")
        self.sees("You have left the team. What was lent to you through it has ended.")
