"""The sandbox city: the systems around a service hall, played for demonstrations and tests. Nothing in it is real.

`SandboxCity` is a WSGI application; `serve` runs it on a loopback port. It plays the provider of 统一身份认证 (OpenID Connect), and,
with `Outside`, two departments' systems and the city bus.
"""

from connectors.sandbox.city import SandboxCity, make_server, serve
from connectors.sandbox.grants import Client
from connectors.sandbox.outside import Outside

__all__ = ["Client", "Outside", "SandboxCity", "make_server", "serve"]
