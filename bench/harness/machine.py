"""What the figures were taken with."""

import datetime
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from .options import BENCH

PACKAGES = [
    "scikit-learn",
    "numpy",
    "scipy",
    "beautifulsoup4",
    "sentence-transformers",
    "torch",
]


def describe(chosen):
    """Lines about the machine, the versions and the day."""
    threads = f"{chosen.threads} threads" if chosen.threads else "all cores"
    return [
        hardware(),
        software(PACKAGES),
        f"Median of {chosen.rounds} round(s) in alternation, {threads}, generated postings of "
        f"seed {chosen.seed}; one round where it took longer than {chosen.once:g} s",
    ]


def hardware():
    """The machine, how busy it is, and the day."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{processor()}, {cores()} cores{memory()}, {platform.system()} {platform.machine()}; "
        f"load {load} before the start; {datetime.date.today().isoformat()}"
    )


def software(packages):
    """Both sides' versions."""
    return (
        f"CareerPulse {commit()}, {said('rustc', '--version')}, against Python "
        f"{platform.python_version()} with {', '.join(versions(packages))}"
    )


def processor():
    named = [line for line in read("/proc/cpuinfo") if line.startswith("model name")]
    return named[0].split(":", 1)[1].strip() if named else platform.processor() or "processor"


def cores():
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count()


def memory():
    total = [line for line in read("/proc/meminfo") if line.startswith("MemTotal:")]
    return f", {int(total[0].split()[1]) / 2**20:.0f} GiB" if total else ""


def versions(packages):
    for name in packages:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue


def commit():
    return said("git", "describe", "--always", "--dirty", "--exclude=*") or "of no commit"


def said(*command):
    """What a program prints, or nothing where it is not there."""
    try:
        done = subprocess.run(command, cwd=BENCH, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def read(path):
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
