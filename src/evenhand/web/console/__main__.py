"""`python -m evenhand.web.console SETTINGS` serves a console: `evenhand serve` does it so."""

import sys

from evenhand.web.console.server import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
