"""Jobs for the tests of child processes: the request names the function that is run."""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path


class TooDark(Exception):
    retryable = False


REFUSALS = (TooDark,)


def main(request_json: str) -> str:
    name, *arguments = json.loads(request_json)
    job: Callable[..., object] = globals()[name]
    return json.dumps(job(*arguments))


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__ + (f" {error.errno}" if error.errno else "")
    return "worked"


def echo(value: object) -> object:
    return value


def surroundings() -> dict[str, object]:
    try:
        parent = Path(f"/proc/{os.getppid()}/environ").read_bytes()
    except OSError as error:
        parent = str(error.errno).encode()
    old = os.umask(0)
    status = Path("/proc/self/status").read_text()
    own = [entry for entry in Path("/proc/self/fd").iterdir() if int(entry.name) > 2]
    return {
        "environment": dict(os.environ),
        "parent": parent.decode("utf-8", "replace"),
        "cwd": str(Path.cwd()),
        "umask": old,
        "stdin": sys.stdin.read(),
        "descriptors": [os.fspath(entry.readlink()) for entry in own if entry.is_symlink()],
        "status": dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
    }


def network(port: int, unix_path: str) -> dict[str, str]:
    def connect_unix() -> None:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(unix_path)

    def send_unix() -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as peer:
            peer.sendto(b"x", unix_path + ".datagram")

    def pair() -> None:
        left, right = socket.socketpair()
        with left, right:
            left.sendall(b"x")
            right.recv(1)

    return {
        "inet": _outcome(lambda: socket.socket(socket.AF_INET).close()),
        "inet6": _outcome(lambda: socket.socket(socket.AF_INET6).close()),
        "netlink": _outcome(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()),
        "loopback": _outcome(lambda: socket.create_connection(("127.0.0.1", port), timeout=5).close()),
        "unix": _outcome(connect_unix),
        "unix_datagram": _outcome(send_unix),
        "pair": _outcome(pair),
    }


def reach_out(outside: str) -> dict[str, str]:
    ran: list[int] = []
    thread = threading.Thread(target=ran.append, args=(1,))
    thread.start()
    thread.join()
    return {
        "fork": _outcome(os.fork),
        "program": _outcome(lambda: subprocess.run(["/bin/true"], check=True)),
        "signal": _outcome(lambda: os.kill(os.getppid(), 0)),
        "own_signal": _outcome(lambda: os.kill(os.getpid(), 0)),
        "limits_of_parent": _outcome(lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CORE)),
        "write_outside": _outcome(lambda: Path(outside, "left").write_text("x")),
        "write_inside": _outcome(lambda: Path("left").write_text("x")),
        "thread": "worked" if ran else "did not run",
    }


def write(path: str) -> None:
    Path(path).write_text("kept")


def spin() -> None:
    while True:
        pass


def sleep(seconds: float = 600) -> str:
    Path("running").touch()
    time.sleep(seconds)
    return "slept"


def sleep_holding_the_interpreter() -> None:
    Path("running").touch()
    ctypes.PyDLL(None).sleep(600)


def wait_for(path: str) -> str:
    Path("running").touch()
    while not Path(path).exists():
        time.sleep(0.01)
    return "saw it"


def eat_memory() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


def eat_shared_memory() -> None:
    hoard = []
    while True:
        block = mmap.mmap(-1, 16 << 20)
        for offset in range(0, len(block), mmap.PAGESIZE):
            block[offset] = 1
        hoard.append(block)


def segfault() -> None:
    ctypes.string_at(0)


def abort() -> None:
    signal.raise_signal(signal.SIGABRT)


def flood() -> None:
    while True:
        os.write(1, b"x" * 65536)


def chatter(megabytes: int) -> str:
    for _ in range(megabytes):
        os.write(2, b"y" * (1 << 20))
    return "done"


def fill_file() -> None:
    with Path("big").open("wb") as file:
        while True:
            file.write(b"x" * (1 << 20))


def fail() -> None:
    raise ValueError("cannot decode /inbox/1.2.840.113619.2/DOE^JOHN.dcm of 'Jane Roe'")


def print_and_exit() -> None:
    os.write(2, b"[mov] DOE^JANE 19700101: moov atom not found in /inbox/1.2.3.4\n")
    os._exit(3)


def refuse() -> None:
    raise TooDark("the recording is too dark:\x1b[2J use more light")


def link_as_reply(target: str) -> None:
    Path("reply.json").symlink_to(target)
    os._exit(0)


def pipe_as_reply() -> None:
    Path("reply.json").write_text('{"status": "answered"}')
    os._exit(0)


def locked_directory() -> str:
    Path("deep/inner").mkdir(parents=True)
    Path("deep/inner/file").touch()
    Path("deep/inner").chmod(0)
    return "made"


def landmarks(model: str) -> int:
    import mediapipe as mp
    import numpy as np
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=model), output_face_blendshapes=True, num_faces=2
    )
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        black = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.zeros((1080, 1920, 3), np.uint8))
        return len(landmarker.detect(black).face_landmarks)


def decode(path: str) -> list[int]:
    import av
    import cv2

    with av.open(path) as container:
        container.streams.video[0].thread_type = "AUTO"
        by_av = sum(1 for frame in container.decode(video=0) if frame.to_ndarray(format="rgb24").size)
    capture = cv2.VideoCapture(path)
    by_cv = 0
    while capture.read()[0]:
        by_cv += 1
    capture.release()
    return [by_av, by_cv]
