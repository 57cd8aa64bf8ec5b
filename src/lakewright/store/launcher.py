"""Become one of PostgreSQL's programs: as its user, in a session of its own, gone with the parent.

Run as a script by the supervisor, and imported by nobody. Python's `preexec_fn` would do the same
but is not safe in a process with threads.

    launcher.py UID GID SIGNAL PARENT PROGRAM ARGUMENT...

UID and GID are -1 to stay who we are. SIGNAL (0: none) is what Linux sends the program when the
*thread* that started it ends; PARENT is the pid of that thread's process.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    uid, gid, when_orphaned, parent = map(int, sys.argv[1:5])
    command = sys.argv[5:]
    os.umask(0o077)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After setuid, which forgets it.
    if when_orphaned and sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, when_orphaned, 0, 0, 0)
        if os.getppid() != parent:  # it ended before we asked
            return
    # Python ignores these two, and what is ignored stays so in the program.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
