"""CAMEO, the code of acts and actors that GDELT uses, in PLOVER's categories and the reader's actors.

Acts. A code has two to four digits, and a longer one is a case of the shorter one before it; the longest entry of ACTS
that begins a code decides. The roots are

    01 public statement        none: words about an act are none       11 disapprove     ACCUSE
    02 appeal                  REQUEST                                 12 reject         REJECT
    03 express intent          AGREE, mode announced                   13 threaten       THREATEN, mode threatened
    04 consult                 CONSULT                                 14 protest        PROTEST
    05 diplomatic cooperation  SUPPORT                                 15 show force     MOBILIZE
    06 material cooperation    COOPERATE                               16 reduce         SANCTION
    07 provide aid             AID                                     17 coerce         COERCE
    08 yield                   CONCEDE, or RETREAT for what is undone  18 assault        ASSAULT
    09 investigate             ACCUSE                                  19 fight          ASSAULT; 191, 192 COERCE
    10 demand                  REQUEST                                 20 mass violence  ASSAULT

after the table that PLOVER's authors give (github openeventdata/PLOVER, CAMEO2PLOVER-2021.txt), with three differences:
02, which they leave out, is a REQUEST; their DEMAND is called REQUEST, as in later versions; 163 (embargo, boycott,
sanctions), there COERCE, is SANCTION, as the reader codes the words.

Actors. A country is CAMEO's three letters, which are ISO 3166 alpha-3 but for those in COUNTRIES; regions ("Africa",
"the West") are no actors. A group of GROUPS is an actor of its own, whatever its country. A country's press, firms,
rebels, opposition and people are not the country: only the roles in OFFICIAL, or none, are. The codes were read from
GDELT's lookup CAMEO.country.txt and CAMEO.knowngroup.txt as others have copied them.
"""

from __future__ import annotations

ACTS: dict[str, tuple[str, str, str, str | None]] = {
    # code: PLOVER's category ("" for none), mode, words, kind of instrument
    "01": ("", "", "made a public statement", None),
    "02": ("REQUEST", "happened", "appealed", "pressure"),
    "03": ("AGREE", "announced", "expressed intent to cooperate", None),
    "0332": ("AGREE", "announced", "expressed intent to give military aid", "arms"),
    "0331": ("AGREE", "announced", "expressed intent to give economic aid", "finance"),
    "0354": ("AGREE", "announced", "expressed intent to ease sanctions", None),
    "0356": ("AGREE", "announced", "expressed intent to de-escalate", "ceasefire-offer"),
    "039": ("AGREE", "announced", "expressed intent to mediate", "mediation"),
    "04": ("CONSULT", "happened", "consulted", None),
    "045": ("CONSULT", "happened", "mediated", "mediation"),
    "05": ("SUPPORT", "happened", "cooperated diplomatically", None),
    "06": ("COOPERATE", "happened", "cooperated materially", None),
    "062": ("COOPERATE", "happened", "cooperated militarily", None),
    "064": ("COOPERATE", "happened", "shared intelligence", None),
    "07": ("AID", "happened", "gave aid", None),
    "071": ("AID", "happened", "gave economic aid", "finance"),
    "072": ("AID", "happened", "gave military aid", "arms"),
    "073": ("AID", "happened", "gave humanitarian aid", None),
    "074": ("AID", "happened", "gave military protection", "troops"),
    "08": ("CONCEDE", "happened", "yielded", None),
    "0813": ("RETREAT", "happened", "eased a curfew", None),
    "0814": ("RETREAT", "happened", "eased a state of emergency", None),
    "084": ("RETREAT", "happened", "returned or released", None),
    "085": ("RETREAT", "happened", "eased sanctions", None),
    "086": ("RETREAT", "happened", "let others in", None),
    "087": ("RETREAT", "happened", "de-escalated militarily", None),
    "0871": ("RETREAT", "happened", "declared a ceasefire", "ceasefire-offer"),
    "09": ("ACCUSE", "happened", "investigated", None),
    "10": ("REQUEST", "happened", "demanded", "pressure"),
    "11": ("ACCUSE", "happened", "disapproved", None),
    "12": ("REJECT", "happened", "rejected", None),
    "13": ("THREATEN", "threatened", "threatened", "warning"),
    "138": ("THREATEN", "threatened", "threatened force", "warning"),
    "14": ("PROTEST", "happened", "protested", None),
    "15": ("MOBILIZE", "happened", "showed military or police power", "mobilisation"),
    "16": ("SANCTION", "happened", "reduced relations", None),
    "162": ("SANCTION", "happened", "reduced or stopped aid", None),
    "163": ("SANCTION", "happened", "imposed an embargo, boycott or sanctions", "sanctions"),
    "17": ("COERCE", "happened", "coerced", None),
    "1712": ("ASSAULT", "happened", "destroyed property", None),
    "175": ("ASSAULT", "happened", "repressed violently", None),
    "18": ("ASSAULT", "happened", "assaulted", None),
    "19": ("ASSAULT", "happened", "fought", None),
    "191": ("COERCE", "happened", "blockaded", None),
    "192": ("COERCE", "happened", "occupied territory", None),
    "193": ("ASSAULT", "happened", "fought with small arms", None),
    "194": ("ASSAULT", "happened", "fought with artillery or tanks", None),
    "195": ("ASSAULT", "happened", "struck from the air", None),
    "196": ("ASSAULT", "happened", "broke a ceasefire", None),
    "20": ("ASSAULT", "happened", "used mass violence", None),
}

COUNTRIES = {"ROM": "ROU", "TMP": "TLS", "MTN": "MNE", "WSB": "PSE", "GZS": "PSE"}
"""Codes that are not ISO's."""

GROUPS = {
    "NAT": "NATO", "EEC": "EU", "UNO": "UN", "OAU": "AU", "ASN": "ASEAN", "ARL": "ARABLEAGUE", "WAS": "ECOWAS",
    "OPC": "OPEC", "IAE": "IAEA", "HMS": "HAMAS", "HEZ": "HEZBOLLAH", "TAL": "TALIBAN",
}  # fmt: skip

OFFICIAL = frozenset({"", "GOV", "MIL", "LEG", "SPY", "COP", "JUD"})
"""Roles whose acts are the state's: government, forces, legislature, services, police, courts."""


def act(code: str) -> tuple[str, str, str, str | None] | None:
    """Return (category, mode, words, kind) of a code; None for a code that CAMEO does not have."""
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 4):
        return None
    return next((ACTS[code[:length]] for length in (4, 3, 2) if code[:length] in ACTS and length <= len(code)), None)


def quad(root: str) -> str:
    """Return GDELT's class of a root: 1 words and 2 deeds of cooperation, 3 words and 4 deeds of conflict."""
    return next(str(kind) for kind, last in ((1, 5), (2, 8), (3, 13), (4, 99)) if int(root) <= last)


def actor(country: str, group: str, role: str, states: frozenset[str]) -> str:
    """Return the actor that a row's three codes stand for, "" for none.

    Args:
        country: CAMEO's country code.
        group: CAMEO's code of a known group.
        role: CAMEO's first role.
        states: codes of the states that are actors.
    """
    if group in GROUPS:
        return GROUPS[group]
    found = COUNTRIES.get(country, country)
    return found if role in OFFICIAL and found in states else ""
