"""Another program on the disk: a server is replaced by it, or says that it is there."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from services.daemon import upgrade
from services.settings import product_code
from services.web import code_part
from services.web.code_part import CodePart
from tests.rules.sources import ROOT
from tests.web.server_process import PATIENCE_S

TEMPLATE = "services/web/templates/base.html"
MODULE = "services/web/pages/site.py"


class Clock:
    now = 0.0

    def __call__(self):
        self.now += 10.0
        return self.now


@pytest.fixture(scope="module", name="copied")
def _copied(tmp_path_factory):
    """The product once more, for tests that change it and put it right again."""
    root = tmp_path_factory.mktemp("product")
    for package in ("predictor", "services"):
        shutil.copytree(
            ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("config", "docs", "race-data"):
        (root / name).symlink_to(ROOT / name)
    return root


@pytest.fixture
def product(copied, monkeypatch):
    for module in (upgrade, product_code, code_part):
        monkeypatch.setattr(module, "ROOT", copied)
    monkeypatch.setattr(code_part, "product_code", product_code.read_product_code)
    files = {name: (copied / name).read_bytes() for name in (TEMPLATE, MODULE)}
    yield copied
    for name, data in files.items():
        (copied / name).write_bytes(data)


def add(product, name, text):
    with (product / name).open("a") as file:
        file.write(text)


@pytest.mark.parametrize(("name", "text"), [(TEMPLATE, "<!-- more -->\n"), (MODULE, "MORE = 1\n")])
def test_look__another_template_or_module_is_believed_the_second_time(product, name, text):
    part = CodePart(can_start_anew=True, clock=Clock())
    part.look()
    assert not part.is_due
    add(product, name, text)
    part.look()
    assert not part.is_due
    part.look()
    assert (part.is_due, part.trouble) == (True, "")


def test_look__a_comment_in_a_module_is_no_other_program(product):
    part = CodePart(can_start_anew=True, clock=Clock())
    add(product, MODULE, "# more\n")
    for _ in range(3):
        part.look()
    assert (part.is_due, part.trouble) == (False, "")


def test_look__code_that_does_not_load_is_told_until_it_is_gone(product):
    part = CodePart(can_start_anew=True, clock=Clock())
    sound = (product / MODULE).read_bytes()
    add(product, MODULE, "def half(\n")
    assert [part.look() for _ in range(3)] == [False, True, False]
    assert not part.is_due
    assert "cannot be loaded" in part.trouble
    (product / MODULE).write_bytes(sound)
    assert part.look()
    assert part.trouble == ""


def test_look__a_server_that_may_not_be_replaced_says_what_to_do(product):
    part = CodePart(can_start_anew=False, clock=Clock())
    add(product, TEMPLATE, "<!-- more -->\n")
    assert [part.look() for _ in range(3)] == [False, True, False]
    assert not part.is_due
    assert "until it is started anew" in part.trouble


@pytest.mark.skipif(os.name != "posix", reason="exec of POSIX systems")
def test_serve__with_another_template_on_the_disk_starts_anew_in_the_same_process(copied, folder):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "services", "serve", "--output-folder", str(folder)]
    server = subprocess.Popen(
        [*command, "--port", str(port)], cwd=copied, stdout=subprocess.DEVNULL
    )
    template = copied / TEMPLATE
    before = template.read_text()
    try:
        assert "another frame" not in until_page(port, "Season")
        template.write_text(re.sub("Every chance here", "another frame: \\g<0>", before))
        until_page(port, "another frame: Every chance here")
        assert server.poll() is None
    finally:
        template.write_text(before)
        server.kill()
        server.wait()


def until_page(port, said):
    """Give the page of the season once it says something."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/2025", timeout=5) as answer:
                text = answer.read().decode()
            if said in text:
                return text
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"never said {said!r}")
