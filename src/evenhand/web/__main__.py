"""`python -m evenhand.web SETTINGS` starts the gate's service: `evenhand gate serve` does it so."""

import sys

from evenhand.web.gate.startup import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
