CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES ('epoch', '57613989-c49f-4793-9dd9-3577737586c2');
CREATE TABLE trail (
    seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL, action TEXT NOT NULL, data TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO "trail" VALUES (1, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'0000000000000000000000000000000000000000000000000000000000000000', x'157792bcc0988f90f3407204df7a398235151947b279d15ff7092d5b896823ea');
INSERT INTO "trail" VALUES (2, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'157792bcc0988f90f3407204df7a398235151947b279d15ff7092d5b896823ea', x'7d7191e9604423092532f6696f09d079ff056cf7e586bb6007ed9f276f387596');
INSERT INTO "trail" VALUES (3, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'7d7191e9604423092532f6696f09d079ff056cf7e586bb6007ed9f276f387596', x'cd086f6700f4e69a8ca2a1a0921e30e653ecf35d5f27c9de2ced8e6e9e81d54e');
CREATE INDEX trail_of ON trail (kind, id, seq);
CREATE TABLE number (kind TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (kind, day)) STRICT, WITHOUT ROWID;
INSERT INTO "number" VALUES ('x', 'x', 1);
CREATE TABLE alarm (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, point TEXT NOT NULL, severity TEXT NOT NULL, text TEXT NOT NULL,
    active INTEGER NOT NULL, acked INTEGER NOT NULL, raised_at INTEGER, cleared_at INTEGER, acked_at INTEGER, acked_by TEXT,
    retired INTEGER NOT NULL, count INTEGER NOT NULL, value TEXT NOT NULL, place TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "alarm" VALUES ('x', 'x', 'x', 'x', 'x', 1, 1, 1, 1, 1, 'x', 1, 1, 'x', 'x');
CREATE TABLE workorder (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, text TEXT NOT NULL, class TEXT NOT NULL, phase TEXT NOT NULL, alarm TEXT,
    severity TEXT, equipment TEXT, assignee TEXT, occurrences INTEGER NOT NULL, opened_at INTEGER NOT NULL,
    arrive_by INTEGER NOT NULL, restore_by INTEGER NOT NULL, arrived_at INTEGER, fixed_at INTEGER, fixed_by TEXT, closed_at INTEGER) STRICT, WITHOUT ROWID;
INSERT INTO "workorder" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 1, 1, 1, 1, 1, 'x', 1);
CREATE UNIQUE INDEX workorder_open ON workorder (alarm) WHERE phase NOT IN ('closed', 'cancelled');
CREATE INDEX workorder_phase ON workorder (phase, id);
CREATE TABLE user (
    name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, password TEXT NOT NULL, disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "user" VALUES ('x', 'x', 'x', 1, 1);
CREATE TABLE session (
    hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "session" VALUES ('x', 'x', 1, 1, 1);
CREATE TABLE token (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, user TEXT NOT NULL REFERENCES user, hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL, expires_at INTEGER, revoked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "token" VALUES ('x', 'x', 'x', 'x', 1, 1, 1);
CREATE TABLE broker_account (
    name TEXT PRIMARY KEY, password TEXT NOT NULL, publish TEXT NOT NULL, subscribe TEXT NOT NULL,
    created_at INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "broker_account" VALUES ('x', 'x', 'x', 'x', 1, 1);
CREATE TABLE idempotency (
    key TEXT NOT NULL, actor TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (actor, key)) STRICT, WITHOUT ROWID;
INSERT INTO "idempotency" VALUES ('x', 'x', 'x', 1, 'x', 1);
PRAGMA user_version = 1;
