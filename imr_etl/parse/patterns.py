"""Every pattern of the letters' layout, with a line that it is for.

Belongs here: how a letter is written: labels, header values, what ends a request. Does not belong here: headings of
templates (`imr_etl.parse.templates`), names of drugs, treatments and guidelines (`imr_etl.vocabulary`).

polars reads them with Rust's regex: no look-around, no back-references, no possessive quantifiers.
"""

# Page furniture: "2", "Page 2 of 5", "- 3 -", "Final Determination Letter for IMR Case Number CM16-0213037 2"
FURNITURE = (
    r"(?i)^(?:(?:final determination letter for )?(?:IMR )?(?:case number:? )?CM\d\d-\d{7})?\s*"
    r"(?:-\s*)?(?:page\s+)?\d{1,3}(?:\s+of\s+\d{1,3})?(?:\s*-)?$"
)

# "Page 2 of 5"
PAGES_IN_ALL = r"(?i)\bof\s+(\d{1,3})"
# "... therapy and", "... of the", "... denied,", "... (for", "The patient had a non-"; not "... is what it is for."
UNFINISHED = (
    r"(?i)(?:[,;(\[/-]|\b(?:the|an?|of|to|and|or|nor|with|without|for|from|into|at|than|that|which|whose|because|although|while|"
    r"his|her|their|its|is|was|were|are|be|been|has|have|had|does|did|will|would|should|could|may|must|can|if|when|per|as|by))$"
)

# "Official Disability Guide-", "follow-", "11-22-"; not "two -" and not "--"
HYPHEN_AT_END = r"([\p{L}\p{N}]+)-$"
WORD_AT_START = r"^([\p{L}\p{N}]+)"
# "seen on 10/14/", "2016"
SLASH_AT_END = r"\d/$"
DIGIT_AT_START = r"^\d"

# "CLINICAL CASE SUMMARY"; not "MRI" and not "CM16-0213037"
CAPITALS = r"^[A-Z][A-Z ,:()/'&-]{9,}$"

# --- header -----------------------------------------------------------------------------------------------------------
# "Case Number: CM16-0213037", "UR Denial Date: 11/03/2016"; "Application" and "Received:" may stand apart, the date between
HEADER_LABELS = {
    r"case\s*number\s*:": "case_number",
    r"date\s*assigned\s*:": "assigned_date",
    r"dates?\s*of\s*injur(?:y|ies)\s*:": "injury_date",
    r"(?:ur\s*(?:denial|decision)\s*date|date\s*of\s*ur\s*(?:denial|decision))\s*:": "ur_denial_date",
    r"decision\s*date\s*:|date\s*of\s*decision\s*:|\bdated\s*:": "decision_date",
    r"priority\s*:": "priority",
    r"application(?:\s*received\s*:)?": "application_received_date",
}
HEADER_VALUE = r"CM[ -]?\d\d[ -]?\d{7}|\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|\bstandard\b|\bexpedited\b|\bregular\b"
# A line of a header table, however its cells were joined
HEADER_LINE = r"(?i)^(?:case number|date assigned|dates? of injur(?:y|ies)|decision date|ur denial date|priority|application|received)\s*:?|^\d\d/\d\d/\d{4}$"
HEADER_START = r"(?i)^(?:(?:MAXIMUS|IMR)\s+)?case\s*number\s*:"
HEADER_TOKEN = "(?i)" + "|".join([*HEADER_LABELS, HEADER_VALUE])
HEADER_DATE = r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$"

# --- reviewer ---------------------------------------------------------------------------------------------------------
# "State(s) of Licensure: Texas,New York, California"
LICENSURE = r"(?is)State(?:\(s\)|s)?\s+of\s+Licensure\s*:\s*(.*?)\s*(?:Certification(?:\(s\)|s)?\s*/\s*Specialt|$)"
# "Certification(s)/Specialty: Preventive Medicine, Occupational Medicine"
CERTIFICATION = r"(?is)Certification(?:\(s\)|s)?\s*/\s*Special(?:ty|ties)\s*:\s*(.*?)\s*$"
# "... review of the case file, including all medical records:"
SUMMARY_INTRODUCTION = r"(?is)^The (?:expert|physician|medical|professional) reviewer developed the following clinical case summary.{0,120}?:\s*"

# --- disputed items ---------------------------------------------------------------------------------------------------
CLAIMS_ADMINISTRATOR_LABEL = r"(?i)^(?:the )?claims administrator(?:'s|\u2019s)? guidelines?\s*:\s*"
REVIEWER_LABEL = r"(?i)^(?:the )?(?:MAXIMUS|IMR|(?:expert|physician) reviewer(?:'s|\u2019s)?) guidelines?\s*:\s*"
RATIONALE_LABEL = r"(?i)^(?:the )?(?:(?:expert|physician) reviewer(?:'s|\u2019s)? )?(?:decision )?rationale(?: for (?:the )?decision)?\s*:\s*"
# "Norco 10/325mg #60: Upheld", "... Z is Overturned", "Norco - Upheld", "Upheld" on a line of its own
DECISION_AT_END = r"(?i)(?:^|:|\bis|\s[-\u2013\u2014])\s*(upheld|overturned)\s*\.?$"
# "... gait is: - Overturned" of a whole request: its last line may be the decision alone, behind anything
DECISION_OF_REQUEST = r"(?i)(?:^|:|\bis|\s[-\u2013\u2014]|\s)\s*(upheld|overturned)\s*\.?$"
DECISION_ALONE = r"(?i)^:?\s*(upheld|overturned)\s*\.?$"
# "... disputed items/services set forth below:"
ITEMS_INTRODUCTION = r"(?i)^The Final Determination was based on decisions"
ITEMS_INTRODUCTION_END = r"(?i)\bbelow\s*:$"
# "3. Norco ..." of older letters; "3.3 mg" is no number of an item, "(60) Norco" asks for sixty
ITEM_NUMBER = r"^\d{1,2}\s*[.)]\s+"

# "<X> was the original request. <Y> was authorized by the Claims Administrator. The remaining IMR eligible portion of
# the original request, <Z> is": X requested, Y authorized, Z disputed
PARTLY_AUTHORIZED = (
    r"(?is)^(?P<asked>.+?)\s+(?:was|were) the original request\.\s*(?P<authorized>.+?)\s+(?:was|were|has been|have been)"
    r" (?:authorized|approved|certified) by the Claims Administrator\.\s*The (?:remaining )?IMR eligible portion of the original"
    r" request,?\s*(?P<disputed>.+)$"
)
# "<X> was the original request. The Claims Administrator authorized <Y>, leaving the original request IMR eligible. The
# original request, <X> is": all of X stays disputed
LEFT_ELIGIBLE = (
    r"(?is)^(?P<asked>.+?)\s+(?:was|were) the original request\.\s*The Claims Administrator (?:authorized|approved|certified)"
    r"\s+(?P<authorized>.+?),?\s+leaving the original request IMR eligible\.\s*The original request,?\s*(?P<disputed>.+)$"
)
# "... physical therapy 6 sessions is"
TRAILING_IS = r"(?i)[,\s]+(?:is|are)\s*$"
# "... is not medically necessary."; not "b.i.d."
SENTENCE_END = r"""(?:[^.\s]{2}|(?:^|\s)\S)[.?!]["'\u201d\u2019)\]]*$"""
# Sentences that a UR modification is made of end so, also where the line breaks within these words
MODIFICATION_SENTENCE_END = (
    r"(?i)(?:original request|^request|claims administrator|^administrator|IMR eligible|^eligible)\.$"
)

# --- disputed items of 2013 and 2014
# ---------------------------------------------------------------------------------- "1. The request for X is not
# medically ...", "1) MAXIMUS Federal Services, Inc. has determined the request for X is ..."
DECISION_SENTENCE_START = r"(?i)^\(?\d{1,2}\s*[.)]\s*(?:MAXIMUS .{0,40}determined|(?:the )?(?:prospective |retrospective |concurrent )?requests? for)"
# "1. X is not medically necessary and appropriate. The Claims Administrator ...", "request for" left out: only what follows
# tells it from a numbered list, so it is looked for in a line with those behind it
BARE_DECISION_SENTENCE_START = (
    r"(?is)^\(?\d{1,2}\s*[.)]\s*\S.{1,400}?\s(?:is|are|was|were)\s*(?:not\s*)?medically\s*necessary(?: and appropriate)?\."
    r"\s+The Claims Administrator"
)
# "1) Regarding the request for X:"
REGARDING_START = r"(?i)^\(?\d{1,2}\s*[.)]\s*regarding the requests? for"
PRINTED_NUMBER = r"^\(?(\d{1,2})\s*[.)]"
# Lost spaces occur: "is notmedically necessary"
DECISION_SENTENCE = (
    r"(?is)^\(?\d{1,2}\s*[.)]\s*(?:MAXIMUS.*?determined\s+(?:that\s+)?)?"
    r"(?:(?:the\s+)?(?P<prefix>(?:prospective |retrospective |concurrent )?)requests?\s+for\s+)?(?P<request>.*?)\s+(?:is|are|was|were)\s*(?P<negation>not\s*)?medically\s*necessary"
)
# "The Claims Administrator based its decision on the MTUS ..."
CLAIMS_ADMINISTRATOR_SENTENCE = r"(?i)^The Claims Administrator (?:based|did not|cited|relied|used)"
# "The Physician Reviewer based his/her decision on the MTUS ..."
REVIEWER_SAYS = r"The (?:Physician|Expert|Professional|Medical)(?: Professional)? Reviewer (?:based|did not|cited|relied|found|used)"
REVIEWER_SENTENCE = rf"(?i)^{REVIEWER_SAYS}"
# The same within a paragraph that begins with the Claims Administrator
REVIEWER_SENTENCE_WITHIN = rf"(?s)[.)\"\u201d]\s+({REVIEWER_SAYS}\b.*)$"
# "Lumbar fusion; inpatient stay of 3 days", "1. Lumbar fusion 2. Inpatient stay"
ISSUE_BREAK = r";\s+|\s+\d{1,2}[.)]\s+"

# --- dates in the prose of 2013 ---------------------------------------------------------------------------------------
PROSE_DATES = {
    "decision_date": r"(?i)\bDated:\s*(\d{1,2}/\d{1,2}/\d{2,4})",
    "application_received_date": r"(?i)\bIndependent Medical Review was (?:filed|received) on\s+(\d{1,2}/\d{1,2}/\d{2,4})",
    "ur_denial_date": r"(?i)\bUtilization Review Denial (?:dated|of)\s+(\d{1,2}/\d{1,2}/\d{2,4})",
    "assigned_date": r"(?i)\bwas provided to the above parties on\s+(\d{1,2}/\d{1,2}/\d{2,4})",
}
