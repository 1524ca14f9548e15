"""What parent and child process tell each other. Standard library only: the child reads this before it is confined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

REQUEST_NAME = "request.json"
REPLY_NAME = "reply.json"

EXIT_MEMORY = 87
"""Exit code of a child that ran into its memory limit and could still say so."""

Network = Literal["namespace", "seccomp", "none"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one job may use.

    The memory default is four times what MediaPipe and a 1080p decoder hold (0.45 GB), and twice what a 10-bit 4K
    decoder with 16 threads holds (1.1 GB).
    """

    wall_s: float = 3600
    cpu_s: int = 7200
    memory_mb: int = 2048
    file_mb: int = 128
    output_mb: int = 16
    open_files: int = 256
    allow_network: bool = False  # run even where the kernel offers no way to keep the child off the network


@dataclass(frozen=True, kw_only=True)
class Protections:
    """What is in force in a child process, for ``vultus doctor``.

    ``network`` names the strongest means: a network namespace of its own, a system call filter, or none.
    """

    network: Network
    system_calls_filtered: bool
    writes_confined: bool
    capabilities_dropped: bool
    missing: tuple[str, ...] = ()  # a sentence for each protection that could not be had


NO_PROTECTIONS = Protections(
    network="none", system_calls_filtered=False, writes_confined=False, capabilities_dropped=False
)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How a job ended, as the child wrote it."""

    status: Literal["answered", "refused", "unprotected"]
    protections: Protections
    answer: str = ""
    kind: str = ""
    sentence: str = ""
    retryable: bool = False
