import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type CredentialPhase, credentialFlow } from '../../../rules/access/credential.ts'
import { areaAfter, decide } from '../../../rules/access/decide.ts'
import { type Layer, layerFor, settableModes } from '../../../rules/access/doormode.ts'
import { checkPass, createSeen, dynamicCode, makePass, stepAt } from '../../../rules/access/pass.ts'
import { clockSafe, type Reading } from '../../../rules/access/policy.ts'
import { move } from '../../../rules/flow.ts'
import { area, credential, door, holder } from './world.ts'

/**
 * A site as it is run, in random order: passes issued, approved, revoked, shown, shown again, the clock set, the gateway
 * restarted, doors in every mode. Beside it stands a plain diary of what people did; from that alone it is said who may
 * come in. The two must never differ towards open.
 */
const START = Date.UTC(2026, 10, 23, 1)
const HOUR = 3_600_000
const CARDS = 3
const card = fc.nat(CARDS - 1)
type Op =
  | {
      readonly kind: 'move'
      readonly card: number
      readonly action: 'approve' | 'suspend' | 'resume' | 'revoke' | 'lose'
    }
  | { readonly kind: 'read'; readonly card: number | null; readonly direction: 'in' | 'out'; readonly pin: boolean }
  | { readonly kind: 'show'; readonly again: boolean; readonly early: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'clock'; readonly ms: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'mode'; readonly mode: (typeof settableModes)[number]; readonly minutes: number }
  | { readonly kind: 'fire'; readonly on: boolean }
  | { readonly kind: 'pass-through' }
const ops: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('move'),
      card,
      action: fc.constantFrom('approve', 'approve', 'suspend', 'resume', 'revoke', 'lose'),
    }) as fc.Arbitrary<Op>,
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('read'),
      card: fc.option(card, { freq: 8 }),
      direction: fc.constantFrom('in', 'in', 'out'),
      pin: fc.constantFrom(true, true, true, false),
    }) as fc.Arbitrary<Op>,
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('show'),
      again: fc.boolean(),
      early: fc.integer({ min: -4, max: 4 }),
    }) as fc.Arbitrary<Op>,
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait'),
      ms: fc.constantFrom(1000, 31_000, HOUR / 2, 5 * HOUR),
    }) as fc.Arbitrary<Op>,
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock'),
      ms: fc.constantFrom(-10 * HOUR, -HOUR, HOUR, 24 * HOUR * 3650),
    }) as fc.Arbitrary<Op>,
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) as fc.Arbitrary<Op> },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('mode'),
      mode: fc.constantFrom(...settableModes),
      minutes: fc.constantFrom(1, 60, 480),
    }) as fc.Arbitrary<Op>,
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fire'), on: fc.boolean() }) as fc.Arbitrary<Op> },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass-through') }) as fc.Arbitrary<Op> },
)

const site = generateKeyPairSync('ed25519')
const phone = generateKeyPairSync('ed25519')
const phoneKey = new Uint8Array(Buffer.from(phone.publicKey.export({ format: 'jwk' }).x!, 'base64url'))
const hash8 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest().subarray(0, 8))
const pass = makePass(
  {
    ...{ siteKey: 1, passNo: 5, statusIndex: 0, personHash: new Uint8Array(8), groups: 1n, dynamicOnly: true },
    ...{ notBefore: START / 1000 - 60, notAfter: START / 1000 + 12 * 3600, holderHash: hash8(phoneKey) },
  },
  bytes => new Uint8Array(sign(null, bytes, site.privateKey)),
)
const codes = new Map<number, string>()
/** Signing is slow; of each half minute there is one code. */
const codeAt = (at: number): string => {
  const step = stepAt(at)
  const had = codes.get(step)
  if (had !== undefined) return had
  const made = dynamicCode(pass, phoneKey, at, bytes => new Uint8Array(sign(null, bytes, phone.privateKey)))
  codes.set(step, made)
  return made
}
const verified = new Map<string, boolean>()
const once = (key: string, work: () => boolean): boolean => {
  const had = verified.get(key)
  if (had !== undefined) return had
  const made = work()
  verified.set(key, made)
  return made
}
const keyObject = (x: Uint8Array) => ({
  key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x).toString('base64url') },
  format: 'jwk' as const,
})

const approvedFirst: readonly Op[] = [0, 1].map(n => ({ kind: 'move', card: n, action: 'approve' }))

it('nothing opens for whom it should not, and nobody is kept in', () => {
  const told = { sequences: 0, reads: 0, opened: 0, refused: 0, out: 0, replays: 0, fires: 0 }
  const here = door({ class: 'high', mechanicalExit: true })
  const plant = area({ passback: 'hard' })
  fc.assert(
    fc.property(fc.array(ops, { minLength: 10, maxLength: 40 }), sequence => {
      told.sequences++
      let now = START
      let latest = START
      let layers: readonly Layer[] = []
      const seen = createSeen()
      const phases: CredentialPhase[] = Array.from({ length: CARDS }, () => 'requested')
      const areas: (string | null)[] = Array.from({ length: CARDS }, () => 'outside')
      let granted: { readonly card: number; readonly direction: 'in' | 'out' } | null = null
      // The diary: what people did, in the plainest words.
      const approved = new Set<number>()
      const ended = new Set<number>()
      const paused = new Set<number>()
      const shownSteps = new Set<number>()
      const inside = new Set<number>()
      let fire = false
      let ends = START + 12 * HOUR
      const snapshotNow = () => ({
        ...{ policyVersion: 'v', door: here, area: plant, layers, asks: 'card' as const, within: () => true },
        ...{ holiday: false, threatLevel: 0, inside: inside.size, supervisorsInside: 0, othersOpen: [], waiting: null },
        ...{ clockSafe: clockSafe(now, latest), latest, armed: false },
      })
      const open = () =>
        layers.some(
          l => ['fire-release', 'maintenance', 'override'].includes(l.mode) && (l.until === null || now < l.until),
        )
      for (const op of [...approvedFirst, ...sequence]) {
        switch (op.kind) {
          case 'move': {
            const made = move(credentialFlow, phases[op.card]!, op.action, 'manager')
            if ('to' in made) phases[op.card] = made.to
            if (op.action === 'approve' && !ended.has(op.card)) approved.add(op.card)
            if (op.action === 'suspend' && approved.has(op.card)) paused.add(op.card)
            if (op.action === 'resume') paused.delete(op.card)
            if ((op.action === 'revoke' || op.action === 'lose') && approved.has(op.card)) ended.add(op.card)
            break
          }
          case 'wait':
            now += op.ms
            if (clockSafe(now, latest)) latest = Math.max(latest, now)
            break
          case 'clock':
            now += op.ms
            break
          case 'restart':
            // What is on the disk is all that is left.
            granted = null
            break
          case 'mode': {
            const level = op.mode === 'lockdown' ? 5 : null
            const made = layerFor({ mode: op.mode, minutes: op.minutes, level, by: 'chen', reason: 'x' }, layers, now)
            if (!('refused' in made)) layers = [...layers.filter(l => l.mode !== op.mode), made]
            else expect(fire && (op.mode === 'lockdown' || op.mode === 'lockout')).toBe(true)
            break
          }
          case 'fire':
            fire = op.on
            layers = layers.filter(l => l.mode !== 'fire-release')
            if (fire)
              layers = [...layers, { mode: 'fire-release', since: now, until: null, level: null, by: null, reason: '' }]
            if (fire) told.fires++
            break
          case 'show': {
            const at = op.again && shownSteps.size > 0 ? [...shownSteps][0]! * 30_000 : now + op.early * 30_000
            const read = checkPass(codeAt(at), {
              bySite: (_, bytes, s) =>
                once(`s ${Buffer.from(bytes).toString('hex')}`, () => verify(null, bytes, site.publicKey, s)),
              byHolder: (key, bytes, s) =>
                once(`h ${Buffer.from(s).toString('hex')}`, () => verify(null, bytes, keyObject(key), s)),
              ...{ hash8, seen, reader: 'r', now },
            })
            if (read.ok) {
              expect(shownSteps.has(stepAt(at))).toBe(false)
              expect(Math.abs(stepAt(at) - stepAt(now))).toBeLessThanOrEqual(1)
              expect(now).toBeLessThan(ends)
              shownSteps.add(stepAt(at))
            } else if (read.why === 'replay') told.replays++
            break
          }
          case 'pass-through':
            // The door is really opened: only now somebody has moved.
            if (granted) {
              areas[granted.card] = areaAfter(here, granted.direction)
              if (granted.direction === 'in') inside.add(granted.card)
              else inside.delete(granted.card)
            }
            granted = null
            break
          case 'read': {
            const n = op.card
            const reading: Reading =
              n === null
                ? { kind: 'unknown' }
                : {
                    kind: 'known',
                    credential: credential({ id: `c${n}`, phase: phases[n]!, validFrom: START, validTo: ends }),
                    holder: holder({ id: `p${n}`, area: areas[n]!, kind: n === 0 ? 'staff' : 'contractor' }),
                    pin: op.pin ? 'right' : 'none',
                  }
            const made = decide({ door: here.id, direction: op.direction, at: now, reading }, snapshotNow())
            told.reads++
            if (op.direction === 'out') {
              expect(made.unlock).toBe(true)
              told.out++
              if (n !== null) granted = { card: n, direction: 'out' }
              break
            }
            if (fire) expect(made.outcome).toBe('open')
            if (made.outcome === 'open') expect(open()).toBe(true)
            if (made.unlock) {
              // By the diary alone.
              const may =
                n !== null &&
                approved.has(n) &&
                !ended.has(n) &&
                !paused.has(n) &&
                !inside.has(n) &&
                op.pin &&
                Math.max(now < latest ? latest : 0, Math.min(now, latest)) < ends
              expect([may, made.outcome]).toEqual([true, 'granted'])
              told.opened++
              granted = { card: n!, direction: 'in' }
            } else told.refused++
          }
        }
      }
      ends = 0
    }),
    { numRuns: 1000 },
  )
  console.log(`access: ${JSON.stringify(told)}`)
  // It did look at what it is about.
  expect(Math.min(told.opened, told.refused, told.out, told.replays, told.fires)).toBeGreaterThan(50)
}, 60_000)
