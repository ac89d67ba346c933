import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Beyond, plainly, type Trouble, type Why } from '../../reader/row.ts'

/** A file that is whole and will not change. */
export interface WholeFile {
  /** Its name here. */
  readonly local: string
  /** Its name over there. */
  readonly name: string
  readonly bytes: number
  /** By this name or not at all: another one that has it is not made way for. */
  readonly only?: boolean
}
/** A folder somewhere else that takes whole files. */
export interface FarFolder {
  /**
   * Brings them there, one after the other, each visible only when it is whole.
   * @param done called for each that is there
   * @returns null: all are; else why not
   */
  put(files: readonly WholeFile[], done: (local: string) => void, signal: AbortSignal): Promise<Why | null>
}
export interface ShipDeps {
  readonly folder: string
  readonly prefix: string
  readonly far: FarFolder
  readonly now: () => number
}

/** A server that bans whoever knocks too often is knocked at less and less. */
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [10_000, 600_000]
/** These go on until a person does something; each try is a failed sign-in in somebody's log. */
const PERSONS: readonly Why['code'][] = ['sign-in-refused', 'host-key-changed']
const AT_ONCE = 50

/**
 * Takes files away that are finished, to somewhere else, in order; each goes here when it is there. What is in the folder is all
 * there is to know, so that a stop at any moment leaves nothing to repair.
 */
export function shipper({ folder, prefix, far, now }: ShipDeps) {
  const ours = new RegExp(`^${prefix}-(telemetry|records)-\\d{8}(-\\d{4}[+-]\\d{4})?(-\\d+)?\\.csv$`)
  const stop = new AbortController()
  const names = new Map<string, string>()
  let running: Promise<void> | null = null
  /** Asked for while it ran. */
  let again = false
  let trouble: Trouble | null = null
  let lastAt: number | null = null
  let sent = 0
  /** Waiting when it was looked last. */
  let bytes = 0
  /** Before the first hour is over a person wants to know whether it will work. */
  let tried = false

  const finished = (): readonly string[] => {
    try {
      return readdirSync(folder)
        .filter(name => ours.test(name))
        .sort()
    } catch {
      return []
    }
  }
  /** They do not change any more. */
  const sizes = new Map<string, { readonly size: number; readonly mtimeMs: number }>()
  const sizeOf = (name: string) => {
    const had = sizes.get(name)
    if (had) return had
    try {
      const { size, mtimeMs } = statSync(join(folder, name))
      sizes.set(name, { size, mtimeMs })
      return { size, mtimeMs }
    } catch {
      return null
    }
  }
  /** The number of its first row, and what is in it: never the name of anything else, wherever it comes from. */
  async function farNameOf(local: string): Promise<string> {
    const had = names.get(local)
    if (had !== undefined) return had
    const hash = createHash('sha256')
    let head = ''
    for await (const part of createReadStream(join(folder, local)) as AsyncIterable<Buffer>) {
      hash.update(part)
      if (head.length < 2000) head += part.toString('latin1').slice(0, 2000)
    }
    const seq = /^[0-9a-z]+-(\d+)/m.exec(head.split('\r\n').slice(1).join('\n'))?.[1] ?? '0'
    const name = `${local.slice(0, -'.csv'.length)}-${seq}-${hash.digest('hex').slice(0, 10)}.csv`
    names.set(local, name)
    return name
  }
  async function round(): Promise<void> {
    const files: WholeFile[] = []
    for (const local of finished().slice(0, AT_ONCE)) {
      const size = sizeOf(local)
      if (size) files.push({ local, name: await farNameOf(local), bytes: size.size })
    }
    tried = true
    const why = await far.put(
      files,
      local => {
        rmSync(join(folder, local), { force: true })
        names.delete(local)
        sizes.delete(local)
        bytes = Math.max(0, bytes - (files.find(file => file.local === local)?.bytes ?? 0))
        lastAt = now()
        sent++
      },
      stop.signal,
    )
    if (stop.signal.aborted) return
    if (why === null) trouble = null
    else {
      const tries = (trouble?.tries ?? 0) + 1
      const waitMs = PERSONS.includes(why.code)
        ? LONGEST_WAIT_MS
        : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 10))
      trouble = { why, since: trouble?.since ?? now(), nextAt: now() + waitMs, tries }
    }
  }
  function begin(): void {
    if (stop.signal.aborted) return
    if (running !== null) {
      again = true
      return
    }
    again = false
    running = round()
      .catch(error => {
        const tries = (trouble?.tries ?? 0) + 1
        const why: Why = { code: 'disk', detail: plainly(String((error as Error).message ?? error)) }
        trouble = { why, since: trouble?.since ?? now(), nextAt: now() + FIRST_WAIT_MS, tries }
      })
      .finally(() => {
        running = null
        if (again) begin()
      })
  }
  /** The time is due, also when the clock was set back over it. */
  const isDue = (at: number) => trouble === null || at >= trouble.nextAt || trouble.nextAt - at > LONGEST_WAIT_MS

  return {
    /** Why nothing more may come here now; null: it may. */
    full: (mostBytes: number): Why | null => (trouble !== null && bytes >= mostBytes ? trouble.why : null),
    /** Is there something to do? */
    beat(at: number): void {
      bytes = finished().reduce((sum, name) => sum + (sizeOf(name)?.size ?? 0), 0)
      if (running === null && isDue(at) && (!tried || trouble !== null || finished().length > 0)) begin()
    },
    /** A person does not want to wait. */
    hurry: begin,
    beyond(): Beyond {
      const waiting = finished().flatMap(name => sizeOf(name) ?? [])
      return {
        ...{ trouble, lastAt, sent, files: waiting.length },
        bytes: waiting.reduce((sum, { size }) => sum + size, 0),
        oldestAt: waiting.length === 0 ? null : Math.round(Math.min(...waiting.map(({ mtimeMs }) => mtimeMs))),
      }
    },
    /** Nothing is under way. */
    idle: async (): Promise<void> => void (await running),
    async close(): Promise<void> {
      stop.abort()
      await running
    },
  }
}
