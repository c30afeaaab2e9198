"""The `template` setting: a project's own words for the contract, and what is refused there."""

from __future__ import annotations

from string import Formatter

from registry_lint.codemod.contract_text import template_words, write_contract
from registry_lint.config import Config, ConfigError
from registry_lint.findings import DocumentRegistry
from registry_lint.places import Location, Span
from registry_lint.project.contract import is_documented

_SAMPLE = DocumentRegistry(
    owner="Readers",
    location=Location("readers.py", Span(1, 0, 1, 0)),
    attributes=("_by_format",),
    containers=("dict",),
    registrars=("readers:Readers.add",),
    ways=("call",),
)


def check_template(config: Config) -> None:
    """Raise ConfigError unless the project's template is one that REG101 takes for a contract."""
    if config.template is None:
        return
    _check_fields(config, config.template)
    for forbidden in ("\\", '"""', "'''"):
        if forbidden in config.template:
            raise _error(config, f"{forbidden} cannot stand in a docstring; leave it out")
    written = write_contract(_SAMPLE, "readers", ("", ""), config.template)
    if not is_documented("\n\n".join(written.paragraphs), config.contract_words):
        raise _error(
            config,
            "what it writes would not satisfy REG101: say that the state is process-wide, and what fork,"
            " spawn or reload do to it, or use {contract}",
        )


def _check_fields(config: Config, template: str) -> None:
    known = template_words(_SAMPLE, "readers", ("", ""))
    try:
        fields = [(name, form, to) for _, name, form, to in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise _error(config, f"{error}; write {{{{ and }}}} for braces") from None
    for name, form, conversion in fields:
        if name not in known or form or conversion:
            names = ", ".join(f"{{{field}}}" for field in known)
            raise _error(config, f"unknown field {{{name}}}; known are {names}")


def _error(config: Config, message: str) -> ConfigError:
    return ConfigError(f"{config.file}: [tool.registry-lint] template: {message}")
