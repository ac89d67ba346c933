CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES ('epoch', '57613989-c49f-4793-9dd9-3577737586c2');
CREATE TABLE trail (
    seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL, action TEXT NOT NULL, data TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO "trail" VALUES (1, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'0000000000000000000000000000000000000000000000000000000000000000', x'157792bcc0988f90f3407204df7a398235151947b279d15ff7092d5b896823ea');
INSERT INTO "trail" VALUES (2, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'157792bcc0988f90f3407204df7a398235151947b279d15ff7092d5b896823ea', x'7d7191e9604423092532f6696f09d079ff056cf7e586bb6007ed9f276f387596');
INSERT INTO "trail" VALUES (3, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'7d7191e9604423092532f6696f09d079ff056cf7e586bb6007ed9f276f387596', x'cd086f6700f4e69a8ca2a1a0921e30e653ecf35d5f27c9de2ced8e6e9e81d54e');
INSERT INTO "trail" VALUES (4, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'cd086f6700f4e69a8ca2a1a0921e30e653ecf35d5f27c9de2ced8e6e9e81d54e', x'd69005a44b3e25dbd6740fff1213f7b5ca86c3f17b1b1de5c094105f2dda9f35');
INSERT INTO "trail" VALUES (5, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'd69005a44b3e25dbd6740fff1213f7b5ca86c3f17b1b1de5c094105f2dda9f35', x'7de097837f5ed8b87379588630c2bbbc30a23eb50ef3afe1454f5d9d5e650688');
INSERT INTO "trail" VALUES (6, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'7de097837f5ed8b87379588630c2bbbc30a23eb50ef3afe1454f5d9d5e650688', x'375cb427ca20159bf40d634c26a770d74df9c9482bfe1f6e982ab42f1c3a0c64');
INSERT INTO "trail" VALUES (7, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'375cb427ca20159bf40d634c26a770d74df9c9482bfe1f6e982ab42f1c3a0c64', x'e7c05713ec6608429cd8e8a78791a94f9b1fd0b8ec1cceb1eaa3c13220478a64');
INSERT INTO "trail" VALUES (8, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'e7c05713ec6608429cd8e8a78791a94f9b1fd0b8ec1cceb1eaa3c13220478a64', x'681abacd80eb6e9f03b6e07590695e61b60d670c3ee9e581a4e19adba51e1828');
INSERT INTO "trail" VALUES (9, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'681abacd80eb6e9f03b6e07590695e61b60d670c3ee9e581a4e19adba51e1828', x'6c1cd18b64bc21ef9ac05d7299a293632205235ab92b32cd492f2a5c730daeb4');
INSERT INTO "trail" VALUES (10, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":0}', x'6c1cd18b64bc21ef9ac05d7299a293632205235ab92b32cd492f2a5c730daeb4', x'3a5b182d0b5fbb13ce4e5300f3e4f44102528bf06de90daaa26e7ddeb844ba6d');
INSERT INTO "trail" VALUES (11, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":1}', x'3a5b182d0b5fbb13ce4e5300f3e4f44102528bf06de90daaa26e7ddeb844ba6d', x'e7d3d5ef8b8d27395e1bd2fdc56d6571785da9fa1615ee00a6817c1724982597');
INSERT INTO "trail" VALUES (12, 1700000000000, 'li', 'engineer', 'thing', 'x', 'made', '{"i":2}', x'e7d3d5ef8b8d27395e1bd2fdc56d6571785da9fa1615ee00a6817c1724982597', x'a31be7a19dbd5c94c65a0014a81d724a1c62351babefe47a7efa6e83302c4306');
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
CREATE TABLE command (
    id TEXT PRIMARY KEY, point TEXT NOT NULL, value TEXT NOT NULL, was TEXT NOT NULL, reason TEXT NOT NULL, phase TEXT NOT NULL,
    why TEXT, text TEXT, requested_by TEXT NOT NULL, requested_at INTEGER NOT NULL, second_by TEXT, second_at INTEGER,
    sent_at INTEGER, ended_at INTEGER, read TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "command" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 'x', 1, 1, 1, 'x');
CREATE UNIQUE INDEX command_open ON command (point) WHERE phase IN ('awaiting', 'sent');
CREATE INDEX command_of ON command (point, id);
CREATE INDEX command_sent ON command (point, sent_at);
CREATE TABLE runbook_run (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, key TEXT NOT NULL, book TEXT NOT NULL, phase TEXT NOT NULL, alarm TEXT,
    alarms TEXT NOT NULL, equipment TEXT, place TEXT NOT NULL, dangers TEXT NOT NULL, steps TEXT NOT NULL, report TEXT NOT NULL,
    started_at INTEGER NOT NULL, started_by TEXT NOT NULL, ended_at INTEGER, ended_by TEXT, reason TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "runbook_run" VALUES ('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 1, 'x', 1, 'x', 'x');
CREATE UNIQUE INDEX runbook_run_open ON runbook_run (key) WHERE phase = 'open';
CREATE TABLE runbook_photo (run TEXT NOT NULL, step TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (run, step)) STRICT;
INSERT INTO "runbook_photo" VALUES ('x', 'x', x'01');
CREATE TABLE notice_cursor (channel TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "notice_cursor" VALUES ('x', 1);
PRAGMA user_version = 4;
