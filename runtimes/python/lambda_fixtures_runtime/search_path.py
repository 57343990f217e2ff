"""Sets up sys.path as AWS's /var/runtime/bootstrap.py does: LAMBDA_TASK_ROOT, layers, Python's own folders."""

import os
import site
import sys
from importlib.machinery import PathFinder

OPT_VARIABLE = "LAMBDA_FIXTURES_OPT"

# The modules that awslambdaric imports before the function's code, so that a function's file of the same name does not replace them.
PRELOADED = frozenset(
    "__future__ _colorize codeop collections contextlib copyreg decimal enum functools heapq importlib json keyword linecache "
    "logging math numbers operator re reprlib string textwrap threading token tokenize traceback types warnings weakref".split()
)
if sys.version_info >= (3, 12):
    PRELOADED |= {"concurrent", "queue"}


class PreloadedModules:
    """Meta path finder for the modules that AWS preloads: they come from Python's own folders, but are imported only when used."""

    def __init__(self, path: "list[str]") -> None:
        self.path = path
        self.on_logging = None  # called once with the `logging` module when it has been imported

    def find_spec(self, name, path=None, target=None):
        if name not in PRELOADED:
            return None
        spec = PathFinder.find_spec(name, self.path)
        if spec is not None and name == "logging" and self.on_logging is not None:
            self._call_after_import(spec.loader)
        return spec

    def _call_after_import(self, loader) -> None:
        execute, callback = loader.exec_module, self.on_logging

        def exec_module(module):
            del loader.exec_module
            execute(module)
            callback(module)

        loader.exec_module = exec_module


def when_logging_is_imported(callback) -> None:
    """Calls callback(logging) when something imports logging, at once if that has happened.

    Importing logging takes about as long as starting Python, so functions that don't log don't pay for it.
    """
    if "logging" in sys.modules:
        callback(sys.modules["logging"])
        return
    for finder in sys.meta_path:
        if isinstance(finder, PreloadedModules):
            finder.on_logging = callback


def set_up() -> None:
    """Puts LAMBDA_TASK_ROOT and the layers' folders first. As on AWS, a user's PYTHONPATH replaces the layers' folders.

    AWS itself sets PYTHONPATH to LAMBDA_RUNTIME_DIR.
    """
    sys.meta_path.insert(0, PreloadedModules(list(sys.path)))
    opt = os.environ.pop(OPT_VARIABLE, None)
    folders = [os.environ["LAMBDA_TASK_ROOT"]]
    runtime_directory = os.environ.get("LAMBDA_RUNTIME_DIR")
    if os.environ.get("PYTHONPATH", runtime_directory) == runtime_directory:
        if opt:
            folders.append("{}/python/lib/python{}.{}/site-packages".format(opt, *sys.version_info[:2]))
            folders.append(opt + "/python")
        if runtime_directory:
            os.environ["PYTHONPATH"] = runtime_directory
    sys.path[:0] = folders
    for folder in folders:
        site.addsitedir(folder)  # runs its .pth files; as on AWS, a missing folder is appended once more
