"""A crontab: two steps in shells of their own, so that neither sees the other's credentials."""

from audit.cli.schedules.plan import Files, Timing


def cron(when: Timing, folder: str) -> Files:
    """The lines for `crontab -e`, as a user that may write the checkout and nothing else."""
    hours = ",".join(map(str, when.hours))
    nox = ".venv/bin/nox -s"
    return {
        "crontab": f"""\
# Open Model Registry. Times are in UTC where CRON_TZ is known, else in the machine's zone.
# Credentials, readable by this user only (chmod 600), as NAME=value lines:
#   ~/.config/open-model-registry/observe.env  HF_TOKEN (read-only, without gated grants), GITHUB_TOKEN (no rights at all); both optional
#   ~/.config/open-model-registry/publish.env  GITHUB_TOKEN (issues: write on one repository), GITHUB_REPOSITORY=owner/name
# Cron mails what is printed: set MAILTO. To stop everything: touch registry/PAUSED.
CRON_TZ=UTC
CONFIG=.config/open-model-registry
{when.minute} {hours} * * * cd {folder} && {{ {_step("observe", f"{nox} run")}; {_step("publish", f"{nox} publish")}; {nox} save -- --push; }}
{(when.minute + 7) % 60} {when.check_hour} * * * cd {folder} && {nox} health -- --every {when.every}
"""
    }


def _step(name: str, command: str) -> str:
    return f'(set -a; f="$HOME/$CONFIG/{name}.env"; [ ! -r "$f" ] || . "$f"; exec {command})'
