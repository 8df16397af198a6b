"""The gate as a service over HTTP. `evenhand gate serve` and `evenhand-gate serve` start it.

It imports the gate and `model`, and of others' packages msgspec, uvloop and httptools; nothing else.
"""
