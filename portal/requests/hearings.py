"""Which hearing a request is about: the coming ones to choose from, and how it is kept."""

from wtforms import RadioField

from notices.facts import Moment
from portal.gate import Unknown
from portal.registry.hearings.form import KIND_WORDS
from portal.requests.scene import Scene
from portal.web.formatting import Formatting
from portal.web.language import N_, say


def no_hearing(scene: Scene) -> str:
    """Why nothing can be asked about a hearing; "" where there is one to come."""
    return "" if scene.hearings else N_("No hearing is fixed yet, so there is nothing to change.")


def offer_hearings(item: RadioField, scene: Scene, f: Formatting) -> None:
    """Each by its id and in words, on the clock of its place; the only one is chosen already."""
    item.choices = [
        (
            str(one.id),
            f"{say(f.language, KIND_WORDS[one.kind])}, {f.moment(one.starts_at, one.zone)}",
        )
        for one in scene.hearings
    ]
    if len(scene.hearings) == 1 and not item.data:
        item.data = str(scene.hearings[0].id)


def about_hearing(chosen: object, scene: Scene) -> tuple[str, Moment]:
    """Its id, and when it is; raises Unknown."""
    hearing = scene.hearing(chosen)
    if hearing is None:
        raise Unknown
    return str(hearing.id), Moment(hearing.starts_at, hearing.zone)
