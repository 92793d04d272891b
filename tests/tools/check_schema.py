#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares daemon/publish/v2xd.proto and the columns part of docs/dataset.md with what the column
tables say.

usage: check_schema.py PRINT_SCHEMA SOURCE_DIR [--write]     --write makes them anew
"""
import difflib
import os
import subprocess
import sys

MARK = "<!-- made from the column tables; tests/tools/check_schema.py --write -->\n"
FIRST = "// Made from the column tables of the daemon; tests/tools/check_schema.py --write\n"


def printed(program, what):
    return subprocess.run([program, what], check=True, capture_output=True, text=True).stdout


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def main():
    program, source = sys.argv[1:3]
    write = "--write" in sys.argv[3:]
    page = os.path.join(source, "docs/dataset.md")
    head = read(page).split(MARK)[0]
    wanted = {page: head + MARK + printed(program, "dataset"),
              os.path.join(source, "daemon/publish/v2xd.proto"): FIRST + printed(program, "proto")}
    differ = 0
    for path, text in wanted.items():
        have = read(path)
        if have == text:
            continue
        if write:
            with open(path, "w") as file:
                file.write(text)
            print("written:", os.path.relpath(path, source))
            continue
        differ = 1
        sys.stdout.writelines(difflib.unified_diff(have.splitlines(True), text.splitlines(True),
                                                   os.path.relpath(path, source), "made now", n=1))
    if differ:
        print(f"\nThe column tables and these texts differ. Make them anew:\n"
              f"  {sys.argv[0]} {program} {source} --write")
    return differ


sys.exit(main())
