"""Runs gunicorn or celery as a child that ends when its parent does: `python -m branchwork.tether celery …`.

Its standard input is a pipe that the parent holds and never writes to: end of file means that the parent is gone,
however it went. Works where there is no PR_SET_PDEATHSIG.
"""

import os
import runpy
import signal
import sys
import threading
import time

# First the polite signal (finish what is running), then the quick one (hand it back), then none is asked.
# gunicorn and celery read them alike.
STOPPING = ((signal.SIGTERM, 15), (signal.SIGQUIT, 5))

MODULES = {"celery": "celery", "gunicorn": "gunicorn"}


def watch() -> None:
    while os.read(0, 1):
        pass
    for signum, patience in STOPPING:
        os.kill(os.getpid(), signum)
        time.sleep(patience)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main() -> None:
    sys.argv = sys.argv[1:]
    threading.Thread(target=watch, daemon=True).start()
    runpy.run_module(MODULES[sys.argv[0]], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
