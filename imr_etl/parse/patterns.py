"""Every pattern of the letters' layout, with a line that it is for.

Belongs here: how a letter is written: labels, header values, what ends a request. Does not belong here: headings of
templates (`imr_etl.parse.templates`), names of drugs, treatments and guidelines (`imr_etl.vocabulary`).

polars reads them with Rust's regex: no look-around, no back-references, no possessive quantifiers.
"""

# Page furniture: "2", "Page 2 of 5", "- 3 -", "Final Determination Letter for IMR Case Number CM16-0123456 2",
# "IMR Final Determination CM16-0123456 - Page 2 of 5", "Page 3 | Independent Medical Review CM16-0123456"; the case number
# alone may be the value of a header
TITLE_OF_PAGE = r"(?:(?:IMR )?final determination(?: letter)?(?: for)?|independent medical review(?: \(IMR\))?)"
CASE = r"[\s:|-]*(?:(?:MAXIMUS|IMR)\s+)?(?:case (?:number|no\.?|#):?\s*)?CM.?\d\d.?\d{7}"
CASE_OF_PAGE = f"{TITLE_OF_PAGE}?{CASE}"
PAGE_NUMBER = r"(?:page:?\s+)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?"
FURNITURE = (
    rf"(?i)^(?:{CASE_OF_PAGE})?[\s|,\u2013\u2014-]*{PAGE_NUMBER}(?:[\s|,\u2013\u2014-]*{CASE_OF_PAGE})?[\s\u2013\u2014-]*$"
    rf"|^{TITLE_OF_PAGE}{CASE}$"
)
PRINTED_PAGE = r"(?i)(?:^|[^\w/-]|page)\s*(\d{1,3})(?:\s*(?:of|/)\s*\d{1,3}|\s|[|\u2013\u2014-]|$)"
# What a rule and a footnote begin with
LIKE_NOTE = r"^[\[_*=\u2014\u2500~\u2020\u2021\d-]"
# "__________", "-----", "* * *"
RULE = r"^(?:[_*=\u2014\u2500~-]\s*){3,}$"
# "1 Official ...", "2. See ...", "* Records ..."; "[1] Official ..."
NOTE = r"^(?:\d{1,2}|[*\u2020\u2021])[.)]?\s+\S"
BRACKETED_NOTE = r"^\[\d{1,2}\]\s+\p{Lu}"
# "Jane Roe, MD", "Dr. John Q. Roe, D.O., MPH"
SIGNATORY = r"^(?:Dr\.? )?\p{Lu}\p{Ll}+(?: \p{Lu}[\p{Ll}.'-]*){1,3},? (?:M\.?D|D\.?O|D\.?C|Ph\.?D|Psy\.?D|DPM|DDS|R\.?N)\b\.?(?:,? \p{Lu}[\p{Lu}.]+)*(?:,? Medical Director)?[.,]?$"

# "Page 2 of 5"
PAGES_IN_ALL = r"(?i)\bof\s+(\d{1,3})"
# "... therapy and", "... of the", "... denied,", "... (for", "The patient had a non-"; not "... is what it is for."
UNFINISHED = (
    r"(?i)(?:[,;(\[/-]|\b(?:the|an?|of|to|and|or|nor|with|without|for|from|into|at|than|that|which|whose|because|although|while|"
    r"his|her|their|its|is|was|were|are|be|been|has|have|had|does|did|will|would|should|could|may|must|can|if|when|per|as|by))$"
)

# What ends a text
ENDED = r"""[.!?]["'\u201d\u2019)\]]*$"""

# "Official Disability Guide-", "follow-", "11-22-"; not "two -" and not "--"
HYPHEN_AT_END = r"([\p{L}\p{N}]+)-$"
WORD_AT_START = r"^([\p{L}\p{N}]+)"
# "seen on 10/14/", "2016"
SLASH_AT_END = r"\d/$"
DIGIT_AT_START = r"^\d"

# "CLINICAL CASE SUMMARY"; not "MRI" and not "CM16-0123456"
CAPITALS = r"^[A-Z][A-Z ,:()/'&-]{9,}$"

# --- header -----------------------------------------------------------------------------------------------------------
# "Case Number: CM16-0123456", "UR Denial Date: 11/03/2016"; "Application" and "Received:" may stand apart, the date between
HEADER_LABELS = {
    r"case\s*number\s*:": "case_number",
    r"date\s*assigned\s*:": "assigned_date",
    r"dates?\s*of\s*injur(?:y|ies)\s*:": "injury_date",
    r"(?:ur\s*(?:denial|decision)\s*date|date\s*of\s*ur\s*(?:denial|decision))\s*:": "ur_denial_date",
    r"decision\s*date\s*:|date\s*of\s*decision\s*:": "decision_date",
    r"\bdated\s*:": "dated",
    r"priority\s*:": "priority",
    r"application(?:\s*received\s*:)?": "application_received_date",
}
DASH = "[-\u2010-\u2015\u2212]"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
# "11/03/2016", "11-3-16", "2016-11-03", "November 3, 2016"
DATE = rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}\b|\d{{4}}-\d{{1,2}}-\d{{1,2}}\b|\b{MONTH}\s+\d{{1,2}},?\s+\d{{4}}\b"
# "01/02/2010 - 03/04/2014", "01/02/2010, 03/04/2014": one cell
DATES = rf"(?:{DATE})(?:\s*(?:{DASH}|\bto\b|\bthrough\b|\bthru\b|\band\b|[,;&])\s*(?:{DATE}))*"
HEADER_VALUE = rf"CM[ _]?{DASH}?[ ]?\d\d[ _]?{DASH}?[ ]?\d{{7}}|{DATES}|\bstandard\b|\bexpedited\b|\bregular\b"
# A line of a header table, however its cells were joined
HEADER_LINE = r"(?i)^(?:case number|date assigned|dates? of injur(?:y|ies)|decision date|ur denial date|priority|application|received)\s*:?|^\d\d/\d\d/\d{4}$"
HEADER_START = r"(?i)^(?:(?:MAXIMUS|IMR)\s+)?case\s*number\s*:"
HEADER_TOKEN = r"(?i)\n|" + "|".join([*HEADER_LABELS, HEADER_VALUE])
# month, day, year; year, month, day; the month's name, day, year
DATE_FORMS = (
    (r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b", (1, 2, 3)),
    (r"^(\d{4})-(\d{1,2})-(\d{1,2})\b", (2, 3, 1)),
    (rf"(?i)^({MONTH})\s+(\d{{1,2}}),?\s+(\d{{4}})", (1, 2, 3)),
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# --- reviewer ---------------------------------------------------------------------------------------------------------
# "State(s) of Licensure: Texas,New York, California"
LICENSURE_LABEL = r"(?i)State(?:\(s\)|s)?\s+of\s+Licensure\s*:\s*"
# "Certification(s)/Specialty: Preventive Medicine, Occupational Medicine"
CERTIFICATION_LABEL = r"(?i)Certification(?:\(s\)|s)?\s*/\s*Special(?:ty|ties)\s*:\s*"
# "The second Expert Reviewer has", "Reviewer 2:" ends a list of credentials
CREDENTIALS_END = r"(?is)\s*\b(?:(?:the|a|an)\s+(?:\p{L}+\s+){0,2})?(?:expert |physician |medical )?reviewers?\b.*$"
# "... review of the case file, including all medical records:"
SUMMARY_INTRODUCTION = r"(?is)^The (?:expert|physician|medical|professional) reviewer developed the following clinical case summary.{0,120}?:\s*"

# --- disputed items ---------------------------------------------------------------------------------------------------
# "guideline:", "guidelines:", "guideline(s):", "citation -"
GUIDELINE_LABEL = r"(?:guideline|citation)(?:s|\s?\(s\))?\s*(?::|[\u2013\u2014-]\s)\s*"
CLAIMS_ADMINISTRATOR_LABEL = rf"(?i)^(?:the )?(?:claims administrator|UR)(?:'s|\u2019s)? {GUIDELINE_LABEL}"
REVIEWER_LABEL = rf"(?i)^(?:the )?(?:MAXIMUS|IMR|(?:expert|physician) reviewer)(?:'s|\u2019s)? {GUIDELINE_LABEL}"
RATIONALE_LABEL = r"(?i)^(?:the )?(?:(?:expert|physician) reviewer(?:'s|\u2019s)? )?(?:decision )?rationale(?:s|\s?\(s\))?(?: for (?:the )?decision)?\s*(?::|[\u2013\u2014-]\s)\s*"
# "Upheld", "overturned.", "[Upheld]"
DECIDED = r"[\"'\u201c(\[]?(upheld|overturned)[\"'\u201d\u2019)\]]?\s*[.;,*]*"
# "Decision: Upheld", "Denial upheld"
DECISION_NAMED = (
    r"(?:(?:(?:IMR |final )?(?:decision|determination|outcome)|(?:UR )?denial)\s*(?::|\bis\b|[\u2013\u2014-])?\s*)?"
)
# "Norco 10/325mg #60: Upheld", "... Z is Overturned", "Norco - Upheld", "Upheld" on a line of its own
DECISION_AT_END = rf"(?i)(?:^|[:=\u2192]|\bis|\s[-\u2013\u2014]|\.{{3}})\s*{DECISION_NAMED}{DECIDED}$"
# "... gait is: - Overturned" of a whole request: its last line may be the decision alone, after anything
DECISION_OF_REQUEST = rf"(?i)(?:^|[:=\u2192]|\bis|\s[-\u2013\u2014]|\.{{3}}|\s)\s*{DECISION_NAMED}{DECIDED}$"
DECISION_ALONE = rf"(?i)^[:\s]*{DECISION_NAMED}{DECIDED}$"
# "Norco: Upheld" where nothing else says that the line is a request; not "the decision is: Upheld"
DECISION_BEHIND_MARK = r"[:\u2013\u2014-]\s*(?:Upheld|Overturned|UPHELD|OVERTURNED)\.?$"
DECISION_OF_SENTENCE = r"(?i)\b(?:decision|determination|denial|outcome|request)s?(?: (?:is|was|were|are|has been))?\s*[:\u2013\u2014-]\s*(?:upheld|overturned)\.?$"
# "Norco: Partially Overturned", "the denial was upheld.", "Norco: Modified"
LIKE_DECISION = (
    r"(?i)\b(?:upheld|overturned)\b\P{L}{0,8}$|"
    r"(?-i)[:=\u2192\u2013\u2014-]\s*[\"\u201c(\[]?(?:(?:Partially|Partly|PARTIALLY|PARTLY) )?"
    r"(?:Uph|UPH|Overturn|OVERTURN|Modif|MODIF|Withdraw|WITHDRAW|Dismiss|DISMISS)\p{L}+\b.{0,30}$"
)
# "... disputed items/services set forth below:"
ITEMS_INTRODUCTION = r"(?i)^The Final Determination was based on decisions"
ITEMS_INTRODUCTION_END = r"(?i)\bbelow\s*:$"
# "3. Norco ..." of older letters, "Issue 3: Norco", "#3 Norco", "- Norco"; "3.3 mg" is no number of an item, "(60) Norco"
# and "#60 Norco" ask for sixty
ITEM_NUMBER = r"(?i)^(?:(?:(?:item|issue|request)\s+#?|no\.\s*)\d{1,2}\s*[.:)\u2013\u2014-]\s*|\d{1,2}\s*[.)]\s+|#(?:1?\d|20)[.:)]?\s+|[\u2022\u25cf\u25aa\u25e6\u00b7*\u2013\u2014-]\s+)"

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

# --- disputed items of 2013 and 2014 ----------------------------------------------------------------------------------
# "1. ", "2) ", "(3) ", "#4 ", "Item 5: ", "6 - ", "7 "
PRINTED_NUMBER = r"(?i)^(?:(?:item|issue|request|no)\.?\s*)?[#(\[]?\s*(\d{1,2})(?:\s*[.):\]]|\s+[\u2013\u2014-]|\s)\s*"
MARKED_NUMBER = r"(?i)^(?:(?:(?:item|issue|request|no)\.?\s*)[#(\[]?\s*\d{1,2}|[#(\[]\s*\d{1,2}|\d{1,2}\s*[.):\]])\s*"
# "1. Norco", "Item 2: Lumbar MRI"; not "10 visits of"
NUMBER_OF_REQUEST = r"(?i)^(?:(?:item|issue|request|no)\.?\s*#?\s*)?(\d{1,2})\s*[.):]\s"
# "the following 4 disputed items/services", "three (3) items"
ANNOUNCED_ITEMS = (
    r"(?i)\b(\d{1,2})\)? (?:of the )?(?:following )?(?:disputed )?(?:items?|services?|treatments?|requests?|issues?)\b"
)
# "a) ", "II. ", "- "
LIST_MARK = r"^(?:[\u2022\u25cf\u25aa\u25e6\u00b7*\u2013\u2014-]|\(?[A-Za-z][.)]|[IVX]{1,4}[.)])\s+"
# "The request for X is", "MAXIMUS Federal Services, Inc. has determined the request for X is", "The retrospective request for"
REQUEST_FOR = r"(?i)^(?:decision\s*:\s*)?(?:MAXIMUS\b.{0,60}?\bdetermined\s+(?:that\s+)?)?(?:(?:in|with) regards? to\s+)?(?:the\s+)?(?:\p{L}+\s+)?requests?\s+for\b"
# "1. The request for X is medically necessary. 2. The request for Y is medically necessary." of one line
SECOND_DECISION = (
    r"(?is)medically\s*(?:un)?necessary[^.]{0,60}\.\s+"
    r"((?:\(?\d{1,2}\s*[.)]\s*)?(?:the\s+)?(?:\p{L}+\s+)?requests?\s+for\b[^.]{1,300}?medically\s*(?:un)?necessary)"
)
# "1) Regarding the request for X:"
REGARDING_START = r"(?i)^\(?\d{1,2}\s*[.)]\s*regarding the requests? for"
REGARDING = r"(?i)^\(?\d{1,2}\s*[.)]\s*regarding the requests? for\s+(.*?)\s*[:.]?$"
# Lost spaces occur: "is notmedically necessary"
NECESSARY = r"(?i)medically\s*(un)?necessary"
VERDICT = r"(?i)medically\s*(?:un)?necessary|medical necessity"
BEHIND_DECISION = r"(?:The Claims Administrator (?:based|did not|cited|relied|used)|(?:The )?Claims Administrator(?:'s|\u2019s)? guideline)"
UP_TO_VERDICT = r"(?:[^.]|\.\S){1,400}?medically\s*(?:un)?necessary"
# "2. X is medically necessary. The Claims Administrator based ..."
BEFORE_GUIDELINE = rf"(?is)^{UP_TO_VERDICT}[^.]{{0,60}}\.\s+{BEHIND_DECISION}"
# "2. X is medically necessary and appropriate."
WHOLE_DECISION = rf"(?is)^{UP_TO_VERDICT} and appropriate\s*\."
ANY_VERDICT = rf"(?is)^{UP_TO_VERDICT}"
# "the retrospective request for X is not" of "... medically necessary"
DECISION_SENTENCE = (
    r"(?is)^(?:decision\s*:\s*)?(?:MAXIMUS\b.*?determined\s+(?:that\s+)?)?(?:(?:in|with) regards? to\s+)?"
    r"(?:(?:the\s+)?(?:(?P<prefix>(?:prospective|retrospective|concurrent) )|\p{L}+ )?requests?\s+for\s+)?"
    r"(?P<request>.*),?\s+(?P<verb>is|are|was|were|has|have|isn['\u2019]t|aren['\u2019]t|wasn['\u2019]t|weren['\u2019]t|"
    r"cannot|can not|could not|can|could|may|might|would|should|will|does|do|fails)\b(?P<mid>[^.;:]*)$"
)
# ", and appropriate.", "nor appropriate at this time." after "medically necessary"
VERDICT_END = (
    r"(?i)^(?:,?\s*(?:and|or|nor|and/or)\s+(?P<negation>(?:is |are )?not )?(?:medically )?appropriate)?"
    r"(?:,?\s*(?:at this time|as requested|in this case|for this (?:patient|injured worker|claimant|worker)))?[\s.,;:]*$"
)
# "Therefore, the request is not medically necessary" at the end of a rationale
PLAIN_VERDICT = (
    r"(?i)^.*\b(?P<verb>is|are|was|were)\s+(?:(?:therefore|thus|determined|deemed|considered|found|to be|also),?\s+)*"
    r"(?P<negation>not\s+)?(?:(?:determined|deemed|considered|found|to be)\s+)*medically\s*necessary"
)
# "... the denial is therefore overturned."
DENIAL_VERDICT = r"(?i)\b(?:denial|non-?certification)s? (?:is|are|was|were|should be|must be)(?:,? (?:therefore|thus|hereby),?)? (?:(?P<stands>upheld|affirmed)|(?P<falls>overturned|reversed))\b"
NO_PLAIN_VERDICT = r"(?i)\b(?:if|whether|unless|until|when|where|only|partial(?:ly)?|modified|remaining|but|however|although|while|portion|other|alternative|instead)\b|\bun-?necessary"
# "... medically necessary and appropriate. The ...": what follows the first sentence, with its period
FIRST_SENTENCE_END = r"(?s)[.;]\s.*$"
ASKS = r"(?i)^(?:whether|is|are|was|were|does|do|did)\b"
# "The Claims Administrator based its decision on the MTUS ..."
CLAIMS_ADMINISTRATOR_SENTENCE = r"(?i)^The Claims Administrator (?:based|did not|cited|relied|used)"
# "The Physician Reviewer based his/her decision on the MTUS ..."
REVIEWER_SAYS = r"The (?:Physician|Expert|Professional|Medical)(?: Professional)? Reviewer (?:based|did not|cited|relied|found|used)"
REVIEWER_SENTENCE = rf"(?i)^{REVIEWER_SAYS}"
# The same within a paragraph that begins with the Claims Administrator
REVIEWER_SENTENCE_WITHIN = rf"(?s)[.)\"\u201d]\s+({REVIEWER_SAYS}\b.*)$"
# What older letters state after a decision: "The Claims Administrator based ...", "Claims Administrator guideline: ..."
CLAIMS_ADMINISTRATOR_STATED = rf"{CLAIMS_ADMINISTRATOR_SENTENCE}|{CLAIMS_ADMINISTRATOR_LABEL}"
REVIEWER_STATED = rf"{REVIEWER_SENTENCE}|{REVIEWER_LABEL}"
# "Lumbar fusion; inpatient stay of 3 days", "1. Lumbar fusion 2. Inpatient stay"
ISSUE_BREAK = r";\s+|\s+\d{1,2}[.)]\s+"

# --- dates in the prose of 2013 ---------------------------------------------------------------------------------------
PROSE_DATES = {
    "decision_date": rf"(?i)\bDated:\s*({DATE})",
    "application_received_date": rf"(?i)\bIndependent Medical Review was (?:filed|received) on\s+({DATE})",
    "ur_denial_date": rf"(?i)\bUtilization Review Denial (?:dated|of)\s+({DATE})",
    "assigned_date": rf"(?i)\bwas provided to the above parties on\s+({DATE})",
}
