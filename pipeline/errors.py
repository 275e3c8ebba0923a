"""Every message a user can meet: its code, what went wrong, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

CODES: dict[str, str] = {
    "E101": "A file that the round or the command names does not exist or cannot be opened.",
    "E102": "The source file is empty, or has a header and nothing under it.",
    "E103": "The source file is of a kind that is not read here.",
    "E104": "The bytes of a file do not fit its encoding.",
    "E105": "Rows of the source have more or fewer cells than the header.",
    "E106": "A quoted cell of a csv or tsv file is never closed, or has text after its quote.",
    "E107": "A named column is not in the source, or is there twice.",
    "E108": "A workbook cannot be read, is unsafely large, or lacks the named sheet.",
    "E109": "A Parquet or JSON Lines file cannot be read.",
    "E110": "A row has no respondent id or no response id.",
    "E111": "One id stands for two different answers.",
    "E112": "A question of the round never occurs in the source.",
    "E113": "A number in an id column has lost digits in the spreadsheet.",
    "E114": "A row has no survey weight, or one that is no number or below 0.",
    "E201": "A YAML file cannot be parsed.",
    "E202": "A key stands twice in one YAML mapping.",
    "E203": "A YAML file uses an anchor or a tag, is nested too deeply, or is too large.",
    "E204": "A key is not known here.",
    "E205": "A required key is missing.",
    "E206": "A value is of the wrong kind.",
    "E301": "A theme has no rules and is neither a net nor marked as for the classifier only.",
    "E302": "A term is not one that can be matched.",
    "E303": "A pattern is not a valid regular expression.",
    "E304": "A rule has no terms and no pattern, or mixes the two.",
    "E305": "A net names a theme that is not in the codebook, or another net.",
    "E306": "An example is not coded with its theme.",
    "E307": "A counter-example is coded with its theme.",
    "E308": "The codebook names a question that the round does not have.",
    "E309": "A name stands for two things: an id, a code, a label, an old id, a word for no theme.",
    "E310": "A rule names a list of terms that the codebook lacks.",
    "E311": "A theme's parent is not a theme, or is below it.",
    "E312": "An exclusive group names no theme, or a parent, or contradicts another group.",
    "E313": "A rule wants word tables that are not installed.",
    "E314": "The history of a codebook does not fit its version.",
    "E321": "A dictionary of another tool cannot be read.",
    "E331": "A change of codebook moves counts or codings of a round.",
    "E401": "A file of hand coding lacks a column or an id, or names what is not there.",
    "E402": "The classifier has too few coded responses to learn from.",
    "E403": "Hand coding that trained or decided a run cannot grade it.",
    "E404": "A file of hand coding names a theme that is not in the codebook.",
    "E411": "The store of readings cannot be used: absent, no such store, damaged, newer, locked.",
    "E412": "An entry of the store cannot be kept, or a line of an import cannot be understood.",
    "E413": "A response is drawn to audit and to learn from; the two are kept apart.",
    "E421": "A picture cannot be drawn: its file is not .svg or .png, or matplotlib is absent.",
    "E431": "A file of a model is refused: damaged, changed, of another format, or no model.",
    "E432": "A model was trained for another codebook, another version of it, or other themes.",
    "E433": "No model is written where something else is.",
    "E434": "A model learnt with closed questions that the round lacks.",
    "E441": "A sample is too small to give every stratum a member.",
    "E442": "There is no response left to draw.",
    "E443": "A random sample cannot be used: parts are unread, or the round has changed since.",
    "E451": "Embeddings need an extra that is not installed.",
    "E452": "A folder is no sentence embedding model that is read here.",
    "E453": "The classifier learnt with embeddings, and the round names none.",
    "E454": "The classifier learnt with other embeddings than the round names.",
    "E455": "The round names embeddings, and its model learnt without.",
    "E461": "No row of a file of hand coding was read yet.",
    "E501": "The output folder holds something that is not a run.",
    "E502": "A folder is not a run, or its manifest cannot be read.",
    "E503": "A run does not agree with its own evidence.",
    "E511": "Two rounds have no question and theme in common.",
    "E512": "Something moved between two runs.",
    "E521": "A rule of small numbers is not known.",
    "E522": "Counts to be published do not fit together: a sum, a net, or a part of a whole.",
    "E523": "Hidden counts can be worked out from what would be published.",
    "E524": "Whether hidden counts can be worked out could not be found out.",
    "E531": "A closed question of the round cannot be read as it is described.",
    "E532": "An answer to a closed question is not one of its options.",
    "E533": "An answer to a question that wants a number is not one.",
    "E534": "The rows of one respondent disagree on a closed question or a group.",
    "E535": "A closed question without options has too many different answers to be one.",
    "E541": "A figure cannot be signed: there is none, or nobody is named.",
    "E542": "A file of signatures that is imported is damaged or was changed.",
    "E543": "A signed figure no longer rests on what was signed.",
    "E544": "A round names a file of signatures, which the store keeps now.",
    "E551": "A run does not say what trained the classifier that an audit is of.",
    "E552": "The width that an audit is planned for is neither a number nor a share.",
    "E561": "A closed question cannot be crossed with the themes of open questions.",
    "E571": "Agreement is asked of a coder, question or sample that the store or the round lacks.",
    "E572": "A reading says that it is of a double sample and is not.",
    "E573": "No two readings of one response can be compared.",
    "E581": "The chain of a store of readings is broken: edited, deleted, swapped, inserted, cut.",
    "E582": "The database of a store cannot be reached, or nothing says how.",
    "E583": "A round.yaml has the password of a database in it.",
    "E584": "A head of a store cannot be read, or is not of this store.",
    "E585": "There is nothing to be settled, or it must not be seen yet.",
    "E591": "The review page needs an extra that is not installed.",
    "E592": "The review page has no such queue, sample, theme or response.",
    "E593": "What was sent to the review page cannot be kept as a reading.",
    "E594": "The address or port that the review page is to be at cannot be used.",
    "E595": "A response was read elsewhere by the same person since the page was shown.",
    "E596": "The codebook's file has changed since it was read; nothing is written over it.",
    "E597": "What was to be added to a codebook cannot be added there.",
    "E598": "The codebook's file may not be written.",
    "E599": "The codebook cannot be edited on this review page, or not from this response.",
    "E601": "A published figure cannot be read or names a question or theme that does not exist.",
    "E602": "A published figure does not hold.",
    "E603": "A published figure of a closed question cannot be read or names what is not there.",
    "E604": "A published figure wants a count by group that there is not.",
    "E611": "A draft report is of a kind that is not read, or cannot be read as what it is.",
    "E612": "A draft report is unsafe to open, or too large.",
    "E613": "A claim of a draft report does not hold.",
    "E614": "A claim of a draft report could not be placed, and --strict was asked for.",
    "E701": "A command was given an option that does not fit.",
    "E702": "The system refused to read or write: a full disk, say.",
    "W101": "The encoding was not stated and was chosen from the bytes.",
    "W102": "Rows of the source belong to no question of the round.",
    "W103": "The source has no respondent column, so ids are made from row and text.",
    "W104": "A response cannot be processed; it stays in the base accounting as unprocessed.",
    "W105": "Answers have the survey weight 0: they are counted, and weigh nothing.",
    "W301": "A pattern took too long on a response; that rule says nothing about it.",
    "W311": "A term or a rule stands twice.",
    "W312": "A term or a rule adds nothing to another that finds the same.",
    "W313": "A rule, or a term of it, can never fire.",
    "W314": "A pattern can take too long: the time it takes grows steeply with the text.",
    "W315": "Two themes are too alike to be told apart.",
    "W316": "The version of a codebook was raised and its history does not tell why.",
    "W321": "What a codebook cannot hold of an imported dictionary is left out or changed.",
    "W401": "Themes have too few coded examples for the classifier, which adds nothing to them.",
    "W402": "A coded file has themes that the codebook lacks; they are left out.",
    "W403": "A coded file names responses that are not in the round; they are left out.",
    "W404": "People disagree about responses; the machine's verdict is kept for those.",
    "W405": "Decisions or coding on responses that screening set aside have no effect.",
    "W406": "No coder in play can find some themes; they are counted as 0.",
    "W407": "Coded responses have the same text as some that trained the classifier.",
    "W408": "A coded file has a theme and 'no theme applies' of one coder on one response.",
    "W409": "Too little is decided: the classifier learnt from what the rules find.",
    "W411": "Decisions are stale: the text or the meaning of the theme has changed since.",
    "W412": "Responses of audit samples are left out of what the classifier learns from.",
    "W413": "Decisions are on responses or themes that the round no longer has; none is applied.",
    "W431": "The words of a round are far from those that the classifier learnt from.",
    "W432": "A model has seen no answer to a question of the round.",
    "W433": "Every coded response has a theme, which is left to its rules.",
    "W434": "A model that learnt beside rules is used without them.",
    "W435": "Responses of audit samples trained the model, and cannot audit it.",
    "W441": "Few untagged responses are drawn in an audit; its intervals will be wide.",
    "W442": "Responses wait in learning samples and cannot be drawn for an audit.",
    "W443": "Fewer responses than asked for are left that differ from others.",
    "W444": "Responses that cannot be drawn for an audit lack a decision.",
    "W461": "Rows of a file of hand coding were not read yet; they are left out.",
    "W511": "Two rounds are coded with codebooks that differ.",
    "W512": "A question is not asked, or not counted, alike in two rounds.",
    "W513": "Respondents are in both of two rounds, which then are not independent.",
    "W521": "All of a group are shown to have something, so each of them is known to.",
    "W522": "Hidden counts could be worked out by a reader who guesses which are small.",
    "W531": "A group column has too many different values to be crossed with closed questions.",
    "W532": "More people answered than the population is said to have.",
    "W571": "Readings of a double sample are withheld until all its coders have read it.",
    "W572": "Responses that trained the classifier cannot be compared with the machine.",
    "W573": "Fewer responses are left than a double sample asks for.",
    "W581": "A store of readings of an older format was brought up to this one.",
    "W582": "A store of readings is on a network drive; SQLite's rollback journal is used.",
    "W591": "Responses of a sample are not in the round any more.",
    "W611": "No statement of a count or a share is found in a draft report.",
    "W701": "A bug in verbatims; a log file has the details.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: `where` is file:line:column or a source row, `remedy` what to do."""

    code: str
    what: str
    where: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = f" {self.where}:" if self.where else ""
        return f"[{self.code}]{place} {self.what} {self.remedy}".rstrip()


class VerbatimsError(Exception):
    """What every expected failure is raised as; the CLI catches it once and prints each problem."""

    exit_code = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @classmethod
    def because(cls, *, code: str, what: str, where: str = "", remedy: str = "") -> Self:
        """The error of one problem."""
        return cls(Problem(code=code, what=what, where=where, remedy=remedy))


class InputError(VerbatimsError):
    """The input or the way the command was called is unusable."""


class CheckFailed(VerbatimsError):  # noqa: N818 - the check failed, the program did not
    """The input is sound and the answer to the check is no."""

    exit_code = 1


def near(name: str, known: Iterable[str]) -> str:
    """A hint that lists the known names, the near ones first choice.

    >>> near("q7_barrier", ["respondent_id", "q7_barriers"])
    "Did you mean 'q7_barriers'?"
    >>> near("zzz", ["a", "b"])
    'There are: a, b.'
    """
    names = [str(item) for item in known]
    lower = {item.lower(): item for item in reversed(names)}
    close = difflib.get_close_matches(name.lower(), list(lower), n=3, cutoff=0.6)
    if close:
        return "Did you mean " + " or ".join(f"'{lower[item]}'" for item in close) + "?"
    if not names:
        return "There are none."
    return "There are: " + ", ".join(names[:12]) + (", ..." if len(names) > 12 else ".")
