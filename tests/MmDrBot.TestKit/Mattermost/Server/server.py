#!/usr/bin/env python3
"""A stand-in for Mattermost's own program: started with MM_CONFIG, it serves a few calls of API v4 from the database and the file store that the
configuration names, by the session in the database. It refuses to start on a configuration that would reach the world."""
import json
import os
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULT = sys.argv[1] if len(sys.argv) > 1 else ""
CONFIG = json.load(open(os.environ["MM_CONFIG"], encoding="utf-8"))
SOURCE = CONFIG["SqlSettings"]["DataSource"]

MUST_BE_OFF = [
    ("EmailSettings", "SendEmailNotifications"), ("EmailSettings", "SendPushNotifications"), ("ClusterSettings", "Enable"),
    ("LdapSettings", "EnableSync"), ("PluginSettings", "Enable"), ("MetricsSettings", "Enable"), ("JobSettings", "RunJobs"),
    ("JobSettings", "RunScheduler"), ("ElasticsearchSettings", "EnableIndexing"), ("MessageExportSettings", "EnableExport"),
]


def query(sql, *values):
    arguments = [part for i, value in enumerate(values) for part in ("-v", f"v{i}={value}")]
    result = subprocess.run(["psql", "-X", "-At", "-F", "\t", "-d", SOURCE, "-v", "ON_ERROR_STOP=1", *arguments], input=sql, capture_output=True, text=True, check=True)
    return [line.split("\t") for line in result.stdout.splitlines()]


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        print(self.command, self.path, flush=True)

    def answer(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def give(self, rows):
        self.answer(200 if rows else 404, json.dumps({"id": rows[0][0]} if rows else {"id": "not_found"}).encode())

    def do_GET(self):
        parts = self.path.removeprefix("/api/v4/").split("/")
        if parts == ["system", "ping"]:
            return self.answer(503 if FAULT == "unwell" else 200, b'{"status":"OK"}')
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        user = query("select userid from sessions where token = :'v0' and expiresat > extract(epoch from now()) * 1000", token)
        if not user or FAULT == "no sessions":
            return self.answer(401, b'{"id":"api.context.session_expired.app_error"}')
        if parts == ["users", "me"]:
            return self.give(user)
        if FAULT == "dies":
            print("panic: out of memory", flush=True)
            os._exit(2)
        if parts[0] in ("teams", "channels", "posts"):
            return self.give(query(f"select id from {parts[0]} where id = :'v0'", parts[1]))
        path = query("select path from fileinfo where id = :'v0'", parts[1])[0][0]
        content = open(os.path.join(CONFIG["FileSettings"]["Directory"], path), "rb").read()
        self.answer(200, content[:-1] if FAULT == "torn files" else content, "application/octet-stream")


wrong = [f"{section}.{name}" for section, name in MUST_BE_OFF if CONFIG[section][name] is not False]
if wrong or any(name.startswith(("MM_", "MMDR_", "PG")) and name != "MM_CONFIG" for name in os.environ):
    sys.exit(f"This would reach the world: {wrong} {sorted(os.environ)}")
if FAULT == "exits":
    sys.exit("Failed to ping DB, the migrations are of another version.")
if FAULT == "hangs":
    print("waiting for the database", flush=True)
    subprocess.Popen(["sleep", "600"])
    time.sleep(600)
host, port = CONFIG["ServiceSettings"]["ListenAddress"].split(":")
assert host == "127.0.0.1"
print(f"Server is listening on {host}:{port}", flush=True)
ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
