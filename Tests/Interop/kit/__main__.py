"""usage: Tests/Interop/run [--list] [name…]     names are those of the scenarios; without one, all run"""

import argparse
import importlib
import signal
import sys

from .checks import Report

# The last one reads the logs of all the others.
SCENARIOS = ("simplesamlphp", "apache", "oidc_glewlwyd", "pysaml2", "device", "grants", "certificates", "dry_sign_in", "signin_records", "signed_requests", "step_up", "single_logout", "fresh_metadata", "spid", "pool_to_pool", "browser_apps", "no_pkce", "clients", "forward_auth", "proxies", "guides", "verify_tokens", "tokens", "sign_in_page", "console", "config", "config_roundtrip", "lifecycle", "service_manager", "monitoring", "traces", "consent", "replicas", "logout_notices", "races", "moving", "kills", "hsm", "outages", "disaster", "full_disk", "upgrade", "old_database", "outside_package", "package", "demo", "logs")


# Need more than a build of this revision: run where they are named.
ON_DEMAND = ("upgrade", "old_database", "outside_package")


def main():
    parser = argparse.ArgumentParser(prog="Tests/Interop/run", description="Countersign against real identity providers, apps and a browser.")
    parser.add_argument("--list", action="store_true", help="list the checks and run none")
    parser.add_argument("names", nargs="*", metavar="name", help=f"which scenarios: {', '.join(SCENARIOS)} (default: all but {', '.join(ON_DEMAND)})")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))} (there are {', '.join(SCENARIOS)})")
    chosen = [importlib.import_module(f"scenarios.{name}").scenario for name in SCENARIOS if name in (arguments.names or set(SCENARIOS) - set(ON_DEMAND))]
    if arguments.list:
        for scenario in chosen:
            for sentence, _, _ in scenario.checks:
                print(f"{scenario.name}: {sentence}")
        return 0

    from .world import World

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    world = World()
    report = Report(world)
    try:
        for scenario in chosen:
            report.run(scenario)
    except KeyboardInterrupt:
        print("interop: interrupted")
        return 130
    finally:
        world.stop()
    return report.summary()


if __name__ == "__main__":
    sys.exit(main())
