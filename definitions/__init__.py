"""The packaged definitions: data only, read with `importlib.resources`."""
