"""Which Markdown of the repository becomes which page of the site, and the table of the rules.

mkdocs calls the `on_…` functions; run as a script it brings the table in the README up to date.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from registry_lint.rules import RULES

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parent.parent
RULES_FOLDER = "lint_rules/registry_lint/rules"
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")
TABLE = re.compile(r"(?<=<!-- rules: begin -->\n).*?(?=<!-- rules: end -->)", re.DOTALL)


def rule_pages() -> dict[str, str]:
    """The page of each rule by its code, relative to the repository."""
    return {
        rule.code: f"{RULES_FOLDER}/{rule.code.lower()}_{rule.name.replace('-', '_')}.md" for rule in RULES
    }


def failures() -> list[str]:
    """The gallery of failures: its own page, then one for each failure."""
    found = (ROOT / "examples" / "failures").rglob("README.md")
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def site_pages() -> dict[str, str]:
    """Where each Markdown file of the repository stands on the site."""
    return {
        "README.md": "index.md",
        "docs/python-3.14-and-your-registries.md": "python-3.14-and-your-registries.md",
        "docs/verify.md": "verify.md",
        "docs/speed.md": "speed.md",
        "docs/design.md": "design.md",
        "examples/README.md": "examples/index.md",
        **{page: page.replace("README", "index") for page in failures()},
        "CONTRIBUTING.md": "contributing.md",
        "CHANGELOG.md": "changelog.md",
        **{page: f"rules/{code}.md" for code, page in rule_pages().items()},
    }


def rules_table() -> str:
    """The Markdown table of all rules; each code links to its page in the repository."""
    pages = rule_pages()
    rows = [
        f"| [{rule.code}]({pages[rule.code]}) | {rule.name} | {rule.summary} | {_fix(pages[rule.code])} |\n"
        for rule in RULES
    ]
    return "".join(["| code | name | finds | fix |\n", "|---|---|---|---|\n", *rows])


def _fix(page: str) -> str:
    """What the second line of the page promises: `Since 0.1 · no fix` or the fix."""
    since = (ROOT / page).read_text(encoding="utf-8").splitlines()[2]
    fix = since.partition("·")[2].strip().rstrip(".")
    return "–" if fix == "no fix" else fix.removeprefix("mended by ")


def with_table(readme: str) -> str:
    """The README with its table of rules brought up to date."""
    return TABLE.sub(lambda _: rules_table(), readme, count=1)


def for_site(path: str, text: str) -> str:
    """The text of a repository file with its links turned to pages of the site.

    A link to a file that is no page loses its link and keeps its text; a link to nothing stays,
    so that mkdocs warns of it.
    """
    pages = site_pages()
    here = posixpath.dirname(pages[path])

    def turn(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link["target"]))
        page = pages.get(target) or pages.get(f"{target}/README.md")
        if page:
            return f"[{link['text']}]({posixpath.relpath(page, here or '.')}{link['anchor'] or ''})"
        return link["text"] if (ROOT / target).exists() else link[0]

    return LINK.sub(turn, text)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give the site its navigation."""
    config["nav"] = [
        {"registry-lint": "index.md"},
        {"Python 3.14 and your registries": "python-3.14-and-your-registries.md"},
        {"What each process really holds": "verify.md"},
        {"Rules": [{f"{rule.code} {rule.name}": f"rules/{rule.code}.md"} for rule in RULES]},
        {"Examples": ["examples/index.md", *map(site_pages().__getitem__, failures())]},
        {"How fast it is": "speed.md"},
        {"Design": "design.md"},
        {"Contributing": "contributing.md"},
        {"Changelog": "changelog.md"},
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the repository's Markdown on the site, in place of what lies in the folder of the site."""
    from mkdocs.structure.files import File

    for path, page in site_pages().items():
        if (existing := files.get_file_from_path(page)) is not None:
            files.remove(existing)
        text = for_site(path, (ROOT / path).read_text(encoding="utf-8"))
        files.append(File.generated(config, page, content=text))
    return files


def main() -> None:
    """Write the table of the rules into the README."""
    readme = ROOT / "README.md"
    readme.write_text(with_table(readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
