"""What putting notices on paper costs: `python -m bench.notices`.

A thousand notices of every kind in turn, each with a file number, a number and a day of its own,
made one after the other as issuing makes them, by a process of its own that has one processor and
no more. The clock runs from the first paper to the last; what starts the process, reads the fonts
and compiles the first template is measured apart, for it is paid once. Only a quiet machine tells
the truth: on a busy one the processor is shared, and the processor time printed beside says so.
"""

import os
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context

from bench.figures import record
from notices.document import letter
from notices.facts import Language, Moment
from portal.timezones import pin_timezones
from tests.notices.samples import HEAD, NOW, SAMPLES

COMMAND = "python -m bench.notices"
MANY = 1000


@dataclass(frozen=True)
class Run:
    """How long it took, in seconds, and what came of it, in bytes."""

    first: float
    wall: float
    processor: float
    size: int


def main() -> None:
    """Measure, print, and keep the figure."""
    with get_context("spawn").Pool(1, initializer=stay_on_one_processor) as alone:
        run = alone.apply(measure)
    print(
        f"{MANY} notices: {run.wall:.1f} s, {run.processor:.1f} s of them on the processor, "
        f"{run.size / MANY / 1000:.0f} kB each; the first of all took {run.first:.2f} s"
    )
    record("notice_pdfs_1000_s", run.wall, limit=30, command=COMMAND)


def stay_on_one_processor() -> None:
    """Whatever threads this process starts, one processor runs them."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pin_timezones()


def measure() -> Run:
    """Make them all."""
    began = time.perf_counter()
    make(MANY)
    first = time.perf_counter() - began
    began, busy = time.perf_counter(), time.process_time()
    size = sum(make(number) for number in range(MANY))
    return Run(first, time.perf_counter() - began, time.process_time() - busy, size)


def make(number: int) -> int:
    """One paper that is like no other; its size."""
    facts = replace(SAMPLES[number % len(SAMPLES)], file_number=f"TC6-{number:05}")
    issued = Moment(NOW + timedelta(days=number), HEAD.issued.zone)
    first: Language = "fr" if number % 2 else "en"
    return len(letter(facts, first, head=replace(HEAD, number=f"N-{number:08}", issued=issued)))


if __name__ == "__main__":
    main()
