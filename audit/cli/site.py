"""`site`: write the site, or show it on this machine."""

import functools
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

from audit.cli.command import FILE, INTEGER, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.wording import count_things
from audit.publish.site.build import BuiltSite, list_earlier_files, write_site
from audit.publish.site.site_data import load_site_data
from audit.publish.site.sitemap import check_base_url

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class SiteOptions(SharedOptions):
    """Options of `site`."""

    output: Path
    base_url: str
    serve: bool
    port: int


@make_command(SiteOptions, reads_installed=True)
@click.option("--output", type=FILE, metavar="DIR", required=True, help="folder of the site")
@click.option(
    "--base-url",
    default="",
    metavar="URL",
    help="where it will stand; adds sitemap.xml, and whole addresses to feeds",
)
@click.option("--serve", is_flag=True, help="then show it to this machine alone, until Ctrl-C")
@click.option("--port", type=INTEGER, default=8000, help="where it is served (default: 8000)")
def run_command(options: SiteOptions) -> int:
    """Write the site: pages, data for programs, badges. The same records give the same bytes."""
    base_url = check_base_url(options.base_url) if options.base_url else ""
    list_earlier_files(options.output)  # refuses a folder that is no site before the work begins
    built = write_site(options.output, load_site_data(options.registry, base_url))
    if options.json:
        print_json("site", {"files": built.files, "bytes": built.bytes})
    else:
        print(_describe_built(built, options.output))
    if options.serve:
        _serve_folder(options.output, options.port)
    return 0


def _describe_built(built: BuiltSite, folder: Path) -> str:
    megabytes = built.bytes / 1_000_000
    return f"{count_things(built.files, 'file')}, {megabytes:,.1f} MB, in {folder}; open {folder / 'index.html'}"


def _serve_folder(folder: Path, port: int) -> None:
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer((LOOPBACK, port), handler) as server:
        print(f"http://{LOOPBACK}:{server.server_port}/ – end with Ctrl-C", flush=True)
        server.serve_forever()
