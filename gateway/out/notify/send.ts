import type { Recipient } from '../../../rules/ladder.ts'
import { anywhere, Inward, type Reach, requestOut } from '../../core/outgoing.ts'
import { type HttpKindId, kindOf, kinds, type Reply, type Request } from './channels.ts'
import type { NotifyChannel } from './config.ts'
import { type EmailOptions, type Sent, sendEmail } from './email.ts'
import type { Told } from './message.ts'

const SHOWN_ANSWER = 300

export type Fetch = (request: Request, signal: AbortSignal) => Promise<Reply>

/** One person, or everybody at once where a channel has one message for all. */
export interface Unit {
  /** By what it is known whether it was told already. */
  readonly key: string
  readonly names: readonly string[]
  readonly people: readonly Recipient[]
}

/** What a channel sends one by one. Who has no such address can't be told by this channel. */
export function unitsOf(channel: NotifyChannel, people: readonly Recipient[]): readonly Unit[] {
  const { each } = kindOf(channel.kind)
  if (each === null) return [{ key: 'all', names: people.length > 0 ? people.map(p => p.name) : [channel.id], people }]
  const seen = new Set<string>()
  return people.flatMap(p => {
    const address = p[each]
    // Two rosters may name the same person.
    if (address === undefined || seen.has(address)) return []
    seen.add(address)
    return [{ key: address, names: [p.name], people: [p] }]
  })
}

/** Tells one unit. Never throws. */
export async function tellOne(
  channel: NotifyChannel,
  told: Told,
  unit: Unit,
  now: number,
  signal: AbortSignal,
  { reach = anywhere, fetchOne = fetchIt(reach) }: { readonly reach?: Reach; readonly fetchOne?: Fetch } = {},
): Promise<Sent> {
  const sent = await tellAny(channel, told, unit, now, signal, fetchOne, reach)
  const clean = (text: string) => withoutSecrets(channel, text)
  // Why not goes to the trail, which forgets nothing.
  return { ...sent, why: sent.why && clean(sent.why), answer: clean(sent.answer).slice(0, SHOWN_ANSWER) }
}

async function tellAny(
  channel: NotifyChannel,
  told: Told,
  unit: Unit,
  now: number,
  signal: AbortSignal,
  fetchOne: Fetch,
  reach: Reach,
): Promise<Sent> {
  const [first] = unit.people
  if (channel.kind === 'email') {
    const { name, email = '', language } = first!
    return sendEmail(channel.options as unknown as EmailOptions, told, { name, email, language }, signal, reach)
  }
  const kind = kinds[channel.kind satisfies HttpKindId] as unknown as {
    requests(options: unknown, told: Told, phones: readonly string[], now: number): readonly Request[]
    refused(options: unknown, reply: Reply): string | null
  }
  // A person's own language goes before that of the channel.
  const own = unit.people.length === 1 && first?.language ? { language: first.language } : {}
  const options = channel.kind === 'sms' ? { ...channel.options, ...own } : channel.options
  const phones = unit.people.flatMap(p => p.phone ?? [])
  let answer = ''
  for (const request of kind.requests(options, told, phones, now)) {
    try {
      const reply = await fetchOne(request, signal)
      answer = `${reply.status} ${reply.text}`
      const why = kind.refused(options, reply)
      if (why !== null) return { why, final: false, answer }
    } catch (error) {
      const slow = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
      const why = slow ? 'timeout' : error instanceof Inward ? 'inward address' : 'no connection'
      return { why, final: false, answer: '' }
    }
  }
  return { why: null, final: false, answer }
}

/** A far end may say back what it was sent. */
function withoutSecrets(channel: NotifyChannel, text: string): string {
  const values: string[] = []
  const gather = (value: unknown): void => {
    if (typeof value === 'string' && value.length >= 6) values.push(value)
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) gather(one)
  }
  for (const key of kindOf(channel.kind).secrets) {
    const value = channel.options[key]
    gather(value)
    if (key === 'url' && typeof value === 'string') for (const one of new URL(value).searchParams.values()) gather(one)
  }
  return values.reduce((clean, secret) => clean.replaceAll(secret, '•••'), text)
}

/** Where a message is sent is what the file says, not what some server says. */
const fetchIt =
  (reach: Reach): Fetch =>
  ({ url, method, headers, body }, signal) =>
    requestOut(reach, url, { method, headers, body: body ?? undefined, signal })
