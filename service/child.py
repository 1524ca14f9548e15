"""Run one job in one confined child process and return its answer.

A job is a module with ``main(request_json: str) -> str`` and, where it has errors of its own, a tuple ``REFUSALS`` of
their classes. It runs in a private directory that is deleted afterwards.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydantic import BaseModel, TypeAdapter, ValidationError

from service.child_values import EXIT_MEMORY, REPLY_NAME, REQUEST_NAME, Limits, Protections, Reply
from service.errors import ChildCrashed, ChildKilled, ChildNotStarted, ChildRefused, ChildTimedOut, ChildUnprotected
from service.redaction import redact_line
from service.scratch import scratch_directory

_ROOT = Path(__file__).resolve().parents[1]
# Parent and child run the same code: its place comes before the installed packages, which -S leaves to site.main().
_BOOT = "import site, sys; sys.path.append(sys.argv.pop(1)); site.main(); from service.child_main import main; main()"
_TICK_S = 0.1
_TAIL_BYTES = 1 << 16
_MB = 1 << 20
_PASSING = {errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT}
_OUT_OF_MEMORY = (b"MemoryError", b"bad_alloc", b"Insufficient memory", b"Cannot allocate memory")
_REPLY = TypeAdapter(Reply)


class RunningChild:
    """A job under way. Any thread may start it, any one other may wait for it; leaving the context ends it."""

    def __init__(
        self, module: str | None, request: str, *, limits: Limits, scratch: Path, writable: Sequence[Path] = ()
    ) -> None:
        self._job = module or "the probe"
        self._limits = limits
        self._tail = b""
        self._printed = 0
        order = {
            "module": module,
            "limits": asdict(limits),
            "writable": [os.fspath(path.resolve()) for path in writable],
        }
        with ExitStack() as stack:
            try:
                self._directory = stack.enter_context(scratch_directory(scratch.resolve()))
                (self._directory / REQUEST_NAME).write_text(request, encoding="utf-8")
                # The parent holds the write end and never writes: the child dies when it closes.
                lifeline, held = os.pipe()
                stack.callback(os.close, held)
                try:
                    self._process = self._spawn(lifeline, json.dumps(order))
                finally:
                    os.close(lifeline)
            except OSError as error:
                passing = error.errno in _PASSING
                mend = (
                    "free memory, processes or disk space on this machine; it is tried again"
                    if passing
                    else "let the service's user reach its storage directory and this Python installation"
                )
                failure = ChildNotStarted(
                    f"no child process could be started for {self._job}: {os.strerror(error.errno or 0)}; {mend}"
                )
                failure.retryable = passing
                raise failure from error
            stack.callback(self._end)
            self._started = time.monotonic()
            self._stack = stack.pop_all()

    def _spawn(self, lifeline: int, order: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _BOOT, os.fspath(_ROOT), str(lifeline), order],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            cwd=self._directory,
            env={"HOME": os.fspath(self._directory), "TMPDIR": os.fspath(self._directory), "LANG": "C.UTF-8"},
            pass_fds=(lifeline,),
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _ended(self) -> bool:
        # Left unreaped, so that nobody else can get its number before its group is killed.
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _kill(self) -> None:
        if self._process.returncode is None:
            # The group, for a process that the child could fork where there is no system call filter.
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _end(self) -> None:
        self._kill()
        self._output.close()

    @property
    def _output(self) -> IO[bytes]:
        if self._process.stdout is None:
            raise RuntimeError("the child was started without its output pipe")
        return self._process.stdout

    def wait(self) -> Reply:
        """Wait for the reply, holding the child to its limits.

        Raises:
            ChildTimedOut, ChildKilled, ChildCrashed: see ``run``.
        """
        with self._stack:
            reading = True
            while not self._ended():
                self._check_limits()
                if not reading:
                    time.sleep(_TICK_S)
                elif select.select([self._output], [], [], _TICK_S)[0]:
                    reading = self._read()
            self._kill()
            while select.select([self._output], [], [], 0)[0] and self._read():
                pass
            return self._reply(self._process.returncode)

    def _read(self) -> bool:
        chunk = self._output.read(_TAIL_BYTES)
        self._tail = (self._tail + chunk)[-_TAIL_BYTES:]
        self._printed += len(chunk)
        if self._printed > self._limits.output_mb * _MB:
            raise ChildKilled(
                f"the child process for {self._job} was stopped: it printed more than {self._limits.output_mb} MB; "
                "the input makes a decoder run wild",
                cause="output",
            )
        return bool(chunk)

    def _check_limits(self) -> None:
        if time.monotonic() - self._started > self._limits.wall_s:
            raise ChildTimedOut(
                f"the child process for {self._job} was stopped after {self._limits.wall_s:g} s; "
                "the input hangs a decoder, or is longer than the limit allows",
                clock="wall",
            )
        # RLIMIT_DATA does not count shared memory.
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError, IndexError):
            return  # it ended in this moment
        if pages * os.sysconf("SC_PAGE_SIZE") > self._limits.memory_mb * _MB:
            raise self._out_of_memory()

    def _out_of_memory(self) -> ChildKilled:
        return ChildKilled(
            f"the child process for {self._job} went over its {self._limits.memory_mb} MB of memory; "
            "the input is a bomb, or larger than the limit allows",
            cause="memory",
        )

    def _reply(self, code: int) -> Reply:
        last_line = self._tail.strip().rsplit(b"\n", 1)[-1]
        if code == EXIT_MEMORY or (code != 0 and any(word in last_line for word in _OUT_OF_MEMORY)):
            raise self._out_of_memory()
        if code == -signal.SIGXCPU:
            raise ChildTimedOut(
                f"the child process for {self._job} used up its {self._limits.cpu_s} s of processor time; "
                "the input hangs a decoder, or is longer than the limit allows",
                clock="cpu",
            )
        if code == -signal.SIGXFSZ:
            raise ChildKilled(
                f"the child process for {self._job} wrote a file of more than {self._limits.file_mb} MB",
                cause="file",
                signal=-code,
            )
        if code == -signal.SIGKILL:
            raise ChildKilled(
                f"the child process for {self._job} was killed from outside; most likely this machine ran out of memory: "
                "run fewer workers, or give it more",
                cause="signal",
                signal=-code,
            )
        if code < 0:
            raise ChildKilled(
                f"the child process for {self._job} died of {signal.Signals(-code).name}; the input crashes a decoder",
                cause="signal",
                signal=-code,
            )
        reply = self._read_reply() if code == 0 else None
        if reply is None:
            shown = redact_line(last_line.decode("utf-8", "replace"))
            raise ChildCrashed(
                f"the child process for {self._job} ended with code {code} and without an answer; "
                f"the last it printed: {shown or 'nothing'}",
                exit_code=code,
                last_line=shown,
            )
        return reply

    def _read_reply(self) -> Reply | None:
        """The reply, which a taken-over child may have replaced by a link, a pipe, or anything else."""
        try:
            descriptor = os.open(self._directory / REPLY_NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode) or state.st_size > self._limits.file_mb * _MB:
                return None
            try:
                return _REPLY.validate_json(file.read())
            except ValidationError:
                return None


def run(
    job_module: str,
    request: BaseModel | str,
    *,
    limits: Limits,
    scratch: Path,
    writable: Sequence[Path] = (),
) -> str:
    """Run the job in a child process of its own and return its answer.

    Args:
        job_module: the module whose ``main(request_json) -> str`` does the work.
        request: what it is to do; paths in it are absolute.
        limits: what it may use.
        scratch: where the private directory of the job is made.
        writable: directories in which the job may leave files.

    Raises:
        ChildNotStarted, ChildUnprotected: the host's fault; no attempt at this input.
        ChildTimedOut, ChildKilled, ChildCrashed: most likely the input's fault; an attempt at it.
        ChildRefused: the job raised an error it knows.
    """
    text = request.model_dump_json() if isinstance(request, BaseModel) else request
    with RunningChild(job_module, text, limits=limits, scratch=scratch, writable=writable) as child:
        reply = child.wait()
    if reply.status == "unprotected":
        raise ChildUnprotected(
            f"{job_module} was not begun, as its process could not be confined: {'; '.join(reply.protections.missing)}"
        )
    if reply.status == "refused":
        raise ChildRefused(_printable(reply.sentence), kind=_printable(reply.kind), retryable=reply.retryable)
    return reply.answer


def probe(*, limits: Limits, scratch: Path) -> Protections:
    """What is in force in a child process here, without running a job. Raises as ``run`` does."""
    with RunningChild(None, "", limits=limits, scratch=scratch) as child:
        return child.wait().protections


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text[:500])
