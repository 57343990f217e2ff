"""The invocation that is being handled, for log records."""

request_id = None
tenant_id = None
