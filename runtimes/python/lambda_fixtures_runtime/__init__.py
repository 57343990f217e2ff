"""The Python runtime of lambda-fixtures' process backend. Behaves as AWS's awslambdaric, but starts faster and needs no compiler."""
