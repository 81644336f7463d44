"""Packs a trained model into the one file that the package ships, and writes the manifest with the checksums.

usage: python3.11 pack.py MODEL PACKAGE [--version 1]

MODEL    folder with vocabulary.txt, codes.u8, codebooks.f32, weights.f16 (what distil.py writes)
PACKAGE  this package: its src/ takes the file, its model.json is the manifest

Terms are numbered anew, in the order in which they stand in the file, whose format is documented in src/model-file.ts. The
same model gives the same bytes, with any Python whose Unicode is version 14 and nothing else: the classes of characters that
the reader goes by are written from it, so that a text is read alike by engines that know newer characters and by those that
do not.
"""

import argparse
import hashlib
import json
import struct
import unicodedata
from pathlib import Path

UNICODE = "14.0.0"
SUBSPACES, CENTROIDS, WIDTH = 32, 256, 8
OTHER, LETTER, MARK_WITHOUT_WIDTH, OTHER_MARK, UNASSIGNED = range(5)


def character_class(character: str) -> int:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return LETTER
    if category == "Mn":
        return MARK_WITHOUT_WIDTH
    if category[0] == "M":
        return OTHER_MARK
    return UNASSIGNED if category == "Cn" else OTHER


def character_runs() -> bytes:
    """Runs of characters of one class from U+0000 on: `length * 8 + class`, seven bits a byte, lowest first."""
    runs: list[list[int]] = []
    for code in range(0x110000):
        kind = character_class(chr(code))
        if runs and runs[-1][0] == kind:
            runs[-1][1] += 1
        else:
            runs.append([kind, 1])
    packed = bytearray()
    for kind, length in runs:
        number = length * 8 + kind
        while number >= 0x80:
            packed.append(number & 0x7F | 0x80)
            number >>= 7
        packed.append(number)
    return bytes(packed)


GROUPS, PARTS = 2**12, 2**4
BUCKETS = GROUPS * PARTS
PREFIX = 4
BEGINNING, CONTINUING = 0x011C9DC5, 0x2C1B3C6D


def units_of(text: str) -> list[int]:
    """UTF-16 code units."""
    packed = text.encode("utf-16-le")
    return list(struct.unpack(f"<{len(packed) // 2}H", packed))


def mixed_hash(units: list[int], start: int) -> int:
    """FNV-1a over the units, then MurmurHash3's finaliser, as in src/lexicon.ts."""
    value = start
    for unit in units:
        value = (value ^ unit) * 0x01000193 & 0xFFFFFFFF
    value ^= value >> 16
    value = value * 0x85EBCA6B & 0xFFFFFFFF
    value ^= value >> 13
    value = value * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def pair_bucket(units: list[int], start: int) -> int:
    """Where the length of the longest term with these first two units stands, as in src/lexicon.ts."""
    first, second, *_ = [*units, 0]
    return (first * 0x9E37 ^ second ^ (0x5BD1 if start == CONTINUING else 0)) % BUCKETS


def lexicon(terms: list[str]) -> tuple[list[int], bytes, bytes]:
    """
    The order in which the terms stand in the file, and what finds them there without an index that would take time to build:
    how many terms each bucket has, and the units of the longest term for each pair of first units. Terms that begin alike
    are in one group of buckets, because that packs well: 0.2 MB less than by a hash of the whole term.
    """
    counts, longest = bytearray(BUCKETS), bytearray(BUCKETS)
    buckets = []
    for term in terms:
        start, word = (CONTINUING, term[2:]) if term.startswith("##") and len(term) > 2 else (BEGINNING, term)
        units = units_of(word)
        group, part = mixed_hash(units[:PREFIX], start) % GROUPS, mixed_hash(units, start) % PARTS
        bucket, pair = group * PARTS + part, pair_bucket(units, start)
        if max(len(units), counts[bucket] + 1) > 255:
            raise SystemExit("no term may have more than 255 characters, no bucket more than 255 terms")
        counts[bucket] += 1
        longest[pair] = max(longest[pair], len(units))
        buckets.append(bucket)
    order = sorted(range(len(terms)), key=lambda number: (buckets[number], terms[number]))
    return order, bytes(counts), bytes(longest)


def checksum(body: bytes) -> int:
    """FNV-1a over little-endian words of 32 bits."""
    value = 0x811C9DC5
    for (word,) in struct.iter_unpack("<I", body):
        value = (value ^ word) * 0x01000193 & 0xFFFFFFFF
    return value


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("package", type=Path)
    arguments.add_argument("--version", type=int, default=1)
    given = arguments.parse_args()
    if unicodedata.unidata_version != UNICODE:
        raise SystemExit(f"this Python knows Unicode {unicodedata.unidata_version}: use one of {UNICODE}, such as 3.11")

    sources = {name: (given.model / name).read_bytes() for name in
               ("vocabulary.txt", "codes.u8", "codebooks.f32", "weights.f16")}
    vocabulary = sources["vocabulary.txt"]
    terms = vocabulary.count(b"\n")
    if not vocabulary.endswith(b"\n") or len(set(vocabulary.split(b"\n"))) != terms + 1:
        raise SystemExit("vocabulary.txt must have one term a line, each once, and end with a line break")
    expected = {"codes.u8": terms * SUBSPACES, "codebooks.f32": SUBSPACES * CENTROIDS * WIDTH * 4, "weights.f16": terms * 2}
    for name, size in expected.items():
        if len(sources[name]) != size:
            raise SystemExit(f"{name} must have {size} bytes for {terms} terms, and has {len(sources[name])}")

    lines = vocabulary.decode().split("\n")[:-1]
    order, counts, longest = lexicon(lines)
    packed_terms = "".join(f"{lines[number]}\n" for number in order).encode()

    def in_order(name: str, size: int) -> bytes:
        return b"".join(sources[name][size * number : size * (number + 1)] for number in order)

    characters = character_runs()
    body = sources["codebooks.f32"] + in_order("codes.u8", SUBSPACES) + in_order("weights.f16", 2)
    body += characters + counts + longest + packed_terms
    body += bytes(-len(body) % 4)
    header = struct.pack("<8s8I24x", b"SVNRSTAT", given.version, terms, SUBSPACES, CENTROIDS, WIDTH,
                         len(characters), len(packed_terms), checksum(body))
    name = f"souvenir-static-{SUBSPACES * WIDTH}-{given.version}"
    packed = header + body
    (given.package / "src" / f"{name}.bin").write_bytes(packed)

    digest = lambda content: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {
        "id": name,
        "version": given.version,
        "dimensions": SUBSPACES * WIDTH,
        "terms": terms,
        "unicode": UNICODE,
        "file": {"name": f"{name}.bin", **digest(packed)},
        "packedFrom": {each: digest(content) for each, content in sources.items()},
    }
    (given.package / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{name}.bin: {len(packed)} bytes, {terms} terms")


if __name__ == "__main__":
    main()
