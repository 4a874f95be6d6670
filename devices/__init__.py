"""Things on the counter (camera, fingerprint, signature pad, ID reader, document camera), real and simulated.

A device knows `yichuang.ports` and `yichuang.errors` and nothing else of the platform.
"""
