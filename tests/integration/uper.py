#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random valid messages and their UPER octets, by an encoder that knows nothing of asn1c: it reads ASN.1 modules
(the subset that ours are written in) and follows ITU-T X.691.

Maker(types, opens, rnd, ...).message(type name) gives (octets, value in JER).
"""
import re

TOKEN = re.compile(r"--[^\n]*|\.\.\.|\.\.|::=|[A-Za-z][A-Za-z0-9-]*|-?\d+|[{}()\[\],;]")
NUMERIC = " 0123456789"


class Reader:
    def __init__(self, path):
        with open(path) as f:
            self.tokens = [t for t in TOKEN.findall(f.read()) if not t.startswith("--")]
        self.at = 0

    def peek(self):
        return self.tokens[self.at]

    def take(self, want=None):
        token = self.tokens[self.at]
        self.at += 1
        assert want is None or token == want, (want, self.tokens[self.at - 4:self.at + 4])
        return token

    def taken(self, token):
        if self.peek() == token:
            self.at += 1
            return True
        return False

    def bounds(self):
        """(least, most, extensible) of a value or a size, None without a constraint."""
        if not self.taken("("):
            return None
        size = self.taken("SIZE")
        if size:
            self.take("(")
        least = most = int(self.take())
        if self.taken(".."):
            most = int(self.take())
        extensible = False
        while self.taken(","):
            extensible = self.take() == "..." or extensible
            if self.taken(".."):
                self.take()
        self.take(")")
        if size:
            self.take(")")
        return least, most, extensible

    def members(self):
        """Members as (name, type, optional, default), and how many stand before the extension marker."""
        found, marker = [], None
        self.take("{")
        while not self.taken("}"):
            if self.taken("..."):
                marker = len(found) if marker is None else marker
            else:
                name, kind, default = self.take(), self.type(), None
                optional = self.taken("OPTIONAL")
                if self.taken("DEFAULT"):
                    optional, default = True, self.take()
                found.append((name, kind, optional, default))
            self.taken(",")
        return found, marker

    def names(self):
        found, marker = [], None
        self.take("{")
        while not self.taken("}"):
            if self.taken("..."):
                marker = len(found)
            else:
                name, value = self.take(), len(found)
                if self.taken("("):
                    value = int(self.take())
                    self.take(")")
                found.append((value, name))
            self.taken(",")
        return sorted(found[:marker]), marker is not None

    def type(self):
        word = self.take()
        if word in ("SEQUENCE", "CHOICE") and self.peek() == "{":
            return (word, *self.members())
        if word == "SEQUENCE":
            size = self.bounds()
            self.take("OF")
            return "LIST", self.type(), size
        if word == "ENUMERATED":
            return (word, *self.names())
        if word in ("BIT", "OCTET", "OBJECT"):
            self.take()
        elif word not in ("INTEGER", "BOOLEAN", "NULL", "IA5String", "UTF8String", "NumericString", "RELATIVE-OID"):
            return "NAMED", word, self.bounds()
        return word, self.bounds()

    def types(self):
        found = {}
        while self.take() != "BEGIN":
            pass
        if self.taken("IMPORTS"):
            while self.take() != ";":
                pass
        while not self.taken("END"):
            name = self.take()
            self.take("::=")
            found[name] = self.type()
        return found


class Bits:
    def __init__(self):
        self.text = ""

    def put(self, value, count):
        self.text += format(value, "0%db" % count) if count else ""

    def within(self, value, least, most):
        self.put(value - least, (most - least).bit_length())

    def length(self, n):
        if n >= 16384:
            raise OverflowError
        self.put(n if n < 128 else 0x8000 | n, 8 if n < 128 else 16)

    def octets(self):
        text = self.text or "0"
        text += "0" * (-len(text) % 8)
        return bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))

    def put_octets(self, octets):
        for octet in octets:
            self.put(octet, 8)

    def open(self, octets):
        self.length(len(octets))
        self.put_octets(octets)


class Maker:
    """opens: {container: {id: type}}; an empty inner table stands for ids that nobody knows. fixed: {type: values of
    its first members}."""

    def __init__(self, types, opens, rnd, often=0.5, longer=2, fixed=None):
        self.types, self.opens, self.rnd, self.often, self.longer = types, opens, rnd, often, longer
        self.fixed = fixed or {}
        self.depth = 0

    def message(self, name):
        bits = Bits()
        value = self.make(("NAMED", name, None), bits)
        return bits.octets(), value

    def make(self, kind, bits):
        name = bounds = None
        while kind[0] == "NAMED":
            name, bounds, kind = kind[1], kind[2] or bounds, self.types[kind[1]]
        if kind[0] in ("SEQUENCE", "CHOICE", "LIST", "ENUMERATED"):
            return getattr(self, kind[0].lower())(kind, bits, name)
        return getattr(self, kind[0].lower().replace("-", "_"))(bounds or kind[1], bits)

    def some(self, least, most):
        return self.rnd.randint(least, min(most, least + self.longer))

    def integer(self, bounds, bits):
        if bounds is None:
            value = self.rnd.choice([0, -1, 127, 128, -129, self.rnd.randint(-2 ** 31, 2 ** 31 - 1)])
            bits.open(value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True))
            return value
        least, most, extensible = bounds
        bits.put(0, int(extensible))
        value = self.rnd.choice([least, most, self.rnd.randint(least, most), self.rnd.randint(least, most)])
        bits.within(value, least, most)
        return value

    def boolean(self, _bounds, bits):
        value = self.rnd.random() < 0.5
        bits.put(int(value), 1)
        return value

    def null(self, _bounds, _bits):
        return None

    def bit(self, bounds, bits):
        least, most, extensible = bounds
        beyond = extensible and self.rnd.random() < 0.2
        count = most + self.rnd.randint(1, 5) if beyond else self.rnd.randint(least, most)
        bits.put(int(beyond), int(extensible))
        if beyond:
            bits.length(count)
        else:
            bits.within(count, least, most)
        inner = Bits()
        inner.put(self.rnd.getrandbits(count) if count else 0, count)
        bits.text += inner.text
        text = inner.octets().hex().upper() if count else ""
        return text if least == most and not extensible else {"value": text, "length": count}

    def octet(self, bounds, bits):
        octets = bytes(self.rnd.randrange(256) for _ in range(self.some(*(bounds or (0, 4))[:2])))
        if bounds is None:
            bits.open(octets)
        else:
            bits.within(len(octets), *bounds[:2])
            bits.put_octets(octets)
        return octets.hex().upper()

    def ia5string(self, bounds, bits):
        text = "".join(self.rnd.choice('AbZ 09~!/"\\') for _ in range(self.some(*bounds[:2])))
        bits.within(len(text), *bounds[:2])
        for c in text:
            bits.put(ord(c), 7)
        return text

    def numericstring(self, bounds, bits):
        text = "".join(self.rnd.choice(NUMERIC) for _ in range(self.some(*bounds[:2])))
        bits.within(len(text), *bounds[:2])
        for c in text:
            bits.put(NUMERIC.index(c), 4)
        return text

    def utf8string(self, _bounds, bits):
        text = "".join(self.rnd.choice("AbZ 09\u00e4\u20ac") for _ in range(self.rnd.randint(1, 6)))
        bits.open(text.encode())
        return text

    def arcs(self, numbers, bits):
        octets = b""
        for number in numbers:
            groups = [number & 127]
            while number > 127:
                number >>= 7
                groups.insert(0, number & 127 | 128)
            octets += bytes(groups)
        bits.open(octets)

    def relative_oid(self, _bounds, bits):
        numbers = [self.rnd.choice([0, 127, 128, self.rnd.randrange(2 ** 62)]) for _ in range(self.rnd.randint(1, 3))]
        self.arcs(numbers, bits)
        return ".".join(map(str, numbers))

    def object(self, _bounds, bits):
        first, second = self.rnd.randint(0, 2), self.rnd.randint(0, 39)
        rest = [self.rnd.choice([0, 127, 128, self.rnd.randrange(2 ** 31)]) for _ in range(self.rnd.randint(1, 3))]
        self.arcs([first * 40 + second] + rest, bits)
        return ".".join(map(str, [first, second] + rest))

    def enumerated(self, kind, bits, _name):
        bits.put(0, int(kind[2]))
        index = self.rnd.randrange(len(kind[1]))
        bits.within(index, 0, len(kind[1]) - 1)
        return kind[1][index][1]

    def list(self, kind, bits, _name):
        if kind[2] is None:
            count = self.some(0, 4)
            bits.length(count)
        else:
            least, most, extensible = kind[2]
            count = self.some(least, most)
            bits.put(0, int(extensible))
            bits.within(count, least, most)
        return [self.make(kind[1], bits) for _ in range(count)]

    def choice(self, kind, bits, _name):
        alternatives, marker = kind[1][:kind[2]], kind[2]
        bits.put(0, int(marker is not None))
        index = self.rnd.randrange(len(alternatives))
        bits.within(index, 0, len(alternatives) - 1)
        return {alternatives[index][0]: self.make(alternatives[index][1], bits)}

    def root_member(self, name, place, member, before, bits):
        """One member; the two of an open type's container belong together."""
        if name in self.fixed and place < len(self.fixed[name]):
            bits.put(self.fixed[name][place], 8)
            return self.fixed[name][place]
        table = self.opens.get(name)
        if table and place == 0:
            value = self.rnd.choice(list(table))
            least, most, _ = member[1][2] or self.types[member[1][1]][1]
            bits.within(value, least, most)
            return value
        if table and place == 1:
            inside, value = self.message(table[before[0]])
            bits.open(inside)
            return {table[before[0]]: value}
        if table is not None and place == 1:
            octets = bytes(self.rnd.randrange(256) for _ in range(self.rnd.randint(1, 4)))
            bits.open(octets)
            return octets.hex().upper()
        value = self.make(member[1], bits)
        return value

    def addition(self, member):
        """Octets and members; a group without any is none (X.691, 19.9)."""
        inside = Bits()
        value = self.make(member[1], inside)
        if member[2] and member[1][0] == "NAMED" and member[1][1].endswith("Group"):
            return (inside.octets(), value) if value else None
        return inside.octets(), {member[0]: value}

    def sequence(self, kind, bits, name):
        members, marker = kind[1:]
        root, additions = members[:marker], members[marker:] if marker is not None else []
        self.depth += 1
        often = self.often if self.depth < 14 else 0
        there = [not m[2] or self.rnd.random() < often for m in root]
        added = [self.addition(m) if self.rnd.random() < often * 0.6 else None for m in additions]
        bits.put(int(any(added)), int(marker is not None))
        for member, present in zip(root, there):
            bits.put(int(present), int(member[2]))
        values = {}
        for place, (member, present) in enumerate(zip(root, there)):
            default = spoken(member[3])
            if present:
                start = bits.text
                values[member[0]] = self.root_member(name, place, member, list(values.values()), bits)
                while default is not None and values[member[0]] == default:  # canonical: then it is left out
                    bits.text = start
                    values[member[0]] = self.make(member[1], bits)
            elif default is not None and not isinstance(default, bool):
                values[member[0]] = default
        if any(added):
            bits.put(len(additions) - 1, 7)
            for addition in added:
                bits.put(int(addition is not None), 1)
            for octets, value in filter(None, added):
                bits.open(octets)
                values.update(value)
        self.depth -= 1
        return values


def spoken(default):
    if default is None or not default.lstrip("-").isdigit():
        return {"TRUE": True, "FALSE": False}.get(default, default)
    return int(default)
