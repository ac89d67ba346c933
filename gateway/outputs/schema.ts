import { z } from 'zod'
import type { PointId } from '../../drivers/point.ts'
import { roles } from '../../rules/flow.ts'
import { matches } from '../../rules/rule.ts'
import type { Params } from '../core/errors.ts'
import type { Path } from '../site/jsonproblems.ts'
import { id } from '../site/words.ts'

/** What site.json says of outputs: who gets samples and records, and how much is kept for those who are away. */

const pattern = z.string().min(3).max(200)
const urlOf = (pattern: RegExp) => z.string().max(500).regex(pattern)
/** What changes of these go out; persons, passwords and settings never do. */
export const recordKinds = ['alarm', 'workorder', 'runbook', 'outage'] as const
const base = {
  id,
  /** false: it keeps its place, and is sent nothing. */
  enabled: z.boolean().default(true),
  /** Kinds of records whose changes it gets. */
  records: z.array(z.enum(recordKinds)).max(recordKinds.length).default([]),
}
const telemetry = {
  /** Of which points it gets the samples. */
  points: z.array(pattern).max(1000).default(['*/*']),
  /** Samples a second at most while it catches up. */
  catchUpPerS: z.number().int().min(10).max(1_000_000).default(10_000),
}
const liveFirst = z.boolean().default(true)
const influx = z.strictObject({
  kind: z.literal('influx'),
  ...base,
  ...telemetry,
  liveFirst,
  url: urlOf(/^https?:\/\//),
  /** 1: database and user; 2: bucket and token, also of InfluxDB 3 and VictoriaMetrics. */
  api: z.union([z.literal(1), z.literal(2)]).default(1),
  database: z.string().min(1).max(200).optional(),
  username: z.string().min(1).max(200).optional(),
  org: z.string().max(200).optional(),
  bucket: z.string().min(1).max(200).optional(),
  measurement: z.string().min(1).max(100).default('gatehouse'),
  /** After it was away, what it had taken in so many seconds before is sent again: it may have been in memory only. */
  resendS: z.number().int().min(0).max(600).default(0),
})
/** A part of a topic of Sparkplug [3.0.0, 4.2.1]. */
const topicPart = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^+#/\s]([^+#/]*[^+#/\s])?$/)
const mqtt = z.strictObject({
  kind: z.literal('mqtt'),
  ...base,
  ...telemetry,
  liveFirst,
  url: urlOf(/^mqtts?:\/\//),
  version: z.union([z.literal(4), z.literal(5)]).default(5),
  clientId: z.string().min(1).max(100).optional(),
  username: z.string().min(1).max(200).optional(),
  /** Before all topics; left out: `gatehouse/<site>` as inside. */
  root: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^+#\s/$][^+#\s]*[^+#\s/]$/)
    .optional(),
  /** Commands from there, for these points only; left out: none. */
  commands: z
    .strictObject({ points: z.array(pattern).min(1).max(200), role: z.enum(roles).default('operator') })
    .optional(),
  /** Sparkplug B in place of our JSON: the group, the name of the edge node (the id of the site), who it waits for. */
  sparkplug: z
    .strictObject({
      group: topicPart,
      node: topicPart.optional(),
      primaryHost: topicPart.optional(),
      /** In which form the host says that it is there: `spBv1.0/STATE/<host>` of 3.0, or `STATE/<host>` of 2.2. */
      hostState: z.union([z.literal(2), z.literal(3)]).default(3),
    })
    .optional(),
})
const webhook = z.strictObject({ kind: z.literal('webhook'), ...base, url: urlOf(/^https?:\/\//) })
const files = z.strictObject({
  kind: z.literal('files'),
  ...base,
  ...telemetry,
  /** Absolute, or below the folder `outputs` of the data. */
  folder: z.string().min(1).max(500),
  every: z.enum(['hour', 'day']).default('hour'),
  /** Each file that is finished goes there; `folder` is where it waits. */
  sftp: z
    .strictObject({
      host: z
        .string()
        .max(253)
        .regex(/^[A-Za-z0-9]([A-Za-z0-9.:_-]*[A-Za-z0-9])?$/),
      port: z.number().int().min(1).max(65_535).default(22),
      username: z
        .string()
        .max(100)
        .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]*$/),
      /** Over there; left out: where a sign-in begins. */
      folder: z
        .string()
        .min(1)
        .max(500)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: a line of a batch has no others
        .regex(/^[^\u0000-\u001f\u007f"\\*?[\]]+$/)
        .default('.'),
    })
    .optional(),
})
export const outputSchema = z.discriminatedUnion('kind', [influx, mqtt, webhook, files])
export const backlogSchema = z.strictObject({
  /** Room for samples that wait for an output which is away; then the oldest go. */
  telemetryMb: z.number().min(1).max(100_000),
})

type Raw = z.infer<typeof outputSchema>
export type Output = Raw
export type OutputOf<K extends Raw['kind']> = Extract<Raw, { kind: K }>
export interface SiteOutputs {
  readonly outputs: readonly Output[]
  readonly backlogBytes: number
}
type Add = (path: Path, code: string, params?: Params, level?: 'error' | 'warning') => void

const MB = 2 ** 20
const BACKLOG_MB = 1024

export function outputsOf(
  raw: {
    readonly outputs: readonly (Raw | null)[]
    readonly backlog?: z.infer<typeof backlogSchema> | null | undefined
  },
  points: readonly PointId[],
  whole: boolean,
  add: Add,
): SiteOutputs {
  for (const [i, output] of raw.outputs.entries()) {
    if (!output) continue
    const at: Path = ['outputs', i]
    if (output.kind === 'influx') {
      const need = output.api === 1 ? 'database' : 'bucket'
      if (output[need] === undefined) add(at, 'output-needs', { word: need, api: output.api })
    }
    if ('url' in output) {
      const url = URL.canParse(output.url) ? new URL(output.url) : null
      if (!url) add([...at, 'url'], 'output-url', { url: output.url })
      else if (url.username !== '' || url.password !== '') add([...at, 'url'], 'output-secret-in-url')
      else if (['http:', 'mqtt:'].includes(url.protocol) && !isNear(url.hostname))
        add([...at, 'url'], 'output-open', { host: url.hostname }, 'warning')
    }
    if (output.kind === 'webhook' && output.records.length === 0) add([...at, 'records'], 'output-nothing')
    const shared =
      output.kind === 'files' &&
      raw.outputs.slice(0, i).find(other => other?.kind === 'files' && other.folder === output.folder)
    if (shared) add([...at, 'folder'], 'output-same-folder', { other: shared.id })
    const patterns = [
      ...('points' in output ? output.points.map((p, j) => [p, [...at, 'points', j]] as const) : []),
      ...(output.kind === 'mqtt' ? (output.commands?.points ?? []) : []).map(
        (p, j) => [p, [...at, 'commands', 'points', j]] as const,
      ),
    ]
    for (const [pattern, path] of patterns)
      if (whole && pattern !== '*/*' && !points.some(point => matches(pattern, point)))
        add(path, 'rule-without-points', { pattern }, 'warning')
  }
  return {
    outputs: raw.outputs.filter(output => output !== null),
    backlogBytes: (raw.backlog?.telemetryMb ?? BACKLOG_MB) * MB,
  }
}
/** On this machine: nobody listens on the way. */
const isNear = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host)
