"""What careerpulse-bench does besides work: data, and words on the machine and the encoder."""

import json
import subprocess

from .options import say


def prepare(program, size, seed, folder):
    """Has it write the data of so many generated postings into a folder."""
    say(f"generating {size:,} postings")
    order = ["prepare", "--size", str(size), "--seed", str(seed), "--to", folder]
    subprocess.run([program, *order], check=True)


def weights(program):
    """The folder of the encoder's weights, for both sides; none where they are missing."""
    return asked(program, "weights") or None


def precisions(program):
    """The encoder's precisions: None for those that this processor has, else why not."""
    return json.loads(asked(program, "precisions"))


def peak(program):
    """What one core does at most: operations a second by kind, and bytes a second of `memory`."""
    return json.loads(asked(program, "peak"))


def asked(program, word):
    """What it prints."""
    done = subprocess.run([program, word], check=True, capture_output=True, text=True)
    return done.stdout.strip()
