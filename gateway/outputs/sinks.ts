import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { TLS_FILES } from '../../drivers/modbus/trust.ts'
import type { Point, PointId, Sample } from '../../drivers/point.ts'
import { matches } from '../../rules/rule.ts'
import type { ChannelSecrets } from '../channels/secrets.ts'
import type { Clock } from '../core/clock.ts'
import { iso } from '../core/clock.ts'
import type { Reach } from '../core/outgoing.ts'
import type { Row, Sink } from '../out/reader/row.ts'
import type { Shape } from '../out/reader/streams.ts'
import { filesSink } from '../out/sinks/files.ts'
import type { Tls } from '../out/sinks/http.ts'
import { influxSink } from '../out/sinks/influx.ts'
import { influxRecord, influxShape, type RecordSaid, type Wanted } from '../out/sinks/lines.ts'
import { csvRecord, csvShape, mqttRecord, mqttShape, webhookRecord } from '../out/sinks/messages.ts'
import { type MqttOptions, mqttSink } from '../out/sinks/mqtt.ts'
import { sftpFolder } from '../out/sinks/sftp/far.ts'
import { sshKeys } from '../out/sinks/sftp/keys.ts'
import { sftpSink } from '../out/sinks/sftp/sink.ts'
import { sparkplugRecord, sparkplugShape } from '../out/sinks/sparkplug/shape.ts'
import { sparkplugSink } from '../out/sinks/sparkplug/sink.ts'
import { webhookSink } from '../out/sinks/webhook.ts'
import { splitPoint } from '../out/topics.ts'
import type { Site } from '../site/site.ts'
import type { Output, OutputOf } from './schema.ts'
import { needsSecret, withoutSecret } from './secret.ts'

export interface SinkDeps {
  readonly clock: Clock
  readonly data: string
  readonly secrets: ChannelSecrets
  readonly site: Site
  readonly version: string
  readonly since: number
  /** Of history.db and of the trail: the beginning of each id. */
  readonly epochs: { readonly history: string; readonly trail: string }
  readonly hello: () => readonly { readonly topic: string; readonly text: string }[]
  readonly command: MqttOptions['message']
  readonly plant: PlantNow
  readonly reach: Reach
  /** Of an edge node of Sparkplug: one more with each connection, 0..255; kept over restarts. */
  readonly nextBdSeq: () => number
  /** It can be sent again. */
  readonly back: () => void
}
/** The plant as it is now. */
export interface PlantNow {
  readonly points: () => Iterable<Point>
  readonly get: (point: PointId) => Sample | undefined
  /** Null: nobody knows yet. */
  readonly online: (equipment: string) => boolean | null
}
/** An output in the form of its far end. */
export interface Made {
  readonly sink: Sink
  /** Null: it gets no samples. */
  readonly shape: Shape | null
  readonly record: (said: RecordSaid) => readonly Row[]
}

/** Root of all topics of an output, as inside when nobody says otherwise; of Sparkplug group and node. */
export const rootOf = ({ root, sparkplug }: OutputOf<'mqtt'>, site: string): string =>
  sparkplug ? `${sparkplug.group}/${sparkplug.node ?? site}` : (root ?? `gatehouse/${site}`)
/** Where an output sends, without what is secret. */
export const targetOf = (output: Output): string => {
  if (output.kind === 'files') {
    const { sftp } = output
    if (!sftp) return output.folder
    const at = sftp.host.includes(':') ? `[${sftp.host}]` : sftp.host
    return `sftp://${at}${sftp.port === 22 ? '' : `:${sftp.port}`}/${sftp.folder.replace(/^\/|^\.$/, '')}`
  }
  return URL.canParse(output.url) ? new URL(output.url).host : output.url
}

/** @returns null: it has no secret, and can do nothing without */
export function makeSink(output: Output, deps: SinkDeps): Made | null {
  const { password: secret } = deps.secrets.read(output.id)
  if (secret !== undefined) return makeWith(output, deps, secret)
  if (needsSecret(output)) return null
  const made = makeWith(output, deps, undefined)
  // Who shows a certificate is refused for that; a host of files has the key of the gateway.
  const shows = output.kind === 'files' || deps.secrets.kinds(output.id).includes('clientCertificate')
  return shows || !made ? made : { ...made, sink: withoutSecret(made.sink) }
}

function makeWith(output: Output, deps: SinkDeps, secret: string | undefined): Made | null {
  const { secrets, site, clock, epochs, reach } = deps
  const pem = (file: string): string | undefined => {
    try {
      return readFileSync(join(secrets.folderOf(output.id), file), 'utf8')
    } catch {
      return undefined
    }
  }
  const tls = { ca: pem(TLS_FILES.ca), cert: pem(TLS_FILES.certificate), key: pem(TLS_FILES.key) }
  const idOf = (said: RecordSaid) => `${epochs.trail}-${said.seq}`
  const wanted = 'points' in output ? wantedOf(output.points) : () => false
  switch (output.kind) {
    case 'influx': {
      const { url, api, database, username, org, bucket, measurement } = output
      return {
        sink: influxSink({ url, api, database, username, org, bucket, secret, tls, reach }),
        shape: influxShape(site.id, measurement, wanted, epochs.history),
        record: said => [influxRecord(site.id, measurement, said, idOf(said))],
      }
    }
    case 'webhook':
      if (secret === undefined) return null
      return {
        sink: webhookSink({ url: output.url, secret, tls, now: clock.now, reach }),
        shape: null,
        record: said => [webhookRecord(site.id, said, idOf(said))],
      }
    case 'files': {
      const { folder, every, sftp } = output
      const path = isAbsolute(folder) ? folder : join(deps.data, 'outputs', folder)
      const files = { folder: path, prefix: site.id, every, timezone: site.timezone, now: clock.now }
      const keys = sshKeys(secrets.folderOf(output.id))
      const token = createHash('sha256').update(`${epochs.trail} ${output.id}`).digest('hex').slice(0, 8)
      const comment = `gatehouse-${site.id}-${output.id}`
      return {
        sink: sftp
          ? sftpSink({
              ...{ ...files, mostBytes: site.backlogBytes },
              far: sftpFolder({ ...sftp, local: path, keys, token, comment, password: secret, clock, reach }),
            })
          : filesSink(files),
        shape: csvShape(wanted, epochs.history),
        record: said => [csvRecord(said, idOf(said))],
      }
    }
    case 'mqtt': {
      const { url, version, clientId = `gatehouse-${site.id}-${output.id}`, username } = output
      const root = rootOf(output, site.id)
      if (output.sparkplug) return sparkplugOf(output, output.sparkplug, root, deps, { secret, tls, wanted })
      return {
        sink: mqttSink({
          ...{ url, version, clientId, username, password: secret, tls, root, hello: deps.hello, reach },
          status: state => JSON.stringify({ state, version: deps.version, since: iso(deps.since) }),
          subscribe: output.commands ? [`${root}/command/+/+`] : [],
          message: deps.command,
        }),
        shape: mqttShape(root, wanted, epochs.history),
        record: said => mqttRecord(root, said, idOf(said)),
      }
    }
  }
}

function sparkplugOf(
  output: OutputOf<'mqtt'>,
  { group, node, primaryHost, hostState }: NonNullable<OutputOf<'mqtt'>['sparkplug']>,
  root: string,
  deps: SinkDeps,
  { secret, tls, wanted }: { readonly secret: string | undefined; readonly tls: Tls; readonly wanted: Wanted },
): Made {
  const { site, clock, plant, epochs } = deps
  const { url, version, clientId = `gatehouse-${site.id}-${output.id}`, username } = output
  const points = Map.groupBy(
    [...plant.points()].filter(p => wanted(p.id)),
    p => splitPoint(p.id)[0],
  )
  return {
    sink: sparkplugSink({
      ...{
        url,
        version,
        clientId,
        username,
        password: secret,
        tls,
        reach: deps.reach,
        group,
        node: node ?? site.id,
        primaryHost,
        hostState,
        now: clock.now,
      },
      ...{ records: output.records, nextBdSeq: deps.nextBdSeq, back: deps.back, online: plant.online },
      devices: [...points.keys()],
      points: device =>
        (points.get(device) ?? []).map(({ id, key, kind, unit }) => ({ key, kind, unit, sample: plant.get(id) })),
      command: !output.commands
        ? null
        : (device, key, ask, retained) => {
            let said: string | null = null
            const payload = Buffer.from(JSON.stringify(ask))
            deps.command(`${root}/command/${device}/${key}`, payload, retained, (_, text) => {
              said = JSON.stringify({ point: `${device}/${key}`, ...JSON.parse(text) })
            })
            return said
          },
    }),
    shape: sparkplugShape(root, wanted, epochs.history),
    record: said => [sparkplugRecord(root, said, `${epochs.trail}-${said.seq}`)],
  }
}

/** Asked for each sample: each point is looked at once. */
function wantedOf(patterns: readonly string[]): Wanted {
  const known = new Map<string, boolean>()
  return point => {
    const had = known.get(point)
    if (had !== undefined) return had
    const is = patterns.some(pattern => matches(pattern, point as `${string}/${string}`))
    known.set(point, is)
    return is
  }
}
