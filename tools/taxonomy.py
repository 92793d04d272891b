#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The taxonomy file turned into C tables and into the generated parts of docs/labels.md.

  taxonomy.py FILE --header H --source C   write the tables (done at configure time)
  taxonomy.py FILE --docs PAGE             rewrite the generated parts of the page
  taxonomy.py FILE --check PAGE            exit 1 if the page is not what --docs would write

A broken file (an id or code twice, an axis without a catch-all, an unknown key) is
refused with one line, exit 2. Only Python's standard library is used.
"""
import argparse
import hashlib
import json
import os
import re
import sys

AXIS_KEYS = {"code", "section", "subject", "status", "since", "value", "unit", "provenance",
             "sentence", "params", "leaves"}
LEAF_KEYS = {"id", "leaf", "label_ver", "rule", "maps", "causes", "since", "deprecated",
             "replaced_by"}
PARAM_KEYS = {"name", "value", "unit", "source", "sentence"}
SUBJECTS = {"rx", "slot", "link", "object", "pair", "agent", "scene", "signal", "encounter",
            "window", "frame", "scenario"}
PROVENANCE = {"injected", "rule_gt", "rule_obs", "imported", "human"}


def fail(text):
    sys.stderr.write("taxonomy: %s\n" % text)
    sys.exit(2)


def need(condition, text):
    if not condition:
        fail(text)


def check(tax):
    """One leaf per id and code, one catch-all per axis, no unknown key."""
    ids, codes = set(), set()
    for axis in tax["axes"]:
        where = axis["code"]
        need(set(axis) == AXIS_KEYS, "%s: keys %s" % (where, sorted(set(axis) ^ AXIS_KEYS)))
        need(re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", where), "%s: not group.axis" % where)
        need(where not in codes, "%s: twice" % where)
        codes.add(where)
        need(axis["subject"] in SUBJECTS, "%s: subject %s" % (where, axis["subject"]))
        need(axis["status"] in ("active", "planned"), "%s: status" % where)
        need(set(axis["provenance"]) <= PROVENANCE, "%s: provenance" % where)
        names = [p["name"] for p in axis["params"]]
        need(len(names) == len(set(names)), "%s: a parameter twice" % where)
        for param in axis["params"]:
            need(set(param) == PARAM_KEYS, "%s: parameter %s" % (where, param))
        for leaf in axis["leaves"]:
            code = where + "." + leaf["leaf"]
            need(set(leaf) <= LEAF_KEYS, "%s: unknown key" % code)
            need(re.fullmatch(r"\d+\.\d+", leaf["label_ver"]), "%s: label_ver" % code)
            need(code not in codes, "%s: twice" % code)
            need(leaf["id"] not in ids, "%s: id %d twice" % (code, leaf["id"]))
            need(0 < leaf["id"] < 65536, "%s: id out of u16" % code)
            codes.add(code)
            ids.add(leaf["id"])
        last = axis["leaves"][-1]["rule"]
        need(last.startswith("otherwise"), "%s: the last rule is no catch-all" % where)


def upper(code):
    return re.sub(r"[^A-Z0-9]", "_", code.upper())


def quote(text):
    return json.dumps(text, ensure_ascii=True)


def params_sha(axis):
    text = json.dumps([[p["name"], p["value"], p["unit"]] for p in axis["params"]],
                      separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def number(value):
    text = repr(float(value))
    return text


def header(tax):
    out = ["/* SPDX-License-Identifier: Apache-2.0 */",
           "/* Made from scenarios/taxonomy/ by tools/taxonomy.py; not kept in the tree. */",
           "#pragma once", "", "enum axis {"]
    out += ["    AXIS_%s," % upper(a["code"]) for a in tax["axes"]]
    out += ["    AXIS_COUNT", "};", "", "enum leaf {", "    LEAF_NONE = 0,"]
    most = total = 0
    for axis in tax["axes"]:
        for leaf in axis["leaves"]:
            out.append("    LEAF_%s = %d," %
                       (upper(axis["code"] + "." + leaf["leaf"]), leaf["id"]))
            most = max(most, leaf["id"])
            total += 1
    out += ["};", "", "#define LEAF_COUNT %d" % total, "#define LEAF_ID_MOST %d" % most, "",
            "enum param {"]
    for axis in tax["axes"]:
        out += ["    PARAM_%s_%s," % (upper(axis["code"]), p["name"]) for p in axis["params"]]
    out += ["    PARAM_COUNT", "};", "",
            "/* Cause of a loss -> leaf of com.fate. */", "#define TAXONOMY_CAUSES(X) \\"]
    causes = []
    for axis in tax["axes"]:
        for leaf in axis["leaves"]:
            for cause in leaf.get("causes", []):
                causes.append("    X(CAUSE_%s, LEAF_%s)" %
                              (cause, upper(axis["code"] + "." + leaf["leaf"])))
    out.append(" \\\n".join(causes))
    return "\n".join(out) + "\n"


def source(tax, sha):
    out = ["/* SPDX-License-Identifier: Apache-2.0 */",
           "/* Made from scenarios/taxonomy/ by tools/taxonomy.py; not kept in the tree. */",
           '#include "label/leaf.h"', "",
           "const char leaf_taxonomy_version[] = %s;" % quote(tax["version"]),
           "const char leaf_taxonomy_sha256[] = %s;" % quote(sha), "",
           "const struct leaf_info leaf_table[LEAF_COUNT] = {"]
    index, first, place = {}, {}, 0
    for axis in tax["axes"]:
        first[axis["code"]] = place
        for rule, leaf in enumerate(axis["leaves"], 1):
            code = axis["code"] + "." + leaf["leaf"]
            out.append("    {%d, AXIS_%s, %d, %s, %s, %s, %s, %s, %s}," % (
                leaf["id"], upper(axis["code"]), rule, quote(code), quote(leaf["leaf"]),
                quote(leaf["label_ver"]), quote("%s/%d" % (axis["code"], rule)),
                quote(leaf["rule"]), "true" if axis["status"] == "active" else "false"))
            index[leaf["id"]] = place
            place += 1
    out += ["};", "", "const struct axis_info leaf_axes[AXIS_COUNT] = {"]
    for axis in tax["axes"]:
        out.append("    {%s, %s, %s, %s, %d, %d}," % (
            quote(axis["code"]), quote(axis["subject"]), quote(axis["unit"]),
            quote(params_sha(axis)), first[axis["code"]], len(axis["leaves"])))
    out += ["};", "", "/* Place in leaf_table by id, plus one. */",
            "const uint16_t leaf_places[LEAF_ID_MOST + 1] = {"]
    out += ["    [%d] = %d," % (i, p + 1) for i, p in sorted(index.items())]
    out += ["};", "", "const struct param_info leaf_params[PARAM_COUNT] = {"]
    values = []
    for axis in tax["axes"]:
        for p in axis["params"]:
            out.append("    {AXIS_%s, %s, %s}," % (upper(axis["code"]), quote(p["name"]),
                                                   quote(p["unit"])))
            values.append("    %s," % number(p["value"]))
    out += ["};", "", "const struct rules leaf_rules = {{"] + values + ["}};"]
    return "\n".join(out) + "\n"


def maps_text(leaf):
    return "; ".join("%s: %s" % (k, v) for k, v in sorted(leaf.get("maps", {}).items()))


def cell(text):
    return str(text).replace("|", "\\|")


def docs_axes(tax):
    out = []
    for section, title in tax["sections"].items():
        out += ["### %s. %s" % (section, title), ""]
        for axis in tax["axes"]:
            if axis["section"] != section:
                continue
            out += ["#### `%s`" % axis["code"], "", axis["sentence"], "",
                    "Subject: %s. Value: %s%s. Provenance: %s. %s" % (
                        axis["subject"], axis["value"] or "none",
                        " (%s)" % axis["unit"] if axis["unit"] else "",
                        ", ".join(axis["provenance"]),
                        "Computed by this version." if axis["status"] == "active" else
                        "Reserved: defined, not yet computed."), ""]
            extra = any(leaf.get("maps") for leaf in axis["leaves"])
            out.append("| rule | id | leaf | version | when |" + (" elsewhere |" if extra
                                                                 else ""))
            out.append("|---|---|---|---|---|" + ("---|" if extra else ""))
            for rule, leaf in enumerate(axis["leaves"], 1):
                when = leaf["rule"]
                if leaf.get("causes"):
                    when += ": " + ", ".join(c.lower() for c in leaf["causes"])
                row = "| %d | %d | `%s` | %s | %s |" % (rule, leaf["id"], leaf["leaf"],
                                                       leaf["label_ver"], cell(when))
                out.append(row + (" %s |" % cell(maps_text(leaf)) if extra else ""))
            out.append("")
            if axis["params"]:
                out += ["| parameter | value | unit | source | why |", "|---|---|---|---|---|"]
                for p in axis["params"]:
                    out.append("| %s | %s | %s | %s | %s |" % (
                        p["name"], p["value"], cell(p["unit"]), cell(p["source"]),
                        cell(p["sentence"])))
                out.append("")
    return "\n".join(out).rstrip() + "\n"


def docs_fields(root):
    text = open(os.path.join(root, "daemon/model/records.h"), encoding="utf-8").read()
    found = re.search(r"#define LABEL_COLUMNS\(X\).*?(?=\n\s*//|\n\n)", text, re.S)
    out = ["| field | null | unit | meaning |", "|---|---|---|---|",
           "| scenario_id, world_id | no |  | keys of the run |"]
    for kind, name, null, unit, sentence in re.findall(
            r'X\((\w+), (\w+), (\w+), \w+, "([^"]*)", [^,]*, *, "([^"]*)"\)',
            found.group(0)):
        out.append("| %s | %s | %s | %s |" % (
            name, "yes" if null == "OPT" else "no", unit, cell(sentence)))
    return "\n".join(out) + "\n"


def page(text, tax, root):
    parts = {"axes": docs_axes(tax), "fields": docs_fields(root)}
    for name, body in parts.items():
        begin, end = "<!-- made: %s -->" % name, "<!-- end: %s -->" % name
        need(begin in text and end in text, "the page has no part %s" % name)
        head, rest = text.split(begin, 1)
        text = head + begin + "\n\n" + body + "\n" + end + rest.split(end, 1)[1]
    return text


def write(path, text):
    """Only if it changed, so that nothing is compiled again for nothing."""
    if os.path.exists(path) and open(path, encoding="utf-8").read() == text:
        return
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("file")
    for name in ("header", "source", "docs", "check"):
        args.add_argument("--" + name)
    args = args.parse_args()
    raw = open(args.file, "rb").read()
    try:
        tax = json.loads(raw)
        check(tax)
    except (ValueError, KeyError, TypeError) as error:
        fail("%s: %s" % (args.file, error))
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if args.header:
        write(args.header, header(tax))
    if args.source:
        write(args.source, source(tax, hashlib.sha256(raw).hexdigest()))
    if args.docs:
        write(args.docs, page(open(args.docs, encoding="utf-8").read(), tax, root))
    if args.check:
        text = open(args.check, encoding="utf-8").read()
        if page(text, tax, root) != text:
            sys.stderr.write("taxonomy: %s is stale: run tools/taxonomy.py with --docs\n" %
                             args.check)
            sys.exit(1)


main()
