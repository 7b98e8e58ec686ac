"""Freed memory is kept where the C library can be told so, in a process of its own: the setting lasts."""

import platform
import subprocess
import sys

from digitlens.train import memory

PROGRAM = "from digitlens.train.memory import keep_freed_memory as keep; print(keep())"


def test_glibc_keeps_what_is_freed():
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=300
    )
    assert told.stdout.strip() == str(platform.libc_ver()[0] == "glibc")


def test_elsewhere_nothing_is_done(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert memory.keep_freed_memory() is False
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    assert memory.keep_freed_memory() is False
