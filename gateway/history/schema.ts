/**
 * The schema of history.db, in the order in which it grew. Never edit a line that was released: add one.
 * journal: one row per second, deleted when its samples are in blocks and every reader has it. fresh: blocks of minutes, in order of arrival, so
 * that writing them touches the end of the file only. block: one per point and UTC day. hour: the 24 sums of a day, kept
 * when the block is dropped. Ids of block and hour: ((day * 2 + demo) * 2^24 + point) * 64 +
 * part.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE point (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, period_ms INTEGER NOT NULL, UNIQUE (name, kind)) STRICT;
  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, is_key INTEGER NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
  CREATE TABLE fresh (
    id INTEGER PRIMARY KEY, point INTEGER NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL, seq INTEGER NOT NULL,
    body BLOB NOT NULL) STRICT;
  CREATE TABLE block (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, fresh INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
  CREATE TABLE hour (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
  `,
  `
  -- Who reads the journal row by row, and where each stands. Rows before 'journal-from' of meta are kept for them only.
  CREATE TABLE reader (id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('epoch', abs(random() % 140737488355327) + 1);
  `,
]

export const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
const POINTS = 2 ** 24
/** A block is cut into so many parts at most, of a length of which four fill a page: whole, each wastes half a page. */
const PARTS = 64
const PART_BYTES = 1000
export const dayOf = (at: number): number => Math.floor(at / DAY_MS)
export const rowId = (day: number, demo: boolean, point: number): number =>
  ((day * 2 + (demo ? 1 : 0)) * POINTS + point) * PARTS
/** The first id of a day; those of the days before are all below it. */
export const firstId = (day: number): number => rowId(day, false, 0)
export const lastPart = (id: number): number => id + PARTS - 1
export const dayOfId = (id: number): number => Math.floor(id / firstId(1))
/** SQL: is this row of the demo? */
export const DEMO_ROW = '(id >> 30) & 1 = 1'

export function partsOf(block: Uint8Array): Uint8Array[] {
  const size = Math.max(PART_BYTES, Math.ceil(block.length / PARTS))
  return Array.from({ length: Math.ceil(block.length / size) }, (_, i) => block.subarray(i * size, (i + 1) * size))
}
export function joined(parts: readonly { readonly body: unknown }[]): Uint8Array {
  if (parts.length === 1) return parts[0]!.body as Uint8Array
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + (part.body as Uint8Array).length, 0))
  let at = 0
  for (const { body } of parts) {
    whole.set(body as Uint8Array, at)
    at += (body as Uint8Array).length
  }
  return whole
}
