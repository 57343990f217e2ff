"""Entry of the Python runtime, which replaces AWS's /var/runtime/bootstrap.py.

Started as ``python3 -s bootstrap.py`` in LAMBDA_TASK_ROOT. Kept short, because a script is compiled at every start and a module once.
"""

if __name__ == "__main__":  # a multiprocessing child imports this file again
    import os
    import sys

    _here = os.path.dirname(os.path.abspath(__file__))
    if _here not in sys.path:  # with -P or PYTHONSAFEPATH
        sys.path.insert(0, _here)
    from lambda_fixtures_runtime import bootstrap, search_path

    sys.path[:] = [folder for folder in sys.path if folder != _here]
    search_path.set_up()
    bootstrap.run(os.environ["_HANDLER"], os.environ["AWS_LAMBDA_RUNTIME_API"])
