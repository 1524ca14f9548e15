"""Writing confined to a few directories by Landlock (Linux 5.13, docs.kernel.org/userspace-api/landlock.html).

It also cuts the process off from /proc/<pid> of processes outside, so the parent's environment cannot be read there.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path

# The numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

_WRITE_FILE, _REMOVE_DIR, _REMOVE_FILE = 1 << 1, 1 << 4, 1 << 5
_MAKE_CHAR, _MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = (1 << bit for bit in range(6, 13))
_TRUNCATE = 1 << 14
_KEEP = _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG
_NEVER = _MAKE_CHAR | _MAKE_SOCK | _MAKE_FIFO | _MAKE_BLOCK | _MAKE_SYM


class _RulesetAttr(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneathAttr(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def confine_writes(directories: Sequence[Path]) -> str | None:
    """Let this process write regular files and directories beneath ``directories`` only, for good.

    Needs ``no_new_privs``. Reading is not confined.

    Returns:
        None, or a sentence that says why writing is not confined and what to do.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def call(number: int, *arguments: object) -> int:
        result: int = libc.syscall(ctypes.c_long(number), *arguments)
        if result < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        return result

    try:
        version = call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))
        keep = _KEEP | (_TRUNCATE if version >= 3 else 0)
        attr = _RulesetAttr(keep | _NEVER)
        size = ctypes.c_size_t(ctypes.sizeof(attr))
        ruleset = call(_CREATE_RULESET, ctypes.byref(attr), size, ctypes.c_uint32(0))
        try:
            for path, access in [*((directory, keep) for directory in directories), (Path(os.devnull), _WRITE_FILE)]:
                parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
                try:
                    rule = _PathBeneathAttr(access, parent)
                    call(_ADD_RULE, ruleset, ctypes.c_int(_PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
                finally:
                    os.close(parent)
            call(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0))
        finally:
            os.close(ruleset)
    except OSError as error:
        return f"writing is not confined: no Landlock here ({error.strerror}); it needs Linux 5.13 or newer"
    return None
