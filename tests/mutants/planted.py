"""The wrongs that are planted: where, what is replaced by what, and what it breaks."""

from dataclasses import dataclass

SQL = "portal/migrations/versions/0002_delegation.sql"
RIGHTS = "portal/migrations/versions/0001_authority.sql"
GATE = "portal/gate.py"
ENDING = "portal/delegations/ending.py"
ANSWERING = "portal/delegations/answering.py"
NOW = "(select portal_now())"


@dataclass(frozen=True)
class Mutant:
    """One wrong: the first place after `after` where `old` stands is made `new`."""

    breaks: str
    file: str
    after: str
    old: str
    new: str = ""

    def planted(self, text: str) -> str:
        """The text with the wrong in it."""
        at = text.index(self.old, text.index(self.after))
        return text[:at] + self.new + text[at + len(self.old) :]


def sql(breaks: str, after: str, old: str, new: str = "") -> Mutant:
    """A wrong in what the database itself keeps to."""
    return Mutant(breaks, SQL, after, old, new)


STANDING, LOAN = "view live_standing", "view live_delegation"
LENT, HELD = "view lent_standing", "view held_authority"
CASES, OFFERED = "function portal_cases", "policy offered on delegation for"

MUTANTS = (
    sql("a place still counts at the moment it ends", STANDING, "ends_at > ", "ends_at >= "),
    sql("a place counts before it begins", STANDING, f"starts_at <= {NOW} and", ""),
    sql("a place that ended goes on", STANDING, f"and (ends_at is null or ends_at > {NOW})"),
    sql("a suspension changes nothing", STANDING, f"u.began_at <= {NOW}", f"u.began_at > {NOW}"),
    sql(
        "a suspension that was lifted goes on",
        STANDING,
        f"and (u.ended_at is null or u.ended_at > {NOW})",
    ),
    sql("what was given back is kept", LOAN, f"and (a.ended_at is null or a.ended_at > {NOW})"),
    sql("a loan that was ended goes on", LOAN, f"and (d.ended_at is null or d.ended_at > {NOW})"),
    sql("a loan counts before its first day", LOAN, f"d.starts_at <= {NOW} and "),
    sql("a loan counts after its last day", LOAN, f" and d.ends_at > {NOW}"),
    sql("a loan lapses after 91 days", LOAN, "90 days", "91 days"),
    sql("a loan that is used lapses all the same", LOAN, ", a.last_used_at)", ")"),
    sql(
        "who left a team keeps what it was lent",
        LOAN,
        f"and (m.ended_at is null or m.ended_at > {NOW})",
    ),
    sql("anybody of a team keeps it for all", LOAN, " and m.person_id = a.person_id"),
    sql("a narrower loan counts before it was made", LOAN, f"and d.offered_at <= {NOW}"),
    sql("parties lend too", LENT, "'delegate' = any (role_rights(s.role))", "true"),
    sql("a list of cases means all", LENT, " and dc.case_id = s.case_id"),
    sql(
        "conflicts are sought on one's own side",
        HELD,
        "role_side(o.role) <>",
        "role_side(o.role) =",
    ),
    sql("joined cases are no conflict", HELD, "o.joined_to = s.joined_to", "o.case_id = s.case_id"),
    sql("one's own place is no conflict", HELD, "o.person_id = s.delegate_id or "),
    sql("loans of both sides are no conflict", HELD, "where l.id = o.id", "where false"),
    sql("lists show what both sides lent", CASES, "and (not lent or", "and (true or"),
    sql(
        "lists know nothing of joined cases",
        CASES,
        "s.case_id, s.joined_to",
        "s.case_id, s.case_id as joined_to",
    ),
    sql("lists show every case of a lender", CASES, "d.all_cases or", "true or"),
    sql("lists show what gives another right", CASES, "where gives and ", "where "),
    sql(
        "whoever is lent something manages access",
        "function portal_principals",
        " and 'delegate' = any (rights)",
    ),
    sql(
        "one answers an offer that one made",
        "function portal_may_answer",
        "and d.grantor_id <> portal_person() and d.offered_by <> portal_person()",
    ),
    sql(
        "who left a team answers its offers",
        "function portal_may_answer",
        "joined_at is not null and ended_at is null",
        "joined_at is not null",
    ),
    sql(
        "the other side's loan is accepted where cases are joined",
        "function portal_conflicts",
        "other.joined_to = s.joined_to",
        "other.case_id = s.case_id",
    ),
    sql(
        "a loan against one's own place is accepted",
        "function portal_conflicts",
        "other.person_id = portal_person() or ",
    ),
    sql("narrowing widens the rights", "function portal_narrow", "not n.rights <@ o.rights or "),
    sql("narrowing prolongs", "function portal_narrow", "n.ends_at > o.ends_at or "),
    sql(
        "what was narrowed stays beside what is left",
        "function portal_narrow",
        "update delegation set ended_at = now(), ended_by = portal_person() where id = o.id;",
    ),
    sql(
        "who is recorded on a joined case is not joined",
        "function standing_joined",
        "coalesce(joined_to, id) into",
        "id into",
    ),
    sql("one offers in anybody's name", OFFERED, "and grantor_id in (select portal_principals())"),
    sql(
        "the right to manage access is lent on",
        OFFERED,
        "and (grantor_id = portal_person() or not rights @> array['delegate'])",
    ),
    sql(
        "anybody's loan can be ended",
        "policy managed on delegation",
        "grantor_id in (select portal_principals())",
        "true",
    ),
    sql("one answers for others", "policy own on answer", "person_id = portal_person() and"),
    sql(
        "one takes what nobody offered",
        "policy own on answer",
        "and portal_may_answer(delegation_id)",
    ),
    sql(
        "the other side learns who acts",
        "policy seen on entry for select",
        "or facts ->> 'side' = portal_side(portal_person(), case_id)",
        "or true",
    ),
    sql(
        "drafts are seen by all who see the case",
        "policy read on submission for select",
        "and portal_drafts(case_id, principal_id, drafted_by)",
    ),
    Mutant("parties manage access", RIGHTS, "when 'party'", "'request']", "'request', 'delegate']"),
    Mutant(
        "the gate asks for no right", GATE, "async def open_case", "not opened.may(right)", "False"
    ),
    Mutant(
        "the principal is guessed",
        GATE,
        "def chain_for",
        "raise AmbiguousPrincipal(able, right=right, case_id=self.case_id)",
        "pass",
    ),
    Mutant(
        "one ends what others lent",
        ENDING,
        "async def _held",
        ", Delegation.grantor_id == grantor",
    ),
    Mutant(
        "giving back changes nothing",
        ENDING,
        "async def give_back",
        "mine.ended_at, mine.ended_by = now, by.id",
        "pass",
    ),
    Mutant("an offer waits for ever", ANSWERING, "def is_open", "now < lent.open_until", "True"),
    Mutant("both sides are accepted", ANSWERING, "async def accept", "raise BothSides", "pass"),
    Mutant(
        "new terms stand beside the old",
        ANSWERING,
        "async def accept",
        "if lent.replaces_id",
        "if False",
    ),
)
