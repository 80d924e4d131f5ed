"""Each column once: its type, what it holds, in what unit, from which codes.

Belongs here: facts that hold for a column in every table that has it. Does not belong here: which table has which
columns (`imr_etl.schema.tables`).
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Field:
    """A column. `codes` are the only values it may hold, where they are few."""

    name: str
    dtype: pl.DataType
    description: str
    codes: tuple[str, ...] = ()


TEXT, WHOLE, NUMBER, DATE, FLAG = pl.String(), pl.Int32(), pl.Float64(), pl.Date(), pl.Boolean()
MOMENT = pl.Datetime("us")

FIELDS = {
    field.name: field
    for field in (
        # Keys
        Field(
            "sha256",
            TEXT,
            "SHA-256 of the letter, unpacked; `uri:` and 16 hex digits for a file or folder that could not be read",
        ),
        Field("determination_id", TEXT, "The case number; `sha256:` and 16 hex digits where a letter has none"),
        Field("item_number", WHOLE, "Number of the disputed item in its letter, from 1"),
        Field("position", WHOLE, "Place in its list, from 1"),
        Field("cited_by", TEXT, "Whose guideline it is", ("claims_administrator", "reviewer")),
        # Letters
        Field("case_number", TEXT, "CMyy-nnnnnnn: year of the application and its running number in that year"),
        Field("block", TEXT, "Block of 10,000 case numbers that the letter is kept in, or `unnumbered`"),
        Field("uri", TEXT, "Address of the file, of the archive's member, the object or the row of a table"),
        Field("byte_count", pl.Int64(), "Size of the file in bytes"),
        Field("modified_ns", pl.Int64(), "Time of the file's last change, nanoseconds since 1970"),
        Field(
            "version",
            TEXT,
            "What shows a change where there is no time: `etag:`, `crc32:` or `sha256:` and its value",
        ),
        Field("problem", TEXT, "Code of the problem for which the content is not known"),
        Field("passed_over", TEXT, "How many files of each kind are no letters, as JSON"),
        Field("media_type", TEXT, "What the file is", ("application/pdf", "text/plain")),
        Field("is_present", FLAG, "The newest listing of the folder found the file"),
        Field("first_seen", MOMENT, "When a run first saw this content (UTC)"),
        Field("page_count", WHOLE, "Pages of the letter"),
        Field("extractor", TEXT, "Program that read the text", ("pdfium", "pdfplumber", "plain", "tesseract")),
        Field("extractor_version", TEXT, "Version of the rules that read the file into lines"),
        Field("parser_version", TEXT, "Version of the rules and code tables that read the lines into tables"),
        Field(
            "rows_checksum", TEXT, "Checksum of the letter's rows in all tables, by which a build finds what changed"
        ),
        Field("status", TEXT, "What became of the letter", ("loaded", "superseded", "unreadable", "quarantined")),
        Field(
            "letter_status",
            TEXT,
            "What became of the letter; null for a folder that could not be read",
            ("loaded", "superseded", "unreadable", "quarantined"),
        ),
        Field(
            "superseded_by", TEXT, "The determination whose current letter took this one's place; null where none did"
        ),
        # Lines
        Field("page", WHOLE, "Page of the letter, from 1"),
        Field("line", WHOLE, "Printed line of the page, from 1"),
        Field("text", TEXT, "The line's text, white space folded; a hyphen at its end is kept, also a soft one"),
        Field(
            "is_bold",
            FLAG,
            "Most of the line is bold, or of the part before its colon; null where no line of the letter is bold, and"
            " in plain text",
        ),
        Field("x0", NUMBER, "Left edge of the line's first character, points from the page's left edge"),
        Field("top", NUMBER, "Height of the line, points below the page's upper edge; 12 a line in plain text"),
        Field(
            "findings",
            pl.List(pl.Struct({"code": TEXT, "page": WHOLE, "excerpt": TEXT})),
            "What is wrong with the lines of a letter that has some: code, page, and a sentence",
        ),
        # Problems
        Field("stage", TEXT, "Stage that found the problem", ("files", "lines", "tables", "warehouse")),
        Field("code", TEXT, "What is wrong, one of `codes.problem_codes`"),
        Field("field", TEXT, "Column that is concerned, where it is one"),
        Field("excerpt", TEXT, "What stands there, or a sentence that says what is wrong"),
        # Determinations
        Field("template", TEXT, "Template of the letter", ("F1", "F2b", "F2a", "F3", "unknown")),
        Field("priority", TEXT, "Priority of the review", ("standard", "expedited")),
        Field("injury_date", DATE, "Date of injury, from the header or the search"),
        Field("ur_denial_date", DATE, "Date of the utilization review's denial, from the header"),
        Field(
            "application_received_date",
            DATE,
            "Date the application for review was received, from the header or the search",
        ),
        Field("assigned_date", DATE, "Date the review was assigned, from the header"),
        Field("decision_date", DATE, "Date of the final determination, from the header or the search"),
        Field(
            "outcome",
            TEXT,
            "Outcome of the case, from its items: all upheld, all overturned, or some of both",
            ("upheld", "overturned", "partially overturned"),
        ),
        Field("item_count", WHOLE, "Disputed items of the letter"),
        Field("patient_age", WHOLE, "Age of the injured worker in years, from the clinical summary"),
        Field("patient_sex", TEXT, "Sex of the injured worker, from the clinical summary", ("male", "female")),
        Field("clinical_summary", TEXT, "Clinical case summary as written"),
        # The state's search
        Field("url", TEXT, "Address of the letter at the state's search"),
        Field("decision_date_as_printed", TEXT, "Date of the decision as the state's search prints it"),
        Field("injury_date_as_printed", TEXT, "Date of injury as the state's search prints it"),
        Field(
            "application_received_date_as_printed",
            TEXT,
            "Date the application was received as the state's search prints it",
        ),
        Field("specialty_as_printed", TEXT, "Specialty of the reviewer as the state's search prints it"),
        Field("category_as_printed", TEXT, "Category of the treatment as the state's search prints it"),
        Field("subcategory_as_printed", TEXT, "Subcategory or drug class as the state's search prints it"),
        Field("decision_as_printed", TEXT, "Decision on the item as the state's search prints it"),
        Field("asked_at", MOMENT, "When the state's search was asked (UTC)"),
        # Reviewer
        Field("state", TEXT, "State that licensed the reviewer"),
        Field("specialty_as_written", TEXT, "Certification or specialty of the reviewer as written"),
        Field("specialty", TEXT, "The same as the state's search names it, `codes.specialties`; null where unknown"),
        # Diagnoses
        Field("diagnosis", TEXT, "A current or working diagnosis of the clinical summary as written"),
        Field("nature", TEXT, "Of what kind it is, the first of `codes.diagnosis_natures` that it names"),
        Field("is_uncertain", FLAG, "It is in doubt: rule out, possible, probable, suspected, likely, versus"),
        Field("diagnosis_position", WHOLE, "`position` of the diagnosis in `diagnoses`"),
        # Disputed items
        Field("request", TEXT, "The request as written, everything before the decision"),
        Field("authorized", TEXT, "What utilization review had authorized of it, as written; null where nothing"),
        Field("disputed", TEXT, "What is in dispute, as written"),
        Field("decision", TEXT, "Upheld: the denial stands. Overturned: it does not", ("upheld", "overturned")),
        Field("claims_administrator_guideline", TEXT, "Guideline the claims administrator relied on, as written"),
        Field("reviewer_guideline", TEXT, "Guideline the reviewer relied on, as written"),
        Field("rationale", TEXT, "The reviewer's decision rationale as written"),
        Field("category", TEXT, "The state's category of the treatment, `codes.categories`; null where unknown"),
        Field(
            "subcategory", TEXT, "The state's subcategory, for drugs the class, `codes.categories`; null where unknown"
        ),
        Field(
            "treatment",
            TEXT,
            "Treatment that decided the category, `codes.treatments`; null for drugs and unknown ones",
        ),
        Field("visits", WHOLE, "Visits or sessions in dispute; null where none are stated or a range is"),
        Field("visits_per_week", WHOLE, "Visits a week; null where not stated or a range is"),
        Field("weeks", WHOLE, "Weeks of treatment; null where not stated or a range is"),
        Field(
            "requested_quantity",
            NUMBER,
            "Quantity of the original request in `quantity_unit`; of drugs in all fills. Null where another service was"
            " authorized",
        ),
        Field(
            "authorized_quantity",
            NUMBER,
            "Quantity of it that utilization review authorized; 0 where the request was denied outright",
        ),
        Field("disputed_quantity", NUMBER, "Quantity in dispute; null where none is stated or a range is"),
        Field("quantity_unit", TEXT, "What the three quantities count", ("visits", "units", "hours")),
        Field("is_retrospective", FLAG, "The request is for a service already rendered, and says so"),
        Field(
            "is_ancillary",
            FLAG,
            "The request is for a service of an operation that the letter disputes as another item, and says so",
        ),
        Field("parent_item_number", WHOLE, "Item number of that operation"),
        Field(
            "decision_follows_parent",
            FLAG,
            "The rationale rests on the decision about an operation; null without a rationale",
        ),
        Field("first_page", WHOLE, "Page on which the item begins"),
        Field("last_page", WHOLE, "Page on which the item ends"),
        Field("reason", TEXT, "Why the denial was upheld, `codes.rationale_reasons`"),
        # Drugs
        Field("drug_as_written", TEXT, "Drug as written, lower case, without strength and dosage form"),
        Field("ingredient", TEXT, "Generic name, `codes.drugs`; a fixed combination joined by `/`"),
        Field("drug_class", TEXT, "The state's class of the drug, `codes.drug_classes`"),
        Field("strength", TEXT, "Strength as written"),
        Field("quantity", NUMBER, "Quantity as written: tablets, grams, milliliters"),
        Field("refills", WHOLE, "Refills in dispute"),
        Field(
            "mme_per_unit",
            NUMBER,
            "Morphine milligram equivalents of one unit (CDC 2022, `codes.mme_factors`); null where unknown",
        ),
        Field("mme_requested", NUMBER, "Morphine milligram equivalents of one fill of the original request"),
        Field(
            "mme_per_day",
            NUMBER,
            "Morphine milligram equivalents a day, by fixed written directions, else by the stated days of supply",
        ),
        Field("is_compound", FLAG, "Part of a compound made by a pharmacy"),
        # Body parts
        Field("region", TEXT, "Body region that the request or the diagnosis names, `codes.body_regions`"),
        Field("side", TEXT, "Its side, where stated", ("left", "right", "bilateral")),
        # Citations
        Field("source", TEXT, "Within the Medical Treatment Utilization Schedule or not", ("MTUS", "Non-MTUS")),
        Field("guideline", TEXT, "Title as written, without its year; for Non-MTUS the whole citation"),
        Field("year", WHOLE, "Year of the guideline's edition, where stated"),
        Field("sections", pl.List(pl.String()), "Sections cited, as written"),
        Field("pages", TEXT, "Pages cited, as written"),
        Field("guideline_family", TEXT, "Family of the guideline, `codes.guideline_families`; null where unknown"),
        Field("guideline_chapter", TEXT, "Chapter of the guideline, where it names one"),
    )
}
