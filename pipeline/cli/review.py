"""verbatims review: every command of it has a file of its own."""

from __future__ import annotations

import typer

from pipeline.cli.review_agree import agree
from pipeline.cli.review_export import export_readings
from pipeline.cli.review_import import import_readings
from pipeline.cli.review_plan import plan
from pipeline.cli.review_sample import sample
from pipeline.cli.review_serve import serve
from pipeline.cli.review_sign import list_signed, sign_figure
from pipeline.cli.review_stop import stop
from pipeline.cli.review_suspects import suspects
from pipeline.cli.review_verify import verify

app = typer.Typer(
    help="What people read and decided.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """What people read and decided."""


app.command("import")(import_readings)
app.command("export")(export_readings)
app.command("sample")(sample)
app.command("serve")(serve)
app.command("agree")(agree)
app.command("stop")(stop)
app.command("plan")(plan)
app.command("suspects")(suspects)
app.command("verify")(verify)
app.command("sign")(sign_figure)
app.command("signed")(list_signed)
