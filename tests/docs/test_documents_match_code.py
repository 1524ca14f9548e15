"""What the documents promise is there: commands, files, tests."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from service.cli import app
from service.configuration import Configuration
from service.version import VERSION

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")])


def commands() -> set[str]:
    """Every command of the program, sub-commands as ``jobs list``."""
    top = get_command(app)
    names = set()
    for name, command in top.commands.items():  # type: ignore[attr-defined]
        names.add(name)
        names |= {f"{name} {inner}" for inner in getattr(command, "commands", {})}
    return names


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_the_documents_exist(document: Path) -> None:
    known = commands()
    for words in re.findall(r"`vultus ([a-z]+(?: [a-z]+)?)", document.read_text()):
        first = words.split()[0]
        assert first in known, f"{document.name} names `vultus {words}`"
        if any(name.startswith(f"{first} ") for name in known) and " " in words:
            assert words in known, f"{document.name} names `vultus {words}`"


def test_make_targets_in_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make ([a-z-]+)", (ROOT / "README.md").read_text()):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if not target.startswith(("http:", "https:")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_test_that_the_security_page_names_exists() -> None:
    named = re.findall(r"`(?:tests/(\w+)/)?(test_\w+\.py)`", (ROOT / "docs" / "security.md").read_text())
    assert named
    present = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    for folder, name in named:
        assert name in present, name
        if folder:
            assert (ROOT / "tests" / folder / name).exists(), name


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert sorted(numbers) == [f"{n:04}" for n in range(1, len(numbers) + 1)]


def test_the_configuration_in_the_readme_is_accepted() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    indented = "\n".join(line.strip() for line in block.splitlines())
    Configuration(**tomllib.loads(indented))


def test_one_version_everywhere() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_no_download_address_is_written_down() -> None:
    for requirements in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in requirements.read_text(), requirements.name
