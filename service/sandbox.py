"""What a child process does to itself before it touches a stranger's bytes.

All of it is done by the child after its own start, never between fork and exec, and before any decoder is imported.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import select
import signal
from collections.abc import Sequence
from pathlib import Path

from service.child_values import Limits, Network, Protections
from service.landlock import confine_writes
from service.syscall_filter import deny_system_calls

_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522
_F_SETSIG = 10
_MB = 1 << 20


def die_with_parent(lifeline: int) -> None:
    """Have the kernel kill this process when the last write end of the pipe ``lifeline`` closes, that is, with the parent.

    PR_SET_PDEATHSIG is no help: it fires when the *thread* that spawned ends, and jobs are started from pool threads.
    A signal-driven pipe (fcntl(2), O_ASYNC, F_SETSIG) belongs to the whole parent process, and needs no thread here that
    a decoder holding the interpreter lock could starve.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, _F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    # A parent that died before this point closed its end unheard.
    if select.select([lifeline], [], [], 0)[0]:
        os._exit(1)


def confine(limits: Limits, *, writable: Sequence[Path]) -> Protections:
    """Give up what a decoder does not need, for good; only while this process has a single thread.

    Args:
        limits: what the job may use.
        writable: the directories it may write to, where the kernel has Landlock.

    Returns:
        What is in force. A protection that the kernel does not offer is named in ``missing``, never raised.

    Raises:
        OSError, ValueError: a resource limit was refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    os.umask(0o077)
    _limit_resources(limits)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    missing: list[str] = []
    # Of all processes of the service, the kernel short of memory shall choose this one and not the receiver.
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        missing.append("the kernel may end another process first when memory is short: /proc/self is read-only")
    namespace = _leave_network(libc)
    if not namespace:
        missing.append("no network namespace: the kernel or the container's profile does not allow one")
    capabilities_dropped = _drop_capabilities(libc)
    if not capabilities_dropped:
        missing.append("capabilities are kept: the kernel refused to drop them")
    unconfined = confine_writes(writable)
    unfiltered = deny_system_calls()
    missing += [sentence for sentence in (unconfined, unfiltered) if sentence]
    network: Network = "namespace" if namespace else "none" if unfiltered else "seccomp"
    return Protections(
        network=network,
        system_calls_filtered=unfiltered is None,
        writes_confined=unconfined is None,
        capabilities_dropped=capabilities_dropped,
        missing=tuple(missing),
    )


def _limit_resources(limits: Limits) -> None:
    def limit(kind: int, soft: int, hard: int) -> None:
        _, ceiling = resource.getrlimit(kind)
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(kind, (soft, hard))

    # Python ignores it; ignored, a full file would be an exception that a decoder can swallow.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    limit(resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 5)
    limit(resource.RLIMIT_FSIZE, limits.file_mb * _MB, limits.file_mb * _MB)
    limit(resource.RLIMIT_NOFILE, limits.open_files, limits.open_files)
    # A core file would hold a patient's pictures.
    limit(resource.RLIMIT_CORE, 0, 0)
    # Not RLIMIT_AS: mapped libraries and thread stacks make it 2.4 GB where 1.1 GB are in use, more with every core.
    limit(resource.RLIMIT_DATA, limits.memory_mb * _MB, limits.memory_mb * _MB)


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Move into an empty network namespace, where even the loopback interface is down; without root, through a user one."""
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    except OSError:
        # Unmapped, the process only sees itself as nobody; whom the kernel takes it for has not changed.
        return True
    return True


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return int(libc.capset(header, nothing)) == 0
