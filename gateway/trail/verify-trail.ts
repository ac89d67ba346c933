/**
 * Whether the trail of a Gatehouse is as it was written: a program of one file for whoever has to believe it. It needs Node
 * 24 and nothing else: no package, no network, nothing of the gateway.
 *
 *   node verify-trail.ts <data folder | records.db> [--anchors <file>]... [--anchor <count>:<head>]... [--key <public key>] [--json]
 *
 * Three things are looked at:
 * 1. The chain. `hash` of an entry is SHA-256 over `prev` (32 bytes, the hash of the entry before; of the first: zeros) and the
 *    UTF-8 text JSON.stringify([seq, time, actor, role, kind, id, action, data]), `data` being the text as it is stored.
 * 2. Anchors: checkpoints {count, head, time} that left the gateway before somebody could change anything (the copy on another
 *    disk, the MQTT topic, a printed sheet). The trail must have had this hash at this entry, or it was rewritten, cut off, or
 *    an old copy was put in its place: all of which a chain alone does not show.
 * 3. The signature of each checkpoint: Ed25519 [RFC 8032] over the UTF-8 text
 *    JSON.stringify(['gatehouse-trail-checkpoint', site, epoch, count, head, time]); key and signature base64url.
 *
 * Ends with 0: nothing is wrong; 1: something is; 2: it could not be looked at.
 */
import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

/** In a data folder. */
export const CHECKPOINTS_FILE = 'trail-checkpoints.jsonl'
export const TRAIL_KEY_FILE = 'trail-key.pem'

export interface Checkpoint {
  readonly kind: 'gatehouse-trail-checkpoint'
  readonly site: string
  /** Of which life of the records: a restore from a backup begins another. */
  readonly epoch: string
  /** How many entries there were. */
  readonly count: number
  /** Hash of the last of them, hex. */
  readonly head: string
  /** ISO 8601. */
  readonly time: string
  /** Ed25519, raw, base64url. */
  readonly key: string
  readonly signature: string
}
/** A checkpoint, or what a sheet of paper says of one. */
export type Anchor = Checkpoint | Pick<Checkpoint, 'count' | 'head'>
/** As they are stored. */
export interface TrailRow {
  readonly seq: number
  readonly time: number
  readonly actor: string
  readonly role: string
  readonly kind: string
  readonly id: string
  readonly action: string
  readonly data: string
  readonly prev: Uint8Array
  readonly hash: Uint8Array
}
export const trailFaults = {
  unreadable: ['记录文件无法读取：{why}', 'The records cannot be read: {why}'],
  chain: [
    '第 {seq} 条与前一条对不上：被改动、删除、插入或调换',
    'Entry {seq} does not follow from the one before: changed, deleted, inserted or swapped',
  ],
  short: [
    '检查点写明当时有 {count} 条，现在只有 {entries} 条：末尾被截去，或换成了旧副本',
    'A checkpoint says {count} entries, there are {entries}: the end was cut off, or an old copy put in its place',
  ],
  differs: [
    '第 {count} 条与检查点不符：审计记录被重写',
    'Entry {count} is not the one of its checkpoint: the trail was rewritten',
  ],
  signature: [
    '计数 {count} 的检查点签名不对：检查点被改动',
    'The signature of the checkpoint at {count} is wrong: the checkpoint was changed',
  ],
  key: [
    '计数 {count} 的检查点不是用本站密钥签的',
    'The checkpoint at {count} was not signed with the key of this site',
  ],
  life: [
    '计数 {count} 的检查点属于另一份记录，审计记录里没有说明其恢复',
    'The checkpoint at {count} is of another life of the records, and no restore is noted that would explain it',
  ],
  'anchors-broken': ['检查点文件第 {line} 行无法读取', 'Line {line} of the checkpoints cannot be read'],
  'anchors-gone': [
    '没有检查点文件：被删除，或数据目录不完整',
    'There is no file of checkpoints: it was deleted, or the folder is not whole',
  ],
} as const satisfies Record<string, readonly [zh: string, en: string]>
export interface TrailFault {
  readonly code: keyof typeof trailFaults
  readonly seq?: number
  readonly count?: number
  readonly entries?: number
  readonly line?: number
  readonly why?: string
}
export interface TrailVerdict {
  readonly entries: number
  /** Hash of the last entry, hex. */
  readonly head: string
  readonly faults: readonly TrailFault[]
  /** Anchors that hold, and the last entry that one of them vouches for. */
  readonly held: number
  readonly heldTo: number
  /** Restores from a backup that the trail tells of; anchors of what was given up by them. */
  readonly restores: readonly { readonly seq: number; readonly time: number; readonly givenUp: number }[]
  /** Keys that the checkpoints are signed with, base64url. */
  readonly keys: readonly string[]
}

const GENESIS = Buffer.alloc(32)
const MOST_FAULTS = 100

/** The text that a checkpoint's signature is of. */
export const signedText = (c: Omit<Checkpoint, 'kind' | 'key' | 'signature'>): string =>
  JSON.stringify(['gatehouse-trail-checkpoint', c.site, c.epoch, c.count, c.head, c.time])

const keyOf = (raw: string) => createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' })

function signatureHolds(c: Checkpoint): boolean {
  try {
    return verify(null, Buffer.from(signedText(c)), keyOf(c.key), Buffer.from(c.signature, 'base64url'))
  } catch {
    return false
  }
}
const isSigned = (anchor: Anchor): anchor is Checkpoint => 'signature' in anchor

/**
 * @param rows all entries, in the order of their numbers
 * @param epoch of the records
 * @param key the public key that the site gave; null: any
 */
export function verifyTrail(
  rows: Iterable<TrailRow>,
  epoch: string,
  anchors: readonly Anchor[],
  key: string | null = null,
): TrailVerdict {
  const faults: TrailFault[] = []
  const fault = (one: TrailFault) => {
    if (faults.length < MOST_FAULTS) faults.push(one)
  }
  const wanted = new Map<number, Anchor[]>()
  for (const anchor of anchors) wanted.set(anchor.count, [...(wanted.get(anchor.count) ?? []), anchor])
  const found = new Map<number, string>()
  const lives: { readonly seq: number; readonly time: number; readonly former: string }[] = []
  let tip: { seq: number; hash: Uint8Array } = { seq: 0, hash: GENESIS }
  let entries = 0
  for (const r of rows) {
    entries++
    const text = JSON.stringify([r.seq, r.time, r.actor, r.role, r.kind, r.id, r.action, r.data])
    const hash = createHash('sha256').update(r.prev).update(text).digest()
    const follows =
      r.seq === tip.seq + 1 && Buffer.compare(r.prev, tip.hash) === 0 && Buffer.compare(r.hash, hash) === 0
    // What follows a break is looked at for itself: one fault is told as one.
    if (!follows) fault({ code: 'chain', seq: r.seq })
    tip = { seq: r.seq, hash: r.hash }
    if (wanted.has(r.seq)) found.set(r.seq, Buffer.from(r.hash).toString('hex'))
    if (r.kind === 'backup' && r.action === 'restored') {
      const former = formerOf(r.data)
      if (former !== null) lives.push({ seq: r.seq, time: r.time, former })
    }
  }
  const restores = lives.map(({ seq, time }) => ({ seq, time, givenUp: 0 }))
  let held = 0
  let heldTo = 0
  for (const anchor of anchors) {
    const { count } = anchor
    if (isSigned(anchor)) {
      if (!signatureHolds(anchor)) {
        fault({ code: 'signature', count })
        continue
      }
      if (key !== null && anchor.key !== key) {
        fault({ code: 'key', count })
        continue
      }
      // The last restore that came from its life: what the backup had of it is still here, what came later was given up.
      const from = lives.findLastIndex(life => life.former === anchor.epoch)
      if (anchor.epoch !== epoch && from < 0) {
        fault({ code: 'life', count })
        continue
      }
      if (anchor.epoch !== epoch && count >= lives[from]!.seq) {
        restores[from]!.givenUp++
        continue
      }
    }
    if (count > tip.seq) fault({ code: 'short', count, entries: tip.seq })
    else if (count > 0 && found.get(count) !== anchor.head) fault({ code: 'differs', count })
    else {
      held++
      heldTo = Math.max(heldTo, count)
    }
  }
  return {
    ...{ entries, head: Buffer.from(tip.hash).toString('hex'), faults, held, heldTo, restores },
    keys: [...new Set(anchors.filter(isSigned).map(a => a.key))],
  }
}
function formerOf(data: string): string | null {
  try {
    const { formerEpoch } = JSON.parse(data) as { formerEpoch?: unknown }
    return typeof formerEpoch === 'string' ? formerEpoch : null
  } catch {
    return null
  }
}

/** Checkpoints of a text, one in each line, or `<count>:<head>`. What has no end of its line was cut off by a power cut. */
export function anchorsIn(text: string): {
  readonly anchors: readonly Anchor[]
  readonly faults: readonly TrailFault[]
} {
  const anchors: Anchor[] = []
  const faults: TrailFault[] = []
  const lines = text.split('\n')
  for (const [i, raw] of lines.entries()) {
    const line = raw.trim()
    if (line === '') continue
    const [, count, head] = /^(\d{1,15})\s*[:：]\s*([0-9a-f]{64})$/i.exec(line) ?? []
    if (count && head) {
      anchors.push({ count: Number(count), head: head.toLowerCase() })
      continue
    }
    try {
      const c = JSON.parse(line) as Checkpoint
      const whole =
        c.kind === 'gatehouse-trail-checkpoint' &&
        Number.isSafeInteger(c.count) &&
        [c.site, c.epoch, c.head, c.time, c.key, c.signature].every(word => typeof word === 'string')
      if (!whole) throw new Error()
      anchors.push(c)
    } catch {
      const torn = i === lines.length - 1 && line.startsWith('{')
      if (!torn) faults.push({ code: 'anchors-broken', line: i + 1 })
    }
  }
  return { anchors, faults }
}

/** @param path of a data folder, whose own checkpoints count, or of a records.db */
export function verifyFile(path: string, more: readonly string[] = [], key: string | null = null): TrailVerdict {
  const folder = statSync(path).isDirectory()
  const own = folder ? join(path, CHECKPOINTS_FILE) : null
  const texts = [...(own && existsSync(own) ? [readFileSync(own, 'utf8')] : []), ...more]
  const read = texts.map(anchorsIn)
  const faults: TrailFault[] = read.flatMap(r => r.faults)
  if (own && !existsSync(own)) faults.push({ code: 'anchors-gone' })
  const anchors = read.flatMap(r => r.anchors)
  let db: DatabaseSync | null = null
  try {
    db = new DatabaseSync(folder ? join(path, 'records.db') : path, { readOnly: true, timeout: 5000 })
    // One moment, while the gateway goes on writing.
    db.exec('BEGIN')
    const meta = db.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string } | undefined
    const rows = db
      .prepare('SELECT seq, time, actor, role, kind, id, action, data, prev, hash FROM trail ORDER BY seq')
      .iterate() as unknown as Iterable<TrailRow>
    const verdict = verifyTrail(rows, meta?.value ?? '', anchors, key ?? (folder ? ownKey(path) : null))
    return { ...verdict, faults: [...faults, ...verdict.faults] }
  } catch (error) {
    const why = (error as Error).message
    const nothing = { entries: 0, head: '', held: 0, heldTo: 0, restores: [], keys: [] }
    return { ...nothing, faults: [...faults, { code: 'unreadable', why }] }
  } finally {
    db?.close()
  }
}
/** The public part of the key that lies with the secrets; null: it cannot be read, as by anybody else. */
function ownKey(data: string): string | null {
  try {
    const own = createPrivateKey(readFileSync(join(data, 'secrets', TRAIL_KEY_FILE), 'utf8'))
    return createPublicKey(own).export({ format: 'jwk' }).x ?? null
  } catch {
    return null
  }
}

/** What is wrong, in both languages. */
export const textOfFault = ({ code, ...words }: TrailFault): readonly [zh: string, en: string] => {
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String((words as Record<string, unknown>)[name] ?? ''))
  return [fill(trailFaults[code][0]), fill(trailFaults[code][1])]
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      anchors: { type: 'string', multiple: true, default: [] },
      anchor: { type: 'string', multiple: true, default: [] },
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const path = positionals[0] ?? (process.env.GATEHOUSE_DATA || 'data')
  let verdict: TrailVerdict
  const from = performance.now()
  try {
    const more = values.anchors.map(file => readFileSync(file === '-' ? 0 : file, 'utf8'))
    verdict = verifyFile(
      path,
      [...more, ...(values.anchor.length > 0 ? [`${values.anchor.join('\n')}\n`] : [])],
      values.key?.trim() ?? null,
    )
  } catch (error) {
    console.error(`无法检查 cannot look at ${path}: ${(error as Error).message}`)
    process.exit(2)
  }
  const seconds = Math.round(performance.now() - from) / 1000
  if (values.json) console.log(JSON.stringify({ ...verdict, seconds }))
  else {
    const { entries, head, faults, held, heldTo, restores, keys } = verdict
    console.log(`${path}: ${entries} 条 entries, SHA-256 ${head}, ${seconds} s`)
    console.log(`  检查点相符 checkpoints that hold: ${held}, 至第 to entry ${heldTo}`)
    for (const key of keys) console.log(`  公钥 public key: ${key}`)
    for (const r of restores)
      console.log(
        `  ! 第 ${r.seq} 条写明从备份恢复，之后作废 ${r.givenUp} 个检查点。 Entry ${r.seq} tells of a restore from a backup (${new Date(r.time).toISOString()}); ${r.givenUp} checkpoints of what was given up.`,
      )
    for (const fault of faults) console.log(`✗ ${textOfFault(fault).join(' ')}`)
    if (faults.length === 0) console.log('✓ 未见改动。 Nothing was changed.')
    if (held === 0)
      console.log(
        '  没有检查点：整本重写或截去末尾无从发现。 No checkpoint: a trail rewritten as a whole, or cut off, would not be seen.',
      )
    else if (heldTo < entries)
      console.log(`  第 ${heldTo} 条之后还没有检查点。 No checkpoint vouches yet for what came after entry ${heldTo}.`)
  }
  process.exit(verdict.faults.length === 0 ? 0 : 1)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main()
