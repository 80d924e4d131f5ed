"""Which treatment a request asks for, and what the state calls it: made-up requests in the words of the field."""

from functools import cache

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imr_etl.transform.categories import ROLES, SILENT, categories, unknown_treatments
from imr_etl.vocabulary import alias_table, code_table

ITEMS = {
    "sha256": pl.String,
    "item_number": pl.Int32,
    "request": pl.String,
    "disputed": pl.String,
    "drug_class": pl.String,
}

REQUESTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Diagnostic Testing", "Imaging Radiology"): (
        "MRI of the right ankle without contrast",
        "Repeat MRI lumbar spine with and without gadolinium",
        "MR arthrogram of the left shoulder",
        "CT scan of the cervical spine with sagittal views",
        "CT of the lumbar spine with 3D reconstruction",
        "X-rays of the right wrist, 3 views",
        "Flexion/extension x-rays of the cervical spine",
        "Three views of x-rays of the left foot",
        "DEXA scan",
        "Ultrasound of the right shoulder",
        "Diagnostic ultrasound of the bilateral wrists",
        "Venous Doppler of the left leg",
        "Lumbar discogram at L3-S1",
        "CT myelogram lumbar",
        "Bone density scan",
        "MRI of the left shoulder to rule out rotator cuff tear",
        "MRI of the brain",
        "PET scan of the brain",
        "Prospective request for 1 MRI of the lumbar spine",
        "MRI lumbar spine prior to epidural steroid injection",
        "Arthrogram with contrast, right hip",
        "Follow-up MRI of the thoracic spine",
        "Lumbar Spine Magnetic Resonance Imaging (MRI)",
        "Chest x-ray",
        "Right hand x ray",
        "X-rays, lumbar, 5 views at office visit",
        "Bilateral knee x-rays standing",
    ),
    ("Diagnostic Testing", "EMG/NCV/NCS"): (
        "Repeat electrodiagnostic studies of bilateral lower extremities",
        "NCV of the bilateral upper extremities",
        "Nerve conduction velocity (NCV) bilateral hands",
        "Electromyogram (EMG) of the left leg",
        "EMG/NCS with neurologist",
        "Referral for EMG/NCV",
    ),
    ("Diagnostic Testing", "Lab & Pathology"): (
        "Med panel to evaluate hepatic and renal function",
        "Urine drug screen",
        "One (1) urine toxicology screen",
        "Retrospective urine drug testing (DOS 9/2/2016)",
        "Random UDS 4 times per year",
        "12 panel urine drug screen for medication compliance",
        "Comprehensive metabolic panel",
        "CBC with differential",
        "Labs: CBC, CMP, TSH",
        "DNA testing for opioid risk",
        "Liver function test",
        "PT/PTT",
        "Lab work: ESR, CRP, rheumatoid factor",
        "H. pylori breath test",
        "Testosterone level",
        "Vitamin D level",
        "Specimen collection and handling",
        "Urine drug screen prior to surgery",
        "CMP",
        "UA",
    ),
    ("Diagnostic Testing", "Other Diagnostic Tests"): (
        "Functional capacity evaluation (FCE), one day",
        "FCE",
        "Computerized range of motion and muscle testing",
        "Range of motion testing, cervical and lumbar",
        "Sudoscan",
        "Sleep study",
        "Polysomnogram, overnight",
        "EKG",
        "2D echocardiogram",
        "Pulmonary function test",
        "VNG testing",
        "Audiogram",
        "Quantitative sensory testing of the hands",
        "Treadmill stress test",
        "Voltage-actuated sensory nerve conduction threshold",
        "Retrospective range of motion measurement and report DOS 1/1/16",
        "Physical performance FCE",
        "Baseline functional capacity exam",
        "Autonomic nervous system testing",
        "Upper GI endoscopy",
        "Colonoscopy",
        "Urodynamic studies",
        "Home sleep study",
        "Dermatomal SSEP",
        "Grip strength testing",
    ),
    ("Evaluation & Management", "Medical Specialties"): (
        "Neurology consult with EEG",
        "Pain management consultation",
        "Consultation with pain management specialist",
        "Orthopedic consult",
        "Follow-up visit with orthopedic surgeon",
        "Follow up with PTP in 4 weeks",
        "Office visits x 4",
        "Internal medicine consult",
        "Neurologist evaluation and treatment",
        "Referral to pain management for ESI",
        "Consult with pain management for epidural injection",
        "Urology consultation",
        "ENT evaluation",
        "Ophthalmology referral",
        "Podiatrist consultation",
        "Hand specialist follow up",
        "Re-evaluation with primary treating physician",
        "Second opinion with a hand specialist",
        "Follow-up visits, quantity 3",
        "Return to clinic in 6 weeks",
        "Gastroenterology consult",
        "Pain management",
        "(1) Follow-up visit in 4-6 weeks",
        "Re-evaluation in 6 weeks",
        "Pain management follow up for medication",
        "Post-op visits",
        "Consultation/treatment with pain specialist for injections",
        "Neurology consultation for headaches",
        "Spine surgeon follow-up",
        "Orthopedic re-evaluation within 6 weeks",
        "Consult and treat with pain management",
        "Evaluation and treatment by orthopedic specialist",
        "Post-op office visits with x-rays",
        "Office visit with x-rays",
        "Medication management",
        "Pain management with Dr. for medication management and injections",
    ),
    ("DMEPOS", "DME"): (
        "Cold therapy unit, 7 day rental",
        "Post-op cold therapy unit purchase",
        "Hot/cold unit",
        "Game Ready unit rental x 14 days",
        "CPM machine x 21 days",
        "Continuous passive motion (CPM) for the left knee, 30 days",
        "Hospital bed",
        "Tempur-Pedic mattress",
        "Front wheeled walker",
        "Crutches",
        "Electric scooter repair",
        "Wheelchair, motorized",
        "Shower chair",
        "3-in-1 commode",
        "Raised toilet seat",
        "DVT compression pump with sleeves",
        "Home cervical traction unit",
        "Shoulder pulley",
        "Lumbar exercise kit",
        "Bilateral hearing aids",
        "CPAP machine",
        "Ergonomic chair",
        "Orthopedic mattress, queen size",
        "Cervical pillow",
        "Paraffin bath unit for home use",
        "Shoulder immobilizer with abduction pillow",
        "Blood pressure monitor",
        "Lift chair",
        "Post surgical cold therapy unit with wrap",
        "Durable medical equipment: walker",
        "Associated surgical service: DVT unit",
        "One (1) hot and cold pack/wrap or thermal combo unit",
        "Water circulating heat pad with pump",
        "Home exercise rehab kit for the lumbar spine",
        "Cervical traction with air bladder",
        "Shoulder CPM with pads x 21 day rental",
        "Sleep number bed",
        "Vascutherm 4 system x 30 days",
        "Pneumatic intermittent compression device",
        "Knee walker rental",
        "Four wheeled walker with seat",
        "Replacement wheelchair batteries",
        "Hearing aid batteries",
        "Orthopedic bed and mattress",
        "Cervical pneumatic traction",
        "Inversion table",
        "Cane",
        "Solar Care FIR heating system",
        "Associated surgical service: front-wheel walker",
        "Cold therapy unit following shoulder arthroscopy",
        "Hip kit",
        "Ice machine",
        "Durable medical equipment",
    ),
    ("DMEPOS", "Electrical Stimulation"): (
        "TENS unit and supplies (rental or purchase)",
        "30 day trial of H-wave unit",
        "Home H-wave device purchase",
        "Interferential (IF) unit with supplies",
        "Inferential unit",
        "NMES unit",
        "Orthostim4 unit",
        "Bone growth stimulator",
        "Transcutaneous electrical nerve stimulation (TENS) unit",
        "Electrical muscle stimulator unit, lumbar spine",
        "Interspec IF II and monthly supplies",
        "ProStim 5.0",
        "Muscle stimulator for home use",
        "Bioness L300",
        "Associated surgical service: TENS unit",
        "Bone stimulator for fusion",
        "External bone growth stimulator post-op",
    ),
    ("DMEPOS", "Prosthetics/Orthotics"): (
        "LSO brace",
        "Lumbar support",
        "Back brace",
        "TLSO back brace for post-op use",
        "Hinged knee brace, right",
        "Left wrist brace",
        "Bilateral thumb spica splints",
        "Custom orthotics",
        "Orthopedic shoes",
        "AFO brace",
        "Cervical collar",
        "Tennis elbow strap",
        "CAM walker boot",
        "Prosthetic leg, below knee",
        "Night splint for plantar fasciitis",
        "Lumbar corset",
        "Associated surgical service: LSO brace",
        "1 pair of diabetic shoes",
        "Pro-ROM brace",
        "Spinal unloading brace",
        "Elbow sleeve",
        "Custom molded foot orthotics, bilateral",
        "Carpal tunnel splints",
        "SI belt",
        "Abdominal binder",
        "Post-op shoe",
        "Prescription eyeglasses",
        "Associated surgical service: knee brace",
        "Cervical collar post ACDF",
        "Lumbar brace after fusion",
    ),
    ("DMEPOS", "Supplies"): (
        "Electrodes x 8 pairs",
        "TENS unit supplies x 6 months",
        "Batteries #12 per month",
        "Electrodes for TENS unit",
        "Compression stockings",
        "TED hose",
        "Wound dressing supplies",
        "Adult diapers",
        "Ace bandage",
        "TENS unit patches, 2 packs",
        "Lead wires and electrodes",
        "Adhesive remover wipes",
        "Compression glove",
        "Isotoner gloves",
    ),
    ("Evaluation & Management", "Dental Services"): (
        "Dental crown tooth #19",
        "Root canal therapy #30",
        "Night guard",
        "Dental consultation",
        "Referral to dentist",
        "Full mouth periodontal scaling",
        "TMJ specialist evaluation",
        "Oral surgeon consult",
        "Occlusal guard",
    ),
    ("Home Health", "Home Health"): (
        "Home health care 4 hours a day, 5 days a week",
        "Home health aide, 6 hours per day x 7 days per week for 8 weeks",
        "Caregiver services",
        "Skilled nursing visits, 2 times a week",
        "In-home caregiver assistance",
        "RN evaluation for home care",
        "Home health physical therapy",
        "Associated surgical service: home health nurse",
        "Home health aide evaluation",
        "Home care assistance 4 hours daily",
        "Housekeeping services",
    ),
    ("Injection", "Facet Injection"): (
        "Bilateral L4-5 and L5-S1 facet blocks",
        "Lumbar medial branch block at L3, L4, L5",
        "Left L4-L5 radiofrequency ablation",
        "Cervical facet rhizotomy",
        "Lumbar facet joint injection at L4-5 under fluoroscopy",
        "Diagnostic medial branch blocks bilateral C4-6",
        "Bilateral L3, L4, L5 MBB with possible RFA",
        "Lumbar Facet Medial Branch Nerve Blocks at L4-L5",
        "Left C4-6 medial branch",
        "Bilateral C5-7 facet medial branch radiofrequency neurotomy",
    ),
    ("Injection", "Injection"): (
        "Radiofrequency ablation of the genicular nerves",
        "Lumbar epidural steroid injection at L5-S1",
        "Right L4-5 transforaminal epidural injection with IV sedation",
        "Cervical ESI C6-7",
        "Trigger point injections x 4",
        "SI joint injection, left",
        "Bilateral sacroiliac joint injection under ultrasound guidance",
        "Stellate ganglion block x 3",
        "Botox injection 155 units for migraine",
        "Cortisone injection to right shoulder",
        "Ultrasound guided corticosteroid injection to the left knee",
        "Synvisc-One injection to the right knee",
        "Series of 3 Orthovisc injections",
        "Hyaluronic acid injections to bilateral knees",
        "PRP injection to right elbow",
        "Greater occipital nerve block",
        "Toradol 60mg IM injection",
        "Vitamin B12 injection",
        "Intrathecal pump refill",
        "Lumbar sympathetic block under fluoroscopy",
        "Left L4, L5 TFESI",
        "Lumbar transforaminal epidural steroid injection, right L5-S1 with fluoroscopy and conscious sedation",
        "Left stellate ganglion block with sedation",
        "SI joint radiofrequency ablation",
        "Right greater trochanteric bursa injection",
        "Intra-articular hip injection under fluoroscopy",
        "Right de Quervain's injection",
        "Right carpal tunnel steroid injection",
        "Viscosupplementation injections x 5",
        "Supartz injections, left knee x 5",
        "Ganglion impar block",
        "Ketamine infusion",
        "Platelet rich plasma",
        "Caudal epidural",
        "Trigger point injections to the trapezius under ultrasound guidance",
        "Lumbar epidural steriod injection",
        "Toradol 30mg/ml injection x2",
    ),
    ("Programs", "Programs"): (
        "Aquatic gym membership",
        "Functional restoration program x 80 hours",
        "Initial evaluation for a functional restoration program",
        "Functional restoration program evaluation",
        "HELP program 1 week",
        "Gym membership for 1 year",
        "Weight loss program",
        "Lindora weight loss program x 10 weeks",
        "Inpatient detox program",
        "Interdisciplinary pain management program evaluation",
        "Inpatient rehabilitation 14 days",
        "Health club membership with pool",
        "Work hardening program",
        "Smoking cessation",
        "Multi-disciplinary medical evaluation",
        "Referral to a weight loss program",
        "Detoxification, inpatient 10 days",
        "NCFRP 160 hours",
        "Pool membership for 6 months",
        "Personal trainer 2x week",
        "Medically supervised weight loss program",
        "Brain injury program, residential",
    ),
    ("Psych Services", "Evaluation & Management"): (
        "Psychological evaluation",
        "Psychiatric consultation",
        "Consult with psychologist",
        "Pain psychology consultation",
        "Psych evaluation for spinal cord stimulator trial",
        "Psychological clearance for SCS",
        "Neuropsychological testing",
        "Referral to psychiatrist for medication management",
        "Psychotropic medication management monthly x 6",
        "Psychological evaluation and treatment",
        "Psychiatric medication management follow up",
        "Psych follow up x 6",
        "Follow-up with psychologist",
        "Pain psychologist evaluation and 4 follow-up visits",
        "Beck Depression Inventory",
        "Pre-op psychological evaluation",
    ),
    ("Psych Services", "Therapies"): (
        "Cognitive behavioral therapy x 6 sessions",
        "CBT sessions, 12",
        "Individual psychotherapy once a week for 10 weeks",
        "Group therapy 1 x week x 6 weeks",
        "Hypnotherapy/relaxation training",
        "Psychological treatment, 6 visits",
        "Pain psychology sessions x 6",
        "Partial hospitalization program",
        "Cognitive behavioral therapy with biofeedback",
        "6 sessions of individual psychotherapy and 6 sessions of biofeedback",
        "Cognitive behavioral therapy evaluation",
        "Medical hypnotherapy/relaxation training 1x6",
        "Group medical psychotherapy 1x12",
    ),
    ("Rehabilitation", "Acupuncture"): (
        "Acupuncture 2 x 6 cervical spine",
        "Acupuncture evaluation and treatment",
        "Referral for acupuncture",
        "Electroacupuncture with infrared",
        "Initial trial of 6 acupuncture visits",
        "Acupuncture with electrical stimulation and massage",
        "Accupuncture 6 visits",
    ),
    ("Rehabilitation", "Chiropractic"): (
        "Chiropractic manipulation 1x6",
        "Chiropractic evaluation",
        "Chiropractor visits, 12",
        "Chiropractic/physiotherapy 2x4",
        "Additional chiropractic 8 sessions",
        "Chiro therapy 2x3 weeks",
        "Chiropractic care with physiotherapy modalities",
    ),
    ("Rehabilitation", "PT/OT"): (
        "Physical therapy 2x6",
        "PT 3x4 for the left knee",
        "Postoperative physical therapy, 24 sessions",
        "Hand therapy 2x4",
        "Occupational therapy, right hand, 8 visits",
        "Physical therapy evaluation",
        "Post arthroscopy physical therapy",
        "Work conditioning x 10 sessions",
        "Vestibular therapy",
        "Therapeutic exercises",
        "Evaluate and treat with physical therapy 2x4",
        "Physical therapy with modalities: ultrasound, electrical stimulation and massage",
        "Post op PT/OT 2 times 6",
        "Associated surgical service: Post-operative physical therapy 3x4",
        "Physiotherapy 2 times a week for 4 weeks; modalities: hot/cold packs, electrical stimulation",
        "8 sessions of PT with aquatic therapy",
        "12 sessions of land based physical therapy",
        "Certified hand therapy 3x4",
        "OT 2x6",
        "Manual therapy",
        "Gait training",
        "Home exercise program",
        "Referral to physical therapy 2x4",
        "Pre-op Physcial therapy",
        "Physical therapy is not requested",
    ),
    ("Rehabilitation", "Other Therapies"): (
        "Aquatic therapy 2x6 weeks",
        "Pool therapy",
        "Massage therapy x 8",
        "Shockwave therapy 3 sessions",
        "Extracorporeal shockwave treatment to left shoulder",
        "Myofascial release",
        "Speech therapy",
        "Infrared therapy",
        "Therapeutic ultrasound x 6",
        "Aqua therapy (12 sessions)",
        "Percutaneous electrical nerve stimulator (PENS) neurostimulator x 4",
        "Physical therapy aquatic 2x4",
        "Deep tissue massage",
        "Low level laser therapy",
        "Lumbar traction treatment",
        "Spinal decompression therapy",
        "Vision therapy",
        "Yoga classes",
        "LINT x 6",
    ),
    ("Surgery", "Arthroscopic Surgery"): (
        "Arthroscopic lysis of adhesions, right shoulder",
        "Left knee arthroscopy with partial medial meniscectomy",
        "Right shoulder arthroscopic subacromial decompression",
        "Arthroscopic rotator cuff repair, distal clavicle excision",
        "Arthroscopic surgery, left hip",
        "Right shoulder scope with possible biceps tenodesis",
        "Right knee diagnostic arthroscopy, chondroplasty, possible meniscectomy",
        "Biceps tenodesis, arthroscopic SLAP repair, left shoulder",
        "Right shoulder diagnostic/operative arthroscopic debridement with acromioplasty resection",
        "Left hip arthroscopy, labral repair, femoroplasty",
        "ACL reconstruction with allograft, right knee",
        "Right wrist arthroscopy with TFCC debridement",
    ),
    ("Surgery", "Non-arthroscopic Surgery"): (
        "Open rotator cuff repair",
        "Right carpal tunnel release",
        "Total knee replacement",
        "Left total knee arthroplasty",
        "Right trigger finger release, long finger",
        "Ulnar nerve transposition, left elbow",
        "Inguinal hernia repair",
        "ORIF left distal radius",
        "Hardware removal, left ankle",
        "Manipulation under anesthesia, right shoulder",
        "Ankle fusion",
        "Septoplasty",
        "Excision of mass left forearm",
        "Outpatient right knee surgery",
        "Repeat right carpal tunnel release and hypothenar fat flap",
        "Right thumb CMC arthroplasty",
        "Left ankle lateral ligament reconstruction (Brostrom)",
        "De Quervain's release",
        "Right lateral epicondyle debridement",
    ),
    ("Surgery", "Spine"): (
        "L4-5 laminectomy and discectomy",
        "C5-6 ACDF",
        "Anterior cervical discectomy and fusion at C4-C6",
        "L5-S1 anterior lumbar interbody fusion",
        "Lumbar spine hardware removal",
        "Posterior fusion L3-S1 with instrumentation",
        "Decompression at L4-5",
        "Cervical disc replacement",
        "Spinal cord stimulator trial",
        "Kyphoplasty T12",
        "Lumbar decompression and fusion at L4-L5 with cage and instrumentation",
        "Revision of spinal cord stimulator battery",
        "Removal of spinal cord stimulator",
        "L3-4 XLIF with posterior spinal instrumented fusion",
        "Left SI joint fusion",
        "Anterior lumbar discectomy",
    ),
    ("Surgery", "Adjunct Surgical Services"): (
        "An assistant surgeon",
        "Pre-op clearance by an internist",
        "Pre-operative labs",
        "Preoperative EKG",
        "Pre-op testing",
        "Pre-operative history and physical",
        "2 day inpatient stay",
        "Associated surgical service: 3 day hospital stay",
        "Associated surgical service: Pre-op medical clearance with internist",
        "Associated surgical service: CBC",
        "Associated surgical service: PA assistant",
        "Surgery center facility fee",
        "Internal medicine consult for pre-op clearance",
        "Assistant (PA-C)",
        "Pre-op labs: CBC, CMP, PT, PTT, INR, UA, EKG and chest x-ray",
        "Skilled nursing facility x 10 days",
        "Medical clearance with labs",
        "Cardiac clearance",
        "Overnight stay",
        "Co-surgeon",
        "Intraoperative neuromonitoring",
        "Pre-surgical chest x-ray",
        "Facility: outpatient surgery center",
    ),
    ("Surgery", "Surgical Consult"): (
        "Orthopedic surgery consultation",
        "Consultation with spine surgeon",
        "Neurosurgery consult",
        "Surgical consult for left shoulder",
        "Referral to orthopedic surgeon for evaluation of the knee",
        "Evaluation for lumbar fusion",
        "1 consultation with an orthopedic surgeon for the right shoulder between 10/1/2016 and 12/1/2016",
        "Consult with hand surgeon",
        "General surgeon consultation",
        "Knee surgery consult",
        "Arthroscopy consult",
    ),
    ("Transportation", "Transportation"): (
        "Transportation to physical therapy",
        "Round trip transportation to surgery",
        "Medical transportation, round trip",
        "Non-emergency transport to appointments",
        "Associated surgical service: transportation",
    ),
    ("Other", "Other"): (
        "Interpreter for follow-up visits",
        "Copy of medical records",
        "Home modification: wheelchair ramp",
        "Ergonomic evaluation of the workstation",
        "Interpreter services",
        "QME evaluation",
        "Nurse case manager",
    ),
}

Row = tuple[str | None, str | None]


def letters(*texts: tuple[str | None, str | None]) -> pl.DataFrame:
    """One letter for each text and its drug class."""
    rows = [(str(number), 1, text, text, drug_class) for number, (text, drug_class) in enumerate(texts)]
    return pl.DataFrame(rows, schema=ITEMS, orient="row")


def letter(*disputed: str) -> pl.DataFrame:
    """One letter with several items."""
    rows = [("a", number, text, text, None) for number, text in enumerate(disputed, start=1)]
    return pl.DataFrame(rows, schema=ITEMS, orient="row")


def pairs(items: pl.DataFrame) -> list[Row]:
    return [row[2:4] for row in categories(items).rows()]


def read(disputed: str | None, drug_class: str | None = None) -> Row:
    return pairs(letters((disputed, drug_class)))[0]


@cache
def read_requests() -> dict[str, Row]:
    """Every request of REQUESTS, read in one frame."""
    texts = [text for texts in REQUESTS.values() for text in texts]
    return dict(zip(texts, pairs(letters(*((text, None) for text in texts))), strict=True))


@pytest.mark.parametrize(
    ("disputed", "expected"), [(text, expected) for expected, texts in REQUESTS.items() for text in texts]
)
def test_requests(disputed: str, expected: tuple[str, str]) -> None:
    assert read_requests()[disputed] == expected


def test_the_requests_cover_every_category_but_the_drugs() -> None:
    known = code_table("categories").filter(pl.col("category") != "Pharmaceuticals").select("category", "subcategory")
    assert set(REQUESTS) == set(known.rows())


@pytest.mark.parametrize(
    ("disputed", "drug_class", "expected"),
    [
        ("Norco 10/325 mg #120", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Refill of Tramadol 50mg #90", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Associated surgical service: Norco 10/325mg #60", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Associated surgical service: Keflex", "Anti-infectives", ("Pharmaceuticals", "Anti-infectives")),
        ("Hydrocodone/APAP 10/325mg #120", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("Effexor XR 75mg #60", "Antidepressant", ("Pharmaceuticals", "Antidepressant")),
        ("Oxycodone immediate release 15mg", "Opioids", ("Pharmaceuticals", "Opioids")),
        ("XR of the left wrist", None, ("Diagnostic Testing", "Imaging Radiology")),
        ("Valium 5mg prior to MRI", "Benzodiazepines", ("Pharmaceuticals", "Benzodiazepines")),
        ("Halcion before the office visit", "Sedative-hypnotics", ("Pharmaceuticals", "Sedative-hypnotics")),
        ("Ambien 10mg #30 for sleep study", "Sedative-hypnotics", ("Pharmaceuticals", "Sedative-hypnotics")),
        (
            "Omeprazole 20mg #60, per RFA 1/12/17",
            "Proton Pump Inhibitors",
            ("Pharmaceuticals", "Proton Pump Inhibitors"),
        ),
        ("Gabapentin 300mg #90, RF 2", "Anti-epilepsy drugs", ("Pharmaceuticals", "Anti-epilepsy drugs")),
        ("Medrol dose pack", "Adrenal Cortical Steroids", ("Pharmaceuticals", "Adrenal Cortical Steroids")),
        ("Lidoderm 5% pad #30", "Topical Analgesics", ("Pharmaceuticals", "Topical Analgesics")),
        ("Capsaicin cream with acupuncture", "Topical Analgesics", ("Pharmaceuticals", "Topical Analgesics")),
        ("Synvisc One, left knee", "Viscosupplementation", ("Pharmaceuticals", "Viscosupplementation")),
        ("Synvisc One injection, left knee", "Viscosupplementation", ("Injection", "Injection")),
        ("Toradol 60mg IM injection", "NSAID", ("Injection", "Injection")),
        ("Left L5 epidural injection of Kenalog", "Adrenal Cortical Steroids", ("Injection", "Injection")),
        ("Acupuncture with capsaicin patch, 6 visits", "Topical Analgesics", ("Rehabilitation", "Acupuncture")),
        (
            "Retrospective request for acupuncture with lidocaine",
            "Topical Analgesics",
            ("Rehabilitation", "Acupuncture"),
        ),
        (
            "Retrospective request for lidocaine with acupuncture",
            "Topical Analgesics",
            ("Pharmaceuticals", "Topical Analgesics"),
        ),
        ("Total testosterone level", "Androgens & Anabolic Steroids", ("Diagnostic Testing", "Lab & Pathology")),
        ("Suboxone detox program", "Opioids", ("Programs", "Programs")),
        ("Xyzolam 5mg #30", None, ("Pharmaceuticals", None)),
        ("Xyzolam 5mg prior to MRI", None, ("Pharmaceuticals", None)),
        ("One month of pain medication", None, ("Pharmaceuticals", None)),
        ("Newdrug cream 120gm", None, ("Pharmaceuticals", "Topical Analgesics")),
        ("Refill of compounded cream", None, ("Pharmaceuticals", "Topical Compounds")),
        ("Viscosupplementation, right knee", None, ("Pharmaceuticals", "Viscosupplementation")),
    ],
)
def test_drugs(disputed: str, drug_class: str | None, expected: Row) -> None:
    assert read(disputed, drug_class) == expected


def test_a_drug_has_no_treatment() -> None:
    named = categories(letters(("Valium 5mg prior to MRI", "Benzodiazepines"), ("MRI, open", None)))
    assert named.get_column("treatment").to_list() == [None, "MRI"]


@pytest.mark.parametrize(
    "disputed", ["Quantum harmonizing", "Left knee", "12 sessions", "Post-operative", "...", "", None]
)
def test_an_unknown_treatment_has_no_category(disputed: str | None) -> None:
    assert categories(letters((disputed, None))).row(0)[2:] == (None, None, None)


def test_unknown_treatments_are_told() -> None:
    items = letters(("Quantum harmonizing", None), ("Lumbar MRI", None))
    read_items = items.join(categories(items), on=["sha256", "item_number"])
    assert unknown_treatments(read_items).rows() == [("0", 1, "Quantum harmonizing")]


@pytest.mark.parametrize(
    "operation", ["Left knee arthroscopy", "L4-5 laminectomy", "Medical clearance", "Hernia repair"]
)
@pytest.mark.parametrize("test", ["EKG", "Chest x-ray", "CBC", "Labs to include: PT/PTT", "UA"])
def test_the_tests_before_an_operation_are_adjunct_to_it(operation: str, test: str) -> None:
    assert pairs(letter(operation, test))[1] == ("Surgery", "Adjunct Surgical Services")


@pytest.mark.parametrize(
    ("other", "disputed", "expected"),
    [
        ("Left knee arthroscopy", "Urine drug screen", ("Diagnostic Testing", "Lab & Pathology")),
        ("Left knee arthroscopy", "MRI of the left knee", ("Diagnostic Testing", "Imaging Radiology")),
        ("Left knee arthroscopy", "Cold therapy unit", ("DMEPOS", "DME")),
        ("Left knee arthroscopy", "Physical therapy x 12", ("Rehabilitation", "PT/OT")),
        ("Left knee arthroscopy", "Internal medicine consult", ("Evaluation & Management", "Medical Specialties")),
        ("Left knee arthroscopy", "Xyzolam 5 mg, CBC", ("Pharmaceuticals", None)),
        ("Surgical consultation", "EKG", ("Diagnostic Testing", "Other Diagnostic Tests")),
        ("Physical therapy", "Chest x-ray", ("Diagnostic Testing", "Imaging Radiology")),
    ],
)
def test_an_operation_in_the_letter_changes_nothing_else(other: str, disputed: str, expected: Row) -> None:
    assert pairs(letter(other, disputed))[1] == expected


def test_an_operation_in_another_letter_changes_nothing() -> None:
    assert pairs(letters(("Left knee arthroscopy", None), ("EKG", None)))[1] == (
        "Diagnostic Testing",
        "Other Diagnostic Tests",
    )


def test_the_whole_request_is_asked_where_the_disputed_part_names_nothing() -> None:
    whole = "Acupuncture x 12 was the original request. 6 visits were authorized. The remaining 6 visits"
    items = pl.DataFrame([("a", 1, whole, "remaining 6 visits", None)], schema=ITEMS, orient="row")
    assert pairs(items) == [("Rehabilitation", "Acupuncture")]


def test_the_disputed_part_goes_before_the_whole_request() -> None:
    whole = "Acupuncture and massage was the original request. Acupuncture was authorized. Massage"
    items = pl.DataFrame([("a", 1, whole, "Massage", None)], schema=ITEMS, orient="row")
    assert pairs(items) == [("Rehabilitation", "Other Therapies")]


def test_rows_keep_their_order_and_keys() -> None:
    items = letter("Left knee", "Lumbar MRI", "Left knee", "TENS unit").reverse()
    assert categories(items).select("sha256", "item_number").equals(items.select("sha256", "item_number"))


def test_no_items() -> None:
    assert categories(pl.DataFrame(schema=ITEMS)).columns == [
        "sha256",
        "item_number",
        "category",
        "subcategory",
        "treatment",
    ]


@pytest.mark.parametrize("front", ["", "1 ", "One (1) ", "Retrospective ", "Unknown ", "(DOS 3/4/2016) "])
def test_case_and_a_count_in_front_do_not_matter(front: str) -> None:
    expected = read_requests()
    assert pairs(letters(*((front + text.upper(), None) for text in expected))) == list(expected.values())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=40))
def test_any_text_has_a_category_of_the_table_or_none(texts: list[str]) -> None:
    known = {
        *code_table("categories").select("category", "subcategory").rows(),
        ("Pharmaceuticals", None),
        (None, None),
    }
    assert set(pairs(letters(*((text, None) for text in texts)))) <= known


@pytest.mark.parametrize(
    ("request_", "treatment"),
    [
        ("Manual therapy, 6 sessions", "manual therapy"),
        ("Mechanical traction x 6", "traction therapy"),
        ("Low level laser therapy", "laser and light therapy"),
        ("Kinesio taping", "taping"),
        ("Cognitive rehabilitation", "cognitive rehabilitation"),
        ("Psych consultation", "psychological evaluation"),
        ("MMPI", "psychological test"),
        ("Music therapy", "other therapy"),
        ("Inpatient psych", "psychiatric hospital program"),
        ("V/Q scan", "diagnostic imaging"),
    ],
)
def test_treatments_are_told_apart(request_: str, treatment: str) -> None:
    assert categories(letters((request_, None)))["treatment"].to_list() == [treatment]


def test_every_treatment_has_a_category_of_the_state() -> None:
    treatments = code_table("treatments").filter(pl.col("role").is_in(["context", "prescription"]).not_())
    strays = treatments.join(code_table("categories"), on=["category", "subcategory"], how="anti")
    assert strays.get_column("treatment").to_list() == []


def test_every_role_is_known() -> None:
    assert set(code_table("treatments").get_column("role")) == set(ROLES)


def test_categories_are_listed_once() -> None:
    assert not code_table("categories").select("category", "subcategory").is_duplicated().any()


def test_every_alias_alone_has_the_category_of_its_row() -> None:
    aliases = alias_table("treatments").filter(pl.col("role").is_in(SILENT).not_())
    found = pl.DataFrame(pairs(letters(*((alias, None) for alias in aliases.get_column("alias")))), orient="row")
    assert found.rows() == aliases.select("category", "subcategory").rows()
