"""usage: Tests/Conformance/run [--list] [--self-test] [--write-readme] [plan or module…]     without a name, all run"""

import argparse
import concurrent.futures
import os
import signal
import sys
import time

from . import faults, modules, plans, readme
from .checks import everything  # noqa: F401  registers every check
from .suite import Suite, missing

AT_ONCE = int(os.environ.get("COUNTERSIGN_CONFORMANCE_AT_ONCE", "20"))


def chosen(names):
    """(plan, module) of the names given, which may be those of plans, short ones too, or of modules."""
    everything = [(plan, name) for plan in plans.PLANS for name in plan.modules]
    if not names:
        return everything
    known = {word for plan, name in everything for word in (plan.name, plan.short, name)}
    unknown = set(names) - known
    if unknown:
        sys.exit(f"conformance: no plan or module is called {', '.join(sorted(unknown))} (--list shows all)")
    return [(plan, name) for plan, name in everything if {plan.name, plan.short, name} & set(names)]


def main():
    parser = argparse.ArgumentParser(prog="Tests/Conformance/run", description="The modules of the OpenID Foundation's conformance plans, against the real binary.")
    parser.add_argument("--list", action="store_true", help="list plans and modules, and run none")
    parser.add_argument("--write-readme", action="store_true", help="write the counts into README.md and the table into docs/conformance.md")
    parser.add_argument("--self-test", action="store_true", help="play faults between server and suite: each must turn its module red")
    parser.add_argument("names", nargs="*", metavar="name", help="plans (also by their short names) or modules; default: all")
    arguments = parser.parse_args()
    asked = chosen(arguments.names)
    if arguments.list:
        for plan, name in asked:
            print(f"{plan.name} · {name}")
        return 0
    gap = missing()
    if gap:
        print(f"{'FAIL' if os.environ.get('CI') == 'true' else 'skip'} conformance: needs {', '.join(gap)}")
        return 1 if os.environ.get("CI") == "true" else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    suite = Suite()
    try:
        suite.start()
        if arguments.self_test:
            return 1 if faults.play(suite) else 0
        results = run(suite, asked)
        unseen = [] if arguments.names else faults.play(suite)
    finally:
        suite.stop()
    return report(results, arguments, asked) or (1 if unseen else 0)


def run(suite, asked):
    began = time.monotonic()
    alone = [(plan, name) for plan, name in asked if getattr(modules.CHECKS.get(name), "exclusive", False)]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        # Those that wait longest begin first.
        together = sorted((each for each in asked if each not in alone), key=lambda each: not any(word in each[1] for word in ("expired", "rotation", "30seconds", "refresh-token")))
        jobs = {each: pool.submit(modules.run, suite, *each) for each in together}
        results = {each: job.result() for each, job in jobs.items()}
    for each in alone:
        results[each] = modules.run(suite, *each)
    print(f"conformance: {len(asked)} modules in {time.monotonic() - began:.0f} s")
    return [results[each] for each in asked]


def report(results, arguments, asked):
    for result in results:
        words = f"{result.plan} · {result.module} · {result.outcome}" + (f": {result.why}" if result.why else "")
        print(words + "".join(f"\n      {note}" for note in result.notes))
    counts = readme.counts(results)
    print()
    print(readme.table(counts))
    failed = [result for result in results if result.outcome == modules.FAILED]
    for result in failed:
        print(f"FAILED {result.plan} · {result.module}: {result.why}")
    whole = asked == chosen([])
    if arguments.write_readme and whole:
        readme.write(counts, results)
    stale = whole and not arguments.write_readme and readme.stale(counts, results)
    if stale:
        print(f"conformance: {stale} does not say what this run gave; Tests/Conformance/run --write-readme writes it")
    total = ", ".join(f"{number} {outcome}" for outcome, number in readme.total(counts).items() if number)
    print(f"conformance: {total}")
    return 1 if failed or stale else 0


if __name__ == "__main__":
    sys.exit(main())
