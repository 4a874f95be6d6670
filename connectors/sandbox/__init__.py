"""The sandbox city: the systems around a service hall, played for demonstrations and tests. Nothing in it is real.

`SandboxCity` is a WSGI application; `serve` runs it on a loopback port. It plays the provider of 统一身份认证 (OpenID Connect).
"""

from connectors.sandbox.city import SandboxCity, make_server, serve
from connectors.sandbox.grants import Client

__all__ = ["Client", "SandboxCity", "make_server", "serve"]
