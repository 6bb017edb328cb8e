"""`compdesign serve`: the HTTP API."""

import sys
from importlib import import_module
from typing import Annotated

import typer

from compdesign.cli.options import Debug, faults_told

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen at; this machine only, unless told otherwise.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option("--workers", "-w", min=1, max=64, help="Simulations and documents made at a time.")] = 2,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option("--trust-proxy", help="Address of a reverse proxy whose X-Forwarded-For is believed; may be repeated."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Serve comparisons, reports, letters and board exports over HTTP."""
    with faults_told(debug):
        running = import_module("compdesign.api.running")  # the API stands beside the command line, not below it
        settings = import_module("compdesign.api.settings").Settings(workers=workers, proxies=tuple(trust_proxy or ()))

        def listening(address: str) -> None:
            typer.echo(f"compdesign serves http://{address} (GET /openapi.json describes it; Ctrl-C ends it)", err=True)
            typer.echo("It has no accounts and stores nothing: whoever reaches this port may use it.", err=True)
            if host not in LOOPBACK:
                typer.echo(
                    f"WARNING: {host} is reachable from other machines. Anyone there can use this server, and what they send (salaries, "
                    "candidates) crosses the network unencrypted. Put a reverse proxy with TLS and a login in front (docs/api.md).",
                    err=True,
                )

        if not running.serve(host, port, settings, listening):
            sys.exit(1)
