"""Logs the warning that AWS logs when a preview runtime starts."""

import logging
import os


def warn() -> None:
    site = "docs.amazonaws.cn" if os.environ.get("AWS_REGION", "").startswith("cn-") else "docs.aws.amazon.com"
    logging.warning(
        "LAMBDA_WARNING: This is a preview runtime version and should not be used for production workloads. "
        "For further information and to provide feedback, see https://%s/lambda/latest/dg/lambda-runtimes.html\r",
        site,
    )
