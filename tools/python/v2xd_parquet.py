# SPDX-License-Identifier: Apache-2.0
"""Reads the Parquet part files of a v2xd dataset with numpy and zstandard alone.

In: a .parquet file or a folder of part files, as v2xd writes them (flat columns, PLAIN or
RLE_DICTIONARY, data page v1, zstd). Out: a dict of columns. A column without nulls of a
numeric type is a numpy array; one with nulls is a numpy masked array; texts and octets are
lists of str or bytes, None where null.

Only what an observer could know (`obs`) is read unless truth (`gt`) or injected values
(`inj`) are asked for:

    rows = read("receptions-00000.parquet")                       # obs
    rows = read_table("out/demo/tables", "receptions", knowledge=("obs", "gt"))
    rows = read(path, columns=["msg_uid", "shift_m"], knowledge=ALL)
"""
import glob
import hashlib
import os
import struct

import numpy as np
import zstandard

OBS = ("obs",)
ALL = ("obs", "gt", "inj")

_BOOLEAN, _INT32, _INT64, _FLOAT, _DOUBLE, _OCTETS = 0, 1, 2, 4, 5, 6
_WIDTH = {_INT32: "<i4", _INT64: "<i8", _FLOAT: "<f4", _DOUBLE: "<f8"}


class ParquetError(ValueError):
    """The file is not one that v2xd wrote, or it is torn."""


class _Thrift:
    """Thrift's compact protocol into dicts of field id -> value."""

    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def varint(self):
        value = shift = 0
        while True:
            octet = self.data[self.at]
            self.at += 1
            value |= (octet & 0x7F) << shift
            if octet < 0x80:
                return value
            shift += 7

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def value(self, kind):
        if kind in (1, 2):
            return kind == 1
        if kind == 3:
            self.at += 1
            return struct.unpack_from("b", self.data, self.at - 1)[0]
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 7:
            self.at += 8
            return struct.unpack_from("<d", self.data, self.at - 8)[0]
        if kind == 8:
            size = self.varint()
            self.at += size
            return bytes(self.data[self.at - size:self.at])
        if kind == 9:
            head = self.data[self.at]
            self.at += 1
            size = head >> 4 if head >> 4 < 15 else self.varint()
            return [self.value(head & 15) for _ in range(size)]
        if kind == 12:
            return self.struct()
        raise ParquetError(f"Thrift type {kind}")

    def struct(self):
        fields, last = {}, 0
        while True:
            head = self.data[self.at]
            self.at += 1
            if head == 0:
                return fields
            last = last + (head >> 4) if head >> 4 else self.zigzag()
            fields[last] = self.value(head & 15)


def _hybrid(data, count, width):
    """Parquet's hybrid of runs and packed bits, as uint32."""
    out = np.empty(count, dtype=np.uint32)
    reader, done = _Thrift(data), 0
    while done < count:
        head = reader.varint()
        if head & 1:
            size = (head >> 1) * width
            packed = np.frombuffer(data, np.uint8, size, reader.at)
            bits = np.unpackbits(packed, bitorder="little").reshape(-1, width).astype(np.uint32)
            values = (bits << np.arange(width, dtype=np.uint32)).sum(axis=1, dtype=np.uint32)
            take = min(len(values), count - done)
            out[done:done + take] = values[:take]
            reader.at += size
        else:
            size = (width + 7) // 8
            take = min(head >> 1, count - done)
            out[done:done + take] = int.from_bytes(data[reader.at:reader.at + size], "little")
            reader.at += size
        if take == 0:
            raise ParquetError("an empty run")
        done += take
    return out


def _octet_strings(data, count, text):
    out, at = [], 0
    for _ in range(count):
        (size,) = struct.unpack_from("<I", data, at)
        value = data[at + 4:at + 4 + size]
        if len(value) != size:
            raise ParquetError("a text runs past its page")
        out.append(value.decode("utf-8") if text else bytes(value))
        at += 4 + size
    return out


class _Column:
    def __init__(self, element):
        self.name = element[4].decode()
        self.type = element[1]
        self.nullable = element.get(3, 0) == 1
        self.text = element.get(6) == 0
        self.unsigned = element.get(6) == 14

    def pages(self, file, meta):
        at = meta.get(11, meta[9])
        end = at + meta[7]
        while at < end:
            reader = _Thrift(file, at)
            header = reader.struct()
            packed = file[reader.at:reader.at + header[3]]
            at = reader.at + header[3]
            size = header[2]
            if meta[4] == 6:
                page = zstandard.ZstdDecompressor().decompress(packed, max_output_size=max(size, 1))
            elif meta[4] == 0:
                page = bytes(packed)
            else:
                raise ParquetError(f"{self.name}: codec {meta[4]}")
            if len(page) != size:
                raise ParquetError(f"{self.name}: a page of {len(page)} instead of {size} octets")
            yield header, page

    def plain(self, data, count):
        if self.type == _BOOLEAN:
            bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
            return bits[:count].astype(bool)
        if self.type in _WIDTH:
            values = np.frombuffer(data, _WIDTH[self.type], count)
            return values.view("<u8") if self.unsigned else values
        return _octet_strings(data, count, self.text)

    def read(self, file, meta):
        """(present: bool array or None, values of the rows that are not null)"""
        dictionary = None
        for header, page in self.pages(file, meta):
            if header[1] == 2:
                dictionary = self.plain(page, header[7][1])
                continue
            rows, encoding, present = header[5][1], header[5][2], None
            if self.nullable:
                (size,) = struct.unpack_from("<I", page)
                present = _hybrid(page[4:4 + size], rows, 1).astype(bool)
                page = page[4 + size:]
            count = rows if present is None else int(present.sum())
            if encoding == 0:
                return present, self.plain(page, count)
            if encoding != 8 or dictionary is None:
                raise ParquetError(f"{self.name}: encoding {encoding}")
            indexes = _hybrid(page[1:], count, page[0])
            return present, [dictionary[i] for i in indexes]
        raise ParquetError(f"{self.name}: no data page")

    def spread(self, present, values):
        """Nulls where they belong."""
        if isinstance(values, list):
            if present is None:
                return values
            left = iter(values)
            return [next(left) if there else None for there in present]
        if present is None:
            return values
        full = np.zeros(len(present), values.dtype)
        full[present] = values
        return np.ma.masked_array(full, ~present)

    def empty(self):
        if self.type == _OCTETS:
            return []
        kind = bool if self.type == _BOOLEAN else "<u8" if self.unsigned else _WIDTH[self.type]
        return np.ma.masked_array(np.empty(0, kind), []) if self.nullable else np.empty(0, kind)


class _File:
    def __init__(self, path):
        with open(path, "rb") as source:
            self.data = source.read()
        if len(self.data) < 12 or self.data[:4] != b"PAR1" or self.data[-4:] != b"PAR1":
            raise ParquetError(f"{path}: not a whole Parquet file")
        (size,) = struct.unpack_from("<I", self.data, len(self.data) - 8)
        self.footer = _Thrift(self.data, len(self.data) - 8 - size).struct()
        self.columns = [_Column(element) for element in self.footer[2][1:]]
        self.rows = self.footer[3]
        self.metadata = {pair[1].decode(): pair[2].decode() for pair in self.footer.get(5, [])}

    def raw(self, index):
        groups = self.footer[4]
        if not groups:
            return None
        if len(groups) > 1:
            raise ParquetError("more than one row group")
        return self.columns[index].read(self.data, groups[0][1][index][3])


def metadata(path):
    """The key-value metadata of a file: knowledge.NAME, unit.NAME, doc.NAME, ..."""
    return _File(path).metadata


def _chosen(file, columns, knowledge):
    for index, column in enumerate(file.columns):
        known = file.metadata.get("knowledge." + column.name, "obs")
        if columns is not None and column.name not in columns:
            continue
        if known in knowledge:
            yield index, column


def read(path, columns=None, knowledge=OBS):
    """One part file: a dict of column name -> array or list. A column that `columns` names
    but `knowledge` does not cover is an error, so that truth is never read by accident."""
    file = _File(path)
    if columns is not None:
        for name in columns:
            if name not in [column.name for column in file.columns]:
                raise KeyError(name)
            known = file.metadata.get("knowledge." + name, "obs")
            if known not in knowledge:
                raise PermissionError(f"{name} is {known}: ask for it with knowledge=")
    out = {}
    for index, column in _chosen(file, columns, knowledge):
        raw = file.raw(index)
        out[column.name] = column.empty() if raw is None else column.spread(*raw)
    return out


def parts(directory, table=None):
    """The part files of a table (all that begin with `table`-), in order."""
    pattern = f"{table}-*.parquet" if table else "*.parquet"
    found = sorted(glob.glob(os.path.join(glob.escape(directory), pattern)))
    whole = os.path.join(directory, f"{table}.parquet")
    return ([whole] if table and os.path.exists(whole) else []) + found


def read_table(directory, table=None, columns=None, knowledge=OBS):
    """All parts of a table, one after another."""
    found = parts(directory, table)
    if not found:
        raise FileNotFoundError(f"{directory}: no part of {table or 'any table'}")
    pieces = [read(path, columns, knowledge) for path in found]
    if len(pieces) == 1:
        return pieces[0]
    out = {}
    for name, first in pieces[0].items():
        if isinstance(first, list):
            out[name] = [value for piece in pieces for value in piece[name]]
        elif any(np.ma.isMaskedArray(piece[name]) for piece in pieces):
            out[name] = np.ma.concatenate([piece[name] for piece in pieces])
        else:
            out[name] = np.concatenate([piece[name] for piece in pieces])
    return out


def _text(value):
    octets = value.encode("utf-8")
    return struct.pack("<I", len(octets)) + octets


def _hash_column(digest, column, raw, rows):
    present, values = raw
    kind = {_BOOLEAN: "b", _INT32: "i", _INT64: "u" if column.unsigned else "l", _FLOAT: "f",
            _DOUBLE: "d", _OCTETS: "t" if column.text else "o"}[column.type]
    digest.update(_text(column.name) + kind.encode() + bytes([column.nullable]))
    if present is not None:
        digest.update(np.packbits(present, bitorder="little").tobytes())
    if kind == "t":
        seen = {}
        indexes = [seen.setdefault(value, len(seen)) for value in values]
        digest.update(struct.pack("<I", len(seen)) + b"".join(_text(value) for value in seen))
        digest.update(np.array(indexes, "<u4").tobytes())
    elif kind == "o":
        digest.update(b"".join(struct.pack("<I", len(value)) + value for value in values))
    else:
        digest.update(np.ascontiguousarray(values).astype("u1" if kind == "b" else values.dtype).tobytes())


def update_rows_sha256(digest, path):
    """Feeds the logical content of one part to a hashlib digest: independent of encoding and
    compressor. A table's hash is that of its parts in order."""
    file = _File(path)
    digest.update(_text(file.footer[2][0][4].decode()))
    digest.update(struct.pack("<QI", file.rows, len(file.columns)))
    for index, column in enumerate(file.columns):
        raw = file.raw(index)
        if raw is not None:
            _hash_column(digest, column, raw, file.rows)


def rows_sha256(paths):
    """The logical hash of part files, as the manifest has it per table."""
    digest = hashlib.sha256()
    for path in paths:
        update_rows_sha256(digest, path)
    return digest.hexdigest()


def _main(arguments):
    """v2xd_parquet.py FILE|FOLDER [TABLE] [--all]: the first rows, column by column; `obs` unless --all."""
    words = [word for word in arguments if word != "--all"]
    if not words or "--help" in words:
        print(_main.__doc__)
        return 2 if not words else 0
    knowledge = ALL if "--all" in arguments else OBS
    rows = read_table(words[0], words[1] if len(words) > 1 else None, knowledge=knowledge) \
        if os.path.isdir(words[0]) else read(words[0], knowledge=knowledge)
    count = len(next(iter(rows.values()))) if rows else 0
    print("%d rows, %d columns" % (count, len(rows)))
    for name, column in rows.items():
        print("%-24s %s" % (name, "  ".join(str(column[i])[:40] for i in range(min(count, 3)))))
    return 0


if __name__ == "__main__":
    import signal
    import sys
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
    sys.exit(_main(sys.argv[1:]))
