"""Names, sources and sentences of a believable company."""

STAFF = (
    # id, name, real name, zone, title, admin, ATS number, hours of meetings
    ("U0ROSA001", "rosa", "Rosa Delgado", "Europe/Berlin", "Recruiter", False, 501),
    ("U0MAYA001", "maya", "Maya Lindqvist", "Europe/London", "Hiring manager", False, 502),
    ("U0BEN0001", "ben", "Ben Okafor", "Europe/London", "Staff engineer, interviewer", False, 503),
    (
        "U0CHEN001",
        "chen",
        "Chen Wei",
        "America/New_York",
        "Senior engineer, interviewer",
        False,
        504,
    ),
    ("U0DANA001", "dana", "Dana Novak", "Europe/Berlin", "Data lead, interviewer", False, 505),
    ("U0SAM0001", "sam", "Sam Rivers", "America/New_York", "Engineer, interviewer", False, 506),
    ("U0TOM0001", "tom", "Tom Adeyemi", "Europe/London", "Finance, approver", False, 507),
    ("U0ADMIN01", "ines", "Ines Duarte", "Europe/Lisbon", "Workspace admin", True, 508),
)
STAGES = (
    "Application review", "Recruiter screen", "Take-home", "Technical interview", "Team interview", "Reference check", "Final review", "Offer",
)  # fmt: skip
SOURCES = (
    "Referral",
    "Company website",
    "LinkedIn",
    "Job board",
    "Conference",
    "University",
    "Agency",
)
GREENHOUSE = (
    "Ada|Lovelace", "Siobhán|O'Brien <!channel>", "小龙|李", "Sam|Whitfield", "Amara|Nwosu", "Jonas|Brandt", "Priya|Raman",
    "Mateo|Herrera", "Yuki|Tanaka", "Léa|Fontaine", "Omar|Haddad", "Katarzyna|Wójcik", "Noah|Bergström", "Zainab|Yusuf",
    "Lucas|Almeida", "Hannah|Weiss", "Tariq|Mahmood", "Ingrid|Solheim", "Daniel|Kowalczyk", "Mei|Huang", "Giulia|Romano",
    "Kofi|Mensah", "Anouk|de Vries", "Rafael|Costa", "Elif|Yıldız", "Bogdan|Ionescu", "Sofia|Papadaki", "Arjun|Mehta",
    "Clara|Jørgensen", "Malik|Traoré", "Nina|Horvat", "Pedro|Salazar", "Aoife|Byrne", "Viktor|Petrov", "Leila|Karimi", "Tom|Ashworth",
)  # fmt: skip
LEVER = (
    "Ada|Lovelace", "Sam|Okonkwo", "Renata|Silva", "Felix|Hartmann", "Chiara|Conti", "Jamal|Edwards", "Hiroshi|Sato", "Marta|Kowalska",
    "Emeka|Obi", "Lotte|Janssen", "Dimitri|Volkov", "Fatima|Zahra", "Owen|Griffiths", "Saoirse|Kelly", "Ravi|Shankar", "Ewa|Nowak",
    "Björn|Ek", "Camille|Laurent", "Diego|Morales", "Hana|Kim", "Isaac|Cohen", "Jelena|Marić", "Karim|Benali", "Mila|Novotná",
)  # fmt: skip
ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "Europe/Madrid",
    "America/New_York",
    "Europe/Warsaw",
    "Asia/Kolkata",
)
CITIES = ("London", "Berlin", "Madrid", "New York", "Warsaw", "Pune")
COMPANIES = (
    "Northwind Traders",
    "Fabrikam",
    "Contoso",
    "Litware",
    "Adatum",
    "Proseware",
    "Tailspin",
    "Wingtip",
)
NOTES = (
    "Strong first call: clear about what she wants next, asked good questions about how we review code.",
    "Prefers mornings. Two months' notice.",
    "Met at the spring meetup; has followed our engineering blog since.",
    "Compensation expectations are in range. Needs a written summary before deciding anything.",
    "Would rather show past work than do a take-home; agreed to a code walkthrough instead.",
    "Relocation is possible from next summer, remote until then.",
)
SEEN = (
    "Reasons from first principles and says when unsure.", "Solid design, thin on testing.", "Great questions, careful code.",
    "Needed hints for the concurrency part, then flew.", "Clear writer; the example was easy to follow.",
)  # fmt: skip
CHATTER = (
    (
        "C0GENERAL",
        "U0ADMIN01",
        "Morning all :wave: The office kitchen is closed on Thursday, bring your own lunch.",
    ),
    ("C0GENERAL", "U0BEN0001", "Demo of the new ingest pipeline at 15:00 in the big room."),
    ("C0GENERAL", "U0DANA001", "Slides from yesterday's talk are in the shared folder."),
    (
        "C0HIRING1",
        "U0MAYA001",
        "We are up to three open roles: Senior Backend Engineer, Product Designer and Data Analyst.",
    ),
    (
        "C0HIRING1",
        "U0ROSA001",
        "Thanks Maya! I will keep everything moving from right here, with `/hire`.",
    ),
)


def address(given: str, family: str, index: int) -> str:
    """A mailbox for everybody; only letters survive."""
    if index == 0:
        return "ada.lovelace@mailbox.example"
    words = "".join(
        c for c in f"{given}.{family}".lower() if c.isascii() and (c.isalpha() or c == ".")
    )
    return f"{words.strip('.') or 'candidate'}.{index}@mailbox.example"
