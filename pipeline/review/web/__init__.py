"""The review page: the only part that knows of starlette, uvicorn and jinja2."""
