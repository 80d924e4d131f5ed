"""Made-up corpora of any size, the same for the same seed: what a letter says, drawn as often as in the real letters.

Belongs here: the distributions (letters a year, items a letter, categories, guideline forms, lengths of texts) and the
parsed tables' Parquet files made from them. Does not belong here: measuring (`scale`), letters as PDFs
(`letters`).

    write_tables(DataPaths.at("data"), 200_000)     # as the stages files, lines and tables would leave them

Texts are sentences put together from pools, with numbers drawn into them: a Parquet file or a warehouse holds them in
about as many bytes a letter as it holds the real ones (README.md in this folder). Everything is drawn by hashing a
row's number, so that a letter is the same however many there are beside it.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from imr_etl.ingest import EXTRACTOR_VERSION
from imr_etl.parse import PARSER_VERSION
from imr_etl.schema.tables import TABLES
from imr_etl.storage import parquet
from imr_etl.storage.paths import DataPaths
from imr_etl.transform.ancillary import with_operations
from imr_etl.transform.diagnosis_body_parts import diagnosis_body_parts
from imr_etl.transform.diagnosis_natures import with_natures
from imr_etl.transform.letter_parses import letter_parses
from imr_etl.transform.rationale_reasons import rationale_reasons
from imr_etl.transform.tables import TABLE_NAMES
from imr_etl.vocabulary import code_table

LETTERS_A_YEAR = {
    2013: 40_000,
    2014: 143_840,
    2015: 165_496,
    2016: 175_963,
    2017: 172_145,
    2018: 185_000,
    2019: 164_000,
    2020: 136_740,
    2021: 133_494,
    2022: 127_215,
    2023: 130_774,
    2024: 141_621,
    2025: 145_000,
    2026: 139_000,
}
"""Published letters by year of the case number; 2013, 2018, 2019, 2025 and 2026 are rounded."""

CASES_A_BLOCK = 10_000
LETTERS_A_BLOCK = 6_700
"""Of 10,000 applications so many are decided and published."""

FEWEST_BLOCKS = 8
"""A small corpus is spread over so many blocks, as the letters of a nightly run are."""

ITEMS = {1: 600, 2: 170, 3: 80, 4: 50, 5: 35, 6: 25, 8: 20, 10: 10, 13: 6, 15: 3, 21: 1}
"""Disputed items of a letter, and of how many letters in a thousand: 2.2 on average."""

CATEGORIES = {
    "Pharmaceuticals": 33,
    "Diagnostic Testing": 18,
    "Rehabilitation": 18,
    "DMEPOS": 9,
    "Surgery": 7,
    "Injection": 5,
    "Evaluation & Management": 4,
    "Psych Services": 2,
    "Home Health": 1,
    "Programs": 1,
    "Transportation": 1,
}
"""Of a hundred disputed items; the rest has no category."""

OVERTURNED = 0.10
REPUBLISHED = 0.002
BAD_FILES = 0.01


@dataclass(frozen=True)
class Block:
    """A block of case numbers and how many of its letters are published; letters are numbered through the corpus."""

    name: str
    first_letter: int
    letters: int


def blocks(letters: int) -> list[Block]:
    """Return the newest blocks that hold so many letters, in the order of blocks."""
    names, count = _names(), _count(letters)
    return _filled(names[len(names) - count :], letters)


def spread_blocks(letters: int) -> list[Block]:
    """Return as many blocks, spread over all years, in the order of blocks."""
    names, count = _names(), _count(letters)
    return _filled([names[(2 * place + 1) * len(names) // (2 * count)] for place in range(count)], letters)


def _names() -> list[str]:
    return [
        f"CM{year % 100}-{number:03}"
        for year, published in LETTERS_A_YEAR.items()
        for number in range(-(-published // LETTERS_A_BLOCK))
    ]


def _each(letters: int) -> int:
    return min(LETTERS_A_BLOCK, -(-letters // FEWEST_BLOCKS))


def _count(letters: int) -> int:
    count = -(-letters // _each(letters))
    if count > len(_names()):
        raise ValueError(f"the years {min(LETTERS_A_YEAR)} to {max(LETTERS_A_YEAR)} have fewer letters than {letters}")
    return count


def _filled(names: list[str], letters: int) -> list[Block]:
    each = _each(letters)
    return [Block(name, number * each, min(each, letters - number * each)) for number, name in enumerate(names)]


# ---------------------------------------------------------------------------------------------------------------------
# Pools of words
# ---------------------------------------------------------------------------------------------------------------------

_SUBJECTS = (
    "the injured worker|the patient|this worker|the treating physician|the progress report|the examination|"
    "the radiology report|the utilization reviewer|the request|the medical record|the physical therapy note|"
    "the operative report|the pain diary|the qualified medical evaluator|the most recent note|the urine drug screen"
).split("|")
_VERBS = (
    "reports|describes|documents|shows|does not show|fails to establish|supports|notes|reveals|denies|confirms|"
    "is consistent with|was negative for|was positive for|recommends|continues to have|has completed|has failed|"
    "indicates|mentions|lists|states|questions|has improved with|has not improved with"
).split("|")
_QUALITIES = (
    "persistent|radiating|intermittent|moderate|severe|mild|chronic|acute|bilateral|left-sided|right-sided|improved|"
    "unchanged|worsening|functional|objective|subjective|documented|limited|full|restricted|diffuse|focal|remaining|"
    "post-operative|conservative|non-operative|industrial|pre-existing|degenerative|traumatic|occupational"
).split("|")
_THINGS = (
    "low back pain|neck pain|shoulder pain|knee pain|wrist pain|numbness of the fingers|weakness of the leg|"
    "range of motion|straight leg raising|muscle spasm|tenderness to palpation|a positive impingement sign|disc bulge|"
    "foraminal stenosis|rotator cuff tear|meniscal tear|carpal tunnel syndrome|radiculopathy|facet arthropathy|"
    "opioid therapy|a home exercise program|physical therapy|acupuncture|chiropractic care|epidural injections|"
    "activity modification|work restrictions|return to modified duty|sleep disturbance|depressed mood|anxiety|"
    "gastrointestinal upset|functional improvement|a pain contract|medication side effects|aberrant behavior|"
    "grip strength|gait|sensation|deep tendon reflexes|a trial of treatment|a surgical plan|the earlier injury"
).split("|")
_ENDS = (
    "on examination|by history|since the last visit|at the time of the request|despite treatment|in the lumbar spine|"
    "in the cervical spine|in the right shoulder|in the left knee|after the surgery|without relief|with some relief|"
    "according to the guideline|as the guideline asks for|over the past months|in the records that were provided|"
    "within the recommended duration|before the date of injury|for the accepted body parts|with daily activities"
).split("|")
_CLOSINGS = (
    "Therefore, the request is not medically necessary.|The request is not medically necessary.|"
    "As such, the requested treatment is not medically necessary.|Medical necessity has not been established.|"
    "The criteria of the guideline are not met, and the request is not supported.|"
    "Therefore, the request is medically necessary.|The criteria are met and the treatment is medically necessary."
).split("|")
_BODY_PARTS = "lumbar spine|cervical spine|right shoulder|left shoulder|right knee|left knee|right wrist|left ankle"
_REGIONS = {
    "lumbar spine": ("lumbar spine", None),
    "cervical spine": ("cervical spine", None),
    "right shoulder": ("shoulder", "right"),
    "left shoulder": ("shoulder", "left"),
    "right knee": ("knee", "right"),
    "left knee": ("knee", "left"),
    "right wrist": ("wrist", "right"),
    "left ankle": ("ankle", "left"),
}
_DIAGNOSES = "strain|sprain|radiculopathy|arthropathy|tendinitis|internal derangement|chronic pain|stenosis"

POOL = 60_000
"""Sentences of each kind."""

DRUG_SHARE = 0.9
"""Of the items of pharmaceuticals, those whose drug a code table knows."""


def _sentences(seed: str) -> pl.Series:
    """Make sentences with a `#` where a number goes in."""
    draw = random.Random(seed)

    def one() -> str:
        pick = draw.choice
        clause = f"{pick(_SUBJECTS)} {pick(_VERBS)} {pick(_QUALITIES)} {pick(_THINGS)} {pick(_ENDS)}"
        match draw.randrange(4):
            case 0:
                clause += f" and {pick(_QUALITIES)} {pick(_THINGS)} rated #/10"
            case 1:
                clause = f"On day # {clause}, with {pick(_QUALITIES)} {pick(_THINGS)}"
            case 2:
                clause += f", and # visits with {pick(_THINGS)} {pick(_ENDS)}"
            case _:
                clause += f" while {pick(_SUBJECTS)} {pick(_VERBS)} {pick(_THINGS)}"
        return clause[0].upper() + clause[1:] + "."

    return pl.Series("sentence", [one() for _ in range(POOL)])


def _requests() -> pl.DataFrame:
    """List ways to ask for a treatment or drug, how often each (weight), and the codes it stands for."""
    services = code_table("treatments").filter(pl.col("role") == "service").drop_nulls("category")
    drugs = code_table("drugs").select(
        request=pl.col("ingredient").str.to_titlecase() + pl.lit(" # mg"),
        category=pl.lit("Pharmaceuticals"),
        subcategory="drug_class",
        treatment=pl.lit(None, pl.String),
        ingredient="ingredient",
        drug_class="drug_class",
    )
    asked = services.select(
        request=pl.col("treatment") + pl.lit(" of the @"),
        category="category",
        subcategory="subcategory",
        treatment="treatment",
        ingredient=pl.lit(None, pl.String),
        drug_class=pl.lit(None, pl.String),
    )
    unknown = asked.head(1).with_columns(
        request=pl.lit("Unlisted service # of the @"), category=None, subcategory=None, treatment=None
    )
    ways = pl.concat([drugs, asked.filter(pl.col("category") != "Pharmaceuticals"), unknown]).with_row_index("way")
    shares = pl.DataFrame({"category": list(CATEGORIES), "share": list(CATEGORIES.values())})
    return (
        ways.join(shares, on="category", how="left", maintain_order="left")
        .with_columns(pl.col("share").fill_null(100 - sum(CATEGORIES.values())))
        # The first ways of a category are asked for most.
        .with_columns(rank=pl.int_range(pl.len()).over("category") + 1)
        .with_columns(weight=pl.col("share") / pl.col("rank") / (1 / pl.col("rank")).sum().over("category"))
        .drop("share", "rank")
    )


def _guidelines() -> pl.DataFrame:
    """List guideline texts and what they cite: text; lists of source, guideline, year, sections, guideline_family."""
    titles = code_table("guideline_titles").filter(pl.col("role") == "title").select("title", "family")
    mtus = titles.filter(pl.col("family").str.starts_with("MTUS"))
    sections = code_table("guideline_sections").select("section", family="guideline")
    found = [("did not cite any medical evidence for its decision.", [])]
    for title, family in mtus.iter_rows():
        of_title = sections.filter(pl.col("family") == family)["section"].to_list() or ["General approach"]
        for section in of_title:
            text = f"Decision based on MTUS {title} 2009, Section(s): {section}."
            found.append((text, [("MTUS", title, 2009, [section], family)]))
            both = f"{text[:-1]}, and Non-MTUS Citation ODG {section}."
            found.append(
                (both, [("MTUS", title, 2009, [section], family), ("Non-MTUS", f"ODG {section}", None, [], "ODG")])
            )
    for section in sections["section"]:
        text = f"Official Disability Guidelines (ODG), chapter {section}, accessed online"
        outside = "based their decision on recommendation(s) outside of the MTUS Guidelines. "
        found.append((f"{outside}Decision based on Non-MTUS Citation {text}.", [("Non-MTUS", text, None, [], "ODG")]))
    cited = pl.List(
        pl.Struct(
            {
                "source": pl.String,
                "guideline": pl.String,
                "year": pl.Int32,
                "sections": pl.List(pl.String),
                "guideline_family": pl.String,
            }
        )
    )
    rows = [
        {"text": text, "cited": [dict(zip(cited.inner.to_schema(), citation, strict=True)) for citation in citations]}
        for text, citations in found
    ]
    return pl.DataFrame(rows, schema={"text": pl.String, "cited": cited})


# ---------------------------------------------------------------------------------------------------------------------
# Drawing
# ---------------------------------------------------------------------------------------------------------------------


def _uniform(seed: int, what: str, of: str = "row") -> pl.Expr:
    """Draw a number from 0 to 1 for each row, by the number of the row."""
    salt = int.from_bytes(hashlib.sha256(f"{seed} {what}".encode()).digest()[:4])
    return pl.col(of).cast(pl.UInt64).hash(salt).cast(pl.Float64) / 2.0**64


def _index(draw: pl.Expr, size: int, skew: float = 1.0) -> pl.Expr:
    """Draw an index into a pool; a skew above 1 takes the first ones more often."""
    return (draw.pow(skew) * size).cast(pl.UInt32).clip(0, size - 1)


def _weighted(draw: pl.Expr, values: list[object], weights: list[float], dtype: pl.DataType) -> pl.Expr:
    """Draw one of a few values, by weight."""
    total, reached = sum(weights), 0.0
    chosen = pl.lit(values[-1], dtype)
    bounds = []
    for value, weight in zip(values, weights, strict=True):
        reached += weight / total
        bounds.append((reached, value))
    for bound, value in reversed(bounds[:-1]):
        chosen = pl.when(draw < bound).then(pl.lit(value, dtype)).otherwise(chosen)
    return chosen


class Corpus:
    """Letters by seed. `tables` gives all Parquet tables of a block; `letter_files` is among them."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self._sentences = {kind: _sentences(f"{seed} {kind}") for kind in ("summary", "rationale")}
        self._requests = _requests()
        self._guidelines = _guidelines()
        weights = self._requests["weight"]
        self._ways = pl.DataFrame({"reach": weights.cum_sum() / weights.sum(), "way": self._requests["way"]})

    def tables(self, block: Block, state: int = 0) -> dict[str, pl.DataFrame]:
        """Return all tables of a block. Another `state` draws other contents (and hashes) for the same cases."""
        letters = self._letters(block, state)
        files = letters.select(
            "sha256",
            "case_number",
            block=pl.lit(block.name),
            uri=pl.format("file:///letters/{}/{}.pdf", pl.lit(block.name), pl.col("case_number")),
            byte_count=60_000 + _index(_uniform(self.seed, "bytes"), 80_000),
            media_type=pl.lit("application/pdf"),
            is_present=pl.lit(True),  # noqa: FBT003
            first_seen=pl.lit(datetime(2026, 1, 1)) + pl.duration(days=state),
        )
        reads = letters.select(
            "sha256",
            extractor_version=pl.lit(EXTRACTOR_VERSION),
            extractor=pl.when("is_bad").then(pl.lit("")).otherwise(pl.lit("pdfium")),
            page_count=pl.when("is_bad").then(0).otherwise("page_count"),
            code=pl.when("is_bad").then(pl.lit("damaged_pdf")),
            excerpt=pl.when("is_bad").then(pl.lit("Data format error")),
        )
        good = letters.filter(~pl.col("is_bad"))
        items = self._items(good)
        outcomes = items.group_by("letter").agg(
            outcome=pl.when(pl.col("decision").n_unique() == 2)
            .then(pl.lit("partially overturned"))
            .otherwise(pl.col("decision").first()),
        )
        determinations = good.join(outcomes, left_on="row", right_on="letter").with_columns(
            clinical_summary=self._text("summary", 26, "row"),
            parser_version=pl.lit(PARSER_VERSION),
            determination_id="case_number",
        )
        diagnoses = with_natures(self._diagnoses(good))
        found = {
            "letter_files": files,
            "letter_reads": reads,
            "determinations": determinations,
            "disputed_items": items,
            "rationale_reasons": rationale_reasons(items),
            "item_drugs": self._drugs(items),
            "item_body_parts": self._body_parts(items),
            "guideline_citations": self._citations(items),
            "reviewer_licenses": self._licenses(good),
            "reviewer_specialties": self._specialties(good),
            "diagnoses": diagnoses,
            "diagnosis_body_parts": diagnosis_body_parts(diagnoses),
            "problems": self._problems(letters, items),
        }
        tables = {name: TABLES[name].conform(_with_all_columns(name, frame)) for name, frame in found.items()}
        parsed = {name: tables[name] for name in TABLE_NAMES}
        return tables | {"letter_parses": letter_parses(tables["letter_reads"], parsed)}

    def _letters(self, block: Block, state: int) -> pl.DataFrame:
        """Draw one row per letter: row (its number in the corpus), sha256, case_number, dates and the like."""
        draw = random.Random(f"{self.seed} {block.name}")
        numbers = sorted(draw.sample(range(CASES_A_BLOCK), block.letters))
        cases = [f"{block.name}{number:04}" for number in numbers]
        hashes = [hashlib.sha256(f"{self.seed} {state} {case}".encode()).hexdigest() for case in cases]
        received = pl.lit(date(2000 + int(block.name[2:4]), 1, 1)) + pl.duration(
            days=int(block.name[5:]) * 14 + _index(_uniform(self.seed, "received"), 40)
        )
        return (
            pl.DataFrame({"case_number": cases, "sha256": hashes})
            .with_columns(row=(pl.int_range(pl.len()) + block.first_letter + state * 10**8).cast(pl.UInt64))
            .with_columns(
                is_bad=_uniform(self.seed, "bad") < BAD_FILES,
                template=pl.lit("F2b" if block.name < "CM14" else "F1"),
                priority=_weighted(_uniform(self.seed, "priority"), ["standard", "expedited"], [97, 3], pl.String()),
                application_received_date=received,
                item_count=_weighted(
                    _uniform(self.seed, "items"), list(ITEMS), [float(n) for n in ITEMS.values()], pl.Int32()
                ),
                patient_age=20 + _index(_uniform(self.seed, "age"), 50),
                patient_sex=_weighted(_uniform(self.seed, "sex"), ["male", "female"], [55, 45], pl.String()),
            )
            .with_columns(
                injury_date=pl.col("application_received_date")
                - pl.duration(days=60 + _index(_uniform(self.seed, "injury"), 4_000, 2.0)),
                ur_denial_date=pl.col("application_received_date")
                - pl.duration(days=1 + _index(_uniform(self.seed, "denial"), 30)),
                assigned_date=pl.col("application_received_date")
                + pl.duration(days=2 + _index(_uniform(self.seed, "assigned"), 20)),
                page_count=2 + pl.min_horizontal(pl.lit(8), pl.col("item_count") // 2),
            )
            .with_columns(
                decision_date=pl.col("assigned_date") + pl.duration(days=10 + _index(_uniform(self.seed, "days"), 40))
            )
        )

    def _text(self, kind: str, longest: int, of: str) -> pl.Expr:
        """Draw sentences for each row, with their numbers."""
        pool = self._sentences[kind]
        count = 3 + _index(_uniform(self.seed, f"{kind} length", of), longest - 3, 1.6)
        drawn = [
            pl.when(count > n).then(
                pl.lit(pool)
                .gather(_index(_uniform(self.seed, f"{kind} {n}", of), POOL))
                .str.replace(
                    "#", (1 + _index(_uniform(self.seed, f"{kind} number {n}", of), 30)).cast(pl.String), literal=True
                )
            )
            for n in range(longest)
        ]
        return pl.concat_str(drawn, separator=" ", ignore_nulls=True)

    def _items(self, letters: pl.DataFrame) -> pl.DataFrame:
        """Draw one row per disputed item, with the number of its letter, `letter`, and its own, `row`."""
        decisions = ["upheld", "overturned"]
        parts = pl.Series(_BODY_PARTS.split("|"))
        return (
            letters.select(
                "sha256",
                "case_number",
                "page_count",
                letter="row",
                item_number=pl.int_ranges(1, pl.col("item_count") + 1),
            )
            .explode("item_number")
            .with_columns(row=pl.col("letter") * 32 + pl.col("item_number").cast(pl.UInt64))
            .with_columns(reach=_uniform(self.seed, "way"))
            .sort("reach")
            .join_asof(self._ways.sort("reach"), on="reach", strategy="forward")
            .with_columns(pl.col("way").fill_null(0))
            .join(self._requests, on="way")
            .sort("row")
            .with_columns(
                body_part=pl.lit(parts).gather(_index(_uniform(self.seed, "part"), len(parts))),
                amount=5 * (1 + _index(_uniform(self.seed, "amount"), 60, 2.0)),
                visits=pl.when(pl.col("category") == "Rehabilitation").then(
                    1 + _index(_uniform(self.seed, "visits"), 24)
                ),
                decision=_weighted(
                    _uniform(self.seed, "decision"), decisions, [1 - OVERTURNED, OVERTURNED], pl.String()
                ),
                administrator=_index(_uniform(self.seed, "administrator"), self._guidelines.height, 2.0),
                reviewer=_index(_uniform(self.seed, "reviewer"), self._guidelines.height, 2.0),
            )
            .with_columns(
                request=pl.col("request")
                .str.replace("#", pl.col("amount").cast(pl.String), literal=True)
                .str.replace("@", pl.col("body_part"), literal=True)
                + pl.when(pl.col("visits").is_not_null())
                .then(pl.format(", {} sessions", "visits"))
                .when(pl.col("ingredient").is_not_null())
                .then(pl.format(" #{}", pl.col("amount") * 2))
                .otherwise(pl.lit("")),
                claims_administrator_guideline=pl.lit("The Claims Administrator ")
                + pl.lit(self._guidelines["text"]).gather("administrator"),
                reviewer_guideline=pl.lit("The Expert Reviewer ") + pl.lit(self._guidelines["text"]).gather("reviewer"),
                rationale=self._text("rationale", 14, "row")
                + pl.lit(" ")
                + pl.lit(pl.Series(_CLOSINGS)).gather(_index(_uniform(self.seed, "closing"), len(_CLOSINGS))),
            )
            .with_columns(
                disputed="request",
                authorized=pl.when(_uniform(self.seed, "authorized") < 0.05).then(
                    pl.col("request").str.slice(0, 20) + pl.lit(" in part")
                ),
                visits_per_week=pl.when(pl.col("visits") % 2 == 0).then(2),
                weeks=pl.when(pl.col("visits") % 2 == 0).then(pl.col("visits") // 2),
                is_retrospective=_uniform(self.seed, "retrospective") < 0.05,
                first_page=pl.min_horizontal("page_count", 2 + pl.col("item_number") // 3),
            )
            .with_columns(last_page=pl.min_horizontal("page_count", pl.col("first_page") + 1))
            .pipe(with_operations)
        )

    def _drugs(self, items: pl.DataFrame) -> pl.DataFrame:
        return items.filter(pl.col("ingredient").is_not_null(), _uniform(self.seed, "known") < DRUG_SHARE).with_columns(
            position=1,
            drug_as_written=pl.col("ingredient").str.to_lowercase(),
            strength=pl.format("{} mg", "amount"),
            quantity=pl.col("amount") * 2,
            refills=pl.when(_uniform(self.seed, "refills") < 0.1).then(2),
        )

    def _body_parts(self, items: pl.DataFrame) -> pl.DataFrame:
        regions = pl.DataFrame(
            [(part, region, side) for part, (region, side) in _REGIONS.items()],
            schema=["body_part", "region", "side"],
            orient="row",
        )
        return items.filter(pl.col("treatment").is_not_null()).join(regions, on="body_part").with_columns(position=1)

    def _citations(self, items: pl.DataFrame) -> pl.DataFrame:
        texts = self._guidelines.select("cited").with_row_index("text")
        sides = {"claims_administrator": "administrator", "reviewer": "reviewer"}
        return (
            pl.concat(
                items.select("sha256", "item_number", cited_by=pl.lit(by), text=name) for by, name in sides.items()
            )
            .join(texts, on="text")
            .drop("text")
            .with_columns(position=pl.int_ranges(1, pl.col("cited").list.len() + 1))
            .filter(pl.col("cited").list.len() > 0)
            .explode("cited", "position")
            .unnest("cited")
            .with_columns(pages=pl.lit(None, pl.String), guideline_chapter=pl.lit(None, pl.String))
        )

    def _licenses(self, letters: pl.DataFrame) -> pl.DataFrame:
        states = ["California", "Texas", "New York", "Florida", "Pennsylvania", "Illinois", "Ohio", "Georgia"]
        second = letters.filter(_uniform(self.seed, "second state") < 0.6)
        return pl.concat(
            frame.select(
                "sha256",
                position=pl.lit(position),
                state=_weighted(_uniform(self.seed, f"state {position}"), states, weights, pl.String()),
            )
            for position, frame, weights in ((1, letters, [70.0, *[5.0] * 7]), (2, second, [1.0] * 8))
        )

    def _specialties(self, letters: pl.DataFrame) -> pl.DataFrame:
        known = code_table("specialties")["specialty"].head(30)
        second = letters.filter(_uniform(self.seed, "second specialty") < 0.5)
        return pl.concat(
            frame.select(
                "sha256",
                position=pl.lit(position),
                specialty=pl.lit(known).gather(_index(_uniform(self.seed, f"specialty {position}"), len(known), 1.5)),
            ).with_columns(specialty_as_written="specialty")
            for position, frame in ((1, letters), (2, second))
        )

    def _diagnoses(self, letters: pl.DataFrame) -> pl.DataFrame:
        what, where = pl.Series(_DIAGNOSES.split("|")), pl.Series(_BODY_PARTS.split("|"))
        return pl.concat(
            letters.filter(_uniform(self.seed, f"diagnosis {n}") < share).select(
                "sha256",
                position=pl.lit(n),
                diagnosis=pl.lit(where).gather(_index(_uniform(self.seed, f"where {n}"), len(where)))
                + pl.lit(" ")
                + pl.lit(what).gather(_index(_uniform(self.seed, f"what {n}"), len(what))),
            )
            for n, share in ((1, 1.0), (2, 0.8), (3, 0.5), (4, 0.2))
        ).with_columns(position=pl.col("position").cum_count().over("sha256"))

    def _problems(self, letters: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
        bad = letters.filter("is_bad").select(
            "sha256",
            "case_number",
            stage=pl.lit("lines"),
            code=pl.lit("damaged_pdf"),
            field=pl.lit(None, pl.String),
            excerpt=pl.lit("Data format error"),
            page=pl.lit(None, pl.Int32),
        )
        unknown = items.filter(pl.col("category").is_null()).select(
            "sha256",
            "case_number",
            stage=pl.lit("tables"),
            code=pl.lit("unknown_treatment"),
            field=pl.lit("category"),
            excerpt="request",
            page=pl.col("first_page").cast(pl.Int32),
        )
        return pl.concat([bad, unknown]).with_columns(position=pl.int_range(1, pl.len() + 1).over("sha256"))


def _with_all_columns(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Add the columns of a table that nobody draws: flags are false, others null."""
    missing = {column: dtype for column, dtype in TABLES[name].schema.items() if column not in frame.columns}
    return frame.with_columns(
        pl.lit(False if dtype == pl.Boolean else None, dtype=dtype).alias(column) for column, dtype in missing.items()
    )


def file_of(paths: DataPaths, name: str, block: str) -> Path:
    """Return the Parquet file of a block of a table."""
    return paths.letter_files(block) if name == "letter_files" else getattr(paths, TABLES[name].stage)(name, block)


def write_tables(paths: DataPaths, letters: int, seed: int = 0) -> Iterator[Block]:
    """Write every Parquet file that a warehouse is built from, block by block; yield the blocks as they are written."""
    corpus = Corpus(seed)
    for block in blocks(letters):
        for name, frame in corpus.tables(block).items():
            in_order = frame.sort("sha256") if name == "letter_files" else frame
            parquet.write(in_order, file_of(paths, name, block.name))
        yield block
    parquet.write(TABLES["problems"].empty(), paths.files("problems"))
