"""What answers and asks over HTTP: the gate's service in `gate`, its client and filters for applications in Python."""
