import type { ChannelSecrets } from '../channels/secrets.ts'
import type { Bus } from '../core/bus.ts'
import type { Clock } from '../core/clock.ts'
import type { Entry, Events } from '../core/events.ts'
import type { Log } from '../core/log.ts'
import type { Reach } from '../core/outgoing.ts'
import type { History } from '../history/history.ts'
import type { ReaderState } from '../history/readers.ts'
import { runReader } from '../out/reader/reader.ts'
import { plainly, type Row, type Stream, type Why } from '../out/reader/row.ts'
import { recordStream, telemetryStreams } from '../out/reader/streams.ts'
import type { RecordView } from '../out/records.ts'
import type { AsideRows } from '../records/aside.ts'
import { openCursor } from '../records/cursor.ts'
import type { Db } from '../records/db.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'
import { type OutputCommandDeps, takeCommand } from './commands.ts'
import type { Output } from './schema.ts'
import { type Made, makeSink, type PlantNow, rootOf } from './sinks.ts'

export interface OutputsDeps {
  readonly clock: Clock
  readonly log: Log
  readonly bus: Bus<Events>
  readonly db: Db
  readonly data: string
  readonly version: string
  readonly trail: Trail
  readonly history: History
  readonly secrets: ChannelSecrets
  readonly aside: AsideRows
  readonly command: OutputCommandDeps
  readonly reach: Reach
}
/** What belongs to the site that runs. */
export interface OutputSite {
  readonly site: Site
  readonly since: number
  /** A record as the outside sees it, by its kind. */
  readonly look: { readonly [kind: string]: (id: string, seq: number) => RecordView | undefined }
  /** What a birth of Sparkplug tells of. */
  readonly plant: PlantNow
  /** Retained messages for a broker outside, without the root: what there is, and what is not normal. */
  readonly hello: () => readonly { readonly topic: string; readonly body: object }[]
}
export interface Running {
  readonly output: Output
  readonly reader: ReturnType<typeof runReader> | null
  readonly telemetry: ReturnType<typeof telemetryStreams> | null
  readonly records: ReturnType<typeof recordStream> | null
  readonly why: Why | null
  readonly since: number
}
/** Where the journal stands when outputs begin. */
export interface Journal {
  /** Of history.db and of the trail: the beginning of each id. */
  readonly epochs: { readonly history: string; readonly trail: string }
  readonly head: number
}

/** One output of the site that runs. One that can't be made is said to be so; the others run. */
export function beginOutput(
  deps: OutputsDeps,
  of: OutputSite,
  output: Output,
  journal: Journal,
  state: ReaderState | undefined,
): Running {
  const { clock, trail, history, aside } = deps
  const idle = { output, reader: null, telemetry: null, records: null, why: null, since: clock.now() }
  const told = output.records as readonly string[]
  const root = output.kind === 'mqtt' ? rootOf(output, of.site.id) : ''
  let reader: ReturnType<typeof runReader> | null = null
  const bdSeq = openCursor(deps.db, `sparkplug ${output.id}`)

  const made = (): Made | null =>
    makeSink(output, {
      ...{ clock, data: deps.data, secrets: deps.secrets, site: of.site, version: deps.version },
      ...{ reach: deps.reach, since: of.since, epochs: journal.epochs, plant: of.plant },
      hello: () =>
        of
          .hello()
          .filter(({ topic }) => !topic.startsWith('alarms/') || told.includes('alarm'))
          .map(({ topic, body }) => ({ topic: `${root}/${topic}`, text: JSON.stringify(body) })),
      command(topic, payload, retained, answer) {
        if (output.kind !== 'mqtt' || !output.commands) return
        const { points, role } = output.commands
        const said = takeCommand(deps.command, { output: output.id, root, points, role }, topic, payload, retained)
        if (said) answer(said.topic, said.text)
      },
      nextBdSeq() {
        const next = ((bdSeq.get() ?? -1) + 1) % 256
        bdSeq.set(next)
        return next
      },
      back: () => reader?.tryNow(),
    })
  try {
    const far = made()
    if (!far) return { ...idle, why: { code: 'no-secret', detail: '' } }
    const records =
      told.length === 0
        ? null
        : recordStream({
            ...{ after: trail.after, head: trail.head, cursor: openCursor(deps.db, `output ${output.id}`) },
            shape({ seq, time: at, kind, id, action }: Entry): readonly Row[] {
              const found = told.includes(kind) ? of.look[kind]?.(id, seq) : undefined
              return found ? far.record({ seq, at, kind, id, action, view: found.view, open: found.open }) : []
            },
          })
    const liveFirst = 'liveFirst' in output ? output.liveFirst : false
    const resendMs = output.kind === 'influx' ? output.resendS * 1000 : 0
    const hold = resendMs > 0 ? { ms: resendMs, now: clock.now } : undefined
    const { head } = journal
    const telemetry =
      state && far.shape
        ? telemetryStreams({
            ...{
              id: output.id,
              readers: history.readers,
              position: state.position,
              head,
              shape: far.shape,
              liveFirst,
              hold,
            },
          })
        : null
    if (!output.enabled) {
      void far.sink.close()
      return { ...idle, telemetry, records }
    }
    const streams: Stream[] = [...(records ? [records.stream] : []), ...(telemetry?.streams ?? [])]
    const catchUpPerS = 'catchUpPerS' in output ? output.catchUpPerS : 1000
    reader = runReader({
      ...{ clock, sink: far.sink, streams, catchUpPerS },
      setAside: (stream, rows) => aside.put(output.id, stream, rows, clock.now()),
    })
    return { ...idle, reader, telemetry, records }
  } catch (error) {
    return { ...idle, why: { code: 'other', detail: plainly(String((error as Error).message ?? error)) } }
  }
}
