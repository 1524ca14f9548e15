"""The system calls a decoder never needs, denied by a seccomp filter.

A deny list, because the calls that MediaPipe, OpenCV and FFmpeg make change with every version of theirs and of the C
library, and a missing one would lose a patient's exam. Denied is what reaches out of the process: the network (also
through io_uring, which passes by every filter), other programs, other processes, the kernel's own configuration.
"""

from __future__ import annotations

import errno
import os
import socket

_CLONE_THREAD = 0x00010000

_NETWORK = ("connect", "bind", "listen", "accept", "accept4", "sendmsg", "sendmmsg", "io_uring_setup")
_PROGRAMS = ("execve", "execveat", "fork", "vfork")
_PROCESSES = (
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "tkill",
    "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_open", "pidfd_getfd", "pidfd_send_signal",
)  # fmt: skip
_OUTLIVING_MEMORY = ("shmget", "msgget", "semget", "mq_open", "memfd_create", "memfd_secret")
_KERNEL = (
    "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "setns", "unshare", "bpf", "perf_event_open", "add_key", "keyctl", "request_key", "userfaultfd",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff",
    "open_by_handle_at", "acct", "quotactl", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
    "sethostname", "setdomainname", "personality", "iopl", "ioperm", "modify_ldt", "syslog", "vhangup",
)  # fmt: skip


def deny_system_calls() -> str | None:
    """Load the filter for all threads of this process, for good.

    Threads can still be made, processes cannot: a fork bomb needs no RLIMIT_NPROC, which counts a user's processes and
    not a job's. Signals reach this process only. Unix sockets can be made, so that ``socketpair`` users run, but not
    connected.

    Returns:
        None, or a sentence that says why there is no filter and what to do.
    """
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError, AttributeError, OSError):
        return "no system call filter: libseccomp.so.2 cannot be loaded; install the libseccomp2 package (2.5 or newer)"
    own = os.getpid()
    deny = seccomp.ERRNO(errno.EPERM)
    try:
        rules = seccomp.SyscallFilter(seccomp.ALLOW)
        rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)
        for name in (*_NETWORK, *_PROGRAMS, *_PROCESSES, *_OUTLIVING_MEMORY, *_KERNEL):
            # A name that an older libseccomp does not know, or that this machine's architecture does not have.
            if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:
                rules.add_rule(deny, name)
        rules.add_rule(deny, "socket", seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
        rules.add_rule(deny, "sendto", seccomp.Arg(4, seccomp.NE, 0))
        rules.add_rule(deny, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, 0))
        rules.add_rule(deny, "prlimit64", seccomp.Arg(0, seccomp.NE, 0))
        for name in ("kill", "tgkill"):
            rules.add_rule(deny, name, seccomp.Arg(0, seccomp.NE, own))
        # clone3 hides its flags behind a pointer; "not there" makes the C library fall back to clone.
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
        rules.load()
    except OSError as error:
        return f"no system call filter: the kernel refused it ({error.strerror}); allow seccomp filters for the service"
    return None
