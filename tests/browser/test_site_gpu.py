"""The graphics processor in the static site: used where it computes the same, and never missed where it does not."""

import base64
from pathlib import Path
from typing import Any

import pytest
from app_server import CHROMIUM_ARGS
from playwright.sync_api import Browser, Page
from site_server import LOAD, Served

from digitlens.data.samples import draw
from digitlens.site.write import GPU_RUNTIME

pytestmark = pytest.mark.browser

SLOW = 600_000  # ms: without a graphics processor its programs are compiled for the processor
SOFTWARE = ("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader")

READ = """async text => {
    const picture = new Blob([Uint8Array.from(atob(text), one => one.charCodeAt(0))]);
    return (await globalThis.reader.read(picture)).text;
}"""
A_GPU_THAT_IS_NONE = """() => Object.defineProperty(navigator, "gpu", {
    value: { requestAdapter: async () => ({ info: { isFallbackAdapter: false }, features: new Set() }) },
})"""


def loaded(browser: Browser, site: Served) -> Page:
    page = browser.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{site.url}package.json")
    page.evaluate(LOAD)
    return page


def reads(page: Page) -> str:
    return page.evaluate(READ, base64.b64encode(draw("pen")).decode())


def test_without_one_nothing_is_fetched_and_the_processor_reads(browser: Browser, site: Served) -> None:
    page = loaded(browser, site)
    assert page.evaluate("reader.accelerate()") is False
    assert not {f"/{name}" for name in GPU_RUNTIME} & set(site.sent)
    assert reads(page) == "3"
    page.close()


def test_where_it_fails_the_processor_goes_on(browser: Browser, site: Served) -> None:
    page = loaded(browser, site)
    page.evaluate(A_GPU_THAT_IS_NONE)
    assert page.evaluate("reader.accelerate()") is False
    assert f"/{GPU_RUNTIME[-1]}" in site.sent  # it was tried
    assert reads(page) == "3"
    page.evaluate("""() => {
        const lost = { run: async () => { globalThis.asked = true; throw new Error("The device is lost."); } };
        const { network } = reader.lines.detector;
        network.faster = { runtime: network.runtime, session: lost };
    }""")
    assert reads(page) == "3"
    assert page.evaluate("[globalThis.asked, reader.lines.detector.network.faster]") == [True, None]
    page.close()


def test_it_computes_what_the_processor_computes(browser: Browser, chromium: Path, site: Served) -> None:
    with_one = browser.browser_type.launch(executable_path=chromium, args=[*CHROMIUM_ARGS, *SOFTWARE])
    page = loaded(with_one, site)
    assert page.evaluate("reader.accelerate()") is False  # for it is the processor in disguise
    found: dict[str, Any] = page.evaluate("""async () => {
        const { compared, gpuEngine } = await import("./module/model/gpu.js");
        const { fetchFile } = await import("./module/model/session.js");
        const { pages } = await (await fetch("networks/networks.json")).json(), here = document.baseURI;
        const graph = await fetchFile(new URL(`networks/${pages.file}`, here));
        const engine = await gpuEngine(new URL("runtime/", here), graph);
        const { network } = reader.lines.detector, told = await compared(network, engine, [64, 64]);
        const worse = { ...network, answers: async (...given) => {
            const answers = await network.answers(...given);
            if (given[0] === engine) answers[1] = { data: answers[1].data.map(one => one + 0.5) };
            return answers;
        } };
        return { ...told, worse: (await compared(worse, engine, [64, 64])).difference };
    }""")
    assert found["difference"] < 1e-4
    assert found["worse"] == pytest.approx(0.5, abs=1e-3)
    assert found["gpu"] > found["processor"]  # the processor in disguise is slower than itself
    with_one.close()
