"""The diagnoses that a clinical summary states, one by one.

Belongs here: where a statement of diagnoses begins and ends, and how its list comes apart. Does not belong here: the
words that open and close a statement (vocabulary/diagnosis_phrases.csv), the words that name a disorder
(diagnosis_words.csv), and any coding of diagnoses: they stay as written.

A list comes apart at semicolons, commas and "and", but not every comma separates two diagnoses: "neck, back and
shoulder strain" is one, and so is "strain of muscle, fascia and tendon". What decides is which parts name a disorder.
"""

from functools import cache
from typing import Final

import polars as pl

from imr_etl.vocabulary import SEPARATOR, code_table

MARK: Final = "\u241e"
HELD: Final = "\u2025"
"""Stands for the space between a word and a capitalized one that belongs to it."""
END: Final = "\u241f"
FIELD: Final = "\u241d"
PERIOD: Final = "\u2024"
"""Stands for the period of an abbreviation while a text is read."""

ABBREVIATION: Final = r"(?i)\b(e\.g|i\.e|vs|dr|approx|rt|lt)\."

MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE: Final = rf"(?:\d{{1,4}}(?:[/-]\d{{1,4}})*|{MONTH})"
DATE_TAIL: Final = (
    r"(?i)\s+(?:on|dated|in|since|as of|of)\s+(?:(?:early|late|mid)\s+)?"
    rf"(?:\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{2,4}}|{MONTH}(?:\s+\d{{1,2}})?(?:,|\s+of)?\s+(?:19|20)\d\d|(?:19|20)\d\d)\b"
)
"""'ankle sprain on 10/14/2016', 'neck pain since May of 2014'."""
TAIL_AS_LINK: Final = r"by\s+(?:the|an?)|at\s+(?:the|that|this)\s+time"
"""Tails that stand between the noun and its list as well."""
TAIL_WORDS: Final = r"(?:[\s/-]+[\w.'\u2019/-]+){0,14}?(\s*[,;.)\u241f]|\s+and\b|$)"
"""What a tail holds, up to the mark after it."""
QUOTES: Final = (
    (r"[\"\u201d]\s+[\"\u201c]", ", "),
    (r"[\"\u201c\u201d]", ""),
    (r"(^|[\s(:])['\u2018](\p{L})", "${1}${2}"),
    (r"([^s\s])['\u2019]([,;.)]|$)", "${1}${2}"),
    (r"([^s\s])['\u2019]\s+", "${1}, "),
)
"""Quotation marks, and what stands for them; an apostrophe stays ("Baker's cyst", "workers' compensation")."""
CODE: Final = (
    r"(?i)^(?:ICD[\s-]*(?:9|10)?(?:[\s-]*CM)?\s*(?:codes?)?\s*[:#]?\s*)?(?-i:[A-TV-Z]?)\d{2,3}(?:\.[\dA-Z]{1,4})?$"
)
SENTENCE_END: Final = r"\.[\"\u201d'\u2019]?(?:\s+[\p{Lu}\"\u201c(]|\p{Lu}\pL|\s*$)"
OPEN_WORD: Final = (
    r"\b(of|in|the|to|with|without|and|or|an?|by|on|at|for|from|right|left|bilateral|lower|upper|mild|moderate|severe)"
    r"\s+(\p{Lu})"
)
"""A word that the next one belongs to, capitalized or not: "pain in Right shoulder"."""
SENTENCE_BEGINS: Final = r"(?:\p{Lu}\p{Ll}+|An?|MRI|EMG|CT|X-rays?)(?:\s+(?:[\p{Ll}\d][\w/.-]*|\p{Lu}{2,5})){0,6}?"
"""Capitalized, and some words up to the verb."""
NUMBER_OF_NEXT: Final = r"[.;]\s+\(?\d{1,2}[.)]+\s*$"
"""The number of a list that begins after the last diagnosis."""
FIRST_NUMBER: Final = r"^(?:\(?1[.)]|#\s?1\b|1\s?-\s|\(?a\)\s)"
NUMBERING: Final = r"(?:^|[\s,;.])(?:\(?\d{1,2}[.)]{1,2}\s*|#\s?\d{1,2}[.:)]?\s+|\d{1,2}\s?-\s+|\(?[a-j]\)\s+)(\pL)"
"""'1. ', '2) ', '(3) ', '4- ', '#5 ', 'b) ' before the word that it numbers."""
PART_BORDER: Final = (
    r"(?i)(?:\s*;\s*(?:and\s+)?|\s*,\s*(?:and\s+|as well as\s+|along with\s+)?|\s+(?:and|as well as|along with|&)\s+)"
)
RULE_OUT: Final = r"(?i)(?:\s+and)?\s+((?:rule out|rule-out|r/o)\s)"
RULED_OUT: Final = r"(?i)^(?:rule[ -]out|r/o)\s"
NO_DIAGNOSIS: Final = r"(?i)^(?:not|no|none|unknown|unclear|unavailable|deferred|pending|illegible)\b"
ADDED: Final = r"(?i)\b(?:secondary|additional|other|associated|further|also|psychological|psychiatric)\s*$"
"""Before the noun or verb of a statement: what follows adds to what was stated before."""
NEGATED: Final = (
    r"(?i)\b(?:not|never|no|denies|denied|without|family|family history|differential|rather than)\b(?:\W+\w+){0,3}\W*$"
)
"""Before the noun or verb of a statement: it states nothing of the worker."""
STANDING: Final = (
    r"(?i)(?:\b(?:has|have|is|are)|'s)(?:\s+(?:also|now|currently|been|since|recently|further|already)){0,3}\s*$"
)
"""Before a verb that says what was found at one visit: it still holds ("has been diagnosed with")."""
PAST: Final = r"(?i)\b(?:previously|formerly|initially|originally|history of being|family)(?: (?:was|been|being))?\s*$"
"""Before the noun or verb of a statement: it counts only where there is no other one."""
AFTER_OPERATION: Final = r"(?:status[ -]post|s/p)\s+"
DEPENDENT: Final = (
    r"(?i)\b(?:with|due to|secondary to|associated with|related to|caused by|causing|resulting in|because of)\s"
)
"""In a part of a list: a symptom joined to it by "and" depends on it, too."""
CAUSED: Final = r"(?i)\b(?:due to|secondary to|related to|caused by|because of)\s"
"""The same of any bare disorder: "insomnia secondary to pain and stress", but "myelopathy and hypertension"."""
OPERATED: Final = r"(?i)\b(?:status[ -]post|s/p|post[ -]?op(?:erative)?)\b"
NO_OPERATION: Final = (
    r"(?i)\b(?:after|post|following|from|with|due|secondary|related|without|complications?|failed|failure|pain|"
    r"syndrome)\b"
)
"""A diagnosis that names an operation: 'pain after fusion', 'post laminectomy syndrome'."""
ARTICLE: Final = r"(?i)^(?:an?|the|his|her|some)\s+"
SIDE: Final = "(?:left|right|bilateral)"
NO_COMMA: Final = rf"(?i){MARK} ({SIDE} (?:[\w-]+ ){{0,3}}(?:with|due|secondary|from|after|status)\b)"
"""No second diagnosis begins at the side in 'crush injury left hand with fracture'."""
WITH: Final = r"(?i)\s+with\s.*$"
LAST_AND: Final = r"(?i),?\s+and$"
PREPOSITION: Final = r"(?:per|by|on|from|in|at)"
SOURCE: Final = rf"{PREPOSITION}(?:\s+(?:Dr{PERIOD}|[\w/'-]+)){{1,7}}?"
"""Who stated diagnoses, where and when: 'the diagnoses per the most recent report of Dr. Example include'."""
BY_DOCTOR: Final = rf"Dr{PERIOD}\s+[\w'-]+\s+(?:also\s+)?diagnosed(?:\s+with)?"
INNER: Final = r"(?:[^()]|\([^()]*\))*"
LEVEL: Final = r"[clst]\d{1,2}(?:-[clst]?\d{1,2})?(?:\s+(?:with|on)\b|$)"
"""A spinal level that the diagnosis goes on with: 'disc herniation at L4-5 and L5-S1 with stenosis'."""
SEVERAL: Final = r"(?i)^(?:multiple|several|various|numerous)\b"
"""What all bare disorders of a list share: 'multiple contusions, abrasions and lacerations'."""


def diagnoses(letters: pl.DataFrame) -> pl.DataFrame:
    """Return the diagnoses that each letter's summary states as current.

    All sentences that state diagnoses count, except those on the past where there are others. Of what was found at
    single visits ("He was diagnosed with ...") only the last counts, and what says that it adds to it ("He was also
    ..."): summaries give the course of a case in its order.

    Args:
        letters: one row per letter: sha256, clinical_summary (String, white space folded, null where there is none).

    Returns:
        sha256, position (Int32, from 1, in the order of the text), diagnosis (as written, without an article before
        it). Letters that state none have no row.
    """
    return (
        _joined(_parts(_statements(letters)))
        .with_columns(key=pl.col("diagnosis").str.to_lowercase())
        .unique(["sha256", "key"], keep="first", maintain_order=True)
        .select(
            "sha256",
            pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("sha256").alias("position"),
            "diagnosis",
        )
    )


def _statements(letters: pl.DataFrame) -> pl.DataFrame:
    """Return one row per statement of diagnoses that counts: sha256, statement (a running number), text (the list)."""
    gap = r"[\s,:;()-]+"
    opener, copula, link = (_any_of("phrases", role) for role in ("opener", "copula", "link"))
    between = rf"(?:{gap}(?:{link}|{copula}|{opener}|{DATE})\b)*"
    verb_of_noun = rf"(?:{opener}|is|are|was|were|with|as)"
    noun = (
        rf"\b{_any_of('phrases', 'noun')}"
        rf"(?:{between}{gap}(?:{opener}|{copula})\b|{between}\s?:|{between}\s{SOURCE}(?:{gap}{verb_of_noun}\b|\s?:))"
    )
    weak_noun = rf"\b{_any_of('phrases', 'weak noun')}(?:{between}{gap}{opener}\b|\s?:)"
    patient = (
        r"(?:\s+(?:the |this )?(?:patient|worker|injured worker|applicant|claimant|him|her)\s+(?:with|as having))?"
    )
    verb = (
        rf"\b(?:(?P<event>{_any_of('phrases', 'event')}|{BY_DOCTOR})|{_any_of('phrases', 'statement')})\b{patient}"
        rf"(?:{gap}(?:the |all |these )*(?:{noun}|following\b))?"
    )
    # Without Unicode's letter cases the search takes a third of the time; all of these words are ASCII.
    opening = rf"(?i-u)(?:{verb}|{noun}|{weak_noun})[\s,:;()-]*"
    in_parentheses = rf"(?i)\b({_any_of('phrases', 'noun')})\s?\(({INNER})\)(\s?[,.;]|\s+and\b|\s*$)"
    closing = rf"(?s)(?:{END}|{SENTENCE_END}).*$"
    starts = _any_of("phrases", "sentence start", is_capitalized=True)
    run_on = rf"(?s)([\p{{Ll}}\d)])\s+(?:{starts}|{SENTENCE_BEGINS}\s+{_any_of('phrases', 'finite verb')})\b.*$"
    closing_phrase = rf"(?is)[\s,;]+{_any_of('phrases', 'end')}\b.*$"
    tail = rf"(?i)[\s,]+(?:{_any_of('phrases', 'tail')}|{TAIL_AS_LINK})\b{TAIL_WORDS}"
    chunk, before = pl.col("text"), pl.col("text").shift(1)
    stated = (
        chunk.str.replace(closing, "")
        .str.replace_all(OPEN_WORD, f"${{1}}{HELD}${{2}}")
        .str.replace(run_on, "${1}")
        .str.replace_all(HELD, " ", literal=True)
    )
    for pattern, replacement in QUOTES:
        stated = stated.str.replace_all(pattern, replacement)
    return (
        letters.select(
            "sha256",
            text=pl.col("clinical_summary")
            .str.replace_all(ABBREVIATION, f"${{1}}{PERIOD}")
            .str.replace_all(in_parentheses, f"${{1}}: ${{2}}{END}${{3}}")
            .str.replace_all(opening, f"{MARK}${{event}}{FIELD}")
            .str.split(MARK),
        )
        .explode("text")
        .with_columns(is_first=pl.col("sha256").is_first_distinct())
        .with_columns(
            is_added=before.str.contains(ADDED) & pl.col("is_first").shift(1).not_(),
            is_past=before.str.contains(PAST).fill_null(value=False),
            is_negated=before.str.tail(80).str.contains(NEGATED).fill_null(value=False),
            is_event=chunk.str.starts_with(FIELD).not_() & before.str.contains(STANDING).not_(),
        )
        .filter(pl.col("is_first").not_() & pl.col("is_negated").not_())
        .drop_nulls("text")
        .with_row_index("statement")
        .with_columns(chunk.str.extract(rf"(?s)^[^{FIELD}]*{FIELD}(.*)$"))
        .with_columns(
            text=pl.when(chunk.str.contains(FIRST_NUMBER))
            .then(chunk.str.replace_all(NUMBERING, "; $1"))
            .otherwise("text")
        )
        .with_columns(stated)
        .with_columns(
            chunk.str.replace_all(tail, "${1}")
            .str.replace_all(DATE_TAIL, "")
            .str.replace(closing_phrase, "")
            .str.strip_chars(" ,;:.")
        )
        .filter(chunk.str.contains(NO_DIAGNOSIS).not_() & chunk.str.contains(_disorder()))
        .filter(pl.col("is_past").not_() | pl.col("is_past").all().over("sha256"))
        .with_columns(single=pl.col("is_event") & pl.col("is_added").fill_null(value=False).not_())
        .filter(
            pl.col("single").not_() | (pl.col("statement") == pl.col("statement").filter("single").max().over("sha256"))
        )
        .select("sha256", "statement", "text")
    )


def _parts(statements: pl.DataFrame) -> pl.DataFrame:
    """Return one row per part of a list: what joins it to the part before, its text, and what kind of part it is.

    Operations, treatments and codes of a classification are left out.
    """
    missing_comma = rf"(?i)(\b{_shared_words()}) ({SIDE} (?:[\w-]+ ){{0,4}}?{_disorder_words()}\b)"
    by_and = pl.col("joint").is_in(["and", "&"])
    parts = (
        statements.with_columns(
            text=pl.col("text")
            .str.replace_all(RULE_OUT, f"{MARK} $1")
            .str.replace_all(missing_comma, f"$1{MARK} $2")
            .str.replace_all(NO_COMMA, " $1")
            .str.replace_all(f"({PART_BORDER})", f"{MARK}$1")
            .str.split(MARK)
        )
        .explode("text")
        .with_columns(
            opened=pl.col("text").str.count_matches("(", literal=True).cast(pl.Int32)
            - pl.col("text").str.count_matches(")", literal=True).cast(pl.Int32)
        )
        .with_columns(opened=pl.col("opened").cum_sum().over("statement"))
        .with_columns(
            # What stands in parentheses stays with what opens them, unless nothing closes them.
            is_within=(pl.col("opened").shift(1) > 0).over("statement").fill_null(value=False)
            & (pl.col("opened").cum_min(reverse=True) <= 0).over("statement")
        )
        .group_by("sha256", "statement", pl.col("is_within").not_().cum_sum(), maintain_order=True)
        .agg(pl.col("text").str.join(""))
        .select(
            "sha256",
            "statement",
            joint=pl.col("text").str.extract(f"^({PART_BORDER}|\\s*)").str.to_lowercase().str.replace_all(r"\s", ""),
            part=pl.col("text"),
            body=pl.col("text").str.replace(f"^{PART_BORDER}", "").str.strip_chars(" "),
        )
        .filter(pl.col("body") != "")
    )
    parts = _with_signs(parts).with_columns(
        # "status post laminectomy and fusion"
        is_operated_too=((pl.col("joint") == "and") & pl.col("is_operation"))
        & pl.col("is_operated").shift(1).over("statement").fill_null(value=False)
    )
    is_left_out = (pl.col("is_operation_itself") & pl.col("is_operated_too").not_()) | pl.col("is_no_disorder")
    hangs_on = pl.col("hangs_on") | (pl.col("is_operation_alone") & (pl.col("joint") == ","))
    before_is_open = (
        pl.when("is_disorder").then(pl.col("ends_in_disorder").not_()).forward_fill().shift(1).over("statement")
    )
    is_first = pl.col("statement").is_first_distinct()
    goes_with_before = pl.any_horizontal(
        sign.fill_null(value=False)
        for sign in (
            pl.col("is_operated_too"),
            # "laceration of the index and middle fingers with tendon injury"
            (pl.col("joint") == "and") & pl.col("is_loose_but_for_with") & before_is_open,
            # "insomnia secondary to pain and stress", "radiculopathy with numbness and tingling of the leg"
            by_and & pl.col("is_symptom") & pl.col("depends").shift(1) & is_first.not_(),
            by_and & pl.col("is_dependent") & pl.col("is_caused").shift(1) & is_first.not_(),
            # "laceration with tendon and nerve injury"
            by_and & pl.col("ends_in_loose_with").shift(1) & is_first.not_(),
            # "multiple contusions, abrasions and lacerations"
            pl.col("is_bare") & pl.col("is_several").first().over("segment"),
        )
    )
    return (
        parts.filter(is_left_out.not_())
        .with_columns(hangs_on=hangs_on, segment=(is_first | pl.col("joint").is_in(["", ";", ";and"])).cum_sum())
        .with_columns(pl.col("is_disorder") & pl.col("hangs_on").not_(), goes_on=pl.col("goes_on") | pl.col("hangs_on"))
        .with_columns(goes_with_before=goes_with_before)
        .with_columns(
            pl.col("is_disorder") & pl.col("goes_with_before").not_(), pl.col("goes_on") | pl.col("goes_with_before")
        )
    )


def _with_signs(parts: pl.DataFrame) -> pl.DataFrame:
    """Return parts with what their words alone say of them, each distinct `body` read once."""
    body = pl.col("body")
    names_disorder = body.str.contains(_disorder())
    is_operation = body.str.contains(rf"(?i)\b{_procedures()}\b")
    is_operated = body.str.contains(OPERATED)
    ends_in_operation = rf"(?i)\b{_procedures()}(?:\s+(?:of|on|to|for|at|in|x)\b.*|\s*[\d/x-]*|\s+{SIDE}.*)$"
    is_operation_alone = body.str.contains(rf"(?i)^{AFTER_OPERATION}{_procedures()}(?:\s+{_procedures()})*$")
    hangs_on = rf"(?i)^(?:{_any_of('words', 'attached')}\b|{LEVEL}|{_any_of('words', 'qualifier')}$)"
    signs = parts.select(body.unique(maintain_order=True)).with_columns(
        is_disorder=body.str.replace(RULED_OUT, "").str.contains(_disorder()),
        is_operation=is_operation,
        is_operated=is_operated,
        is_operation_alone=is_operation_alone,
        is_operation_itself=is_operation
        & is_operated.not_()
        & body.str.contains(ends_in_operation)
        & body.str.contains(NO_OPERATION).not_(),
        is_no_disorder=(names_disorder.not_() & body.str.contains(rf"(?i)\b{_any_of('words', 'treatment')}\b"))
        | body.str.contains(CODE),
        is_shared=body.str.contains(rf"(?i)\b{_shared_words()}\b"),
        is_bare=body.str.contains(rf"(?i)^{_shared_words()}$")
        & body.str.contains(rf"(?i)^{_any_of('words', 'whole')}$").not_(),
        ends_in_disorder=body.str.contains(rf"(?i)\b{_disorder_words()}$"),
        goes_on=body.str.contains(rf"(?i)\b{_any_of('words', 'continuing')}\b"),
        hangs_on=body.str.contains(hangs_on),
        has_side=body.str.contains(rf"(?i)^{SIDE}\b"),
        is_loose_but_for_with=body.str.replace(WITH, "").str.contains(_disorder()).not_(),
        is_dependent=body.str.contains(rf"(?i)^(?:{_disorder_words()}$|{_symptoms()}\b)"),
        is_symptom=body.str.contains(rf"(?i)^{_symptoms()}\b"),
        depends=body.str.contains(DEPENDENT),
        is_caused=body.str.contains(CAUSED),
        ends_in_loose_with=body.str.extract(r"(?i)\bwith\s(.*)$")
        .str.contains(rf"(?i)\b(?:{_disorder_words()}|{_symptoms()})\b")
        .not_(),
        is_several=body.str.contains(SEVERAL),
    )
    return parts.join(signs, on="body", how="left", maintain_order="left")


def _joined(parts: pl.DataFrame) -> pl.DataFrame:
    """Return one row per diagnosis: its parts joined again, as they were written.

    A part without a disorder belongs to the disorder after it ("neck, back and shoulder strain") or to the one before
    it ("pain in the neck and back"). A disorder that is a bare word shares the words of its neighbor ("sprain and
    strain of the neck", "wrist tendinitis and bursitis"). So do operations ("discectomy and fusion").
    """
    plain_and = pl.col("joint").is_in(["and", "&"])
    with_and = pl.col("joint").str.ends_with("and") | plain_and
    loose = pl.col("is_disorder").not_()
    shares = pl.col("is_shared")
    is_plain_operation = pl.col("is_operation") & shares.not_() & pl.col("has_side").not_()

    def before(value: pl.Expr) -> pl.Expr:
        return pl.when(pl.col("segment") == pl.col("segment").shift(1)).then(value.shift(1))

    stretch = parts.with_columns(
        stretch=pl.col("is_disorder").cum_sum().over("segment"),
        stretch_of=(pl.col("segment").is_first_distinct() | pl.col("is_disorder")).cum_sum(),
        behind_shared=before(shares & pl.col("is_disorder")).fill_null(value=False),
        behind_bare=before(pl.col("is_bare")).fill_null(value=False),
        behind_operation=before(pl.col("is_operation")).fill_null(value=False),
    ).with_columns(
        # Of the disorder that opens a stretch of loose parts, and of the one that follows the stretch.
        open_before=pl.col("is_disorder").first().over("stretch_of")
        & pl.col("ends_in_disorder").first().over("stretch_of").not_(),
        any_before=pl.col("stretch") > 0,
        goes_on=(loose & pl.col("goes_on")).any().over("stretch_of"),
        next_and=pl.when(pl.col("is_disorder")).then(with_and).shift(-1).backward_fill().over("segment"),
        next_plain_and=pl.when(pl.col("is_disorder")).then(plain_and).shift(-1).backward_fill().over("segment"),
        next_ends=pl.when(pl.col("is_disorder")).then("ends_in_disorder").shift(-1).backward_fill().over("segment"),
        first_loose=(loose & before(pl.col("is_disorder")).fill_null(value=True)),
    )
    sided = (pl.col("first_loose") & pl.col("has_side")).any().over("stretch_of")
    joined_by_and = (loose & plain_and).any().over("stretch_of")
    goes_forward = (
        pl.col("next_ends").is_not_null()
        & (
            pl.col("any_before").not_()
            | (
                pl.col("next_and")
                & pl.col("next_ends")
                & pl.col("goes_on").not_()
                & (sided & pl.col("next_plain_and").not_()).not_()
                & (pl.col("open_before") & joined_by_and).not_()
            )
        )
    ).fill_null(value=False)
    return (
        stretch.with_columns(goes_forward=goes_forward)
        .with_columns(forward_before=before(loose & pl.col("goes_forward")).fill_null(value=False))
        .with_columns(
            opens=pl.when(loose)
            .then(pl.col("first_loose") & (pl.col("goes_forward") | before(pl.col("part")).is_null()))
            .when(pl.col("is_bare"))
            .then((plain_and & pl.col("behind_shared")).not_() & pl.col("forward_before").not_())
            .otherwise(
                pl.col("forward_before").not_()
                & (plain_and & pl.col("behind_bare") & shares & pl.col("ends_in_disorder").not_()).not_()
                & (plain_and & pl.col("behind_operation") & is_plain_operation).not_()
            )
            | pl.col("segment").is_first_distinct()
        )
        .with_columns(number=pl.col("opens").cum_sum().over("statement"))
        .group_by("sha256", "statement", "number", maintain_order=True)
        .agg(diagnosis=pl.col("body").first(), rest=pl.col("part").slice(1))
        .with_columns(diagnosis=pl.col("diagnosis") + pl.col("rest").list.join(""))
        .drop("rest")
        .with_columns(
            pl.col("diagnosis")
            .str.replace(ARTICLE, "")
            .str.replace(LAST_AND, "")
            .str.replace(NUMBER_OF_NEXT, "")
            .str.strip_chars(" ,;:.")
            .str.replace_all(PERIOD, ".", literal=True)
        )
    )


def _disorder() -> str:
    return rf"(?i)\b{_disorder_words()}\b"


def _disorder_words() -> str:
    """Build a pattern of everything that names a disorder, by the word or by its ending."""
    return f"(?:{_shared_words()}|{_any_of('words', 'whole')}|\\pL+{_any_of('words', 'whole suffix')}|{_procedures()})"


def _procedures() -> str:
    """Build a pattern of operations, which a list of diagnoses names as what was done."""
    return f"(?:{_any_of('words', 'procedure')}|\\pL+{_any_of('words', 'procedure suffix')})"


def _shared_words() -> str:
    """Build a pattern of disorders that say little without the body part beside them."""
    return f"(?:{_any_of('words', 'shared')}|\\pL+{_any_of('words', 'shared suffix')})"


def _symptoms() -> str:
    """Build a pattern of words that name a symptom."""
    return _any_of("nature_words", "symptom", "nature")


@cache
def _any_of(table: str, role: str, column: str = "role", *, is_capitalized: bool = False) -> str:
    """Build a pattern of the spellings of a role, the longest first, with any space or mark between their words."""
    rows = code_table(f"diagnosis_{table}").filter(pl.col(column) == role)
    spelled = pl.concat_str(pl.nth(0), "aliases", "misspellings", separator=SEPARATOR, ignore_nulls=True)
    aliases = rows.select(
        spelled.str.split(SEPARATOR)
        .explode()
        .str.to_lowercase()
        .str.replace_all("'", "'?", literal=True)
        .str.replace_all(r"[^\pL\pN'?]+", r"[\s/-]+")
    ).to_series()
    longest_first = sorted(aliases.unique(), key=lambda alias: (-len(alias), alias))
    return "(?:" + "|".join(alias.capitalize() if is_capitalized else alias for alias in longest_first) + ")"
