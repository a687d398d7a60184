"""Every command of every guide: what a sandbox can run is run, in the order of its page, and the rest is known to the binary."""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys

from kit import guide_fixtures as fixtures
from kit.checks import Scenario, expect, expect_true
from kit.countersign import BINARY, ROOT
from kit.guide_text import blocks, pages, spans, steps, unknown

scenario = Scenario("guides", needs=["pysaml2", "guides", "postgresql"])
COUNTS = {"run": 0, "parsed": 0, "excluded": 0}


@scenario.check("every command and option that a page names, in blocks and in sentences, is one that the binary has", seconds=300)
def known(world):
    wrong = []
    for page in pages():
        for step in [*steps(page), *spans(page)]:
            if step.text.startswith("countersign "):
                COUNTS["parsed"] += 1
                if found := unknown(step.text):
                    wrong.append(f"{step.where}: {found}: {step.text}")
    expect("unknown to the binary", wrong, [])


@scenario.check("what is not run is not run for a reason, and no reason is left over")
def reasons(world):
    every = [step for page in pages() for step in steps(page)]
    used = {key for key in fixtures.EXCLUDED for step in every if step.page == key[0] and step.text.startswith(key[1])}
    COUNTS["excluded"] = sum(1 for step in every if fixtures.excluded(step))
    expect("left over", sorted(set(fixtures.EXCLUDED) - used), [])
    prepared = {key for key in fixtures.BEFORE for step in every if step.page == key[0] and step.text.startswith(key[1])}
    expect("preparations of nothing", sorted(set(fixtures.BEFORE) - prepared), [])
    told = {key for key in fixtures.EXPECTED for step in every if step.page == key[0] and step.text.startswith(key[1])}
    expect("exit statuses of nothing", sorted(set(fixtures.EXPECTED) - told), [])


RUN = [page for page in pages() if any(not fixtures.excluded(step) for step in steps(page))]


def in_sandbox(page, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = ["unshare", "--mount", "--net", sys.executable, "-m", "kit.guide_sandbox", page, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=280)


def sandboxes(world):
    """All pages, as many at once as there are processors: most of the time somebody waits for a second."""

    def begin():
        crowd = concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2)
        folders = {page: world.folder / "guides" / page.replace("/", "-").removesuffix(".md") for page in RUN}
        return {page: (folder, crowd.submit(in_sandbox, page, folder)) for page, folder in folders.items()}

    return world.part("guides", begin)


def run_page(page):
    def check(world):
        folder, begun = sandboxes(world)[page]
        answer = begun.result()
        expect_true(f"the sandbox of {page} (exit status {answer.returncode})", answer.returncode == 0, "0", answer.stderr[-1500:])
        results = json.loads((folder / "results.json").read_text())
        COUNTS["run"] += len(results)
        wrong = [f"{each['where']}: {each['text']}\n  status {each['status']}: {each['output'][-600:]}" for each in results if each["status"] != each["expected"]]
        expect_true(f"{len(results)} commands", not wrong, "every exit status as the page says", "\n".join(wrong))

    return check


for each in RUN:
    scenario.check(f"{each}: every command does what the page says", seconds=300)(run_page(each))


@scenario.check("docs/README.md leads to every page")
def index(world):
    text = (ROOT / "docs" / "README.md").read_text()
    expect("pages without a line", [page for page in pages() if page.startswith("docs/") and "/decisions/" not in page and page != "docs/README.md" and f"]({page[5:]}" not in text], [])


@scenario.check("the numbers of docs/operations/limits.md are those of the sources")
def limits(world):
    wrong, count = [], 0
    for line in (ROOT / "docs" / "operations" / "limits.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        named = re.fullmatch(r"`(\w+\.swift)` `(\w+)`", cells[-1])
        if named:
            count += 1
            stated, real = stated_number(cells[1]), constant(*named.groups())
            if stated != real:
                wrong.append(f"{cells[0]}: {cells[1]} is {stated}, {cells[-1]} is {real}")
    expect("wrong", wrong, [])
    expect_true("rows with a source", count > 40, "more than 40", count)


UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "s": 1, "min": 60, "h": 3600, "days": 86_400}


def stated_number(cell):
    """The first of a cell: `64 KiB`, `3,000`, `30 min`."""
    found = re.match(r"([\d,]+)(?: (\w+))?", cell)
    return int(found[1].replace(",", "")) * UNITS.get(found[2], 1)


def constant(file, name):
    """The value in the sources, as far as it is arithmetic. Rooms may have a file of the same name each."""
    declared = re.compile(rf"\b{name}\b(?:: [\w.]+)?(?: =|:) (?:Duration)?(?:\.seconds\()?([\d_ *<.+]+)")
    for path in sorted((ROOT / "Sources").rglob(file)):
        if found := declared.search(path.read_text()):
            return int(eval(found[1], {"__builtins__": {}}))
    return None


@scenario.check("every JSON of the pages is JSON, unless it leaves something out")
def is_json(world):
    count = 0
    for page in pages():
        for language, line, lines in blocks(page):
            text = "\n".join(lines)
            if language == "json" and "…" not in text:
                count += 1
                try:
                    json.loads(text)
                except ValueError as problem:
                    expect(f"{page}:{line}", str(problem), "JSON")
    expect_true("how many", count > 0, "some", count)


@scenario.check("docs/operations/backup.md: systemd takes the unit, the timer and its time of day")
def timer(world):
    folder = world.folder / "units"
    folder.mkdir(exist_ok=True)
    text = next("\n".join(lines) for language, _, lines in blocks("docs/operations/backup.md") if language == "ini")
    parts = re.split(r"# /etc/systemd/system/(\S+)\n", text)[1:]
    units = dict(zip(parts[::2], parts[1::2]))
    expect("units", sorted(units), ["countersign-backup.service", "countersign-backup.timer"])
    for name, content in units.items():
        (folder / name).write_text(content.replace("/usr/bin/countersign", str(BINARY)).replace("User=countersign", "User=daemon"))
    answer = subprocess.run(["systemd-analyze", "verify", *(folder / name for name in units)], capture_output=True, text=True)
    expect("systemd-analyze verify", (answer.returncode, answer.stdout + answer.stderr), (0, ""))
    calendar = re.search(r"OnCalendar=(.*)", units["countersign-backup.timer"])[1]
    answer = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True)
    expect_true("systemd-analyze calendar", answer.returncode == 0 and "03:15:00" in answer.stdout, "03:15:00", answer.stdout + answer.stderr)


@scenario.check("how many that were")
def counted(world):
    print(f"       {COUNTS['run']} run, {COUNTS['parsed']} of ours known to the binary, {COUNTS['excluded']} not run")
    expect_true("run", COUNTS["run"] > 150, "more than 150", COUNTS)
