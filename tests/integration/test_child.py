"""Child processes: what they may not do, how they end, and that nothing of them stays."""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest
from pydantic import RootModel

from analysis import model
from service.child import RunningChild, probe, run
from service.child_values import Limits
from service.errors import (
    ChildCrashed,
    ChildError,
    ChildKilled,
    ChildNotStarted,
    ChildRefused,
    ChildTimedOut,
    ChildUnprotected,
)
from service.redaction import redact_line
from service.scratch import scratch_directory, sweep_scratch

JOBS = "tests.integration.child_jobs"
REPOSITORY = Path(__file__).parents[2]
FACES = REPOSITORY.parent / "shared" / "faces"
ROOMY = Limits(wall_s=120, cpu_s=60)
SMALL = Limits(wall_s=120, cpu_s=60, memory_mb=256, file_mb=4, output_mb=4)


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """Where jobs get their directories; whatever happens, they are gone after the test."""
    path = tmp_path / "scratch"
    path.mkdir()
    yield path
    assert list(path.iterdir()) == []


def call(scratch: Path, *request: object, limits: Limits = ROOMY, writable: tuple[Path, ...] = ()) -> object:
    return json.loads(run(JOBS, json.dumps(request), limits=limits, scratch=scratch, writable=writable))


def test_the_answer_comes_back(scratch: Path) -> None:
    assert call(scratch, "echo", {"ä": [1, 2.5, None]}) == {"ä": [1, 2.5, None]}


def test_a_request_can_be_a_model(scratch: Path) -> None:
    class Request(RootModel[tuple[str, float]]):
        pass

    assert run(JOBS, Request(("echo", 0.5)), limits=ROOMY, scratch=scratch) == "0.5"


def test_surroundings_are_clean(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VULTUS__ENGINE__DATABASE_URL", "postgresql://u:hunter2@db")
    monkeypatch.setenv("HTTPS_PROXY", "http://hunter2")
    seen = call(scratch, "surroundings")
    assert isinstance(seen, dict)
    assert "hunter2" not in json.dumps(seen)
    assert set(seen["environment"]) <= {"HOME", "TMPDIR", "LANG", "LC_CTYPE"}
    assert Path(seen["cwd"]).parent == scratch.resolve()
    assert seen["umask"] == 0o077
    assert seen["stdin"] == ""
    assert seen["core"] == 0
    assert seen["status"]["NoNewPrivs"] == "1"
    assert int(seen["status"]["CapEff"], 16) == 0
    assert len([name for name in seen["descriptors"] if name.startswith("pipe:")]) == 1  # the lifeline


def test_the_parents_environment_is_out_of_reach(scratch: Path) -> None:
    source = """
        import json, os
        from pathlib import Path
        from service.child import run
        from service.child_values import Limits
        print(run("tests.integration.child_jobs", '["surroundings"]', limits=Limits(), scratch=Path(os.environ["S"])))
    """
    result = script(source, {"S": str(scratch), "SECRET": "hunter2"})
    assert "hunter2" not in result.stdout
    assert json.loads(result.stdout)["parent"] == str(errno.EACCES)


def test_no_network(scratch: Path, tmp_path: Path) -> None:
    unix_path = str(tmp_path / "s")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as local,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        local.bind(unix_path)
        local.listen()
        datagrams.bind(unix_path + ".datagram")
        tried = call(scratch, "network", server.getsockname()[1], unix_path)
    denied = f"PermissionError {errno.EPERM}"
    assert tried == {
        "inet": denied, "inet6": denied, "netlink": denied, "loopback": denied,
        "unix": denied, "unix_datagram": denied, "pair": "worked",
    }  # fmt: skip


def test_no_reach_outside_the_process(scratch: Path, tmp_path: Path) -> None:
    tried = call(scratch, "reach_out", str(tmp_path))
    denied = f"PermissionError {errno.EPERM}"
    assert tried == {
        "fork": denied, "program": denied, "signal": denied, "own_signal": "worked", "limits_of_parent": denied,
        "write_outside": f"PermissionError {errno.EACCES}", "write_inside": "worked", "thread": "worked",
    }  # fmt: skip


def test_a_named_directory_can_be_written(scratch: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    call(scratch, "write", str(kept / "signals.csv"), writable=(kept,))
    assert (kept / "signals.csv").read_text() == "kept"


@pytest.mark.parametrize(
    ("job", "limits", "clock"),
    [
        ("spin", Limits(wall_s=1.0), "wall"),
        ("spin", Limits(wall_s=120, cpu_s=1), "cpu"),
        ("sleep", Limits(wall_s=1.0), "wall"),
    ],
)
def test_a_hang_is_stopped(scratch: Path, job: str, limits: Limits, clock: str) -> None:
    with pytest.raises(ChildTimedOut) as caught:
        call(scratch, job, limits=limits)
    assert caught.value.clock == clock
    assert caught.value.blame == "input"


@pytest.mark.parametrize(
    ("job", "cause"),
    [("eat_memory", "memory"), ("eat_shared_memory", "memory"), ("flood", "output"), ("fill_file", "file"),
     ("segfault", "signal"), ("abort", "signal")],
)  # fmt: skip
def test_a_bomb_kills_the_child_only(scratch: Path, job: str, cause: str) -> None:
    with pytest.raises(ChildKilled) as caught:
        call(scratch, job, limits=SMALL)
    assert caught.value.cause == cause
    assert caught.value.blame == "input"
    if job == "segfault":
        assert caught.value.signal == signal.SIGSEGV


def test_chatter_within_bounds_is_let_pass(scratch: Path) -> None:
    assert call(scratch, "chatter", 3, limits=SMALL) == "done"


def test_a_crash_tells_what_and_where_but_not_of_whom(scratch: Path) -> None:
    with pytest.raises(ChildCrashed) as caught:
        call(scratch, "fail")
    assert caught.value.exit_code == 1
    assert caught.value.last_line.startswith("ValueError at tests.integration.child_jobs:")
    with pytest.raises(ChildCrashed) as caught:
        call(scratch, "print_and_exit")
    assert caught.value.exit_code == 3
    assert caught.value.last_line == "… moov atom not found in …"


def test_a_known_error_passes_through(scratch: Path) -> None:
    with pytest.raises(ChildRefused, match=r"^the recording is too dark: \[2J use more light$") as caught:
        call(scratch, "refuse")
    assert caught.value.kind == "TooDark"
    assert not caught.value.retryable


def test_a_forged_reply_is_not_followed(scratch: Path, tmp_path: Path) -> None:
    target = tmp_path / "config"
    target.write_text('{"status": "answered", "answer": "stolen"}')
    for request in (("link_as_reply", str(target)), ("pipe_as_reply",)):
        with pytest.raises(ChildCrashed):
            call(scratch, *request)


def test_locked_directories_are_removed_too(scratch: Path) -> None:
    assert call(scratch, "locked_directory") == "made"


def test_the_hosts_faults_are_told_apart(scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ChildNotStarted) as caught:
        call(tmp_path / "absent", "echo", 1)
    assert caught.value.blame == "host"
    assert not caught.value.retryable

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", full)
    with pytest.raises(ChildNotStarted) as caught:
        call(scratch, "echo", 1)
    assert caught.value.retryable


def test_a_limit_that_cannot_be_set_is_the_hosts_fault(scratch: Path) -> None:
    with pytest.raises(ChildUnprotected, match="a limit could not be set") as caught:
        call(scratch, "echo", 1, limits=Limits(cpu_s=-3))
    assert caught.value.blame == "host"


def test_a_finished_spawning_thread_does_not_end_the_child(scratch: Path, tmp_path: Path) -> None:
    go = tmp_path / "go"
    started: list[RunningChild] = []

    def start() -> None:
        started.append(RunningChild(JOBS, json.dumps(["wait_for", str(go)]), limits=ROOMY, scratch=scratch))
        until(lambda: any(scratch.glob("*/running")))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    with started[0] as child:
        go.touch()
        assert json.loads(child.wait().answer) == "saw it"


@pytest.mark.parametrize("job", ["sleep", "sleep_holding_the_interpreter"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("when", ["at once", "running"])
def test_the_child_dies_with_its_parent(tmp_path: Path, job: str, how: signal.Signals, when: str) -> None:
    source = f"""
        import os
        from pathlib import Path
        from service.child import run
        from service.child_values import Limits
        run("tests.integration.child_jobs", '["{job}"]', limits=Limits(), scratch=Path(os.environ["S"]))
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(source)], cwd=REPOSITORY, env={**os.environ, "S": str(tmp_path)}
    )
    try:
        until(lambda: psutil.Process(parent.pid).children())
        child = psutil.Process(parent.pid).children()[0]
        if when == "running":
            until(lambda: any(tmp_path.glob("*/running")))
        ended = os.pidfd_open(child.pid)
    finally:
        parent.send_signal(how)
        parent.wait()
    try:
        assert select.select([ended], [], [], 30)[0]
    finally:
        os.close(ended)
    assert sweep_scratch(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_sweeping_leaves_running_jobs_alone(tmp_path: Path) -> None:
    with scratch_directory(tmp_path) as directory:
        assert sweep_scratch(tmp_path) == 0
        assert directory.exists()


def test_the_probe_reports_what_is_in_force(scratch: Path) -> None:
    protections = probe(limits=ROOMY, scratch=scratch)
    assert protections.network != "none"
    assert protections.system_calls_filtered
    assert protections.capabilities_dropped
    assert len(protections.missing) == (protections.network != "namespace") + (not protections.writes_confined)


UNPRIVILEGED = """
    import errno, os
    from dataclasses import asdict
    from pathlib import Path
    import pyseccomp
    from service.child import probe, run
    from service.child_values import Limits
    from service.errors import ChildUnprotected
    if os.getuid() == 0:
        os.setgroups([]); os.setgid(65534); os.setuid(65534)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in {denied!r}:
        rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    rules.load()
    {body}
"""


# In a mount namespace of its own, an empty directory in place of a closed one above the interpreter.
REACHABLE = """
    set -e
    mount --bind "$1" "$3"
    mount -t tmpfs -o mode=755 none "$2"
    mkdir -p "$1"
    mount --move "$3" "$1"
    shift 3
    exec "$@"
"""


def reachable(mount_point: Path) -> list[str]:
    """The start of a command line after which user 65534 can use this interpreter; skips where there is none."""
    base = Path(sys.base_prefix)
    closed = [path for path in reversed((base, *base.parents)) if not path.stat().st_mode & 0o001]
    if not closed or os.getuid() != 0:
        return []
    if any(closed[0] in path.parents for path in (REPOSITORY, Path(sys.prefix))):
        pytest.skip("the repository lies in a directory that other users cannot enter")
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("the interpreter lies in a directory that other users cannot enter")
    mount_point.mkdir()
    return ["unshare", "-m", "sh", "-c", REACHABLE, "sh", str(base), str(closed[0]), str(mount_point)]


def unprivileged(body: str, *, denied: tuple[str, ...] = ()) -> str:
    """Run as nobody where a container's profile denies some system calls."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        scratch = Path(directory, "scratch")
        scratch.mkdir()
        scratch.chmod(0o777)
        source = textwrap.dedent(UNPRIVILEGED).format(denied=denied, body=textwrap.dedent(body))
        result = script(source, {"S": str(scratch)}, before=reachable(Path(directory, "base")))
        assert list(scratch.iterdir()) == []
    return result.stdout.strip()


def test_without_root_and_namespaces_the_filter_holds() -> None:
    assert (
        unprivileged('print(probe(limits=Limits(), scratch=Path(os.environ["S"])).network)', denied=("unshare",))
        == "seccomp"
    )
    tried = unprivileged(
        'print(run("tests.integration.child_jobs", \'["network", 9, "/nowhere"]\', limits=Limits(), '
        'scratch=Path(os.environ["S"])))',
        denied=("unshare",),
    )
    assert json.loads(tried)["loopback"] == f"PermissionError {errno.EPERM}"


def test_without_any_protection_of_the_network_nothing_runs() -> None:
    body = """
    limits = Limits(allow_network={allowed})
    try:
        print(run("tests.integration.child_jobs", '["echo", 1]', limits=limits, scratch=Path(os.environ["S"])))
    except ChildUnprotected as error:
        print(error.blame, error)
    """
    refused = unprivileged(body.format(allowed=False), denied=("unshare", "seccomp"))
    assert refused.startswith("host tests.integration.child_jobs was not begun")
    assert unprivileged(body.format(allowed=True), denied=("unshare", "seccomp")) == "1"


def test_mediapipe_works_inside(scratch: Path) -> None:
    assert call(scratch, "landmarks", str(model.default_path())) == 0


def test_decoders_work_inside(scratch: Path) -> None:
    clip = FACES / "dynaface_video1-512.mp4"
    if not clip.exists():
        pytest.skip("the licensed clips are not here")
    counted = call(scratch, "decode", str(clip))
    assert isinstance(counted, list)
    by_av, by_cv = counted
    assert by_av == by_cv > 100


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("RuntimeError: Unable to open file at /var/lib/1.2.3/DOE.mp4", "RuntimeError: … to open file at …"),
        ("terminate called after throwing an instance of 'std::bad_alloc'", "terminate called after throwing an instance of …"),
        ("Müller^Hans 12.03.1961 1.2.840.10008.1", "…"),
        ("ValueError at analysis.landmarks:41", "ValueError at analysis.landmarks:41"),
        ("", ""),
    ],
)  # fmt: skip
def test_redaction_keeps_harmless_words_only(line: str, shown: str) -> None:
    assert redact_line(line) == shown


def test_every_error_says_whose_fault_it_is() -> None:
    assert {kind.__name__: kind.blame for kind in ChildError.__subclasses__()} == {
        "ChildNotStarted": "host", "ChildUnprotected": "host", "ChildTimedOut": "input", "ChildKilled": "input",
        "ChildCrashed": "input", "ChildRefused": "input",
    }  # fmt: skip


def until(condition: object) -> None:
    """Wait for a condition that is sure to come; the test's own time limit catches one that does not."""
    while not condition():  # type: ignore[operator]
        time.sleep(0.005)


def script(source: str, environment: dict[str, str], *, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, sys.executable, "-c", textwrap.dedent(source)],
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
