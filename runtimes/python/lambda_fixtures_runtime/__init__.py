"""The Python runtime of lambda-fixtures' process backend: behaves as AWS's awslambdaric, starts faster, needs no compiler."""
