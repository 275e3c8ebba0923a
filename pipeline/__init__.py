"""verbatims codes the free text of a consultation, counts who said what, and proves each figure.

The path of the data: read -> screen -> match -> classify -> resolve -> count -> report.
`pipeline.run` is that path; each stage is a plain function from Arrow tables to Arrow tables.
"""

__version__ = "0.1.0"
