"""Workers elsewhere: from `--executor dask://HOST:PORT` to something that runs functions there."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent import futures
from concurrent.futures import Executor
from contextlib import contextmanager

from registry_lint import __version__
from registry_lint.check.extraction import maker
from registry_lint.cli.project import MisuseError

SECONDS_TO_ANSWER = 15


@contextmanager
def connect(url: str) -> Iterator[Executor]:
    """Lend the executor that a URL names; raises `MisuseError` where there is none, or one unlike us.

    What its workers send is unpickled here, so an address is only ever taken from the command line, never
    from a project's settings.
    """
    if not (named := re.fullmatch(r"dask://([^/?#]+:\d+)/?", url)):
        raise MisuseError(f"--executor {url!r}: expected dask://HOST:PORT, the address of a Dask scheduler")
    try:
        from distributed import Client
    except ImportError:
        raise MisuseError("--executor: Dask is not installed; pip install 'registry-lint[dask]'") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say ourselves what matters of it
    try:
        client = Client(f"tcp://{named[1]}", timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MisuseError(f"--executor {url}: no Dask scheduler answers there: {error}") from None
    with client, client.get_executor() as executor:
        _expect_like_us(url, executor)
        yield executor


def _expect_like_us(url: str, executor: Executor) -> None:
    try:
        theirs = executor.submit(maker).result(SECONDS_TO_ANSWER)
    except futures.TimeoutError:
        raise MisuseError(f"--executor {url}: no worker answers within {SECONDS_TO_ANSWER} s") from None
    except Exception as error:
        raise MisuseError(f"--executor {url}: registry-lint does not run on its workers: {error}") from None
    if theirs != maker():
        raise MisuseError(
            f"--executor {url}: its workers have another registry-lint or Python; "
            f"install registry-lint {__version__} there, on the same Python"
        )
