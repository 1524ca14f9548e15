"""Marking of real video by eye: ``make`` the pictures, ``show`` what was filled in, ``read`` it into clip pixels, ``repeat``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.marking import repeat, rounds
from tests.marking.points import read_marks, write_marks


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m tests.marking", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="pictures to be marked, and their key")
    making.add_argument("--clip", type=Path, required=True, help="the video")
    making.add_argument("--frames", type=int, default=24, help="how many of the chosen frames, evenly spread over them")
    making.add_argument("--zoom", type=float, default=7, help="picture pixels per clip pixel")
    making.add_argument("--shift", type=float, default=10, help="largest random shift of a panel, clip pixels")
    making.add_argument(
        "--seed", type=int, required=True, help="order and shifts; another one for each marker and round"
    )
    showing = commands.add_parser("show", help="draw form.csv over the pictures")
    reading = commands.add_parser("read", help="turn form.csv into marks in clip pixels")
    reading.add_argument("--marks", type=Path, required=True, help="the file of marks to write")
    for command in (making, showing, reading):
        command.add_argument("--out", type=Path, required=True, help="directory of the round")
    repeating = commands.add_parser("repeat", help="difference of two files of marks")
    repeating.add_argument("files", type=Path, nargs=2)
    options = parser.parse_args()

    match options.command:
        case "make":
            rounds.make(
                options.clip,
                options.out,
                frames=options.frames,
                zoom=options.zoom,
                shift_px=options.shift,
                seed=options.seed,
            )
        case "show":
            rounds.show(options.out)
        case "read":
            write_marks(options.marks, rounds.read(options.out))
        case "repeat":
            first, second = (read_marks(path) for path in options.files)
            sys.stdout.writelines(f"{error}\n" for error in repeat.repeat_errors(first, second))


if __name__ == "__main__":
    main()
