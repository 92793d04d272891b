#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What --outputs adds to a dataset, followed as a loader would: croissant.json down to columns, hashes and keys."""
import glob
import hashlib
import json
import os

from daemon import CROSSING, SOURCE, Case, files, main, manifest, parquet, table, whole

CROWD = os.path.join(SOURCE, "scenarios/library/stadium-crowd.yaml")
KINDS = {"sc:Boolean", "sc:Integer", "sc:Float", "sc:Text"}


class Croissant(Case):
    def described(self, *args):
        out = self.path("out")
        self.good("run", *args, "--outputs", "tables,mcap,croissant", "--out", out)
        with open(os.path.join(out, "croissant.json")) as file:
            return out, json.load(file)

    def follow(self, out, card):
        self.assertEqual((card["@type"], card["conformsTo"]), ("sc:Dataset", "http://mlcommons.org/croissant/1.0"))
        self.assertEqual(card["identifier"], manifest(out)["dataset_sha256"])
        nodes = {}
        for node in card["distribution"] + card["recordSet"] + [f for r in card["recordSet"] for f in r["field"]]:
            self.assertNotIn(node["@id"], nodes, "an id names one thing")
            nodes[node["@id"]] = node
        for node in card["distribution"]:
            if node["@type"] == "cr:FileObject":
                with open(os.path.join(out, node["contentUrl"]), "rb") as file:
                    octets = file.read()
                self.assertEqual(node["sha256"], hashlib.sha256(octets).hexdigest())
                self.assertEqual(node["contentSize"], f"{len(octets)} B")
            else:
                self.assertEqual(node["@type"], "cr:FileSet")
                inside = {os.path.relpath(path, out) for path in glob.glob(os.path.join(out, node["includes"]))}
                self.assertEqual(inside, {each["@id"] for each in node["containedIn"]})
                self.assertTrue(all(nodes[name]["@type"] == "cr:FileObject" for name in inside))
        kept = {os.path.relpath(path, out) for path in glob.glob(os.path.join(out, "tables/*.parquet"))}
        for records in card["recordSet"]:
            name = records["name"]
            parts = {path for path in kept if path.startswith(f"tables/{name}-")}
            columns = parquet.read(os.path.join(out, min(parts)), knowledge=parquet.ALL)
            self.assertEqual([field["source"]["extract"]["column"] for field in records["field"]], list(columns))
            for field in records["field"]:
                self.assertIn(field["dataType"], KINDS)
                self.assertRegex(field["description"], r"\[(obs|gt|inj)(, .+)?\]$")
                source = nodes[field["source"].get("fileObject", field["source"].get("fileSet"))["@id"]]
                here = {source["@id"]} if source["@type"] == "cr:FileObject" else {e["@id"] for e in source["containedIn"]}
                self.assertEqual(here, parts)
        return nodes

    def test_every_file_column_and_hash_is_as_described(self):
        out, card = self.described(CROSSING, "--tier", "d3")
        self.follow(out, card)
        self.assertEqual({r["name"] for r in card["recordSet"]},
                         {name for name, facts in manifest(out)["tables"].items() if facts["rows"] > 0})

    def test_keys_lead_to_rows_that_are_there(self):
        out, card = self.described(CROSSING, "--tier", "d3")
        nodes = self.follow(out, card)
        followed = 0
        for node in nodes.values():
            if "references" in node:
                to = node["references"]["field"]["@id"]
                self.assertIn(to, nodes)
                (a, column), (b, key) = node["@id"].split("/"), to.split("/")
                have = table(out, a, [column])[column]
                have = set(map(int, have.compressed() if hasattr(have, "compressed") else have))
                self.assertLessEqual(have, set(map(int, whole(table(out, b, [key])[key]))), node["@id"])
                followed += 1
        self.assertGreaterEqual(followed, 4)

    def test_a_table_of_many_parts_is_one_set(self):
        out, card = self.described(CROWD, "--tier", "d0", "--duration", "0.6")
        nodes = self.follow(out, card)
        self.assertGreater(len(nodes["receptions-parts"]["containedIn"]), 1)

    def test_the_card_is_the_same_in_every_run_and_no_part_of_the_hash(self):
        for name, outputs in (("a", "tables,croissant"), ("b", "tables,croissant"), ("c", "tables")):
            self.good("run", CROSSING, "--duration", "2", "--outputs", outputs, "--out", self.path(name))
        self.assertEqual(files(self.path("a"))["croissant.json"], files(self.path("b"))["croissant.json"])
        self.assertEqual(manifest(self.path("a"))["dataset_sha256"], manifest(self.path("c"))["dataset_sha256"])
        self.assertNotIn("croissant.json", files(self.path("c")))


if __name__ == "__main__":
    main()
