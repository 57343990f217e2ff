import logging

from shipping import rate  # from the layer

log = logging.getLogger()
log.setLevel(logging.INFO)


def handler(event, context):
    cost = rate(event["country"]) * event["kilograms"]
    log.info("shipping to %s costs %s", event["country"], cost)
    return {"cost": cost, "function": context.function_name}
