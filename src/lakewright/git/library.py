"""How does libgit2 have to behave in this process?"""

from functools import cache


@cache
def prepare() -> None:
    """Set libgit2 up, once, before the first repository is opened.

    Everything is written through to the disk. The configuration of whoever runs the server is
    not read: it is about that person's own work, and `HOME` may be a folder that the server
    must not even look into.
    """
    import pygit2
    from pygit2.enums import ConfigLevel

    pygit2.settings.enable_fsync_gitdir(True)
    for level in (
        ConfigLevel.PROGRAMDATA,
        ConfigLevel.SYSTEM,
        ConfigLevel.XDG,
        ConfigLevel.GLOBAL,
    ):
        pygit2.settings.search_path[level] = ""
