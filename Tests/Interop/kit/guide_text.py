"""The commands of the guides: of their blocks, and between the words of a sentence."""

import functools
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass

from .countersign import BINARY, ROOT

# A block with such a line is one of commands; others are output, drawings and settings.
PROGRAMS = (
    "alias", "apt", "apt-get", "aws", "bash", "cat", "cd", "chown", "chmod", "countersign", "cp", "curl", "docker", "export", "git", "install", "journalctl", "jq", "kill", "ls", "make", "mkdir", "mv",
    "nginx", "oauth2-proxy", "openssl", "pg_basebackup", "pg_ctl", "pg_dump", "pg_restore", "podman", "psql", "python3", "rm", "runuser", "scripts", "sed", "softhsm2-util",
    "sqlite3", "systemctl", "systemd-analyze", "tar", "umask", "unzip", "xmlsec1",
)
ASSIGNMENT = re.compile(r"[A-Z_]+=")


def missing():
    needed = {"iproute2": "ip", "curl": "curl", "jq": "jq", "softhsm2": "softhsm2-util", "systemd": "systemd-analyze"}
    absent = [package for package, program in needed.items() if not shutil.which(program, path="/usr/bin:/bin:/usr/sbin:/sbin")]
    return absent + ([] if os.geteuid() == 0 else ["root (a network and mounts of its own)"])


@dataclass
class Step:
    page: str
    line: int
    text: str
    language: str = ""

    @property
    def where(self):
        return f"{self.page}:{self.line}"


def pages():
    return [str(path.relative_to(ROOT)) for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]]


def blocks(page):
    """Language, number of the line before the first, and lines of each block."""
    opened = None
    for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
        fence = re.match(r"( *)```(\w*)\s*$", line)
        if fence and opened is None:
            opened = (fence[2], number, len(fence[1]), [])
        elif fence:
            yield opened[0], opened[1], opened[3]
            opened = None
        elif opened:
            opened[3].append(line[opened[2]:] if line[:opened[2]].isspace() or not opened[2] else line)


def is_command(line):
    word = re.split(r"[ /]", line, maxsplit=1)[0]
    return line[:1].strip() != "" and (word in PROGRAMS or bool(ASSIGNMENT.match(line)))


def is_complete(text):
    try:
        return not text.endswith("\\") and bool(shlex.split(text, comments=True) or True)
    except ValueError:
        return False


def steps(page):
    """Every command of the page's blocks, in its order; a step has several lines where it goes on. A block of SQL is one."""
    for language, before, lines in blocks(page):
        if language == "sql":
            yield Step(page, before + 1, "\n".join(lines), language)
        if language not in ("", "sh", "bash", "console") or not any(is_command(line) for line in lines):
            continue
        text, first = "", 0
        for number, line in enumerate(lines, before + 1):
            if not text and (not line.strip() or line.lstrip().startswith("#")):
                continue
            text, first = (f"{text}\n{line}", first) if text else (line, number)
            if is_complete(text):
                yield Step(page, first, text)
                text = ""
        if text:
            raise ValueError(f"{page}:{first}: this command does not end: {text}")


def spans(page):
    """Commands in the middle of a sentence: what begins with the binary's name, or with two words that are one of its commands."""
    inside = False
    for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
        if re.match(r" *```", line):
            inside = not inside
        elif not inside:
            for span in re.findall(r"`([^`]+)`", line):
                words = span.split()
                if words[0] == "countersign" and len(words) > 1:
                    yield Step(page, number, span)
                elif len(words) > 1 and words[0] in subcommands(()) and words[1] in subcommands((words[0],)):
                    yield Step(page, number, "countersign " + span)


# ---- what the binary itself says that it takes ----


@functools.cache
def usage(path):
    """The help of a command, from USAGE on: above it are examples."""
    answer = subprocess.run([BINARY, *path, "--help"], capture_output=True, text=True, timeout=30)
    return answer.stdout.partition("USAGE:")[2]


@functools.cache
def subcommands(path):
    return set(re.findall(r"^  ([a-z0-9-]+)", usage(path).partition("SUBCOMMANDS:")[2].partition("\n\n")[0], re.MULTILINE))


@functools.cache
def options(path):
    return set(re.findall(r"(?<![a-z-])--[a-z0-9-]+", usage(path))) | {"--help", "--version"}


def arguments(text):
    """The words of one command of ours; what follows is the shell's."""
    try:
        words = shlex.split(text.replace("\\\n", " "), comments=True)
    except ValueError:
        words = text.split()
    words = words[1:]
    return words[:next((number for number, word in enumerate(words) if word in ("|", "&&", "&", ">", "<", ";") or word.startswith("…")), len(words))]


def unknown(text):
    """What the binary does not know of a command: a word of it, or an option."""
    path, words = (), arguments(text)
    while words and subcommands(path):
        if words[0].startswith("-"):
            break
        if not words[0].islower():
            return None  # a label, as `countersign POOL KID`
        if words[0] not in subcommands(path):
            return words[0]
        path, words = (*path, words[0]), words[1:]
    named = [word.partition("=")[0].strip(",.") for word in words if word.startswith("--") and len(word) > 2 and "…" not in word]
    # A sentence may leave the choice: `--add-claim|--remove-claim`.
    named = [option if option.startswith("--") else "--" + option for word in named for option in word.split("|")]
    return next((f"{' '.join(path)} {option}" for option in named if option not in options(path)), None)
