import { refuse } from '../core/refusal.ts'
import { kindIds, kindOf } from '../out/notify/channels.ts'

/** In place of a secret. Sent back as it is, it stands for what is kept. */
export const MASK = '••••••••'

interface RawChannel {
  readonly id?: unknown
  readonly kind?: unknown
  readonly options?: Record<string, unknown>
}
type Raw = {
  readonly channels?: readonly RawChannel[]
  readonly heartbeat?: Readonly<Record<string, unknown>>
} & Record<string, unknown>
/** What says where a channel sends. Secrets are only kept for the same far end. */
const TARGET: readonly string[] = ['url', 'host', 'port', 'security', 'user']

const secretsOf = (channel: RawChannel): readonly string[] => {
  const kind = kindIds.find(one => one === channel.kind)
  return kind ? kindOf(kind).secrets : Object.keys(channel.options ?? {})
}
const hide = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hide(one)]))
    : MASK

/** The file as people may see it. What is no JSON is not shown at all: nobody can say where its secrets are. */
export function masked(text: string): string {
  let raw: Raw
  try {
    raw = JSON.parse(text) as Raw
  } catch {
    return ''
  }
  if (!Array.isArray(raw.channels)) return JSON.stringify(raw, null, 2)
  const channels = (raw.channels as RawChannel[]).map(channel => {
    const secret = secretsOf(channel)
    const options = Object.entries(channel.options ?? {}).map(([key, value]) => [
      key,
      secret.includes(key) ? hide(value) : value,
    ])
    return { ...channel, options: Object.fromEntries(options) }
  })
  // Whoever knows this address can keep the watcher quiet while the gateway is dead.
  const heartbeat = raw.heartbeat && { heartbeat: { ...raw.heartbeat, url: MASK } }
  return JSON.stringify({ ...raw, channels, ...heartbeat }, null, 2)
}

/**
 * The text with the secrets that are kept put back. Throws a Refusal when a mask stands for nothing, or when the channel goes
 * elsewhere now: a password must not be sent to a server that somebody has just written down.
 */
export function unmasked(text: string, had: string | null): string {
  const raw = JSON.parse(text) as Raw
  const { channels: keptChannels, heartbeat: keptBeat } = parsed(had)
  const kept: readonly RawChannel[] = Array.isArray(keptChannels) ? keptChannels : []
  if (!Array.isArray(raw.channels)) return text
  const channels = (raw.channels as RawChannel[]).map((channel, i) => {
    const old = kept.find(c => c.id === channel.id && c.kind === channel.kind)
    const options = channel.options ?? {}
    const moved = old && TARGET.some(key => options[key] !== MASK && options[key] !== old.options?.[key])
    const fill = (value: unknown, before: unknown, where: string): unknown => {
      if (value === MASK) {
        if (before === undefined)
          refuse(
            `channels[${i}].options.${where}：请填写，没有保存过它`,
            `channels[${i}].options.${where}: enter it; nothing is kept for it`,
          )
        if (moved)
          refuse(
            `channels[${i}].options.${where}：渠道的去向变了，请重新填写`,
            `channels[${i}].options.${where}: enter it anew, because the channel sends elsewhere now`,
          )
        return before
      }
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
      const inside = (before ?? {}) as Record<string, unknown>
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, fill(one, inside[key], `${where}.${key}`)]),
      )
    }
    const filled = Object.entries(options).map(([key, value]) => [key, fill(value, old?.options?.[key], key)])
    return { ...channel, options: Object.fromEntries(filled) }
  })
  const beat = raw.heartbeat
  if (beat?.url === MASK && keptBeat === undefined)
    refuse('heartbeat.url：请填写，没有保存过它', 'heartbeat.url: enter it; nothing is kept for it')
  const heartbeat = beat?.url === MASK && { heartbeat: { ...beat, url: keptBeat?.url } }
  return `${JSON.stringify({ ...raw, channels, ...heartbeat }, null, 2)}\n`
}

function parsed(text: string | null): Raw {
  try {
    return (JSON.parse(text ?? '{}') ?? {}) as Raw
  } catch {
    return {}
  }
}
