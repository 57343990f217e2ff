"""Starts the official awslambdaric as AWS's /var/runtime/bootstrap.py does: bootstrap.py <folder that awslambdaric is installed in>.

LAMBDA_FIXTURES_OPT names the folder that plays /opt, as for the library's own bootstrap.
"""

import os
import site
import sys

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [here, sys.argv[1]] + [folder for folder in sys.path if folder != here]
    import awslambdaric.__main__
    import runtime_client  # noqa: F401  ours, before the native one beside awslambdaric

    sys.path[:2] = []
    sys.path.append(sys.argv[1])
    opt = os.environ.pop("LAMBDA_FIXTURES_OPT", None)
    folders = [os.environ["LAMBDA_TASK_ROOT"]]
    runtime_directory = os.environ.get("LAMBDA_RUNTIME_DIR")
    if os.environ.get("PYTHONPATH", runtime_directory) == runtime_directory:
        if opt:
            folders += ["{}/python/lib/python{}.{}/site-packages".format(opt, *sys.version_info[:2]), opt + "/python"]
        if runtime_directory:
            os.environ["PYTHONPATH"] = runtime_directory
    sys.path[:0] = folders
    for folder in folders:
        site.addsitedir(folder)
    awslambdaric.__main__.main([folders[0], os.environ["_HANDLER"]])
