#!/usr/bin/python3
"""Reads a backup repository without the program that wrote it: for the day when all that is left is a copy of the bucket and
a passphrase or recovery key. Needs Python 3.11, Debian's python3-cryptography and python3-zstandard, and for databases psql.

  read-repository.py REPOSITORY --passphrase-file FILE list
  read-repository.py REPOSITORY --passphrase-file FILE check
  read-repository.py REPOSITORY --passphrase-file FILE restore ID|latest --output DIR
  read-repository.py REPOSITORY --passphrase-file FILE restore-database ID|latest --database URI

REPOSITORY is a directory with the bucket's objects as files (`aws s3 sync` or `rclone copy` make one), FILE holds the secret.
`restore` fills the new or empty DIR: DIR/files and DIR/config are the directories as they were (owners too when root runs it),
DIR/database is what `restore-database` puts into an empty database, DIR/config-database the same of a configuration's own one. By hand: pg_restore pre-data.dump, run the COPY statements
of tables.json on their files, psql sequences.sql, pg_restore post-data.dump, psql settings.sql.

Exit codes: 0 all well, 1 refused or failed, 2 wrong usage, 3 damage found (and all else done).
The format is that of docs/design.md; this file follows its chapters.
"""
import argparse, base64, contextlib, datetime, errno, functools, glob, hashlib, hmac, json, os, re, struct, subprocess, sys

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
HEADER = struct.Struct("<4sBc2x32s")  # "MMDR", version, kind, salt
RECORD = struct.Struct("<32sII")  # a blob's id, stored length, content length; in an index also a pack's id, size, number of blobs
COUNT = struct.Struct("<I")
# Folder -> purpose of its objects' keys, whose first letter is the objects' kind.
PURPOSES = {"packs": "pack", "indexes": "index", "manifests": "manifest", "tombstones": "tombstone", "condemned": "condemned", "distrusted": "distrusted", "audit": "audit",
            "given-up": "givenup"}

class Refused(Exception):
    """There is no going on: a wrong passphrase, a newer format, a database that is not empty."""

class Damage(Exception):
    """Something is not what was written; the message begins with the object's name."""

def check_version(name, version):
    if version > VERSION:
        raise Refused(f"{name} has format version {version}, this reader knows {VERSION}: use a newer one")

def name_of(folder, object_id):
    return f"packs/{object_id[:2]}/{object_id}" if folder == "packs" else f"{folder}/{object_id}"

def id_of(name):
    return name.rpartition("/")[2]

def sha256(data):
    return hashlib.sha256(data).hexdigest()

def secret_of(typed):
    """A passphrase counts as it is, a recovery key without blanks, dashes and case."""
    letters = re.sub("[ -]", "", typed).upper()
    return (letters if re.fullmatch("[A-Z2-7]{52}", letters) else typed).encode()

def stretch(secret, kdf):
    n, r, p = kdf["n"], kdf["r"], kdf["p"]
    if kdf["name"] != "scrypt" or n > 1 << 20 or r > 32 or p > 16:  # a forged slot shall not eat all memory
        raise Refused(f"a key slot asks for {kdf['name']} with n={n} r={r} p={p}, which no writer does")
    return hashlib.scrypt(secret, salt=base64.b64decode(kdf["salt"]), n=n, r=r, p=p, dklen=32, maxmem=129 * n * r + (1 << 20))

def decrypt(cipher, nonce, data, associated, what):
    try:
        return cipher.decrypt(nonce, data, associated)
    except (InvalidTag, ValueError) as error:
        raise Damage(f"{what} does not decrypt") from error

def decompress(frame, what):
    try:
        return zstandard.ZstdDecompressor().decompress(frame)
    except zstandard.ZstdError as error:
        raise Damage(f"{what} does not decompress") from error

class Repository:
    def __init__(self, root, typed):
        self.root = root
        self.problems = []  # damage that did not stop us
        self.where = {}  # blob id -> [(pack, number in it, offset, stored length, content length)]
        self.indexed = {}  # pack -> (size, records)
        self.superseded = set()  # indexes that others replaced
        self.pack_cipher = functools.lru_cache(256)(lambda name: self.cipher(name, self.read_part(name, 0, HEADER.size)))
        self.id, self.master = self.unlock(secret_of(typed))
        self.blob_id_key = self.derive("blob-id", b"")

    # ---- Objects

    def names(self, folder):
        """Names of the objects in a folder; what is not named so is none (a half-copied file, say)."""
        found = glob.glob("packs/??/*" if folder == "packs" else f"{folder}/*", root_dir=self.root)
        return sorted(name for name in found if re.fullmatch("[0-9a-f]{64}", id_of(name)) and name == name_of(folder, id_of(name)))

    def ids(self, folder):
        return set(map(id_of, self.names(folder)))

    def read(self, name):
        """The whole object, compared with its name."""
        data = self.read_part(name, 0, -1)
        if sha256(data) != id_of(name) != "repository.json":
            raise Damage(f"{name}: its content does not have the SHA-256 that is its name")
        return data

    def read_part(self, name, offset, length):
        try:
            with open(os.path.join(self.root, name), "rb") as file:
                file.seek(offset)
                return file.read(length)
        except OSError as error:
            raise Damage(f"{name} is missing" if isinstance(error, FileNotFoundError) else f"{name}: {error.strerror}") from error

    def parse(self, name, wanted_format, read):
        try:
            value = json.loads(read(name))
        except ValueError as error:
            raise Damage(f"{name} is no JSON") from error
        if value.get("format") != wanted_format:
            raise Damage(f"{name} is no {wanted_format}")
        check_version(name, value["version"])
        return value

    # ---- Keys

    def unlock(self, secret):
        """-> (repository id, master key)"""
        descriptor = self.attempt(self.parse, "repository.json", "mmdr-repository", self.read)  # a slot repeats what it says
        slots = list(filter(None, (self.attempt(self.parse, name, "mmdr-key-slot", self.read) for name in self.names("keys"))))
        if not slots:
            raise Refused("; ".join(["no key slot is left in keys/, and only a key slot holds the master key", *map(str, self.problems)]))
        for slot in slots:
            nonce, wrapped, binding = base64.b64decode(slot["nonce"]), base64.b64decode(slot["wrapped"]), f"mmdr/1/key-slot/{slot['repository']}"
            with contextlib.suppress(InvalidTag):
                master = AESGCM(stretch(secret, slot["kdf"])).decrypt(nonce, wrapped, binding.encode())
                if descriptor and sha256(self.read("repository.json")) != slot["descriptor"]:
                    self.problems.append(Damage("repository.json has not the bytes that it was made with"))
                return slot["repository"], master
        raise Refused("; ".join([f"wrong passphrase or recovery key: it opens none of the {len(slots)} key slot(s)", *map(str, self.problems)]))

    def derive(self, purpose, salt):
        """HKDF-SHA256; for 32 bytes it is this."""
        extracted = hmac.digest(salt or bytes(32), self.master, "sha256")
        return hmac.digest(extracted, f"mmdr/1/{purpose}/{self.id}".encode() + b"\1", "sha256")

    def cipher(self, name, header):
        """The cipher of one object; its salt is in the header."""
        purpose = PURPOSES[name.partition("/")[0]]
        magic, version, kind, salt = HEADER.unpack(header.ljust(HEADER.size, b"\0"))
        if magic != b"MMDR" or kind != purpose[0].upper().encode():
            raise Damage(f"{name} does not begin as its kind does")
        check_version(name, version)
        return AESGCM(self.derive(purpose, salt))

    # ---- Sealed objects, packs, indexes, streams, manifests

    def attempt(self, what, *arguments):
        """Does something; damage is noted and gives None."""
        try:
            return what(*arguments)
        except Damage as damage:
            self.problems.append(damage)

    def unseal(self, name):
        data = self.read(name)
        header = data[:HEADER.size]
        return decompress(decrypt(self.cipher(name, header), bytes(12), data[HEADER.size:], header, name), name)

    def trailer(self, pack):
        """A pack's size and its own list of its blobs."""
        name = name_of("packs", pack)
        size = os.path.getsize(os.path.join(self.root, name))
        length = COUNT.unpack(self.read_part(name, max(0, size - 4), 4).rjust(4, b"\0"))[0]
        start = size - 4 - length
        if start < HEADER.size:
            raise Damage(f"{name} has no list of blobs at its end")
        header, end = self.read_part(name, 0, HEADER.size), self.read_part(name, start, length)
        records = decrypt(self.pack_cipher(name), b"\xff" * 12, end, header, f"{name}: its list of blobs")
        if len(records) % RECORD.size or HEADER.size + sum(stored for _, stored, _ in RECORD.iter_unpack(records)) != start:
            raise Damage(f"{name}: its list of blobs does not add up to its length")
        return size, records

    def load_indexes(self):
        """Learns where all blobs are. What the indexes do not say (one may be lost), the packs' own lists do."""
        read = {id_of(name): index for name in self.names("indexes") if (index := self.attempt(self.read_index, name))}
        self.superseded = {old for olds, _ in read.values() for old in olds}
        for pack, size, records in (pack for index in read.keys() - self.superseded for pack in read[index][1]):
            self.add_pack(pack, size, records)
        for pack in sorted(self.ids("packs") - self.indexed.keys()):
            if found := self.attempt(self.trailer, pack):
                self.add_pack(pack, *found)

    def read_index(self, name):
        """-> (superseded indexes, [(pack, its size, its records)])"""
        data = self.unseal(name)
        olds, packs = [data[4 + 32 * i:36 + 32 * i].hex() for i in range(COUNT.unpack_from(data)[0])], []
        position = 8 + 32 * len(olds)
        for _ in range(COUNT.unpack_from(data, position - 4)[0]):
            pack, size, blobs = RECORD.unpack_from(data, position)
            position += RECORD.size * (1 + blobs)
            packs.append((pack.hex(), size, data[position - RECORD.size * blobs:position]))
        return olds, packs

    def add_pack(self, pack, size, records):
        offset = HEADER.size
        for number, (blob, stored, length) in enumerate(RECORD.iter_unpack(records) if pack not in self.indexed else ()):
            self.where.setdefault(blob, []).append((pack, number, offset, stored, length))
            offset += stored
        self.indexed[pack] = (size, records)

    def blob(self, blob):
        """A blob's content, from the first copy that is whole."""
        problem = Damage(f"blob {blob.hex()} is in no pack")
        for pack, number, offset, stored, length in self.where.get(blob, ()):
            try:
                return self.open_blob(pack, number, blob, self.read_part(name_of("packs", pack), offset, stored), length)
            except Damage as damage:
                problem = damage
        raise problem

    def open_blob(self, pack, number, blob, sealed, length):
        name = name_of("packs", pack)
        what = f"{name}: blob {blob.hex()}"
        plain = decrypt(self.pack_cipher(name), number.to_bytes(12, "big"), sealed, blob, what)
        content = plain[1:] if plain[:1] == b"\0" else decompress(plain[1:], what) if plain[:1] == b"\1" else None
        if content is None or len(content) != length or hmac.digest(self.blob_id_key, content, "sha256") != blob:
            raise Damage(f"{what} has an unknown codec or is not the content that its id says")
        return content

    def leaves(self, root, depth):
        """Ids of the blobs whose content is a stream. A list of ids is itself a stream, one level less deep."""
        if depth == 0:
            yield root
            return
        rest = b""
        for blob in self.leaves(root, depth - 1):
            rest += self.blob(blob)
            whole = len(rest) - len(rest) % 32
            yield from (rest[start:start + 32] for start in range(0, whole, 32))
            rest = rest[whole:]
        if rest:
            raise Damage(f"stream {root.hex()}: a list of blobs ends within an id")

    def stream(self, stream, read=None):
        """A stream's content piece by piece; or something of the same length, as `read` says."""
        size, root = 0, stream.get("root")
        for leaf in self.leaves(bytes.fromhex(root), stream["depth"]) if root else ():
            piece = (read or self.blob)(leaf)
            size += len(piece)
            yield piece
        if size != stream["size"]:
            raise Damage(f"stream {root} has {size} bytes instead of {stream['size']}")

    def measure(self, stream):
        """Checks that a stream's blobs are there and add up to its size, without reading the content."""
        for _ in self.stream(stream, lambda leaf: range(self.where[leaf][0][4]) if leaf in self.where else self.blob(leaf)):
            pass

    def removed(self):
        """(kind, id) of what was removed on purpose."""
        stones = (self.attempt(self.unseal, name) for name in self.names("tombstones"))
        stones, recalled = [json.loads(stone) for stone in stones if stone], {}
        for stone in stones:
            if stone["kind"] == "restore-point-recalled":
                at = datetime.datetime.fromisoformat(stone["at"])
                recalled[stone["target"]] = max(at, recalled.get(stone["target"], at))
        return {(stone["kind"], stone["target"]) for stone in stones
                if stone["kind"] != "restore-point" or stone["target"] not in recalled or datetime.datetime.fromisoformat(stone["at"]) >= recalled[stone["target"]]}

    def restore_points(self):
        """All live restore points as (id, manifest), oldest first."""
        removed, points = self.removed(), []
        for name in self.names("manifests"):
            if ("restore-point", id_of(name)) not in removed and (point := self.attempt(self.parse, name, "mmdr-restore-point", self.unseal)):
                points.append((id_of(name), point))
        return sorted(points, key=lambda point: (datetime.datetime.fromisoformat(point[1]["createdAt"]), point[0]))

    def restore_point(self, wanted):
        points = self.restore_points()
        found = points[-1:] if wanted == "latest" else [point for point in points if point[0].startswith(wanted)]
        if len(found) != 1:
            raise Refused(f"there is no restore point {wanted}" if not found else f"several restore points begin with {wanted}")
        return found[0][1]

    def entries(self, part):
        """The entries of a list of files."""
        rest = b""
        for piece in self.stream(part["list"]):
            *lines, rest = (rest + piece).split(b"\n")
            yield from map(json.loads, lines)
        if rest:
            raise Damage(f"stream {part['list']['root']}: the list ends within a line")

    def save(self, path, stream):
        """Writes a stream to a new file; of a damaged one, nothing stays."""
        with open(path, "xb") as file:
            try:
                file.writelines(self.stream(stream))
            except BaseException:
                os.unlink(path)
                raise

def content_of(entry):
    return {"size": entry["s"], "depth": entry["d"], "root": entry.get("r")}

def has_content(part):
    """False for a configuration in the database, and for a file store of which at most the list was kept."""
    return bool(part and part.get("list") and part.get("mode", "copy") == "copy")

def outside(manifest):
    """Files that the configuration names outside its directory, as a part of their own."""
    return {"list": manifest.get("config", {}).get("outside")}

def databases(manifest):
    """The databases of a restore point: Mattermost's own, and one that has nothing but its configuration."""
    found = {"database": manifest.get("database"), "config-database": manifest.get("config", {}).get("database")}
    return {name: database for name, database in found.items() if database}

# ---- config, files

class Tree:
    """Makes a new directory from a list. Nothing is ever written outside of it or over what exists."""

    def __init__(self, repository, root):
        self.repository, self.root = repository, os.fsencode(root)
        self.directories = {}  # path -> entry

    def restore(self, part):
        self.make_directory(b"")
        for entry in self.repository.entries(part):
            self.repository.attempt(self.add, entry)
        for path in sorted(self.directories, reverse=True):  # last and deepest first, as new content changes a directory's time
            set_attributes(os.path.join(self.root, path), self.directories[path])

    def add(self, entry):
        path, is_directory = entry["p"].encode(), entry["t"] == "d"
        if path.endswith(b"/") and entry["s"] == 0:  # how S3 file stores keep an empty directory
            path, is_directory = path[:-1], True
        if path and any(part in (b"", b".", b"..") or b"\0" in part for part in path.split(b"/")):
            raise Damage(f"{entry['p']!r} leaves the directory that is restored into: refused")
        try:
            self.make_directory(path if is_directory else os.path.dirname(path))
            if is_directory:
                self.directories[path] = entry
                return
            full = os.path.join(self.root, path)
            os.symlink(base64.b64decode(entry["lb"]) if "lb" in entry else entry["l"].encode(), full) if entry["t"] == "l" else self.repository.save(full, content_of(entry))
            set_attributes(full, entry)
        except (OSError, Damage) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS):
                raise  # our disk, not the repository
            raise Damage(f"{entry['p']}: {error}") from error

    def make_directory(self, path):
        """Makes parents too: lists of S3 file stores have no directories. A link is never a parent, as mkdir fails on it."""
        if path not in self.directories:
            if path:
                self.make_directory(os.path.dirname(path))
            os.mkdir(os.path.join(self.root, path), 0o700)
            self.directories[path] = {}

def set_attributes(full, entry):
    if "u" in entry and os.geteuid() == 0:
        os.chown(full, entry["u"], entry["g"], follow_symlinks=False)
    if "m" in entry and entry["t"] != "l":  # after the owner, whose change clears the set-user-id bit
        os.chmod(full, int(entry["m"], 8))
    if "mt" in entry:
        os.utime(full, ns=(int(entry["mt"]), int(entry["mt"])), follow_symlinks=False)

# ---- database

def quoted(*names):
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)

def literal(text):
    return "'" + text.replace("'", "''") + "'"

def copy_statement(table):
    columns = f" ({', '.join(map(quoted, table['columns']))})" if table["columns"] else ""
    return f"COPY {quoted(table['schema'], table['name'])}{columns} FROM STDIN"

def file_of(table):
    """A safe file name; tables.json says whose it is."""
    parts = [re.sub(rb"[^A-Za-z0-9_-]", lambda byte: b"%%%02X" % ord(byte[0]), table[part].encode()).decode() for part in ("schema", "name")]
    return (".".join(parts) if len("".join(parts)) < 200 else hashlib.sha256(".".join(parts).encode()).hexdigest()) + ".copy"

class Database:
    def __init__(self, repository, database):
        self.repository, self.database = repository, database
        self.streams = {"pre-data.dump": database["preData"], "post-data.dump": database["postData"]}  # file name -> stream
        self.streams |= {file_of(table): table["data"] for table in database["tables"]}
        self.streams |= {f"large-objects/{item['oid']}": item["data"] for item in database["largeObjects"]}

    def export(self, folder):
        os.makedirs(os.path.join(folder, "large-objects"))
        tables = [{**table, "file": file_of(table), "copy": copy_statement(table)} for table in self.database["tables"]]
        for name, text in (("tables.json", json.dumps(tables, indent=1)), ("sequences.sql", self.sequences()), ("settings.sql", self.settings())):
            with open(os.path.join(folder, name), "x", encoding="utf-8") as file:
                file.write(text)
        for name, stream in self.streams.items():
            self.repository.attempt(self.repository.save, os.path.join(folder, name), stream)

    def sequences(self):
        calls = ((literal(quoted(s["schema"], s["name"])), s["lastValue"], str(s["isCalled"]).lower()) for s in self.database["sequences"])
        return "".join("SELECT pg_catalog.setval(%s, %s, %s);\n" % call for call in calls)

    def settings(self):
        """What ALTER DATABASE SET and ALTER ROLE IN DATABASE SET had set; psql knows the database's name."""
        lines, lists = "", ("local_preload_libraries", "search_path", "session_preload_libraries", "temp_tablespaces")
        for item in self.database["settings"]:
            name, _, value = item["setting"].partition("=")
            role = f"ROLE {quoted(item['role'])} IN " if item.get("role") else ""
            lines += f"ALTER {role}DATABASE :\"DBNAME\" SET {quoted(name)} TO {value if name in lists else literal(value)};\n"
        return lines

    def large_object(self, item):
        """Statements for a large object's content; the object with its owner and rights came with pre-data.dump."""
        offset = 0
        for piece in self.repository.stream(item["data"]):
            yield f"SELECT pg_catalog.lo_put({item['oid']}, {offset}, '\\x{piece.hex()}');\n".encode()
            offset += len(piece)

    def restore(self, uri):
        psql, pg_restore = ["psql", "-XAt", "--set=ON_ERROR_STOP=1", f"--dbname={uri}"], ["pg_restore", "--exit-on-error", f"--dbname={uri}"]
        script = [*psql, "--quiet", "--output=/dev/null"]
        if feed([*psql, "--command=SELECT count(*) FROM pg_class WHERE oid >= 16384"]) != "0":
            raise Refused("the database is not empty")
        missing = set(self.database["roles"]) - set(feed([*psql, "--command=SELECT rolname FROM pg_roles"]).split("\n"))
        if missing:
            raise Refused("create these roles first: " + ", ".join(map(quoted, sorted(missing))))
        feed(pg_restore, self.repository.stream(self.database["preData"]))
        for table in self.database["tables"]:
            printed = feed([*psql, f"--command={copy_statement(table)}"], self.repository.stream(table["data"]))
            if printed != f"COPY {table['rows']}":
                raise Damage(f"table {table['name']} should have {table['rows']} rows, psql says {printed}")
        for item in self.database["largeObjects"]:
            feed(script, self.large_object(item))
        feed(script, [self.sequences().encode()])
        feed(pg_restore, self.repository.stream(self.database["postData"]))
        feed(script, [self.settings().encode()])

def feed(command, pieces=()):
    """Runs a program on what it shall read; -> what it printed."""
    # An empty search_path, so that no function of the database is taken for one of PostgreSQL's.
    options = os.environ.get("PGOPTIONS", "") + " -c search_path= -c statement_timeout=0 -c row_security=off"
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8", "PGOPTIONS": options}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        try:
            for piece in pieces:
                process.stdin.write(piece)
        except BrokenPipeError:
            pass  # it gave up, and says why itself
        except BaseException:
            process.kill()  # an orderly end would commit half a table
            raise
        output = process.communicate()[0].decode().strip()
    if process.returncode:
        raise Refused(f"{command[0]} failed; if the database is half filled now, drop it before you try again")
    return output

# ---- Commands

def check(repository, _):
    """Reads everything and compares all that can be compared."""
    repository.load_indexes()
    for name in repository.names("condemned") + repository.names("distrusted") + repository.names("audit"):
        repository.attempt(repository.unseal, name)
    for pack in sorted(repository.indexed.keys() | repository.ids("packs")):
        repository.attempt(check_pack, repository, pack)
    removed = repository.removed() | {("index", index) for index in repository.superseded}
    for point, manifest in repository.restore_points():
        # What a restore point names was there at its commit: only a tombstone or a successor explains that it is gone.
        for folder, kind, member in (("manifests", "restore-point", "previous"), ("keys", "key-slot", "keySlots"), ("indexes", "index", "indexes")):
            gone = set(manifest[member]) - repository.ids(folder)
            repository.problems += (Damage(f"{folder}/{i} is missing; restore point {point} names it") for i in gone if not {(kind, i), (kind + "-elsewhere", i)} & removed)
        for database in databases(manifest).values():
            for stream in Database(repository, database).streams.values():
                repository.attempt(repository.measure, stream)
        for part in filter(has_content, (manifest.get("config"), outside(manifest), manifest.get("files"))):
            repository.attempt(check_list, repository, part)
    # What was given up is no news.
    decisions = (repository.attempt(repository.unseal, name) for name in repository.names("given-up"))
    given_up = {json.loads(decision)["object"] for decision in filter(None, decisions)}
    repository.problems[:] = [problem for problem in repository.problems if re.split("[ :]", str(problem))[0] not in given_up]

def check_pack(repository, pack):
    name = name_of("packs", pack)
    data, found, offset = repository.read(name), repository.trailer(pack), HEADER.size
    if repository.indexed.get(pack) != found:
        raise Damage(f"{name} holds other blobs than its index says")
    for number, (blob, stored, length) in enumerate(RECORD.iter_unpack(found[1])):
        repository.open_blob(pack, number, blob, data[offset:offset + stored], length)
        offset += stored

def check_list(repository, part):
    for entry in repository.entries(part):
        if entry["t"] == "f":
            repository.attempt(repository.measure, content_of(entry))

def list_points(repository, _):
    for point, manifest in repository.restore_points():
        parts = {name: manifest[name] for name in ("database", "config", "files") if name in manifest}
        streams = Database(repository, parts["database"]).streams.values() if "database" in parts else ()
        size = sum(part.get("bytes", 0) for part in parts.values()) + sum(stream["size"] for stream in streams)
        print(json.dumps({"id": point, "createdAt": manifest["createdAt"], "components": [*parts], "bytes": size, "state": manifest["state"]}))

def restore(repository, arguments):
    manifest = repository.restore_point(arguments.point)
    repository.load_indexes()
    os.makedirs(arguments.output, exist_ok=True)
    if os.listdir(arguments.output):
        raise Refused(f"{arguments.output} is not empty")
    for name, part in (("config", manifest.get("config")), ("config-outside", outside(manifest)), ("files", manifest.get("files"))):
        if has_content(part):
            repository.attempt(Tree(repository, os.path.join(arguments.output, name)).restore, part)
    for name, database in databases(manifest).items():
        Database(repository, database).export(os.path.join(arguments.output, name))

def restore_database(repository, arguments):
    manifest = repository.restore_point(arguments.point)
    if "database" not in manifest:
        raise Refused("this restore point has no database")
    repository.load_indexes()
    Database(repository, manifest["database"]).restore(arguments.database)

def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository")
    parser.add_argument("--passphrase-file", required=True)
    commands = parser.add_subparsers(required=True)
    for run, *names in ((list_points, "list"), (check, "check"), (restore, "restore", "--output"), (restore_database, "restore-database", "--database")):
        command = commands.add_parser(names[0])
        command.set_defaults(run=run)
        for option in names[1:]:
            command.add_argument("point")
            command.add_argument(option, required=True)
    return parser.parse_args()

def main():
    arguments, problems, failed = parse_arguments(), [], False
    os.umask(0o077)  # a database holds password hashes
    try:
        with open(arguments.passphrase_file, encoding="utf-8", newline="") as file:
            repository = Repository(arguments.repository, file.read().rstrip("\r\n"))
        problems = repository.problems
        repository.attempt(arguments.run, repository, arguments)
    except (Refused, OSError, ValueError) as error:
        failed = True
        print(f"error: {error}", file=sys.stderr)
    for problem in problems:
        print(f"damage: {problem}", file=sys.stderr)
    return 1 if failed else 3 if problems else 0

if __name__ == "__main__":
    sys.exit(main())
