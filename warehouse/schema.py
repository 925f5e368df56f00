"""Every table and column of the warehouse, declared once: type, meaning, key and references.

From this come the Arrow schemas that batches are written with, the DDL with its comments, the key and reference
checks, and the data dictionary (`marsad docs`). Nothing here touches a database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

TEXT, INT, FLOAT, BOOL = pa.string(), pa.int32(), pa.float64(), pa.bool_()
BIGINT, DATE, TIME = pa.int64(), pa.date32(), pa.timestamp("us", tz="UTC")
TEXTS = pa.list_(pa.string())

SQL_TYPES: dict[pa.DataType, str] = {
    TEXT: "VARCHAR",
    INT: "INTEGER",
    BIGINT: "BIGINT",
    FLOAT: "DOUBLE",
    BOOL: "BOOLEAN",
    DATE: "DATE",
    TIME: "TIMESTAMPTZ",
    TEXTS: "VARCHAR[]",
    pa.binary(): "BLOB",
}


@dataclass(frozen=True)
class Column:
    """A column: what it holds and what it points to."""

    name: str
    type: pa.DataType
    meaning: str
    required: bool = False
    references: str = ""  # table.column
    one_of: tuple[str, ...] = ()  # the only values allowed
    derived: str = (
        ""  # SQL over the row s and its document d: follows from them, kept so that no view has to search the text
    )


@dataclass(frozen=True)
class Table:
    """A table with its key (one column or several)."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partition: str = ""  # DuckLake partition expression
    per_document: bool = False  # rows belong to one document and are replaced with it

    @property
    def arrow(self) -> pa.Schema:
        """Arrow schema of a batch of rows."""
        return pa.schema([pa.field(c.name, c.type, nullable=not c.required) for c in self.columns])

    @property
    def staged(self) -> pa.Schema:
        """Arrow schema of what a batch brings: neither its run nor what is derived when it is loaded."""
        return pa.schema([self.arrow.field(c.name) for c in self.columns if c.name != "run_id" and not c.derived])

    @property
    def column_names(self) -> list[str]:
        """Column names in order."""
        return [c.name for c in self.columns]


PLOVER = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
STATUSES = ("occurred", "planned", "negated", "possible")
PRECISIONS = ("day", "month", "year", "none")
ENTITY_KINDS = ("PERSON", "ORGANIZATION", "GPE", "LOCATION", "FACILITY")
SECTORS = (
    "GOV", "MIL", "LEG", "JUD", "COP", "REB", "OPP", "PTY", "BUS", "MED", "CVL", "NGO", "IGO", "REL", "SPY", "EDU", "HLH",
)  # fmt: skip


def _c(
    name: str,
    type_: pa.DataType,
    meaning: str,
    required: bool = False,
    references: str = "",
    one_of: tuple[str, ...] = (),
    derived: str = "",
) -> Column:
    return Column(name, type_, meaning, required, references, one_of, derived)


RUN = _c("run_id", TEXT, "The run that wrote the row; runs tells its pipeline version.", True, "runs.run_id")


def _party(side: str, who: str) -> tuple[Column, ...]:
    return (
        _c(
            f"{side}_entity_id",
            TEXT,
            f"The entity {who}; empty where the party is unnamed or unknown.",
            references="entities.entity_id",
        ),
        _c(f"{side}_country", TEXT, f"ISO 3166-1 alpha-3 country of the party {who}; empty for none or international."),
        _c(f"{side}_sector", TEXT, f"Sector of the party {who}.", one_of=SECTORS),
    )


_CODING = (
    _c("plover_type", TEXT, "PLOVER event type; empty for a bare public statement (CAMEO root 01).", one_of=PLOVER),
    _c("plover_mode", TEXT, "PLOVER mode of the type (visit, aerial, arrest, ...), where the words tell."),
)

TABLES: tuple[Table, ...] = (
    Table(
        "documents",
        "One row for each news item read, with where it came from.",
        ("document_id",),
        (
            _c("document_id", TEXT, "Hash of source_id and locator.", True),
            _c("source_id", TEXT, "The source it was read from.", True, "sources.source_id"),
            _c("locator", TEXT, "URL, path relative to its source, or path#id inside a container.", True),
            _c("url", TEXT, "Canonical address of the item on the web, where known."),
            _c("outlet", TEXT, "Who published it, as the item or its source says."),
            _c("title", TEXT, "Headline."),
            _c("author", TEXT, "Byline."),
            _c("section", TEXT, "Section of the outlet (politics, economy, ...)."),
            _c("published_at", TIME, "When it was published."),
            _c("published_from", TEXT, "Where published_at was found: metadata, dateline, argument, file, url, page."),
            _c("retrieved_at", TIME, "When it was read.", True),
            _c("language", TEXT, "ISO 639-1 code."),
            _c(
                "text",
                TEXT,
                "Headline on its own line, when there is one, then the body. All offsets count characters in it.",
                True,
            ),
            _c("word_count", INT, "Words in text.", True),
            _c("char_count", INT, "Characters in text.", derived="length(d.text)::INTEGER"),
            _c(
                "content_sha256", TEXT, "Hash of title, text and publication date: changes when the item changes.", True
            ),
            _c(
                "duplicate_of",
                TEXT,
                "The earliest document with the same or nearly the same text; empty for an original.",
                references="documents.document_id",
            ),
            _c("story_id", TEXT, "Documents that print one text share it.", True),
            RUN,
        ),
        partition="year(published_at), month(published_at)",
        per_document=True,
    ),
    Table(
        "sentences",
        "The sentences of each document with their exact place in its text.",
        ("document_id", "sentence_no"),
        (
            _c("document_id", TEXT, "The document.", True, "documents.document_id"),
            _c("sentence_no", INT, "Position; 0 is the headline, the body starts at 1.", True),
            _c("char_start", INT, "First character in documents.text.", True),
            _c("char_end", INT, "Character after the last.", True),
            _c("kind", TEXT, "headline, dateline or body.", True, one_of=("headline", "dateline", "body")),
            RUN,
        ),
        per_document=True,
    ),
    Table(
        "entities",
        "People, organisations and places that mentions are linked to.",
        ("entity_id",),
        (
            _c(
                "entity_id",
                TEXT,
                "Gazetteer key, or a hash of normalised full name and kind for a name the gazetteer does not have.",
                True,
            ),
            _c("kind", TEXT, "PERSON, ORGANIZATION, GPE, LOCATION or FACILITY.", True, one_of=ENTITY_KINDS),
            _c("name_ar", TEXT, "Usual Arabic name.", True),
            _c("name_en", TEXT, "Usual English name, where known."),
            _c("wikidata_id", TEXT, "Wikidata item, only where it was checked."),
            _c("geonames_id", TEXT, "GeoNames id of a place."),
            _c("country", TEXT, "ISO 3166-1 alpha-3; empty for international."),
            _c("sector", TEXT, "Sector of a person or organisation.", one_of=SECTORS),
            _c("actor_code", TEXT, "CAMEO actor code (country and role)."),
            _c("latitude", FLOAT, "Degrees north, WGS 84."),
            _c("longitude", FLOAT, "Degrees east, WGS 84."),
            _c("is_linked", BOOL, "True when the entity stands in the gazetteer.", True),
            RUN,
        ),
    ),
    Table(
        "mentions",
        "Every stretch of text that names an entity.",
        ("mention_id",),
        (
            _c("mention_id", TEXT, "Hash of document and span.", True),
            _c("document_id", TEXT, "The document.", True, "documents.document_id"),
            _c("sentence_no", INT, "The sentence.", True),
            _c("char_start", INT, "First character in documents.text.", True),
            _c("char_end", INT, "Character after the last.", True),
            _c("text", TEXT, "The words, as written.", True),
            _c("kind", TEXT, "Kind of entity the words name.", True, one_of=ENTITY_KINDS),
            _c("entity_id", TEXT, "The entity.", True, "entities.entity_id"),
            _c("method", TEXT, "How it was found: gazetteer, office, tagger, document, cue, context.", True),
            _c("score", FLOAT, "Confidence from 0 to 1.", True),
            RUN,
        ),
        per_document=True,
    ),
    Table(
        "event_mentions",
        "Every telling of an event, with the characters it was coded from.",
        ("event_mention_id",),
        (
            _c("event_mention_id", TEXT, "Hash of document, trigger span, code and parties.", True),
            _c("event_id", TEXT, "The event told.", True, "events.event_id"),
            _c("document_id", TEXT, "The document.", True, "documents.document_id"),
            _c("sentence_no", INT, "The sentence.", True),
            _c("trigger_start", INT, "First character of the trigger in documents.text.", True),
            _c("trigger_end", INT, "Character after the last.", True),
            _c("trigger_text", TEXT, "The words that express the event.", True),
            *_CODING,
            _c("plover_contexts", TEXTS, "PLOVER contexts that the words tell."),
            _c("cameo_code", TEXT, "CAMEO 1.1b3 code, leading zero kept.", True),
            _c(
                "quad_class",
                INT,
                "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.",
                True,
            ),
            _c("goldstein", FLOAT, "Goldstein value of the code, from -10 (conflict) to 10 (cooperation).", True),
            _c("status", TEXT, "occurred, planned, negated or possible.", True, one_of=STATUSES),
            _c("event_date", DATE, "First day of when it happened, resolved from the text."),
            _c("date_precision", TEXT, "day, month, year or none.", True, one_of=PRECISIONS),
            *_party("source", "that acts"),
            _c("source_text", TEXT, "The words that name the source."),
            _c(
                "source_start",
                INT,
                "Where source_text stands first in documents.text.",
                derived="(nullif(instr(d.text, s.source_text), 0) - 1)::INTEGER",
            ),
            *_party("target", "acted on"),
            _c("target_text", TEXT, "The words that name the target."),
            _c(
                "target_start",
                INT,
                "Where target_text stands first in documents.text.",
                derived="(nullif(instr(d.text, s.target_text), 0) - 1)::INTEGER",
            ),
            _c("location_entity_id", TEXT, "Where it happened.", references="entities.entity_id"),
            _c(
                "attributed_to_entity_id",
                TEXT,
                "Who reports or claims it, where the clause is reported.",
                references="entities.entity_id",
            ),
            _c("rule_id", TEXT, "The lexicon entry or rule that proposed it.", True),
            _c("confidence", FLOAT, "Calibrated probability that a careful coder would code it so.", True),
            _c("killed", INT, "Deaths that the sentence tells of, where it gives a number."),
            _c("wounded", INT, "Wounded that the sentence tells of, where it gives a number."),
            _c("document_event_id", TEXT, "The event within its document: tellings in one document share it.", True),
            _c("match_key", TEXT, "What two tellings must share to be one event: type, parties, status.", True),
            RUN,
        ),
        per_document=True,
    ),
    Table(
        "events",
        "One row for one thing that happened, however often told.",
        ("event_id",),
        (
            _c("event_id", TEXT, "document_event_id of its earliest telling.", True),
            _c("event_number", BIGINT, "A number for the event, made from its id: GDELT's GLOBALEVENTID."),
            _c("event_date", DATE, "First day of when it happened."),
            _c("date_precision", TEXT, "day, month, year or none.", True, one_of=PRECISIONS),
            *_CODING,
            _c("cameo_code", TEXT, "CAMEO code of the most confident telling.", True),
            _c("cameo_root", TEXT, "Two-digit CAMEO root.", True),
            _c("quad_class", INT, "Quad class.", True),
            _c("goldstein", FLOAT, "Goldstein value.", True),
            _c("status", TEXT, "occurred, planned, negated or possible.", True, one_of=STATUSES),
            *_party("source", "that acts"),
            *_party("target", "acted on"),
            _c("location_entity_id", TEXT, "Where it happened.", references="entities.entity_id"),
            _c("first_reported_at", TIME, "Publication of the earliest telling."),
            _c("mention_count", INT, "Tellings.", True),
            _c("document_count", INT, "Documents that tell it.", True),
            _c("source_count", INT, "Outlets that tell it.", True),
            _c("killed", INT, "Highest number of deaths told."),
            _c("wounded", INT, "Highest number of wounded told."),
            _c("confidence", FLOAT, "Highest confidence among the tellings.", True),
            _c(
                "first_document_id",
                TEXT,
                "The document that told it first.",
                references="documents.document_id",
            ),
            _c("first_sentence_no", INT, "The lowest sentence number among its tellings."),
            _c(
                "best_document_id",
                TEXT,
                "The document of its most confident telling.",
                references="documents.document_id",
            ),
            _c("plover_contexts", TEXTS, "PLOVER contexts of the most confident telling."),
            _c("source_text", TEXT, "The words that name the source in the most confident telling."),
            _c("target_text", TEXT, "The words that name the target in the most confident telling."),
            _c("tellings_hash", BIGINT, "Fingerprint of its tellings: shows when an event must be made anew.", True),
            RUN,
        ),
    ),
    Table(
        "quotes",
        "What people said, in direct or reported speech.",
        ("quote_id",),
        (
            _c("quote_id", TEXT, "Hash of document and span.", True),
            _c("document_id", TEXT, "The document.", True, "documents.document_id"),
            _c("sentence_no", INT, "The sentence.", True),
            _c("char_start", INT, "First character of what was said.", True),
            _c("char_end", INT, "Character after the last.", True),
            _c("text", TEXT, "What was said, as written.", derived="d.text[s.char_start + 1 : s.char_end]"),
            _c("speaker_entity_id", TEXT, "Who said it.", references="entities.entity_id"),
            _c("speaker_text", TEXT, "The words that name the speaker."),
            _c("verb", TEXT, "The verb of saying.", True),
            _c("is_direct", BOOL, "True for words between quotation marks.", True),
            RUN,
        ),
        per_document=True,
    ),
    Table(
        "sources",
        "Where documents come from.",
        ("source_id",),
        (
            _c("source_id", TEXT, "Name of the source.", True),
            _c("kind", TEXT, "folder, file, feed, sitemap, pages, warc, table or jsonl.", True),
            _c("location", TEXT, "Path or address.", True),
            _c("outlet", TEXT, "Outlet, as people call it."),
            _c("country", TEXT, "ISO 3166-1 alpha-3 of the outlet."),
            _c("language", TEXT, "ISO 639-1 code expected."),
            _c("state", TEXT, "What the last fetch left behind (validators, addresses seen, back-off), as JSON."),
            _c("last_success_at", TIME, "When it was last read without failing."),
            _c("last_attempt_at", TIME, "When it was last tried."),
            _c("failures", INT, "Failed tries in a row.", True),
            RUN,
        ),
    ),
    Table(
        "runs",
        "Every run that wrote to the warehouse.",
        ("run_id",),
        (
            _c("run_id", TEXT, "Prefect flow run id, or a random id.", True),
            _c("flow", TEXT, "ingest, backfill, reprocess or maintain.", True),
            _c("pipeline_version", TEXT, "Version and digest of code and seeds that coded the rows.", True),
            _c("started_at", TIME, "Start.", True),
            _c("ended_at", TIME, "End; empty while running or when killed."),
            _c("state", TEXT, "running, completed, completed with rejects, failed.", True),
            _c("documents_seen", INT, "Documents read."),
            _c("documents_new", INT, "Documents added."),
            _c("documents_changed", INT, "Documents replaced."),
            _c("documents_skipped", INT, "Documents unchanged since they were loaded."),
            _c("documents_rejected", INT, "Documents that failed."),
            _c("mentions", INT, "Mentions written."),
            _c("event_mentions", INT, "Event mentions written."),
            _c("events", INT, "Event rows written."),
        ),
    ),
    Table(
        "rejects",
        "What failed, with its reason: never a lost document.",
        ("reject_id",),
        (
            _c("reject_id", TEXT, "Hash of source, locator and stage.", True),
            _c("source_id", TEXT, "The source.", True),
            _c("locator", TEXT, "The document or file.", True),
            _c("stage", TEXT, "read, fetch, decode, parse, language, transform or load.", True),
            _c("error", TEXT, "What went wrong.", True),
            _c("advice", TEXT, "What to do about it."),
            _c("rejected_at", TIME, "When.", True),
            RUN,
        ),
    ),
    Table(
        "fingerprints",
        "MinHash bands of each document: near-duplicates share one.",
        ("document_id", "band_no"),
        (
            _c("document_id", TEXT, "The document.", True, "documents.document_id"),
            _c("band_no", INT, "Which band.", True),
            _c("band", BIGINT, "Hash of the band's MinHash values.", True),
            _c("published_on", DATE, "Day of publication: bounds the window that is compared."),
            _c("signature", pa.binary(), "MinHash signature, on band 0 only."),
            RUN,
        ),
        per_document=True,
    ),
    Table(
        "co_mentions",
        "Pairs of entities named in one sentence, counted by month; a pair stands once a month, the lower id first.",
        ("month", "entity_a", "entity_b"),
        (
            _c("month", DATE, "First day of the month of publication; 0001-01-01 for undated documents.", True),
            _c("entity_a", TEXT, "One entity.", True, "entities.entity_id"),
            _c("entity_b", TEXT, "The other.", True, "entities.entity_id"),
            _c("sentences", INT, "Sentences that name both.", True),
            _c("documents", INT, "Documents with such a sentence.", True),
            _c(
                "mentions_hash",
                BIGINT,
                "Fingerprint of the month's mentions: shows when it must be counted anew.",
                True,
            ),
            RUN,
        ),
    ),
    Table(
        "document_names",
        "Who and what each document names, as lists of names (English where known), each once and in order.",
        ("document_id",),
        (
            _c("document_id", TEXT, "The document.", True, "documents.document_id"),
            _c("people", TEXT, "People, joined by semicolons."),
            _c("organizations", TEXT, "Organisations, joined by semicolons."),
            _c("locations", TEXT, "Places, joined by semicolons."),
            _c("mentions_hash", BIGINT, "Fingerprint of its mentions: shows when it must be made anew.", True),
            RUN,
        ),
        per_document=True,
    ),
)

BY_NAME: dict[str, Table] = {t.name: t for t in TABLES}
DOCUMENT_TABLES: tuple[str, ...] = tuple(t.name for t in TABLES if t.per_document)


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def ddl(table: Table, catalog: str) -> Iterator[str]:
    """Statements that make a table in an attached lake and write its comments."""
    columns = ", ".join(f'"{c.name}" {SQL_TYPES[c.type]}{" NOT NULL" if c.required else ""}' for c in table.columns)
    name = f"{catalog}.main.{table.name}"
    yield f"CREATE TABLE IF NOT EXISTS {name} ({columns})"
    yield f"COMMENT ON TABLE {name} IS {quoted(table.meaning)}"
    for column in table.columns:
        yield f"COMMENT ON COLUMN {name}.{column.name} IS {quoted(column.meaning)}"
    if table.partition:
        yield f"ALTER TABLE {name} SET PARTITIONED BY ({table.partition})"


def column_ddl(table: Table, column: Column, catalog: str) -> Iterator[str]:
    """Statements that add a column to a table that was made without it."""
    name = f"{catalog}.main.{table.name}"
    yield f'ALTER TABLE {name} ADD COLUMN "{column.name}" {SQL_TYPES[column.type]}'
    yield f"COMMENT ON COLUMN {name}.{column.name} IS {quoted(column.meaning)}"


def dictionary() -> str:
    """The data dictionary as Markdown: one section a table, one line a column."""
    parts = ["# Data dictionary\n"]
    for table in TABLES:
        parts.append(
            f"\n## {table.name}\n\n{table.meaning} Key: `{', '.join(table.key)}`.\n\n| column | type | meaning |\n| --- | --- | --- |"
        )
        for c in table.columns:
            notes = [c.meaning]
            if c.references:
                notes.append(f"References `{c.references}`.")
            if c.one_of and len(c.one_of) <= 6:
                notes.append("One of " + ", ".join(f"`{v}`" for v in c.one_of) + ".")
            required = "" if not c.required else " not null"
            parts.append(f"| `{c.name}` | {SQL_TYPES[c.type].lower()}{required} | {' '.join(notes)} |")
    return "\n".join(parts) + "\n"
