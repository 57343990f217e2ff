"""The test function in Python: see ../README.md for what its events do."""

import os
import time

calls = 0


def handler(event, context):
    global calls
    calls += 1
    if "log" in event:
        print(event["log"])
    if "sleep" in event:
        time.sleep(event["sleep"] / 1000)
    if "throw" in event:
        raise RuntimeError(event["throw"])
    if "exit" in event:
        os._exit(event["exit"])
    result = {"runtime": "python", "event": event, "requestId": context.aws_request_id, "calls": calls}
    if "env" in event:
        result["env"] = os.environ.get(event["env"])
    return result
