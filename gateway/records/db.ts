import { randomUUID } from 'node:crypto'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { refuse } from '../core/refusal.ts'

export type Db = ReturnType<typeof openDb>
/** By their places, or by their names. */
type Values = SQLInputValue[] | [Record<string, SQLInputValue>]
export interface Statement {
  get(...values: Values): ReturnType<StatementSync['get']>
  all(...values: Values): ReturnType<StatementSync['all']>
  run(...values: Values): ReturnType<StatementSync['run']>
  iterate(...values: Values): ReturnType<StatementSync['iterate']>
}

/**
 * Compiled when it is first used: of five hundred statements a site uses some dozens, and each holds six kilobytes as
 * long as the gateway runs.
 */
function statementOf(db: DatabaseSync, sql: string): Statement {
  let compiled: StatementSync | undefined
  const ready = (): StatementSync => {
    compiled ??= db.prepare(sql)
    return compiled
  }
  return {
    get: (...values) => ready().get(...(values as SQLInputValue[])),
    all: (...values) => ready().all(...(values as SQLInputValue[])),
    run: (...values) => ready().run(...(values as SQLInputValue[])),
    iterate: (...values) => ready().iterate(...(values as SQLInputValue[])),
  }
}

/**
 * One file, one writer, synchronous. `synchronous=FULL`: with NORMAL a power cut took everything back that WAL had not
 * yet moved, the table itself included. The number of migrations is the version of the file; those that are missing
 * come in one transaction.
 */
export function openDb(path: string, migrations: readonly string[]) {
  const db = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true })
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000')
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > migrations.length)
    refuse(
      `${path} 是更新版本的门房写的（结构 ${version}，本版只认到 ${migrations.length}）`,
      `${path} was written by a newer Gatehouse (schema ${version}, this one knows ${migrations.length})`,
    )
  let depth = 0
  let watches = 0
  const tx = <T>(work: () => T): T => {
    if (depth > 0) return work()
    db.exec('BEGIN IMMEDIATE')
    depth++
    try {
      const result = work()
      db.exec('COMMIT')
      return result
    } catch (error) {
      // After a full disk SQLite may have rolled back by itself; then there is nothing left to undo.
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    } finally {
      depth--
    }
  }
  // All that are pending or none: half an update would be neither the old version's file nor the new one's.
  if (version < migrations.length)
    tx(() => {
      for (const sql of migrations.slice(version)) db.exec(sql)
      db.exec(`PRAGMA user_version = ${migrations.length}`)
    })
  return {
    /** All or nothing, on the disk when it returns. A tx inside a tx joins it. */
    tx,
    prepare: (sql: string) => statementOf(db, sql),
    close: () => db.close(),
    /** What is read now may be taken back again. */
    inTx: () => depth > 0,
    /**
     * Told of each row of a table that is written, by whatever statement of this connection, with what these columns held
     * before and hold now. The transaction it is written in may still be taken back.
     */
    watch(table: string, columns: readonly string[], touched: (...values: Cell[]) => void): void {
      const name = `touched_${++watches}`
      db.function(name, { varargs: true }, (...values) => {
        touched(...(values as Cell[]))
        return null
      })
      const tell = (row: 'OLD' | 'NEW') => `SELECT ${name}(${columns.map(c => `${row}.${c}`).join(', ')});`
      for (const [verb, rows] of [
        ['INSERT', tell('NEW')],
        ['UPDATE', tell('OLD') + tell('NEW')],
        ['DELETE', tell('OLD')],
      ])
        db.exec(`CREATE TEMP TRIGGER ${name}_${verb} AFTER ${verb} ON main.${table} BEGIN ${rows} END`)
    },
  }
}
type Cell = string | number | null

/** The schema of records.db, in the order in which it grew. Never edit a line that was released: add one. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('epoch', '${randomUUID()}');
  CREATE TABLE trail (
    seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
    id TEXT NOT NULL, action TEXT NOT NULL, data TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
  CREATE INDEX trail_of ON trail (kind, id, seq);
  CREATE TABLE number (kind TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (kind, day)) STRICT, WITHOUT ROWID;
  CREATE TABLE alarm (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, point TEXT NOT NULL, severity TEXT NOT NULL, text TEXT NOT NULL,
    active INTEGER NOT NULL, acked INTEGER NOT NULL, raised_at INTEGER, cleared_at INTEGER, acked_at INTEGER, acked_by TEXT,
    retired INTEGER NOT NULL, count INTEGER NOT NULL, value TEXT NOT NULL, place TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE workorder (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, text TEXT NOT NULL, class TEXT NOT NULL, phase TEXT NOT NULL, alarm TEXT,
    severity TEXT, equipment TEXT, assignee TEXT, occurrences INTEGER NOT NULL, opened_at INTEGER NOT NULL,
    arrive_by INTEGER NOT NULL, restore_by INTEGER NOT NULL, arrived_at INTEGER, fixed_at INTEGER, fixed_by TEXT, closed_at INTEGER) STRICT, WITHOUT ROWID;
  -- One trouble, one open order, however often it comes.
  CREATE UNIQUE INDEX workorder_open ON workorder (alarm) WHERE phase NOT IN ('closed', 'cancelled');
  CREATE INDEX workorder_phase ON workorder (phase, id);
  CREATE TABLE user (
    name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, password TEXT NOT NULL, disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE session (
    hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user, created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE token (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, user TEXT NOT NULL REFERENCES user, hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL, expires_at INTEGER, revoked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE broker_account (
    name TEXT PRIMARY KEY, password TEXT NOT NULL, publish TEXT NOT NULL, subscribe TEXT NOT NULL,
    created_at INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE idempotency (
    key TEXT NOT NULL, actor TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, answer TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (actor, key)) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE command (
    id TEXT PRIMARY KEY, point TEXT NOT NULL, value TEXT NOT NULL, was TEXT NOT NULL, reason TEXT NOT NULL, phase TEXT NOT NULL,
    why TEXT, text TEXT, requested_by TEXT NOT NULL, requested_at INTEGER NOT NULL, second_by TEXT, second_at INTEGER,
    sent_at INTEGER, ended_at INTEGER, read TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- Two people at one button: one of them is first.
  CREATE UNIQUE INDEX command_open ON command (point) WHERE phase IN ('awaiting', 'sent');
  CREATE INDEX command_of ON command (point, id);
  CREATE INDEX command_sent ON command (point, sent_at);
  `,
  `
  CREATE TABLE runbook_run (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, key TEXT NOT NULL, book TEXT NOT NULL, phase TEXT NOT NULL, alarm TEXT,
    alarms TEXT NOT NULL, equipment TEXT, place TEXT NOT NULL, dangers TEXT NOT NULL, steps TEXT NOT NULL, report TEXT NOT NULL,
    started_at INTEGER NOT NULL, started_by TEXT NOT NULL, ended_at INTEGER, ended_by TEXT, reason TEXT) STRICT, WITHOUT ROWID;
  -- One event, one open run, however many alarms it has.
  CREATE UNIQUE INDEX runbook_run_open ON runbook_run (key) WHERE phase = 'open';
  CREATE TABLE runbook_photo (run TEXT NOT NULL, step TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (run, step)) STRICT;
  `,
  `
  CREATE TABLE notice_cursor (channel TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE alarm ADD COLUMN reset_needed INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE alarm ADD COLUMN shelved TEXT;
  ALTER TABLE alarm ADD COLUMN out_of_service TEXT;
  ALTER TABLE alarm ADD COLUMN suppressed_by TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE alarm ADD COLUMN unheard INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE alarm ADD COLUMN first_out INTEGER NOT NULL DEFAULT 0;
  -- Thirty days of alarms are looked through at once for their key figures.
  CREATE INDEX trail_alarm ON trail (seq) WHERE kind = 'alarm';
  `,
  `
  -- The key of a trouble instead of the alarm alone: equipment and failure class, whoever tells of it.
  ALTER TABLE workorder ADD COLUMN key TEXT;
  ALTER TABLE workorder ADD COLUMN visit_by INTEGER;
  ALTER TABLE workorder ADD COLUMN more TEXT NOT NULL DEFAULT '{}';
  UPDATE workorder SET key = alarm;
  DROP INDEX workorder_open;
  CREATE UNIQUE INDEX workorder_open ON workorder (key) WHERE phase NOT IN ('closed', 'cancelled', 'merged');
  CREATE INDEX workorder_key ON workorder (key, id);
  CREATE INDEX workorder_visit ON workorder (visit_by) WHERE visit_by IS NOT NULL;
  CREATE TABLE workorder_alarm (
    workorder TEXT NOT NULL REFERENCES workorder, alarm TEXT NOT NULL, PRIMARY KEY (alarm, workorder)) STRICT, WITHOUT ROWID;
  CREATE INDEX workorder_alarm_of ON workorder_alarm (workorder);
  INSERT INTO workorder_alarm SELECT id, alarm FROM workorder WHERE alarm IS NOT NULL;
  CREATE TABLE workorder_follow (
    former TEXT NOT NULL REFERENCES workorder, workorder TEXT NOT NULL REFERENCES workorder,
    PRIMARY KEY (former, workorder)) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE report (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, workorder TEXT NOT NULL REFERENCES workorder, channel TEXT NOT NULL,
    nature TEXT NOT NULL, text TEXT NOT NULL, room TEXT NOT NULL, space TEXT, equipment TEXT, caller TEXT NOT NULL,
    reference TEXT NOT NULL, receipt TEXT NOT NULL UNIQUE, by TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX report_of ON report (workorder, id);
  -- One occurrence of planned work: made once, whatever happens to the gateway meanwhile.
  CREATE TABLE maintenance (
    plan TEXT NOT NULL, object TEXT NOT NULL, period TEXT NOT NULL, due_at INTEGER NOT NULL, state TEXT NOT NULL,
    workorder TEXT REFERENCES workorder, made_at INTEGER NOT NULL, PRIMARY KEY (plan, object, period)) STRICT, WITHOUT ROWID;
  CREATE INDEX maintenance_order ON maintenance (workorder);
  `,
  `
  -- Alarms that were made up for the demo, by UTC day. They are not on the trail: they never were.
  CREATE TABLE demo_alarm (day INTEGER PRIMARY KEY, events TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE linkage (site TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- How far up its ladder an alarm is that nobody has acknowledged.
  CREATE TABLE notice_climb (alarm TEXT PRIMARY KEY, started_at INTEGER NOT NULL, told TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- What could not be told, among all that was.
  CREATE INDEX trail_not_told ON trail (seq) WHERE kind = 'notice' AND action = 'not-told';
  `,
  `
  -- The store of parts. Quantities are thousandths of a unit, prices hundredths.
  CREATE TABLE part (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, price_cents INTEGER, least INTEGER NOT NULL,
    place TEXT NOT NULL, on_hand INTEGER NOT NULL, retired INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE part_reserved (
    part TEXT NOT NULL REFERENCES part, workorder TEXT NOT NULL REFERENCES workorder, quantity INTEGER NOT NULL,
    PRIMARY KEY (part, workorder)) STRICT, WITHOUT ROWID;
  -- Who signed by name stands here alone: on the order and on the trail there is a hash at most.
  CREATE TABLE order_signature (
    id TEXT PRIMARY KEY, workorder TEXT NOT NULL REFERENCES workorder, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX order_signature_of ON order_signature (workorder);
  -- How far a counter has come since the visit that it counts to.
  CREATE TABLE maintenance_counter (
    plan TEXT NOT NULL, object TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (plan, object)) STRICT, WITHOUT ROWID;
  -- Somebody calls for help by telephone: an alarm until a person ends it.
  CREATE TABLE help_call (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, point TEXT NOT NULL, space TEXT, room TEXT NOT NULL, text TEXT NOT NULL,
    caller TEXT NOT NULL, reference TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL, ended_at INTEGER, ended_by TEXT,
    result TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX help_call_open ON help_call (id) WHERE ended_at IS NULL;
  `,
  `
  -- Which digests tell of an alarm or an order: the line of the trail names them by the entries that it tells of.
  CREATE TABLE notice_digest (about TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (about, seq)) STRICT, WITHOUT ROWID;
  `,
  `
  -- What a far end would not have, until a person decides. The same row is set aside once, however often it is tried.
  CREATE TABLE output_aside (
    id INTEGER PRIMARY KEY, output TEXT NOT NULL, stream TEXT NOT NULL, row TEXT NOT NULL, seq INTEGER NOT NULL,
    at INTEGER NOT NULL, samples INTEGER NOT NULL, topic TEXT NOT NULL, text TEXT NOT NULL, code TEXT NOT NULL,
    detail TEXT NOT NULL, aside_at INTEGER NOT NULL, UNIQUE (output, stream, row)) STRICT;
  CREATE TABLE output_count (output TEXT PRIMARY KEY, aside_dropped INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- People, companies and works sites; what they hold; where they are; what happened at doors. Numbers of cards and IDs
  -- are here only as HMAC and sealed: the keys are in the folder of secrets.
  CREATE TABLE company (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, colour TEXT NOT NULL, phone TEXT NOT NULL, blocked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE works (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, name TEXT NOT NULL, space TEXT, company TEXT REFERENCES company,
    permit TEXT NOT NULL, permit_to INTEGER, opened_at INTEGER NOT NULL, closed_at INTEGER, closed_by TEXT) STRICT, WITHOUT ROWID;
  CREATE TABLE person (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL, company TEXT REFERENCES company,
    trade TEXT NOT NULL, phone TEXT NOT NULL, level INTEGER NOT NULL, roles TEXT NOT NULL, status TEXT NOT NULL,
    account TEXT COLLATE NOCASE, certificates TEXT NOT NULL, id_kind TEXT, id_lookup TEXT UNIQUE, id_last4 TEXT, id_sealed TEXT,
    pin TEXT, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE credential (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, pass_no INTEGER NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES person,
    class TEXT NOT NULL, lookup TEXT, shown TEXT NOT NULL, sealed TEXT, phase TEXT NOT NULL, valid_from INTEGER NOT NULL,
    valid_to INTEGER NOT NULL, levels TEXT NOT NULL, works TEXT REFERENCES works, duplicate TEXT NOT NULL, deposit TEXT,
    receipt TEXT, refunded_at INTEGER, refunded_by TEXT, issued_by TEXT NOT NULL, issued_at INTEGER NOT NULL,
    approved_by TEXT, approved_at INTEGER, reason TEXT NOT NULL, link TEXT UNIQUE) STRICT, WITHOUT ROWID;
  -- A card belongs to one person at a time.
  CREATE UNIQUE INDEX credential_lookup ON credential (lookup) WHERE phase IN ('requested', 'active', 'suspended');
  CREATE INDEX credential_of ON credential (person, id);
  CREATE INDEX credential_works ON credential (works, id);
  CREATE TABLE door_layer (
    id TEXT PRIMARY KEY, door TEXT NOT NULL, mode TEXT NOT NULL, level INTEGER, by TEXT NOT NULL, reason TEXT NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE presence (
    person TEXT PRIMARY KEY REFERENCES person, area TEXT, at INTEGER NOT NULL, door TEXT, entered TEXT NOT NULL,
    forgiven_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX presence_area ON presence (area);
  CREATE TABLE access_event (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, door TEXT NOT NULL, direction TEXT NOT NULL, outcome TEXT NOT NULL,
    rule TEXT NOT NULL, credential TEXT, person TEXT, entered INTEGER NOT NULL, data TEXT NOT NULL) STRICT;
  CREATE INDEX access_event_person ON access_event (person, seq);
  CREATE INDEX access_event_door ON access_event (door, seq);
  CREATE TABLE access_state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- Complaints and suggestions. Who made them stands here alone: on the trail there are numbers and classes.
  CREATE TABLE complaint (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, at INTEGER NOT NULL, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX complaint_at ON complaint (at);
  CREATE INDEX complaint_open ON complaint (id) WHERE phase IN ('new', 'handling', 'replied');
  CREATE INDEX report_at ON report (at);
  `,
  `
  -- Which card was this: also one that nobody holds any more, without reading them all.
  CREATE INDEX credential_by_lookup ON credential (lookup, id);
  -- Doors are asked for by time and outcome; what the retention drops is counted.
  CREATE INDEX access_event_at ON access_event (at);
  CREATE TABLE access_dropped (
    month TEXT PRIMARY KEY, events INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  -- What a door remembers from one person to the next, and codes and messages that were shown.
  CREATE TABLE door_memory (door TEXT PRIMARY KEY, pending TEXT, waiting TEXT, armed INTEGER) STRICT, WITHOUT ROWID;
  CREATE TABLE seen_code (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
  -- Door controllers: which account speaks for one, what it has of its table, and how far its events have come.
  CREATE TABLE door_controller (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, enrolled_at INTEGER NOT NULL, enrolled_by TEXT NOT NULL,
    version INTEGER NOT NULL, acked INTEGER NOT NULL, acked_at INTEGER, expires INTEGER NOT NULL, epoch TEXT,
    up_to INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- The rows of each table; one that was taken out stays until the controller has said that it knows.
  CREATE TABLE door_table (
    controller TEXT NOT NULL, credential TEXT NOT NULL, row TEXT, version INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (controller, credential)) STRICT, WITHOUT ROWID;
  CREATE TABLE controller_event (
    controller TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL,
    door TEXT, kind TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (controller, epoch, seq)) STRICT, WITHOUT ROWID;
  `,
  // Photos of people; the gate's entries with the post's own numbers; what lies in the rack; visits; parking leases.
  `
  ALTER TABLE person ADD COLUMN photo TEXT;
  CREATE TABLE gate_entry (
    seq INTEGER PRIMARY KEY, post TEXT NOT NULL, n INTEGER NOT NULL, gate TEXT NOT NULL, at INTEGER NOT NULL,
    received_at INTEGER NOT NULL, credential TEXT, visit TEXT, direction TEXT NOT NULL, how TEXT NOT NULL, by TEXT NOT NULL,
    event INTEGER, conflict TEXT, UNIQUE (post, n)) STRICT;
  CREATE TABLE gate_held (
    credential TEXT PRIMARY KEY REFERENCES credential, slot INTEGER NOT NULL UNIQUE, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE visit (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, name TEXT NOT NULL, company TEXT NOT NULL,
    phone TEXT NOT NULL, people INTEGER NOT NULL, person TEXT REFERENCES person, host TEXT NOT NULL, purpose TEXT NOT NULL,
    space TEXT, escort TEXT NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, approvals TEXT NOT NULL,
    asked_by TEXT NOT NULL, asked_at INTEGER NOT NULL, in_at INTEGER, in_by TEXT, out_at INTEGER, out_by TEXT,
    reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX visit_phase ON visit (phase, valid_from);
  CREATE TABLE parking_lease (
    credential TEXT PRIMARY KEY REFERENCES credential, bay TEXT NOT NULL, plate TEXT NOT NULL, agreement TEXT NOT NULL,
    valid_to INTEGER NOT NULL, fee TEXT NOT NULL, receipt TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Levels of a ladder that were skipped in an emergency: a report is owed.
  `
  CREATE TABLE after_report (
    id TEXT PRIMARY KEY, alarm TEXT NOT NULL, level INTEGER NOT NULL, skipped TEXT NOT NULL, reason TEXT NOT NULL,
    by TEXT NOT NULL, at INTEGER NOT NULL, written_at INTEGER, written_by TEXT, words TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX after_report_open ON after_report (id) WHERE written_at IS NULL;
  `,
  // Photos of visitors.
  `
  ALTER TABLE visit ADD COLUMN photo TEXT;
  `,
  // Why somebody keeps the photo of a visitor; and which of them are looked at for being over.
  `
  ALTER TABLE visit ADD COLUMN photo_hold TEXT;
  CREATE INDEX visit_photo ON visit (photo) WHERE photo IS NOT NULL;
  `,
  // Tags on equipment, the switching log, permits of dangerous work.
  `
  CREATE TABLE tag (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, equipment TEXT NOT NULL, owner TEXT NOT NULL, at INTEGER NOT NULL,
    removed_at INTEGER, more TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX tag_open ON tag (equipment, at) WHERE removed_at IS NULL;
  CREATE TABLE switching (id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, more TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE permit (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, phase TEXT NOT NULL, space TEXT NOT NULL,
    valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, more TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX permit_open ON permit (phase) WHERE phase NOT IN ('closed', 'rejected', 'withdrawn', 'revoked');
  `,
  // Registers: keys, slips, tools, lost property. Names of people stand here alone; what is due is told once.
  `
  CREATE TABLE register_entry (
    id TEXT PRIMARY KEY, register TEXT NOT NULL, no TEXT NOT NULL UNIQUE, phase TEXT NOT NULL, facts TEXT NOT NULL,
    at INTEGER NOT NULL, by TEXT NOT NULL, since INTEGER NOT NULL, due_at INTEGER, told_due INTEGER, demo INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  CREATE INDEX register_entry_of ON register_entry (register, id);
  CREATE INDEX register_entry_due ON register_entry (due_at) WHERE due_at IS NOT NULL;
  CREATE TABLE register_move (
    seq INTEGER PRIMARY KEY, entry TEXT NOT NULL REFERENCES register_entry, action TEXT NOT NULL, at INTEGER NOT NULL,
    by TEXT NOT NULL, phase TEXT NOT NULL, given TEXT NOT NULL, workorder TEXT) STRICT;
  CREATE INDEX register_move_of ON register_move (entry, seq);
  `,
  // Rounds ahead and done, what was read at their points, and how far each device that reads has come.
  `
  CREATE TABLE patrol_round (
    id TEXT PRIMARY KEY, route TEXT NOT NULL, day TEXT NOT NULL, due_from INTEGER NOT NULL, due_to INTEGER NOT NULL,
    over_at INTEGER NOT NULL, closed_at INTEGER, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX patrol_round_day ON patrol_round (day);
  CREATE INDEX patrol_round_over ON patrol_round (over_at);
  CREATE INDEX patrol_round_due ON patrol_round (over_at) WHERE closed_at IS NULL;
  CREATE TABLE patrol_point (
    round TEXT NOT NULL REFERENCES patrol_round, checkpoint TEXT NOT NULL, scan INTEGER, at INTEGER NOT NULL,
    verdicts TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, PRIMARY KEY (round, checkpoint)) STRICT, WITHOUT ROWID;
  CREATE TABLE patrol_scan (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL,
    route TEXT, checkpoint TEXT, round TEXT, person TEXT NOT NULL, valid INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (device, n)) STRICT;
  CREATE INDEX patrol_scan_at ON patrol_scan (at);
  CREATE INDEX patrol_scan_point ON patrol_scan (route, checkpoint, at);
  CREATE TABLE patrol_device (id TEXT PRIMARY KEY, at INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // Handover sheets. One of a crew is open; the next begins where the one before was cut: no two begin at the same entry.
  `
  CREATE TABLE handover (
    id TEXT PRIMARY KEY, no TEXT NOT NULL UNIQUE, crew TEXT NOT NULL, phase TEXT NOT NULL, from_seq INTEGER NOT NULL,
    cut_seq INTEGER, facts TEXT NOT NULL, UNIQUE (crew, from_seq)) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX handover_open ON handover (crew) WHERE phase <> 'signed_in';
  `,
  // Months as they were archived, each version written once; and moves of registers by their time, for counting them.
  `
  CREATE TABLE month_archive (
    month TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (month, version)
    ) STRICT, WITHOUT ROWID;
  CREATE INDEX register_move_at ON register_move (at);
  `,
  // Rounds: reviewed, sealed, remarked on; tags that something happened to; travel times that were confirmed.
  `
  ALTER TABLE patrol_round ADD COLUMN review TEXT;
  ALTER TABLE patrol_round ADD COLUMN seal TEXT;
  CREATE INDEX patrol_round_sealed ON patrol_round (json_extract(seal, '$.at')) WHERE seal IS NOT NULL;
  CREATE TABLE patrol_remark (
    seq INTEGER PRIMARY KEY, round TEXT NOT NULL REFERENCES patrol_round, at INTEGER NOT NULL, by TEXT NOT NULL,
    text TEXT NOT NULL) STRICT;
  CREATE INDEX patrol_remark_round ON patrol_remark (round);
  CREATE TABLE patrol_tag (uid TEXT PRIMARY KEY, state TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE patrol_travel (
    route TEXT NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL, sec INTEGER NOT NULL, walks INTEGER NOT NULL, at INTEGER NOT NULL,
    by TEXT NOT NULL, PRIMARY KEY (route, a, b)) STRICT, WITHOUT ROWID;
  `,
  // Run records of plant rooms: the columns that a line was written with, its lines, and what is known of plants that write their own.
  `
  CREATE TABLE run_form (spec TEXT PRIMARY KEY, form TEXT NOT NULL, columns TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE run_line (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, day TEXT NOT NULL, cause TEXT NOT NULL, due INTEGER NOT NULL,
    over_at INTEGER NOT NULL, state TEXT NOT NULL, spec TEXT NOT NULL REFERENCES run_form, replaced_by TEXT,
    data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX run_line_day ON run_line (form, day);
  CREATE INDEX run_line_time ON run_line (form, due);
  CREATE INDEX run_line_due ON run_line (over_at) WHERE state = 'due';
  CREATE TABLE run_follow (form TEXT PRIMARY KEY, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  // The meter book, and readings: each register at a moment once; what puts one right stands beside it.
  `
  CREATE TABLE service_point (
    id TEXT PRIMARY KEY, unit TEXT NOT NULL, medium TEXT NOT NULL, parent TEXT, role TEXT NOT NULL, use TEXT NOT NULL,
    closed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE meter (serial TEXT PRIMARY KEY, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE meter_installation (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, meter TEXT NOT NULL REFERENCES meter,
    from_at INTEGER NOT NULL, opening TEXT NOT NULL, to_at INTEGER, closing TEXT NOT NULL) STRICT;
  CREATE UNIQUE INDEX meter_installation_point ON meter_installation (point) WHERE to_at IS NULL;
  CREATE UNIQUE INDEX meter_installation_meter ON meter_installation (meter) WHERE to_at IS NULL;
  CREATE TABLE meter_multiplier (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, from_at INTEGER NOT NULL, micro INTEGER NOT NULL,
    indexes TEXT NOT NULL, evidence TEXT NOT NULL, UNIQUE (point, from_at)) STRICT;
  CREATE TABLE reading (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, meter TEXT NOT NULL, register TEXT NOT NULL,
    at INTEGER NOT NULL, steps INTEGER, quality TEXT NOT NULL, reason TEXT, validation TEXT NOT NULL, finding TEXT,
    measured_at INTEGER, demo INTEGER NOT NULL, by TEXT, note TEXT NOT NULL, supersedes INTEGER REFERENCES reading,
    superseded INTEGER NOT NULL) STRICT;
  CREATE UNIQUE INDEX reading_once ON reading (point, register, at) WHERE superseded = 0;
  CREATE INDEX reading_versions ON reading (point, register, at);
  CREATE INDEX reading_at ON reading (at) WHERE superseded = 0;
  CREATE INDEX reading_waits ON reading (at) WHERE superseded = 0 AND validation = 'uncertain';
  CREATE TABLE reading_freeze (at INTEGER PRIMARY KEY, done_at INTEGER NOT NULL, total INTEGER NOT NULL) STRICT;
  `,
  // Batches of readings for billing: once issued a batch never changes.
  `
  CREATE TABLE billing_batch (
    name TEXT PRIMARY KEY, period TEXT NOT NULL, grp TEXT NOT NULL, version INTEGER NOT NULL, phase TEXT NOT NULL,
    prepared_at INTEGER NOT NULL, sequence INTEGER UNIQUE, facts TEXT NOT NULL, UNIQUE (period, grp, version))
    STRICT, WITHOUT ROWID;
  CREATE TABLE billing_content (name TEXT PRIMARY KEY REFERENCES billing_batch, batch TEXT NOT NULL) STRICT;
  `,
  // Check lists before the start of a plant, overrides of them, and starts without any.
  `
  CREATE TABLE pre_start (
    id TEXT PRIMARY KEY, form TEXT NOT NULL, equipment TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
    spec TEXT NOT NULL REFERENCES run_form, data TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX pre_start_equipment ON pre_start (equipment, at);
  CREATE INDEX pre_start_form ON pre_start (form, at);
  `,
  // Readings that people take: acts that both parties sign, the walk to meters, ends of months, top-ups of prepaid meters.
  `
  CREATE TABLE special_reading (
    id TEXT PRIMARY KEY, no TEXT NOT NULL, unit TEXT, phase TEXT NOT NULL, at INTEGER NOT NULL, facts TEXT NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE INDEX special_reading_at ON special_reading (at) WHERE phase = 'signed';
  CREATE TABLE meter_place (
    point TEXT PRIMARY KEY REFERENCES service_point, position INTEGER NOT NULL, place TEXT NOT NULL, code TEXT NOT NULL,
    photo INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE meter_taken (
    id TEXT PRIMARY KEY, point TEXT NOT NULL, register TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL,
    result TEXT NOT NULL, reading INTEGER REFERENCES reading, photo TEXT, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX meter_taken_point ON meter_taken (point, at);
  CREATE INDEX meter_taken_photo ON meter_taken (photo) WHERE photo IS NOT NULL;
  CREATE TABLE reading_month (month TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE meter_topup (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, meter TEXT NOT NULL, at INTEGER NOT NULL,
    micro INTEGER NOT NULL, unit TEXT NOT NULL, receipt TEXT NOT NULL, by TEXT NOT NULL, note TEXT NOT NULL,
    cancels INTEGER UNIQUE REFERENCES meter_topup) STRICT;
  CREATE INDEX meter_topup_point ON meter_topup (point, at);
  CREATE INDEX meter_topup_at ON meter_topup (at);
  `,
  // What rules found in readings, and what people made of it; multipliers that a second person has still to approve.
  `
  CREATE TABLE reading_checked (at INTEGER PRIMARY KEY, done_at INTEGER NOT NULL) STRICT;
  CREATE TABLE reading_exception (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, register TEXT NOT NULL, rule TEXT NOT NULL,
    period TEXT NOT NULL, from_at INTEGER NOT NULL, at INTEGER NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL,
    demo INTEGER NOT NULL, workorder TEXT, by TEXT, note TEXT NOT NULL, moved_at INTEGER NOT NULL) STRICT;
  CREATE INDEX reading_exception_open ON reading_exception (at) WHERE state IN ('open', 'field');
  CREATE INDEX reading_exception_point ON reading_exception (point, rule, at);
  CREATE TABLE multiplier_ask (
    n INTEGER PRIMARY KEY, point TEXT NOT NULL REFERENCES service_point, state TEXT NOT NULL, facts TEXT NOT NULL) STRICT;
  CREATE INDEX multiplier_ask_point ON multiplier_ask (point);
  `,
  // Where an issued batch goes, and which batches the calendar has prepared.
  `
  CREATE TABLE billing_delivery (
    batch TEXT NOT NULL REFERENCES billing_batch, target TEXT NOT NULL, sequence INTEGER NOT NULL, state TEXT NOT NULL,
    facts TEXT NOT NULL, PRIMARY KEY (batch, target)) STRICT, WITHOUT ROWID;
  CREATE INDEX billing_delivery_open ON billing_delivery (sequence) WHERE state <> 'sent';
  CREATE TABLE billing_schedule (
    grp TEXT NOT NULL, period TEXT NOT NULL, at INTEGER NOT NULL, batch TEXT NOT NULL, PRIMARY KEY (grp, period))
    STRICT, WITHOUT ROWID;
  `,
  // Which page comes up first for somebody; null: that of his role.
  `
  ALTER TABLE user ADD COLUMN start TEXT;
  `,
  // Versions of site.json: who changed what, when and why. The text is dropped after some time, what was changed is not.
  `
  CREATE TABLE site_version (
    n INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, role TEXT NOT NULL, way TEXT NOT NULL, why TEXT,
    hash TEXT NOT NULL, undoes INTEGER REFERENCES site_version, changes BLOB NOT NULL, text BLOB) STRICT;
  CREATE INDEX site_version_hash ON site_version (hash);
  CREATE INDEX site_version_undoes ON site_version (undoes) WHERE undoes IS NOT NULL;
  `,
  // Who somebody is: where sessions and tokens are used, second factors, passkeys, what each role's signing in demands, and what a person is told at his next.
  `
  ALTER TABLE session ADD COLUMN how TEXT;
  ALTER TABLE session ADD COLUMN device TEXT;
  ALTER TABLE session ADD COLUMN address TEXT;
  ALTER TABLE token ADD COLUMN used_at INTEGER;
  CREATE TABLE sign_in_rule (
    role TEXT PRIMARY KEY, factor INTEGER NOT NULL, idle_ms INTEGER NOT NULL, absolute_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE second_factor (
    user TEXT PRIMARY KEY COLLATE NOCASE REFERENCES user, secret TEXT NOT NULL, last_step INTEGER NOT NULL,
    since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE recovery_code (
    hash TEXT PRIMARY KEY, user TEXT NOT NULL COLLATE NOCASE REFERENCES user) STRICT, WITHOUT ROWID;
  CREATE INDEX recovery_code_user ON recovery_code (user);
  CREATE TABLE passkey (
    id TEXT PRIMARY KEY, user TEXT NOT NULL COLLATE NOCASE REFERENCES user, name TEXT NOT NULL, host TEXT NOT NULL,
    public_key BLOB NOT NULL, counter INTEGER NOT NULL, synced INTEGER NOT NULL, backed_up INTEGER NOT NULL,
    transports TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER) STRICT, WITHOUT ROWID;
  CREATE INDEX passkey_user ON passkey (user);
  CREATE TABLE person_told (
    n INTEGER PRIMARY KEY, user TEXT NOT NULL COLLATE NOCASE REFERENCES user, at INTEGER NOT NULL, what TEXT NOT NULL,
    by TEXT NOT NULL) STRICT;
  CREATE INDEX person_told_user ON person_told (user);
  `,
  // Proofs of alarms, from the condition to the siren and back; documents of equipment, whose files lie beside the photos.
  `
  CREATE TABLE alarm_proof (
    id TEXT PRIMARY KEY, no TEXT NOT NULL, rule TEXT NOT NULL, alarm TEXT NOT NULL, started_at INTEGER NOT NULL,
    ended_at INTEGER, passed INTEGER, siren_due INTEGER NOT NULL, facts TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX alarm_proof_alarm ON alarm_proof (alarm, passed, ended_at);
  CREATE INDEX alarm_proof_rule ON alarm_proof (rule, id);
  CREATE INDEX alarm_proof_open ON alarm_proof (id) WHERE ended_at IS NULL OR siren_due = 1;
  CREATE TABLE equipment_document (
    id TEXT PRIMARY KEY, equipment TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, name TEXT NOT NULL,
    file TEXT NOT NULL, bytes INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, removed_at INTEGER, removed_by TEXT)
    STRICT, WITHOUT ROWID;
  CREATE INDEX equipment_document_equipment ON equipment_document (equipment, id) WHERE removed_at IS NULL;
  CREATE INDEX equipment_document_file ON equipment_document (file) WHERE removed_at IS NULL;
  `,
  // People whom an identity provider knows, by its word for them, and their accounts here.
  `
  CREATE TABLE outside_identity (
    issuer TEXT NOT NULL, subject TEXT NOT NULL, user TEXT NOT NULL UNIQUE COLLATE NOCASE REFERENCES user,
    checked_at INTEGER NOT NULL, ended_at INTEGER, PRIMARY KEY (issuer, subject)) STRICT, WITHOUT ROWID;
  `,
]
