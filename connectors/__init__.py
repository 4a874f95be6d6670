"""Doors to other systems (city bus, e-licence, e-seal, reviews, face, ledger), real and sandbox side by side.

A connector knows `yichuang.ports` and `yichuang.errors` and nothing else of the platform. It raises `ConnectorFailed` when
trying again may help and `ConnectorRefused` when it will not.
"""
