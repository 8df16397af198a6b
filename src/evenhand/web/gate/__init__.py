"""The gate as a service over HTTP: it imports the gate and `model`, msgspec, uvloop and httptools, nothing else."""
