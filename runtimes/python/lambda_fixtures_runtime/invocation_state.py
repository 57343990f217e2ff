"""The current invocation, for log records."""

request_id = None
tenant_id = None
