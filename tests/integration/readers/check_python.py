# SPDX-License-Identifier: Apache-2.0
"""Compares what Python sees with what was meant: check_python.py TOOLS_PYTHON WRITER DIRECTORY.

Parquet by our small reader (numpy, zstandard), logical hashes recomputed by hashlib, messages
by python3-protobuf from our descriptor set, and protoc's own view of our .proto text.
"""
import json
import os
import shutil
import subprocess
import sys

try:
    import numpy as np
    import zstandard  # noqa: F401
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
except ImportError as missing:
    print("SKIP:", missing)
    sys.exit(0)

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import v2xd_parquet as vp  # noqa: E402

writer, directory = sys.argv[2:4]
os.makedirs(directory, exist_ok=True)
subprocess.run([writer, directory], check=True)
NUMBERS = ("ratio", "x_m")


def same(value, want):
    if want is None or value is None or value is np.ma.masked:
        return want is None and (value is None or value is np.ma.masked)
    if isinstance(value, bytes):
        return value.hex() == want
    if isinstance(value, (bool, np.bool_)):
        return ("true" if value else "false") == want
    if isinstance(value, (float, np.floating)):
        return float(value) == float(want)
    return str(value) == want


def check_parquet(rows):
    path = f"{directory}/{rows}.parquet"
    with open(f"{directory}/{rows}.json", encoding="utf-8") as source:
        want = json.load(source)
    got = vp.read(path, knowledge=vp.ALL)
    assert list(got) == [c.name for c in vp._File(path).columns]
    for place, (name, values) in enumerate(got.items()):
        assert len(values) == rows, name
        for i in range(0, rows, 1 if rows < 2000 else 13):
            assert same(values[i], want["rows"][i][place]), (rows, i, name, values[i])
    assert vp.rows_sha256([path]) == want["rows_sha256"]
    observed = vp.read(path)
    assert "x_m" not in observed and "cause" not in observed and "uid" in observed
    try:
        vp.read(path, columns=["x_m"])
        raise AssertionError("truth was read without asking")
    except PermissionError:
        pass


def check_table():
    folder = f"{directory}/tables"
    os.makedirs(folder, exist_ok=True)
    shutil.copy(f"{directory}/7.parquet", f"{folder}/samples-00000.parquet")
    shutil.copy(f"{directory}/1000.parquet", f"{folder}/samples-00001.parquet")
    shutil.copy(f"{directory}/0.parquet", f"{folder}/samples-00002.parquet")
    both = vp.read_table(folder, "samples")
    assert len(both["uid"]) == 1007 and len(both["label"]) == 1007
    assert int(both["uid"][0]) == 2**63


def check_torn():
    with open(f"{directory}/7.parquet", "rb") as source:
        data = source.read()
    with open(f"{directory}/torn.parquet", "wb") as target:
        target.write(data[:-1])
    try:
        vp.read(f"{directory}/torn.parquet")
        raise AssertionError("a torn file was read")
    except vp.ParquetError:
        pass


def message_class(name):
    with open(f"{directory}/v2xd.desc", "rb") as source:
        ours = descriptor_pb2.FileDescriptorSet.FromString(source.read())
    pool = descriptor_pool.DescriptorPool()
    for file in ours.file:
        pool.Add(file)
    descriptor = pool.FindMessageTypeByName(name)
    if hasattr(message_factory, "GetMessageClass"):
        return ours, message_factory.GetMessageClass(descriptor)
    return ours, message_factory.MessageFactory(pool).GetPrototype(descriptor)


def check_proto():
    ours, batch_class = message_class("v2xd.SampleBatch")
    with open(f"{directory}/rows.bin", "rb") as source:
        data = source.read()
    batch = batch_class.FromString(data)
    assert batch.SerializeToString() == data, "not the canonical encoding"
    with open(f"{directory}/1000.json", encoding="utf-8") as source:
        want = json.load(source)["rows"]
    names = [field.name for field in batch.rows[0].DESCRIPTOR.fields]
    assert len(batch.rows) == len(want)
    for row, expected in zip(batch.rows, want):
        for name, text in zip(names, expected):
            value = getattr(row, name) if row.HasField(name) else None
            assert same(value, text), (name, value, text)
    remarks = {tuple(l.path): l.trailing_comments for l in ours.file[0].source_code_info.location}
    assert remarks[(4, 0, 2, 6)] == " gt; m\n" and remarks[(4, 0, 2, 7)] == " inj\n"
    return ours


def check_protoc(ours):
    if not shutil.which("protoc"):
        print("protoc is missing: the .proto text was not compiled")
        return
    subprocess.run(["protoc", f"-I{directory}", f"--descriptor_set_out={directory}/protoc.desc",
                    "--include_source_info", f"{directory}/v2xd.proto"], check=True)
    with open(f"{directory}/protoc.desc", "rb") as source:
        theirs = descriptor_pb2.FileDescriptorSet.FromString(source.read())
    comments = [{tuple(l.path): l.trailing_comments for l in s.file[0].source_code_info.location
                 if l.trailing_comments} for s in (ours, theirs)]
    assert comments[0] == comments[1]
    for each in (ours, theirs):
        for file in each.file:
            file.ClearField("source_code_info")
            for message in file.message_type:
                for field in message.field:
                    field.ClearField("json_name")
    assert ours == theirs


for size in (0, 1, 7, 1000, 65536):
    check_parquet(size)
check_table()
check_torn()
check_protoc(check_proto())
print("tables, hashes, messages and descriptors are as written")
