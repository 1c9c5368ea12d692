"""Units for systemd: one service per step, each with its own credentials and able to write the checkout only."""

from audit.cli.schedules.plan import Files, Timing

PREFIX = "open-model-registry"
_FENCE = """\
User={prefix}
WorkingDirectory={folder}
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
CapabilityBoundingSet=
ReadWritePaths={folder}
TimeoutStartSec=1h
"""


def systemd(when: Timing, folder: str) -> Files:
    """Units for /etc/systemd/system."""
    hours = ",".join(f"{hour:02}" for hour in when.hours)
    nox = f"{folder}/.venv/bin/nox -s"
    observe = _service(
        "observe",
        folder,
        f"{nox} run",
        "Ask the Hub and GitHub, and write what was seen",
        follow=True,
    )
    publish = _service(
        "publish",
        folder,
        f"{nox} publish",
        "Tell people what the audit knows",
        then=f"{nox} save -- --push",
    )
    health = _service(
        "health",
        folder,
        f"{nox} health -- --every {when.every}",
        "Fail when the last good run is too old",
        secret=False,
    )
    return {
        f"{PREFIX}-observe.service": observe,
        f"{PREFIX}-publish.service": publish,
        f"{PREFIX}-health.service": health,
        f"{PREFIX}-observe.timer": _timer(
            "Run the audit", f"*-*-* {hours}:{when.minute:02}:00 UTC"
        ),
        f"{PREFIX}-health.timer": _timer(
            "Check that the audit is alive", f"*-*-* {when.check_hour:02}:{when.minute:02}:00 UTC"
        ),
    }


def _service(
    name: str,
    folder: str,
    command: str,
    words: str,
    *,
    follow: bool = False,
    secret: bool = True,
    then: str = "",
) -> str:
    # Publishing follows a bad run too: what could not be seen is part of the news.
    following = (
        f"OnSuccess={PREFIX}-publish.service\nOnFailure={PREFIX}-publish.service\n"
        if follow
        else ""
    )
    environment = (
        f"# Owned by root, chmod 600; what goes in: the comment in {PREFIX}-observe.timer\nEnvironmentFile=-/etc/{PREFIX}/{name}.env\n"
        if secret
        else ""
    )
    unit = f"[Unit]\nDescription=Open Model Registry: {words}\nWants=network-online.target\nAfter=network-online.target\n{following}"
    steps = f"ExecStart={command}\n" + (f"ExecStopPost={then}\n" if then else "")
    return f"{unit}\n[Service]\nType=oneshot\n{steps}{environment}{_FENCE.format(prefix=PREFIX, folder=folder)}"


def _timer(words: str, calendar: str) -> str:
    return f"""\
# /etc/{PREFIX}/observe.env: HF_TOKEN (read-only, without gated grants), GITHUB_TOKEN (no rights at all); both optional
# /etc/{PREFIX}/publish.env: GITHUB_TOKEN (issues: write on one repository), GITHUB_REPOSITORY=owner/name
# To stop everything: touch registry/PAUSED.
[Unit]
Description=Open Model Registry: {words}

[Timer]
OnCalendar={calendar}
RandomizedDelaySec=10m
Persistent=true

[Install]
WantedBy=timers.target
"""
