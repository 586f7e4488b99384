"""The worker processes: python -m connectors <role>; `run` starts them all and the dashboard."""

from __future__ import annotations

import argparse
import logging
import sys

from connectors import roles, supervise
from core.errors import HNMError
from core.i18n import DEFAULT, error_text

_ROLES = {
    "run": supervise.run,
    "fetch": roles.fetch,
    "process": roles.process,
    "deliver": roles.deliver,
    "research": roles.research,
    "learn": roles.learn,
    "web": roles.web,
    "watch": roles.watch,
    "geocode": roles.geocode,
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m connectors", description=__doc__)
    parser.add_argument("role", choices=list(_ROLES))
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Libraries under us may log what they are given; ids are all that a log may hold.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        _ROLES[chosen.role]()
    except HNMError as error:
        print(error_text(DEFAULT, error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
