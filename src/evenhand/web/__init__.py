"""The gate as a service: a door for programs that ask over HTTP. `evenhand gate serve` opens it.

It imports the gate and the nouns, and of others' packages msgspec, uvloop and httptools; nothing else.
"""

__all__: list[str] = []
