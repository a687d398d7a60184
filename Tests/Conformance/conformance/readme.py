"""The counts in README.md and the modules in docs/conformance.md: written from a run, and held against every whole run."""

import collections

from kit.countersign import ROOT

from . import modules, plans

README, PAGE = ROOT / "README.md", ROOT / "docs" / "conformance.md"
BEGIN, END = "<!-- conformance: written by Tests/Conformance/run --write-readme -->", "<!-- conformance: end -->"
OUTCOMES = (modules.PASSED, modules.SKIPPED, modules.NOT_YET, modules.FAILED)


def counts(results):
    """For each plan its outcomes, counted."""
    table = {plan: collections.Counter() for plan in plans.PLANS if any(each.plan == plan.name for each in results)} if results else {}
    for result in results:
        plan = next(each for each in table if each.name == result.plan)
        table[plan][result.outcome] += 1
    return table


def total(table):
    return {outcome: sum(counter[outcome] for counter in table.values()) for outcome in OUTCOMES}


def table(table):
    """Markdown: a row a plan."""
    rows = ["| plan | modules | " + " | ".join(OUTCOMES) + " |", "|---|---|" + "---|" * len(OUTCOMES)]
    rows += [f"| {plan.title} | {sum(counter.values())} | " + " | ".join(str(counter[outcome]) for outcome in OUTCOMES) + " |" for plan, counter in table.items()]
    whole = total(table)
    rows.append(f"| **all** | **{sum(whole.values())}** | " + " | ".join(f"**{whole[outcome]}**" for outcome in OUTCOMES) + " |")
    return "\n".join(rows)


def listing(results):
    """Markdown: every module that is not plainly passed, with its reason; those of one plan and one reason together."""
    titles = {plan.name: plan.title for plan in plans.PLANS}
    groups = collections.defaultdict(list)
    for result in results:
        if result.outcome != modules.PASSED:
            groups[titles[result.plan], f"{result.outcome}: {result.why.splitlines()[0]}"].append(f"`{result.module}`")
    rows = ["| plan | result | modules |", "|---|---|---|"]
    return "\n".join(rows + [f"| {title} | {result} | {' '.join(names)} |" for (title, result), names in groups.items()])


def between(path):
    text = path.read_text()
    before, _, rest = text.partition(BEGIN)
    inside, _, after = rest.partition(END)
    return before, inside.strip(), after


def write(counts, results):
    for path, content in ((README, table(counts)), (PAGE, listing(results))):
        before, _, after = between(path)
        path.write_text(f"{before}{BEGIN}\n{content}\n{END}{after}")


def stale(counts, results):
    """Which of the files says something else than this run; empty if none."""
    found = [path.name for path, content in ((README, table(counts)), (PAGE, listing(results))) if between(path)[1] != content.strip()]
    return " and ".join(found)
