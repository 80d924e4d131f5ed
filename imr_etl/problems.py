"""What can go wrong with one letter: the codes of `main.problems` and what each means.

Belongs here: every code, once, with a sentence for the person who reads it. Does not belong here: faults of a run,
such as a missing folder (`imr_etl.errors`).
"""

PROBLEM_CODES = {
    # files
    "unreadable_file": "The file could not be read: no permission, gone, no regular file, without an end, or too slow",
    "unreadable_folder": "The folder or other place could not be listed; letters known from it are kept",
    "unsafe_member": "The archive's member was not read: a link, a name that leads out of the archive, or a zip bomb",
    "duplicate_content": "Another file has the same content; it was loaded once",
    "case_number_missing": "Neither the file's name nor the letter's header gives a case number",
    # lines
    "not_a_pdf": "The file is named .pdf and is not a PDF",
    "empty_file": "The file has no bytes",
    "damaged_pdf": "The PDF is damaged or cut short and could not be opened",
    "password_protected": "The PDF, or the archive that it is in, asks for a password",
    "no_text": "The letter has no text; perhaps it is only images",
    "not_utf8": "The plain text is not UTF-8",
    "too_large": "The file is larger than any letter, or has more text; it was not read",
    "too_many_pages": "The file has more pages than any letter",
    "reader_crashed": "The program that reads PDFs crashed on this file",
    "reader_timed_out": "Reading the file took too long and was stopped",
    "file_changed": "The file changed while the run was reading it; the next run reads it again",
    "unreadable_page": "A page of the letter could not be read; the others were",
    "page_without_text": "A page has no text though it shows something, or it is empty; what it says is not loaded",
    "hidden_text": "Text that nobody who looks at the page sees; it was left out",
    "annotated_page": "Notes, stamps, form fields or strike-outs stand on top of a page; what they print was read",
    "read_by_ocr": "The page is a picture whose text a program recognized; characters may be wrong",
    "incomplete_letter": "Part of the letter's text is missing: the file is damaged, or the text breaks off",
    # tables
    "parser_failed": "The program failed on this letter, whose text was read: none of its values are loaded",
    "not_a_letter": "The file holds no part of a final determination letter",
    "header_missing": "The letter has no header",
    "several_letters": "The file holds more than one letter; the first one was loaded",
    "page_of_other_case": "A page names another case than the letter; it was left out",
    "text_repeated": "A page, or a line right after itself, is in the file twice; it was read once",
    "pages_out_of_order": "The printed page numbers do not rise; the pages were read in the order of the file",
    "text_left_out": "Text that does not belong to the letter, such as another document after it, was left out",
    "field_missing": "A field that every letter has could not be found",
    "field_unreadable": "A field is there, but its value makes no sense",
    "dates_out_of_order": "Dates are out of order, years apart or not of the case number's years; they were loaded",
    "case_number_differs": "The file's name and the letter's header give different case numbers; the name counts",
    "template_unknown": "The letter's headings fit no known template",
    "section_missing": "A section that the template has is not there",
    "no_items": "No disputed item was found",
    "item_not_read": "The letter seems to decide on a request that could not be read as an item",
    "item_repeated": "A request, or the number of an item, is in the letter more than once",
    "doubtful_decision": "The rationale ends with a verdict other than the item's decision",
    "item_incomplete": "A part of a disputed item is missing: a guideline or the rationale",
    "possible_personal_data": "The narrative reads like personal data that the letter's redaction missed",
    "unknown_specialty": "No code table knows this specialty",
    "unknown_state": "No code table knows this state",
    "unknown_drug": "The request reads like a prescription and names no known drug",
    "unknown_treatment": "No code table knows the treatment that is requested",
    "doubtful_category": "The category of an item fits none of the guideline sections that are cited for it",
    "citation_unread": "What follows the title of a guideline was not taken apart into year, sections and pages",
    "unknown_guideline": "No code table knows this guideline",
    "number_unread": "A number, a range or a word for sessions of the request is in no field",
    "several_treatments": "The request names treatments of several subcategories; the item has that of the first",
    "parts_do_not_add_up": "What was requested is not what was authorized and what is disputed together",
    "numbers_disagree": "Numbers of the request contradict: sessions and schedule, or directions and quantity",
    # warehouse
    "superseded_had_more_items": "The letter of the same case that this one supersedes has more disputed items",
    "letter_quarantined": "A value of the letter breaks a rule of the warehouse's tables: no value of it is loaded",
}
"""Code -> what it means, by stage."""

UNREAD = ("unreadable_file", "file_changed")
"""Codes of letters that the next run tries again: the fault lies with the folder, not with the file."""
