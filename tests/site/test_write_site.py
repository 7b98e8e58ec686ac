"""The static site as files: complete, the same every time, brought up to date without harm."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import digitlens
from digitlens.cli import main
from digitlens.errors import ModelNotFound
from digitlens.model import Network, config_path, find
from digitlens.site import write_site
from digitlens.site.write import GPU_RUNTIME
from made_files import files_in

SOURCE = Path(digitlens.__file__).parent / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder)
    return folder


def test_the_networks_and_numbers_are_those_of_python(site: Path) -> None:
    told = json.loads((site / "networks/networks.json").read_text(encoding="utf-8"))
    network = Network.load(find())
    graph = gzip.decompress((site / "networks" / told["glyphs"]["file"]).read_bytes())
    assert hashlib.sha256(graph).hexdigest() == network.card.sha256 == told["glyphs"]["card"]["sha256"]
    assert told["glyphs"]["name"] == network.name
    assert (
        told["glyphs"]["card"]["calibration"]["risk"][0]["threshold"]
        == network.card.calibration.risk[0].threshold
    )
    assert (site / "networks" / told["config"]).read_bytes() == config_path(find("pages")).read_bytes()
    assert told["pages"]["card"]["labels"][-1] == ""
    lines = gzip.decompress((site / "networks" / told["lines"]["file"]).read_bytes())
    assert hashlib.sha256(lines).hexdigest() == told["lines"]["card"]["sha256"]
    assert lines == find("lines").read_bytes()


def test_every_file_that_is_named_is_there(site: Path) -> None:
    found = files_in(site)
    worker = found["sw.js"].decode()
    listed = re.search(r"^const FILES = (\[.*\]);$", worker, re.MULTILINE)
    assert listed
    assert set(json.loads(listed[1])) == set(found) - {"sw.js", *GPU_RUNTIME}
    assert set(GPU_RUNTIME) <= set(found)
    assert re.search(r'"digitlens-[0-9a-f]{12}"', worker)
    html = found["index.html"].decode()
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', html)) <= set(found)
    icons = json.loads(found["manifest.webmanifest"])["icons"]
    assert {icon["src"] for icon in icons} <= set(found)
    for name, content in found.items():
        if name.endswith(".js"):
            for imported in re.findall(r'^import .* from "(\..+)";$', content.decode(), re.MULTILINE):
                assert (site / name).parent.joinpath(imported).resolve().is_file(), (name, imported)


def test_an_older_site_is_brought_up_to_date_and_other_files_are_left(site: Path, tmp_path: Path) -> None:
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks/robust-00000000.onnx.gz").write_bytes(b"old")
    (tmp_path / "CNAME").write_text("digits.example")
    (tmp_path / "index.html").write_text("old")
    write_site(tmp_path)
    assert files_in(tmp_path) == {**files_in(site), "CNAME": b"digits.example"}


def test_another_network_has_another_version(site: Path, tmp_path: Path) -> None:
    assert write_site(tmp_path, "tiny").model == Network.load(find("tiny")).name
    assert files_in(tmp_path)["sw.js"] != files_in(site)["sw.js"]


def test_a_network_that_is_not_there_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        write_site(tmp_path / "new", "missing")
    assert not (tmp_path / "new").exists()


def test_the_command_tells_what_it_wrote(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["site", "--json", str(tmp_path / "out")])
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert told["files"]["index.html"] < (tmp_path / "out/index.html").stat().st_size
    first = sum(size for name, size in told["files"].items() if name not in GPU_RUNTIME)
    assert 3_000_000 < told["bytes"] == first < 6_000_000


def test_the_npm_package_is_of_this_version() -> None:
    assert (
        json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))["version"] == digitlens.__version__
    )


def test_the_runtime_is_the_one_that_is_told() -> None:
    """ONNX Runtime's files are as published: what they are made of is in their README."""
    readme = (SOURCE / "runtime/README.md").read_text(encoding="utf-8")
    told = {name: digest for digest, name in re.findall(r"([0-9a-f]{64})  (\S+)", readme)}
    shipped = {path.name: path.read_bytes() for path in (SOURCE / "runtime").glob("ort*")}
    unpacked = {
        name.removesuffix(".gz"): gzip.decompress(content) if name.endswith(".gz") else content
        for name, content in shipped.items()
    }
    assert len(shipped) == 6
    assert {name: hashlib.sha256(content).hexdigest() for name, content in unpacked.items()} == told
