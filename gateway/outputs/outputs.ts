import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { History } from '../history/history.ts'
import type { ReaderState } from '../history/readers.ts'
import type { ReaderReport } from '../out/reader/reader.ts'
import { type Beyond, plainly, type Why } from '../out/reader/row.ts'
import { type SshView, sshKeys } from '../out/sinks/sftp/keys.ts'
import type { KeptAside } from '../records/aside.ts'
import { forgetCursors } from '../records/cursor.ts'
import { beginOutput, type OutputSite, type OutputsDeps, type Running } from './one.ts'
import type { Output } from './schema.ts'
import { lacksSecret } from './secret.ts'
import { targetOf } from './sinks.ts'

export interface OutputState {
  readonly output: Output
  readonly target: string
  /** no-secret: it is set up with a sign-in whose secret nobody has given yet. */
  readonly state: 'up' | 'away' | 'refused' | 'no-secret' | 'off' | 'starting'
  readonly trouble: ReaderReport['trouble']
  readonly lastTakenAt: number | null
  readonly sent: number
  /** Of what was taken since the start, before it was packed. */
  readonly bytes: number
  /** Null: it gets none. */
  readonly telemetry: (ReaderState & { readonly behind: number }) | null
  readonly records: {
    readonly seq: number
    readonly waiting: number
    readonly oldestAt: number | null
    readonly lost: number
  } | null
  readonly aside: { readonly rows: number; readonly samples: number; readonly dropped: number }
  /** Null: it sends no files to anywhere else. */
  readonly sftp: (SshView & Pick<Beyond, 'files' | 'bytes' | 'oldestAt'>) | null
}
export type Outputs = ReturnType<typeof openOutputs>

const RETRY_MS = 10_000
const LOOK_MS = 10_000
/** Shorter troubles call nobody. */
const BLIND_MS = 30_000
const MOST_AGAIN = 200

/** The outputs of the site that runs: each a reader of history and trail with a position of its own. */
export function openOutputs(deps: OutputsDeps) {
  const { clock, log, bus, trail, history, aside } = deps
  let of: OutputSite | null = null
  let running: readonly Running[] = []
  let starting: Why | null = null
  let cancelRetry = () => {}
  /** One change after the other: two readers at one position would send everything twice. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work)
    turn = next.catch(() => {})
    return next
  }
  const said = new Map<string, string>()

  async function begin(mine: OutputSite): Promise<void> {
    const { outputs, backlogBytes } = mine.site
    const fed = outputs.filter(o => 'points' in o && o.points.length > 0)
    let opened: Awaited<ReturnType<History['readers']['use']>>
    try {
      opened = await history.readers.use(
        fed.map(o => o.id),
        backlogBytes,
      )
      const ids = outputs.map(o => o.id)
      for (const begins of ['output ', 'sparkplug ']) forgetCursors(deps.db, begins, ids)
      starting = null
    } catch (error) {
      starting = { code: 'disk', detail: plainly(String((error as Error).message ?? error)) }
      cancelRetry = clock.after(RETRY_MS, () => void inTurn(async () => (of === mine ? begin(mine) : undefined)))
      return
    }
    const epochs = { history: opened.epoch.toString(36), trail: trail.epoch.replaceAll('-', '').slice(0, 12) }
    const journal = { epochs, head: opened.head }
    running = outputs.map(output => {
      const state = opened.states.find(s => s.id === output.id)
      return beginOutput(deps, mine, output, journal, state)
    })
  }
  async function end(): Promise<void> {
    cancelRetry()
    const was = running
    running = []
    await Promise.all(
      was.map(one => one.reader?.stop().catch(error => log.error({ error }, 'an output did not end well'))),
    )
  }

  const stopCommits = history.readers.onCommit(head => {
    for (const one of running) {
      one.telemetry?.committed(head)
      if (one.telemetry) one.reader?.wake()
    }
  })
  const stopRecords = bus.on('record', () => {
    for (const one of running) if (one.records) one.reader?.wake()
  })
  const troubleOf = (one: Running): ReaderReport['trouble'] =>
    one.why ? { why: one.why, since: one.since, nextAt: one.since, tries: 0 } : (one.reader?.report().trouble ?? null)
  const stopLook = clock.every(LOOK_MS, () => {
    for (const one of running) {
      const trouble = troubleOf(one)
      const now = trouble ? trouble.why.code : ''
      if ((said.get(one.output.id) ?? '') === now) continue
      said.set(one.output.id, now)
      if (trouble) log.warn({ output: one.output.id, ...trouble.why }, 'an output does not take what is sent')
      else log.warn({ output: one.output.id }, 'an output takes what is sent again')
    }
  })
  const known = (id: string): Running => running.find(one => one.output.id === id) ?? fail('not-found', { what: id })

  const sftpOf = (output: Output, beyond: Beyond | null): OutputState['sftp'] => {
    if (output.kind !== 'files' || !output.sftp) return null
    const { files = 0, bytes = 0, oldestAt = null } = beyond ?? {}
    return { ...sshKeys(deps.secrets.folderOf(output.id)).view(), files, bytes, oldestAt }
  }

  return {
    /** The site runs from now on. */
    use(next: OutputSite): Promise<void> {
      of = next
      return inTurn(async () => {
        await end()
        if (of === next) await begin(next)
      })
    },
    /** The site ends; positions are kept. */
    leave(): Promise<void> {
      of = null
      return inTurn(end)
    },
    /** With secrets that may have changed. */
    again(): Promise<void> {
      return inTurn(async () => {
        await end()
        if (of) await begin(of)
      })
    },
    async stop(): Promise<void> {
      stopCommits()
      stopRecords()
      stopLook()
      of = null
      await inTurn(end)
    },
    has: (id: string): boolean => of?.site.outputs.some(o => o.id === id) ?? false,
    /** One of them has not taken anything for a while. */
    blind: (ms = BLIND_MS): boolean =>
      (starting !== null && (of?.site.outputs.length ?? 0) > 0) ||
      running.some(one => {
        const trouble = one.output.enabled ? troubleOf(one) : null
        return trouble !== null && clock.now() - trouble.since >= ms
      }),
    async states(): Promise<readonly OutputState[]> {
      if (!of) return []
      const stored = await history.readers.states().catch(() => null)
      return of.site.outputs.map((output): OutputState => {
        const one = running.find(r => r.output.id === output.id)
        const report = one?.reader?.report()
        const read = stored?.states.find(s => s.id === output.id)
        const trouble =
          starting !== null
            ? { why: starting, since: of?.since ?? clock.now(), nextAt: clock.now(), tries: 0 }
            : one
              ? troubleOf(one)
              : null
        const working =
          trouble && lacksSecret(trouble.why)
            ? 'no-secret'
            : one?.why || starting !== null
              ? 'away'
              : one
                ? (report?.state ?? 'off')
                : 'starting'
        return {
          ...{ output, target: targetOf(output), trouble: output.enabled ? trouble : null },
          state: output.enabled ? working : 'off',
          lastTakenAt: report?.lastTakenAt ?? null,
          sent: report?.rows ?? 0,
          bytes: report?.bytes ?? 0,
          telemetry: read && stored ? { ...read, behind: Math.max(0, stored.head + 1 - read.position.live) } : null,
          records: one?.records?.state() ?? null,
          aside: aside.count(output.id),
          sftp: sftpOf(output, report?.beyond ?? null),
        }
      })
    },
    asideOf: (id: string, after: number, limit: number): readonly KeptAside[] => aside.list(id, after, limit),
    /** Does not wait for the next try. Throws `not-found`. */
    tryNow(id: string): void {
      known(id).reader?.tryNow()
    },
    /** A person has compared the fingerprint of the host that answers: it is trusted from now on. Throws `not-found`. */
    trustHost(id: string, fingerprint: string, actor: Actor): void {
      const { output, reader } = known(id)
      const keys = sshKeys(deps.secrets.folderOf(id))
      if (output.kind !== 'files' || !output.sftp || keys.view().offered !== fingerprint)
        fail('not-found', { what: fingerprint })
      trail.change(actor, note => {
        note('output', id, 'host-key-trusted', { fingerprint, before: keys.view().hostKey })
        keys.trust(fingerprint)
      })
      reader?.tryNow()
    },
    /** Sends again what was set aside: these, or the oldest ones. Throws `not-found`. */
    async retry(id: string, ids: readonly number[] | undefined, actor: Actor) {
      const { reader } = known(id)
      const rows = ids ? ids.flatMap(one => aside.get(id, one) ?? []) : aside.list(id, 0, MOST_AGAIN)
      const result = { taken: 0, refused: 0, left: 0, why: null as Why | null }
      for (const one of rows.slice(0, MOST_AGAIN)) {
        const verdict = reader
          ? await reader.once([one.row])
          : { kind: 'away' as const, why: { code: 'other' as const, detail: '' } }
        if (verdict.kind === 'taken') {
          result.taken++
          trail.change(actor, note => {
            if (aside.remove(id, one.id)) note('output', id, 'retried', { row: one.row.id, topic: one.row.topic })
          })
        } else if (verdict.kind === 'refused') {
          result.refused++
          result.why ??= verdict.why
          aside.refusedAgain(one.id, verdict.why.code, verdict.why.detail)
        } else {
          result.why = verdict.why
          result.left = rows.length - result.taken - result.refused
          break
        }
      }
      return result
    },
    /** A person decides that they need not be sent. */
    discard(id: string, ids: readonly number[], actor: Actor): number {
      known(id)
      return trail.change(actor, note => {
        const gone = ids.filter(one => aside.remove(id, one))
        if (gone.length > 0) note('output', id, 'discarded', { rows: gone.length })
        return gone.length
      })
    },
  }
}
