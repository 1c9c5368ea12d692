"""A GitHub Actions workflow: no permission by default, each job what it needs, every action by its hash, and no expression inside a command."""

from audit.cli.schedules.plan import Files, Timing

CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
UPLOAD = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2"
DOWNLOAD = "actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0"


def github(when: Timing, folder: str) -> Files:
    """The workflow, for .github/workflows; `folder` does not matter to it."""
    del folder
    hours = ",".join(map(str, when.hours))
    return {
        "audit.yml": _WORKFLOW.format(
            cron=f"{when.minute} {hours} * * *",
            every=when.every,
            checkout=CHECKOUT,
            upload=UPLOAD,
            download=DOWNLOAD,
        )
    }


_WORKFLOW = """\
# The actions are pinned by hash. Keep it so, and let Dependabot or Renovate move the pins.
# GitHub stops schedules of a repository that rests for 60 days: let something else run `nox -s health` as well.
# To stop everything: commit a file registry/PAUSED.
name: audit

on:
  schedule:
    - cron: "{cron}"
  workflow_dispatch:

permissions: {{}}

concurrency:
  group: audit
  cancel-in-progress: false

jobs:
  observe:
    name: Observe
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: read # the records; this job writes nothing outside its own machine
    steps:
      - uses: {checkout}
        with:
          persist-credentials: false
      - run: pipx run nox -s run
        env:
          HF_TOKEN: ${{{{ secrets.HF_TOKEN }}}} # read-only, without gated grants; may be absent
          GITHUB_TOKEN: ${{{{ github.token }}}} # with the rights of this job: reading
      - uses: {upload}
        if: ${{{{ !cancelled() }}}} # a run that could not see everything is told too
        with:
          name: seen
          path: |
            registry/observations
            registry/events
          retention-days: 7

  publish:
    name: Publish
    needs: observe
    if: ${{{{ !cancelled() }}}}
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: write # to save what was seen, the feeds and the pages
      issues: write # to tell people
    steps:
      - uses: {checkout}
        with:
          persist-credentials: true # for `save --push`
      - uses: {download}
        with:
          name: seen
          path: registry
      - run: pipx run nox -s publish -- --account "github-actions[bot]"
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
      - run: pipx run nox -s save -- --push
        if: ${{{{ !cancelled() }}}}

  health:
    name: Health
    needs: publish
    if: ${{{{ !cancelled() }}}}
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: {checkout}
        with:
          ref: ${{{{ github.ref_name }}}} # what `save` has just pushed
          persist-credentials: false
      - run: pipx run nox -s health -- --every {every}
"""
