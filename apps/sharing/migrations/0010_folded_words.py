r"""How words are folded before they are looked up: one function for what is kept and for what is asked.

Compatibility forms, accents, dashes, apostrophes, slashes and joiners make no difference; an English plural is its singular.
Scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) are cut into pairs, and what is kept into single signs, too.
PostgreSQL's own parser sees words and spaces only: it takes ``a/b`` for a file, and a line of dashes for an expression.
"""

from django.db import migrations

# U+3005 is a letter (the sign that repeats one); the other signs of that block are punctuation.
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003fffd"
)
MARKS = r"\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670"
JOINERS = r"\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
BETWEEN = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u060c\u061b\u061f\u066a-\u066d\u06d4"
    r"\u0964\u0965\u2010-\u2029\u202f-\u205f\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u3020\u3030-\u303f\u30fb"
)
PLAIN = rf"""
CREATE FUNCTION search_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
RETURN regexp_replace(regexp_replace(regexp_replace(
    translate(replace(replace(replace(lower(normalize(regexp_replace(regexp_replace(
        normalize(lower(words), NFKD), '[{MARKS}]', '', 'g'), '[{JOINERS}]', '', 'g'), NFC)),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'đðøłıħŧيىكةأإآ', 'ddolihtییکهااا'),
    '[{BETWEEN}]+', ' ', 'g'),
    '\m([a-z]+)(ss|x|ch|sh)es\M', '\1\2', 'g'),
    '\m([a-z]+[a-hj-rt-z])s\M', '\1', 'g');
"""
FOLDED = rf"""
CREATE FUNCTION search_folded(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
RETURN (
    SELECT coalesce(string_agg(CASE WHEN part[1] IS NULL THEN part[2] ELSE ' ' || (
        SELECT string_agg(pair, ' ' ORDER BY place) FROM (
            SELECT place, sign || coalesce(lead(sign) OVER (ORDER BY place), '') AS pair, count(*) OVER () AS many
            FROM unnest(string_to_array(part[1], NULL)) WITH ORDINALITY AS run (sign, place)
        ) AS pairs WHERE place < many OR many = 1
    ) || ' ' END, '' ORDER BY at), '')
    FROM regexp_matches(search_plain(words), '([{UNSPACED}]+)|([^{UNSPACED}]+)', 'g') WITH ORDINALITY AS parts (part, at)
);
"""  # noqa: S608  # nosec B608 - constants of ours
VECTOR = rf"""
CREATE FUNCTION search_vector(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
RETURN to_tsvector('simple', search_folded(words)) || to_tsvector('simple',
    regexp_replace(regexp_replace(search_plain(words), '[^{UNSPACED}]+', '', 'g'), '(.)', '\1 ', 'g'));
"""
# Quotation marks keep words together, a minus leaves a word out, "or" gives a choice; everything else is a word.
QUERY = (
    """
CREATE FUNCTION search_query(asked text) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $f$
DECLARE
    part text[];
    word tsquery;
    together tsquery := '';
    either tsquery := '';
BEGIN
    FOR part IN SELECT regexp_matches(translate(asked, '“”„«»＂', '"""
    """'), '(-?)"([^"]*)"?|(\\S+)', 'g') LOOP
        IF part[3] IS NULL THEN
            word := phraseto_tsquery('simple', search_folded(part[2]));
        ELSIF lower(part[3]) = 'or' THEN
            IF numnode(together) > 0 THEN either := either || together; together := ''; END IF;
            CONTINUE;
        ELSE
            -- The pieces of one word stand together (1=1); pairs need not: a position is kept for the first 16,383 only.
            word := CASE WHEN part[3] ~ '[{unspaced}]' THEN plainto_tsquery('simple', search_folded(part[3]))
                ELSE phraseto_tsquery('simple', search_folded(part[3])) END;
        END IF;
        IF numnode(word) > 0 THEN
            together := together && CASE WHEN part[1] = '-' OR part[3] ~ '^-[^-]' THEN !! word ELSE word END;
        END IF;
    END LOOP;
    RETURN either || together;
END $f$;
""".replace("{unspaced}", UNSPACED)
)
# A case number whole, in any case, width and spacing: it is asked for by equality, among one's own alone.
CODE = """
CREATE FUNCTION search_code(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp
RETURN replace(search_plain(words), ' ', '');
"""
FUNCTIONS = {
    "search_plain(text)": PLAIN,
    "search_folded(text)": FOLDED,
    "search_vector(text)": VECTOR,
    "search_query(text)": QUERY,
    "search_code(text)": CODE,
}


class Migration(migrations.Migration):
    """Functions only."""

    dependencies = [("sharing", "0009_walls_of_openings")]
    operations = [migrations.RunSQL(made, f"DROP FUNCTION {name}") for name, made in FUNCTIONS.items()]
