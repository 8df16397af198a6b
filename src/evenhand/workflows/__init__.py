"""What people do with a network, one function a thing: only here are decisions written, and packages called in order.

Each folder is a face of its own: `run`, `review`, `rulebooks`, `operations`, `delivery`, `erasure`, `queries`; what
they share of a party's case is in `evaluation`.
"""
