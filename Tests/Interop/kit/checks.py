"""A scenario is a list of sentences that must hold; this file runs them and says what it saw."""

import signal
import time
import traceback


class Mismatch(Exception):
    """A sentence that did not hold: what was looked at, what should have been there, what was."""

    def __init__(self, what, expected, seen):
        super().__init__(what)
        self.what, self.expected, self.seen = what, expected, seen


def expect(what, seen, expected):
    if seen != expected:
        raise Mismatch(what, repr(expected), repr(seen))


def expect_in(what, part, whole):
    if part not in whole:
        raise Mismatch(what, f"something with {part!r}", repr(whole))


def expect_true(what, condition, expected, seen):
    """For what is neither an equality nor a membership: both sides in words."""
    if not condition:
        raise Mismatch(what, str(expected), str(seen))


class TookTooLong(Exception):
    pass


class Scenario:
    """`needs` names parts of the world (kit/world.py) without which the scenario cannot run."""

    def __init__(self, name, needs=()):
        self.name, self.needs, self.checks = name, tuple(needs), []

    def check(self, sentence, seconds=60):
        def register(function):
            self.checks.append((sentence, function, seconds))
            return function

        return register


class Report:
    def __init__(self, world):
        self.world, self.passed, self.failed, self.skipped = world, 0, 0, 0

    def run(self, scenario):
        missing = self.world.missing(scenario.needs)
        if missing:
            if self.world.in_ci:
                self.failed += len(scenario.checks)
            else:
                self.skipped += len(scenario.checks)
            print(f"{'FAIL' if self.world.in_ci else 'skip'} {scenario.name}: needs {', '.join(missing)}")
            return
        for sentence, function, seconds in scenario.checks:
            self.run_check(f"{scenario.name}: {sentence}", function, seconds)

    def run_check(self, name, function, seconds):
        def on_alarm(*_):
            raise TookTooLong(f"not done after {seconds} s")

        began = time.monotonic()
        signal.signal(signal.SIGALRM, on_alarm)
        signal.alarm(seconds)
        try:
            function(self.world)
        except Exception as problem:  # a check may fail in any way; the next one still runs
            signal.alarm(0)
            self.failed += 1
            print(f"FAIL {name} ({time.monotonic() - began:.1f} s)")
            self.explain(problem)
        else:
            self.passed += 1
            print(f"ok   {name} ({time.monotonic() - began:.1f} s)")
        finally:
            signal.alarm(0)

    def explain(self, problem):
        if isinstance(problem, Mismatch):
            print(f"       what:     {problem.what}\n       expected: {shorten(problem.expected)}\n       seen:     {shorten(problem.seen)}")
        else:
            words = str(problem).split("\nStacktrace:")[0]  # the driver's own is of no use
            print(f"       {type(problem).__name__}: {shorten(words)}")
        frames = traceback.extract_tb(problem.__traceback__)
        for frame in [each for each in frames if "/Tests/Interop/" in each.filename and not each.filename.endswith("/kit/checks.py")]:
            print(f"       at {frame.filename.split('/Tests/Interop/')[1]}:{frame.lineno}: {frame.line}")
        for path in self.world.evidence():
            print(f"       see {path}")

    def summary(self):
        """The last line, and the exit status."""
        words = [f"{self.passed} checks passed"]
        if self.failed:
            words.append(f"{self.failed} failed")
        if self.skipped:
            words.append(f"{self.skipped} skipped")
        print("interop: " + ", ".join(words))
        return 1 if self.failed or not (self.passed or self.skipped) else 0


def shorten(text, limit=1500):
    return text if len(text) <= limit else text[:limit] + f" … ({len(text)} characters)"
