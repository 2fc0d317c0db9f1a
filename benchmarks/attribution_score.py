"""Score predicted attributions against gold ones (PolNeAR rows), standard library only.

    score_attribution.py GOLD.jsonl[.gz] PREDICTED.jsonl[.gz]

Both files hold one JSON object a line: {"id": ..., "attributions": [{"source": [[start, end], ...],
"cue": [...], "content": [...]}, ...]}; GOLD also holds "text". Offsets are code points, end-exclusive; white space at the
ends of a span is ignored. A source or cue shared by several attributions counts once.

exact   a span counts when type, start and end agree (discontinuous content counts piece by piece)
token   each word or punctuation mark of the text has one type (source, cue, content or none); micro-F1 over the three types
linked  an attribution counts when its content overlaps a gold one by at least half of their union (in tokens) and its source
        shares a token with that gold one's source, or neither has a source. This is what an editor sees: what was said, by whom
"""
import gzip
import json
import re
import sys

TYPES = ("source", "cue", "content")
TOKEN = re.compile(r"\w+|[^\w\s]")


def rows(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def trim(text, start, end):
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def spans(text, attributions, kind):
    found = {trim(text, *span) for one in attributions for span in one.get(kind) or []}
    return {span for span in found if span[0] < span[1]}


def cover(pieces, tokens):
    return {i for i, (a, b) in enumerate(tokens) for s, e in pieces if a < e and b > s}


def f1(hit, predicted, gold):
    p, r = hit / predicted if predicted else 0.0, hit / gold if gold else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def score(gold_rows, predicted_rows):
    predicted_by_id = {row["id"]: row.get("attributions") or [] for row in predicted_rows}
    missing = [row["id"] for row in gold_rows if row["id"] not in predicted_by_id]
    counts = {name: [0, 0, 0] for name in (*TYPES, "token", "linked")}
    for row in gold_rows:
        text, gold, guess = row["text"], row["attributions"], predicted_by_id.get(row["id"], [])
        tokens = [m.span() for m in TOKEN.finditer(text)]
        label = {}
        for side, attributions in (("g", gold), ("p", guess)):
            label[side] = {}
            for kind in TYPES:
                for i in cover(spans(text, attributions, kind), tokens):
                    label[side].setdefault(i, kind)
        for kind in TYPES:
            g, p = spans(text, gold, kind), spans(text, guess, kind)
            for i, n in enumerate((len(g & p), len(p), len(g))):
                counts[kind][i] += n
        hit = sum(label["g"].get(i) == kind for i, kind in label["p"].items())
        for i, n in enumerate((hit, len(label["p"]), len(label["g"]))):
            counts["token"][i] += n
        as_tokens = [
            [
                (content, cover([tuple(s) for s in one.get("source") or []], tokens))
                for one in side
                if (content := cover([tuple(s) for s in one.get("content") or []], tokens))
            ]
            for side in (gold, guess)
        ]
        pairs = sorted(
            (
                (len(gc & pc) / len(gc | pc), g, p)
                for g, (gc, gs) in enumerate(as_tokens[0])
                for p, (pc, ps) in enumerate(as_tokens[1])
                if gc & pc and (gs & ps or not (gs or ps))
            ),
            reverse=True,
        )
        used_g, used_p = set(), set()
        for overlap, g, p in pairs:
            if overlap >= 0.5 and g not in used_g and p not in used_p:
                used_g.add(g)
                used_p.add(p)
        for i, n in enumerate((len(used_g), len(as_tokens[1]), len(as_tokens[0]))):
            counts["linked"][i] += n
    return {name: dict(zip(("p", "r", "f1"), f1(*n))) for name, n in counts.items()} | {
        "articles": len(gold_rows),
        "missing": len(missing),
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    result = score(rows(sys.argv[1]), rows(sys.argv[2]))
    for name in (*TYPES, "token", "linked"):
        kind = "exact " if name in TYPES else ""
        print(f"{kind + name:14s} P {result[name]['p']:.3f}  R {result[name]['r']:.3f}  F1 {result[name]['f1']:.3f}")
    print(f"{result['articles']} articles, {result['missing']} without a prediction")
