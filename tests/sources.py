"""The source of the house, read with `ast` and never run: modules, their imports, their functions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ("portal", "notices", "storage")
Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: str

    @cached_property
    def text(self) -> str:
        """What it says."""
        return (ROOT / self.path).read_text()

    @cached_property
    def tree(self) -> ast.Module:
        """What Python makes of it."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """Its dotted name; a package's own file is called like the package."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_package(self) -> bool:
        """Whether it is a package's own file."""
        return self.path.endswith("/__init__.py")

    @property
    def length(self) -> int:
        """Its lines."""
        return len(self.text.splitlines())

    @cached_property
    def imports(self) -> frozenset[str]:
        """Dotted names of all that it imports, wherever in the file; `from a import b` is `a.b`."""
        return frozenset(self._imported())

    def _imported(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}: relative import"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    @property
    def functions(self) -> Iterator[Definition]:
        """Every function and method, inner ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Definition))

    def brings(self, package: str) -> bool:
        """Whether it imports this package or anything in it."""
        return any(one == package or one.startswith(f"{package}.") for one in self.imports)


def modules(*folders: str) -> list[Module]:
    """Every Python file under these folders."""
    return [
        Module(str(file.relative_to(ROOT)))
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
    ]


def arrows(among: list[Module]) -> dict[str, set[str]]:
    """Which module imports which others of these; an import from a package's own file is of it."""
    known = {module.name for module in among}
    return {
        module.name: {
            target
            for target in (_nearest(one, known) for one in module.imports)
            if target and target != module.name
        }
        for module in among
    }


def _nearest(name: str, known: set[str]) -> str | None:
    """The module that this name is, or the one it is defined in."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import one another in a circle; empty where there is none."""
    left = dict(graph)
    while True:
        # Whoever imports nobody that is left is in no circle, and then neither need be its importers.
        free = {name for name, targets in left.items() if not targets & left.keys()}
        if not free:
            return sorted(left)
        left = {name: targets for name, targets in left.items() if name not in free}
