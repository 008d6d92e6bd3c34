"""`turnaround dashboard`: the pages for those who decide, served on this machine."""

import os
import threading
import webbrowser
from pathlib import Path

import click


@click.command("dashboard")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8050,
    show_default=True,
    help="Port to listen on; 0 takes one that is free.",
)
@click.option("--no-open", is_flag=True, help="Do not open the browser.")
@click.option(
    "--results",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results"),
    show_default=True,
    help="Folder within which results of sweeps and claims may be opened.",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer."
)
@click.option(
    "--threads",
    type=click.IntRange(1, 256),
    help="Threads that compute, of each process (default: the cores, shared out).",
)
def dashboard_command(
    host: str, port: int, no_open: bool, results: Path, workers: int, threads: int | None
) -> None:
    """Show the model in the browser: one history, regimes compared, one council, sweeps, the debate.

    Everything is served from this machine and nothing is asked of any other. Stop with Ctrl-C.

    \b
    On this machine, for oneself:
        turnaround dashboard
    For several people, behind a proxy that knows who they are, on a machine with eight cores:
        turnaround dashboard --no-open --port 8080 --workers 4 --threads 2
    """  # noqa: D301 - the mark by which click keeps lines
    try:
        from dashboards.live.server import Serving, ServingError, serve
    except ModuleNotFoundError as missing:
        raise click.ClickException(
            f"{missing.name} is not here: the dashboards need `pip install -e .[dashboard]` in the checkout"
        ) from missing

    share = max(1, (os.cpu_count() or 1) // workers)
    serving = Serving(host, port, workers, threads or share, results)

    def ready(address: str) -> None:
        print(f"Turnaround is at {address} (Ctrl-C stops it).", flush=True)
        if not no_open:
            threading.Timer(0.5, webbrowser.open, [address]).start()

    try:
        serve(serving, ready)
    except ServingError as problem:
        raise click.UsageError(str(problem)) from problem
