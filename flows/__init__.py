"""When and how often: flows, settings and the marsad command."""
