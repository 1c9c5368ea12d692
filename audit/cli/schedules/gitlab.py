"""A GitLab CI pipeline for a schedule: one job per step, variables bound to environments, no job interrupted."""

from audit.cli.schedules.plan import Files, Timing


def gitlab(when: Timing, folder: str) -> Files:
    """The file; the schedule itself is made in GitLab, as its first lines say."""
    del folder
    hours = ",".join(map(str, when.hours))
    return {
        ".gitlab-ci.yml": _PIPELINE.format(cron=f"{when.minute} {hours} * * *", every=when.every)
    }


_PIPELINE = """\
# Make a pipeline schedule (Build > Pipeline schedules) with the interval: {cron}   (UTC)
# Variables (Settings > CI/CD), masked, protected, each bound to one environment:
#   environment observe: HF_TOKEN (read-only, without gated grants), GITHUB_TOKEN (no rights at all); both optional
#   environment publish: GITHUB_TOKEN (issues: write on one repository), GITHUB_REPOSITORY=owner/name
# `save --push` uses the job's own token: allow it under Settings > CI/CD > Job token permissions > Allow Git push requests.
# To stop everything: commit a file registry/PAUSED.
stages: [observe, publish, save, health]

default:
  image: python:3.13
  interruptible: false
  before_script:
    - pip install --quiet nox

workflow:
  auto_cancel:
    on_new_commit: none
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"

observe:
  stage: observe
  resource_group: audit
  timeout: 1h
  environment:
    name: observe
    action: access
  script:
    - nox -s run
  artifacts:
    when: always
    expire_in: 1 week
    paths:
      - registry/observations
      - registry/events

publish:
  stage: publish
  resource_group: audit
  timeout: 30m
  when: always
  environment:
    name: publish
    action: access
  script:
    - nox -s publish
  artifacts:
    when: always
    expire_in: 1 week
    paths:
      - registry/feeds
      - registry/alerts
      - registry/**/*.md
      - registry/verdicts.json

save:
  stage: save
  resource_group: audit
  timeout: 10m
  when: always
  script:
    - nox -s save -- --push --branch "$CI_COMMIT_BRANCH"

health:
  stage: health
  when: always
  script:
    - nox -s health -- --every {every}
"""
