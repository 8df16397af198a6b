"""`python -m tests.browser.stopped_clock SETTINGS INSTANT`: a console whose clock stands, so that pages stay alike."""

import sys
from dataclasses import replace
from datetime import datetime

from evenhand.web import site


def main(settings: str, instant: str) -> int:
    """Serve the console of the settings at an instant; what it starts as processes has the true time."""
    at, own = datetime.fromisoformat(instant), site.own_machine
    site.own_machine = lambda: replace(own(), now=lambda: at)
    return site.main([settings])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
