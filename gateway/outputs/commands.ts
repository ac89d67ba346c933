import { ulid } from 'ulid'
import type { PointId, Value } from '../../drivers/point.ts'
import type { Command } from '../../rules/command.ts'
import type { Role } from '../../rules/flow.ts'
import { matches } from '../../rules/rule.ts'
import type { Clock } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { LiveCommands } from '../live/commands.ts'
import { actionsOf, type Commands } from '../records/commands.ts'
import type { Idempotency } from '../records/idempotency.ts'
import type { Trail } from '../records/trail.ts'

export interface OutputCommandDeps {
  readonly clock: Clock
  readonly trail: Trail
  readonly commands: Commands
  readonly idempotency: Idempotency
  /** Null while no site runs. */
  readonly live: () => LiveCommands | null
}
/** What the site allows one output to command. */
export interface Allowed {
  readonly output: string
  readonly root: string
  readonly points: readonly string[]
  readonly role: Role
}

/** A command that was on its way for longer is not carried out: whoever sent it no longer waits for it. */
const OLDEST_MS = 60_000
const MOST_BYTES = 4096

/**
 * A command from outside on `<root>/command/<equipment>/<key>`: {transaction, t, value, reason}. It takes the way of every
 * command, by roles, interlocks and read-back; the answer says only what became of the request. The same `transaction` is
 * carried out once, however often the broker brings it.
 * @returns topic and text of the answer; null: it is none of our topics
 */
export function takeCommand(
  deps: OutputCommandDeps,
  allowed: Allowed,
  topic: string,
  payload: Buffer,
  retained: boolean,
): { readonly topic: string; readonly text: string } | null {
  const point = topic.slice(`${allowed.root}/command/`.length) as PointId
  if (!topic.startsWith(`${allowed.root}/command/`) || point.split('/').length !== 2) return null
  let transaction: unknown = null
  const answer = (body: object) => ({
    topic: `${allowed.root}/command-result/${point}`,
    text: JSON.stringify({ transaction, ...body }),
  })
  const no = (code: string, detail: string) => answer({ status: 'error', code, detail })
  if (retained)
    return no('retained', 'A retained command would be carried out at each connect. Publish it without retain.')
  let ask: Record<string, unknown>
  try {
    if (payload.length > MOST_BYTES) throw new Error()
    ask = JSON.parse(payload.toString('utf8')) as Record<string, unknown>
    if (typeof ask !== 'object' || ask === null || Array.isArray(ask)) throw new Error()
  } catch {
    return no('invalid-input', 'A command is a JSON object {transaction, t, value, reason}.')
  }
  const { t, value, reason } = ask
  const key =
    typeof ask.transaction === 'string' && /^[\x21-\x7e]{1,100}$/.test(ask.transaction) ? ask.transaction : null
  transaction = key
  if (key === null)
    return no('invalid-input', 'transaction: 1 to 100 characters that are the same when it is sent again.')
  if (!allowed.points.some(pattern => matches(pattern, point)))
    return no('not-allowed', 'The site does not allow commands to this point from here.')
  if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'string')
    return no('invalid-input', 'value: a number, true, false or a text.')
  const sentAt = typeof t === 'string' ? Date.parse(t) : Number.NaN
  const age = deps.clock.now() - sentAt
  if (!(Math.abs(age) <= OLDEST_MS))
    return no('too-old', 't: when it was sent, no more than 60 s ago. Nothing was done.')
  const actor = { name: `output ${allowed.output}`, role: allowed.role }
  const why = typeof reason === 'string' && reason.trim() !== '' ? reason.slice(0, 200) : `${allowed.output} ${key}`
  try {
    const asked = ['command', point, value]
    const before = deps.idempotency.before<object>(key, actor.name, asked)
    if (before) return answer({ status: 'ok', ...before })
    const live = deps.live() ?? fail('command-none', { point })
    const made = deps.trail.change(actor, note => {
      const now = deps.clock.now()
      const command: Command = live.request(ulid(now), point, value as Value, why, actor)
      deps.commands.put(note, command, actionsOf(null, command))
      deps.idempotency.keep(
        key,
        actor.name,
        asked,
        { command: command.id, phase: command.phase, why: command.why, text: command.text },
        now,
      )
      return command
    })
    live.go(made)
    return answer({ status: 'ok', command: made.id, phase: made.phase, why: made.why, text: made.text })
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return no(code ?? 'internal', code ? message : 'Something went wrong in the gateway.')
  }
}
