"""Printing: the proof of service as an accessible PDF."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from notices.document import Table, register
from notices.facts import Moment
from portal.ladder import Step
from portal.parts import Parts
from portal.proofs.gathering import Evidence
from portal.proofs.stating import wording_sha256
from portal.records.signing import fingerprint
from portal.registry.issued.reading import Served
from portal.rules import rules
from portal.web.formatting import Formatting
from portal.web.language import N_, say

TITLE = N_("Proof of service")
CHECKED = N_(
    "The same is kept as data, signed by the tribunal. Whoever has that file (JSON) can check it without a network: “python -m portal verify-proof FILE.json --key KEY.pem”. The tribunal publishes its key at %(address)s; the fingerprint of the key is %(key)s."
)
ACTS = {
    "notice.issued": N_("Issued"),
    "notice.recalled": N_("Recalled"),
    "notice.opened": N_("Opened"),
    "notice.acknowledged": N_("Acknowledged"),
    "letter.asked": N_("Letter asked for"),
    "letter.posted": N_("Letter posted"),
    "letter.returned": N_("Letter came back"),
    "notice.received_on": N_("Legal date of receipt"),
}


def printed(evidence: Evidence, portal: Parts, key: Ed25519PublicKey, *, language: str) -> bytes:
    """The proof on paper, tagged PDF/UA-1, by the clock of the registry's office; work for a thread."""
    f = Formatting(language, evidence.zone)
    notice = evidence.issued.notice
    rows = [
        (N_("Notice"), notice.subject_fr if language == "fr" else notice.subject_en),
        (N_("Notice number"), notice.number),
        (N_("File number"), notice.facts["file_number"]),
        (N_("Issued"), f.moment(notice.issued_at)),
        (N_("By"), notice.issued_by_name),
        (N_("Fingerprint of the words (SHA-256)"), _in_two(wording_sha256(notice))),
    ]
    if notice.pdf_sha256:
        rows.append((N_("Fingerprint of the PDF (SHA-256)"), _in_two(notice.pdf_sha256)))
    address = f"{portal.settings.public_url}/record-key"
    return register(
        "fr" if language == "fr" else "en",
        title=f"{say(language, TITLE)} {notice.number}",
        tribunal=portal.tribunal(language),
        made=Moment(evidence.made_at, evidence.zone),
        rows=[(say(language, label), text) for label, text in rows],
        tables=[*(_ladder(one, f) for one in evidence.issued.services), _chain(evidence, f)],
        note=say(language, CHECKED, address=address, key=fingerprint(key)),
    )


def _in_two(digest: str) -> str:
    """A hash that fits the page: it may break in its middle."""
    return f"{digest[:32]} {digest[32:]}"


def _ladder(served: Served, f: Formatting) -> Table:
    heads = (N_("Step"), N_("When"))
    why = say(f.language, served.why)
    return Table(
        f"{served.row.person_name} – {why}",
        [say(f.language, head) for head in heads],
        [(_word(step, f), _when(step, f)) for step in served.steps],
    )


def _word(step: Step, f: Formatting) -> str:
    word = say(f.language, step.word, **step.facts)
    details = [step.facts[name] for name in ("address", "code") if name in step.facts]
    rule = rules.receipt_rule(step.facts.get("rule"))
    details += [f.data(rule.rule)] if rule else []
    return f"{word} ({', '.join(details)})" if details else word


def _when(step: Step, f: Formatting) -> str:
    if step.at:
        return f.moment(step.at)
    return f.day(step.on) if step.on else say(f.language, N_("not yet"))


def _chain(evidence: Evidence, f: Formatting) -> Table:
    """The entries that tell of the notice, with the hashes by which they stand in the case's chain."""
    heads = (N_("Entry"), N_("Act"), N_("When"), N_("Hash (SHA-256)"))
    lines: Sequence[Sequence[str]] = [
        (str(one.number), say(f.language, ACTS.get(one.act, one.act)), f.moment(one.at), one.hash)
        for one in evidence.told
    ]
    title = say(f.language, N_("Entries in the history of the case"))
    return Table(title, [say(f.language, head) for head in heads], lines)
