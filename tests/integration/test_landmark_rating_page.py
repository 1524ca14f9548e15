"""The rater's page: it needs nothing from anywhere, and in a browser its keys do what they say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from reports.landmark_rating_page import WHAT_TO_LOOK_AT, RatedPicture, rating_page

PICTURES = [RatedPicture(picture=f"p{number}", region=region) for number, region in enumerate(WHAT_TO_LOOK_AT)]
PAGE = rating_page("study", PICTURES)


def test_the_page_reaches_for_nothing_outside() -> None:
    assert not re.search(r"https?://|//[a-z]+\.|@import|url\(", PAGE)
    assert "default-src 'none'" in PAGE
    assert len(PAGE.encode()) < 16_000


def test_the_page_names_every_feature_and_warns_of_faces() -> None:
    text = unescape(PAGE)
    for region, said in WHAT_TO_LOOK_AT.items():
        assert f"<b>{region}</b>: {said}" in text
    assert "people who can be recognised" in text
    assert "You will see 5 pictures" in text


def test_its_data_cannot_break_out() -> None:
    page = rating_page("</script><b>", [RatedPicture(picture="p", region="brow")])
    assert "</script><b>" not in page


def _in_browser(script: str, directory: Path) -> dict[str, object]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is installed")
    trial = (
        f"<pre id=told></pre><script>const key = k => dispatchEvent(new KeyboardEvent('keydown', {{key: k}}));"
        f"{script}</script></body>"
    )
    page = directory / "rate.html"
    page.write_text(PAGE.replace("</body>", trial))
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        f"--user-data-dir={directory / 'profile'}", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None
    told: dict[str, object] = json.loads(unescape(found[1]))
    return told


@pytest.mark.peer
def test_keys_rate_go_back_skip_and_save(tmp_path: Path) -> None:
    told = _in_browser(
        """
        const seen = () => [$("region").textContent, $("count").textContent, $("help").hidden];
        const before = seen(); key("1"); const asleep = Object.keys(state.ratings).length;
        key("Enter"); key("1"); key("3"); key("ArrowLeft"); key("2"); const changed = seen();
        key("ArrowRight"); key("n"); const skipped = seen();
        const half = sheet();
        key("1"); key("2"); const wrapped = seen(); key("3");
        const all = seen(), words = $("notice").textContent;
        key("s"); const nameless = $("notice").textContent;
        $("rater").value = "Dr. Ünal / B"; $("rater").oninput({target: $("rater")}); $("rater").blur();
        let name = ""; HTMLAnchorElement.prototype.click = function () { name = this.download; };
        key("s");
        $("told").textContent = JSON.stringify({before, asleep, changed, skipped, half, wrapped, all, words, nameless, name,
          full: sheet(), kept: JSON.parse(localStorage.getItem(slot) || "null")});
        """,
        tmp_path,
    )
    assert told["before"] == ["brow", "picture 1 of 5, 0 rated", False]
    assert told["asleep"] == 0, "a key pressed over the instructions must not rate"
    assert told["changed"] == ["nose", "picture 3 of 5, 2 rated", True]
    assert told["skipped"] == ["outline", "picture 5 of 5, 2 rated", True]
    assert told["half"] == "picture,region,rating\np0,brow,none\np1,eye,minor\np2,nose,\np3,mouth,\np4,outline,\n"
    assert told["wrapped"] == ["mouth", "picture 4 of 5, 4 rated", True], "after the last comes the first open one"
    assert told["all"] == ["mouth", "picture 4 of 5, 5 rated", False]
    assert str(told["words"]).startswith("All pictures are rated")
    assert told["full"] == (
        "picture,region,rating\np0,brow,none\np1,eye,minor\np2,nose,minor\np3,mouth,major\np4,outline,none\n"
    )
    assert told["name"] == "ratings-Dr-Ünal-B.csv"
    assert str(told["nameless"]).startswith("Write your name")
    assert isinstance(told["kept"], dict)
