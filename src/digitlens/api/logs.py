"""Logs for machines: one JSON object a line on standard error, with neither pictures nor their names in it."""

import json
import logging
import time
from functools import lru_cache
from logging.config import dictConfig
from typing import Any

__all__ = ["CONFIG", "JsonFormatter", "configure", "logger"]

logger = logging.getLogger("digitlens.api")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON; what was passed as ``extra={"fields": {...}}`` becomes fields of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: time (UTC), level, message, the fields, and where an exception came from."""
        line: dict[str, Any] = {
            "time": f"{_moment(int(record.created))}.{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _json(line)


_json = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=1)
def _moment(second: int) -> str:
    """A second of the clock (UTC)."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _to(handler: str) -> dict[str, Any]:
    return {"handlers": [handler], "level": "INFO", "propagate": False}


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {"json": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {name: _to("json") for name in ("digitlens", "uvicorn")},
}
"""The argument of ``logging.config.dictConfig``; every process of a server is given it."""


def configure() -> None:
    """Have this process log so, and look nothing up that no line has: thread, process, and place in the code.

    These are four tenths of what a line costs (Python's Logging HOWTO, Optimization).
    """
    dictConfig(CONFIG)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    setattr(logging, "_srcfile", None)  # noqa: B010  # no public name
