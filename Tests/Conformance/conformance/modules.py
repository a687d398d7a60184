"""What a module is: its published name, and a function that checks what the Foundation's module of that name checks."""

import time
import traceback
from dataclasses import dataclass, field

from kit.checks import Mismatch, shorten

PASSED, SKIPPED, NOT_YET, FAILED = "passed", "skipped", "not supported yet", "failed"


class NotYet(Exception):
    """The module needs what this server does not offer: its words name the feature."""


class Skip(Exception):
    """The Foundation's own module ends so as well: it is about an option that nobody has to offer, and that was refused as it should be."""


@dataclass
class Result:
    plan: str
    module: str
    outcome: str
    why: str = ""
    seconds: float = 0
    notes: list = field(default_factory=list)


CHECKS = {}


def module(*names, exclusive=False):
    """Registers the check of these published names. An exclusive one has the server to itself: it changes what others rely on."""

    def register(function):
        for name in names:
            if name in CHECKS:
                raise ValueError(f"two checks of {name}")
            CHECKS[name] = function
        function.exclusive = exclusive
        return function

    return register


def run(suite, plan, name):
    """One module of one plan; whatever it throws becomes its result."""
    began = time.monotonic()
    test = plan.test(suite, name)
    outcome, why = PASSED, ""
    try:
        if name not in CHECKS:
            raise RuntimeError("there is no check of that name")
        CHECKS[name](test)
    except NotYet as gap:
        outcome, why = NOT_YET, str(gap)
    except Skip as reason:
        outcome, why = SKIPPED, str(reason)
    except Exception as problem:  # a module may fail in any way; the others still run
        outcome, why = FAILED, explain(problem)
    return Result(plan.name, name, outcome, why, time.monotonic() - began, test.notes)


def explain(problem):
    if isinstance(problem, Mismatch):
        words = f"{problem.what}: expected {shorten(problem.expected, 600)}, saw {shorten(problem.seen, 600)}"
    else:
        words = f"{type(problem).__name__}: {shorten(str(problem), 600)}"
    frames = [each for each in traceback.extract_tb(problem.__traceback__) if "/Tests/Conformance/" in each.filename and not each.filename.endswith("/modules.py")]
    return words + "".join(f"\n      at {frame.filename.split('/Tests/Conformance/')[1]}:{frame.lineno}: {frame.line}" for frame in frames[-3:])
