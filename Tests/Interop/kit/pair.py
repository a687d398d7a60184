"""Two servers of one database behind nginx: one address, one master key, and a pool with pysaml2 on them."""

from .nginx import Nginx
from .world import Site


class Pair:
    def __init__(self, world, name, database):
        self.nginx = Nginx(world.folder / name)
        options = {"database": database, "url": self.nginx.url, "master_key": world.folder / name / "master-key", "options": ["--trusted-proxy", "127.0.0.1/32"]}
        self.servers = [self.server(world, f"{name}-{number}", number, options) for number in (1, 2)]
        world.started_part(self.nginx, [server.port for server in self.servers])
        self.site = Site(world, self.servers[0], name)

    def server(self, world, name, number, options):
        """Server 1 or 2; started, unless who wants them otherwise says so."""
        return world.new_server(name, **options)
