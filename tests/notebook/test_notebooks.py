"""The notebooks run from the first cell to the last, offline, and are kept without outputs."""

from __future__ import annotations

import pytest

from tests.rules.sources import ROOT

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Sockets to other machines, and names, end in an error of their own.
_OFFLINE = """
import socket
def _refused(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
        raise AssertionError(f"a notebook reaches out to {address}")
    return _connect(self, address)
_connect, socket.socket.connect = socket.socket.connect, _refused
"""


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the notebooks run; what the first one stored is there for the next."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def executed(request, folder):
    """One notebook after one run of it, with few simulations."""
    notebook = read(request.param)
    given = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())]
    assert [cell.source.split(" = ")[0] for cell in given] == ["simulations"]
    given[0].source = f"simulations = 40\n{_OFFLINE}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        # The kernel's own packages warn of what is theirs to mend.
        patch.setenv("PYTHONWARNINGS", "default")
        client = nbclient.NotebookClient(
            notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": folder}}
        )
        client.execute()
    return notebook


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def test_notebooks__are_found():
    assert [path.stem for path in NOTEBOOKS] == ["first_forecast", "is_it_any_good"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook__is_kept_without_outputs(path):
    notebook = read(path)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert outputs(notebook) == []
    assert {cell.execution_count for cell in code} == {None}


def test_notebook__runs_quietly_to_its_end(executed):
    assert [output for output in outputs(executed) if output.output_type == "stream"] == []
    silent = [
        cell.source
        for cell in executed.cells
        if cell.cell_type == "code" and not cell.outputs and "parameters" not in cell.metadata.tags
    ]
    assert silent == [], "a cell shows nothing"


def test_notebook__draws_its_pictures_on_this_machine(executed):
    shown = [output.data for output in outputs(executed) if "data" in output]
    pictures = [data["image/svg+xml"] for data in shown if "image/svg+xml" in data]
    assert len(pictures) >= 3
    assert all(picture.startswith("<svg") for picture in pictures)
    assert [data for data in shown if "<script" in data.get("text/html", "")] == []
