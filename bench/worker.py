"""The Python side of one task: loads its data once, then obeys an order a line.

The protocol is that of `crates/careerpulse-bench/src/desk.rs`, which does the same for ours.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path

import tasks


def main():
    name, data, answers = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    # Whatever a library prints must not get between the replies.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def reply(**words):
        print(json.dumps(words), file=replies, flush=True)

    task = tasks.named(name)
    given = task.load(data)
    about = task.about(given) if hasattr(task, "about") else {}
    reply(ready=True, **about)
    result = None
    for order in sys.stdin:
        if order.strip() == "run":
            result = None
            gc.collect()
            spent, started = time.process_time(), time.perf_counter()
            result = task.run(given)
            seconds, cpu = time.perf_counter() - started, time.process_time() - spent
            reply(seconds=seconds, cpu=cpu)
        elif order.strip() == "answer":
            answers.mkdir(parents=True, exist_ok=True)
            task.answer(given, result, answers)
            reply(answered=True)
        else:
            sys.exit(f"{order!r} is no order; run and answer are")


if __name__ == "__main__":
    main()
