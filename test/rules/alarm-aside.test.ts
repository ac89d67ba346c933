import { describe, expect, it } from 'vitest'
import type { Value } from '../../drivers/point.ts'
import { type AlarmInput, calls, possible, quiet, stateOf, step } from '../../rules/alarm.ts'
import type { Rule } from '../../rules/rule.ts'

const point = 'pump-1/tripped'
const rule = (more: Partial<Rule> = {}): Rule => ({
  id: 'trip',
  points: [point],
  when: { equals: true },
  severity: 'high',
  delayOnS: 0,
  delayOffS: 0,
  text: { 'zh-CN': '跳闸', en: 'tripped' },
  ...more,
})
const is = (value: Value): AlarmInput => ({ kind: 'sample', sample: { point, at: 0, seen: 0, quality: 'good', value } })
const on = is(true)
const off = is(false)
const tick: AlarmInput = { kind: 'tick' }
const ack: AlarmInput = { kind: 'acknowledge', by: 'li' }
const reset: AlarmInput = { kind: 'reset', by: 'li' }
const shelve = (untilS: number): AlarmInput => ({
  kind: 'shelve',
  by: 'li',
  reason: 'seal on order',
  until: untilS * 1000,
})
const unshelve: AlarmInput = { kind: 'unshelve', by: 'wang' }
const away: AlarmInput = { kind: 'out-of-service', by: 'chen', reason: 'being rewired' }
const back: AlarmInput = { kind: 'in-service', by: 'chen' }
const by = (cause: string): AlarmInput => ({ kind: 'suppress', cause })
const freed = (cause: string): AlarmInput => ({ kind: 'unsuppress', cause })

/** `!`: it calls. */
type Line = readonly [second: number, input: AlarmInput, state: string, effects?: readonly string[]]
const diaries: Record<string, { readonly rule?: Partial<Rule>; readonly lines: readonly Line[] }> = {
  'latched: gone and seen is not enough, somebody has to reset it': {
    rule: { latched: true },
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, reset, 'UNACK!'],
      [2, off, 'LATCH_UNACK!', ['cleared']],
      [3, reset, 'LATCH_UNACK!'],
      [4, ack, 'LATCH_ACK', ['acknowledged']],
      [5, reset, 'NORM', ['reset']],
      [6, reset, 'NORM'],
    ],
  },
  'latched: acknowledged while it stands, and it comes again before the reset': {
    rule: { latched: true },
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, ack, 'ACKED', ['acknowledged']],
      [2, reset, 'ACKED'],
      [3, off, 'LATCH_ACK', ['cleared']],
      [4, on, 'UNACK!', ['raised']],
      [5, off, 'LATCH_UNACK!', ['cleared']],
      [6, ack, 'LATCH_ACK', ['acknowledged']],
      [7, reset, 'NORM', ['reset']],
    ],
  },
  'shelved: it comes back by itself, and calls though it had been acknowledged': {
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, ack, 'ACKED', ['acknowledged']],
      [2, shelve(60), 'SHLVD', ['shelved']],
      [59, tick, 'SHLVD'],
      [60, tick, 'UNACK!', ['shelf-ended']],
    ],
  },
  'shelved, and taken off by hand: who does it has it before the eyes': {
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, shelve(60), 'SHLVD', ['shelved']],
      [2, unshelve, 'ACKED', ['unshelved', 'acknowledged']],
      [3, unshelve, 'ACKED'],
    ],
  },
  'shelved: what came and went meanwhile has called nobody and wants nobody': {
    lines: [
      [0, shelve(60), 'SHLVD', ['shelved']],
      [1, on, 'SHLVD', ['raised']],
      [2, off, 'SHLVD', ['cleared']],
      [60, tick, 'NORM', ['shelf-ended']],
    ],
  },
  'shelved: what came meanwhile and stands calls at the end': {
    lines: [
      [0, shelve(60), 'SHLVD', ['shelved']],
      [1, on, 'SHLVD', ['raised']],
      [60, tick, 'UNACK!', ['shelf-ended']],
      [61, off, 'RTNUN', ['cleared']],
    ],
  },
  'shelved unseen: it is still unseen after it went, however often it came meanwhile': {
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, shelve(60), 'SHLVD', ['shelved']],
      [2, off, 'SHLVD', ['cleared']],
      [3, on, 'SHLVD', ['raised']],
      [4, off, 'SHLVD', ['cleared']],
      [60, tick, 'RTNUN', ['shelf-ended']],
      [61, ack, 'NORM', ['acknowledged']],
    ],
  },
  'shelved anew: the later end counts; until yesterday is no shelf': {
    lines: [
      [10, on, 'UNACK!', ['raised']],
      [11, shelve(5), 'UNACK!'],
      [12, shelve(60), 'SHLVD', ['shelved']],
      [20, shelve(90), 'SHLVD', ['shelved']],
      [60, tick, 'SHLVD'],
      [90, tick, 'UNACK!', ['shelf-ended']],
    ],
  },
  'a delay ripens at the very tick at which the shelf ends': {
    rule: { delayOnS: 10 },
    lines: [
      [0, shelve(20), 'SHLVD', ['shelved']],
      [10, on, 'SHLVD'],
      [20, tick, 'UNACK!', ['shelf-ended', 'raised']],
    ],
  },
  'people in danger are not put aside': {
    rule: { severity: 'life' },
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, shelve(60), 'UNACK!'],
      [2, away, 'OOSRV', ['taken-out-of-service']],
    ],
  },
  'journal asks nobody, also from the shelf': {
    rule: { severity: 'journal' },
    lines: [
      [0, on, 'ACKED', ['raised']],
      [1, shelve(60), 'SHLVD', ['shelved']],
      [60, tick, 'ACKED', ['shelf-ended']],
    ],
  },
  'a consequence: silent while its cause stands, and what has come meanwhile calls when the cause is gone': {
    lines: [
      [0, by('dead-bus'), 'DSUPR', ['suppressed']],
      [1, on, 'DSUPR', ['raised']],
      [2, by('dead-bus'), 'DSUPR'],
      [3, by('no-supply'), 'DSUPR', ['suppressed']],
      [4, freed('dead-bus'), 'DSUPR', ['unsuppressed']],
      [5, freed('dead-bus'), 'DSUPR'],
      [6, freed('no-supply'), 'UNACK!', ['unsuppressed']],
    ],
  },
  'a consequence that went with its cause needs nobody': {
    lines: [
      [0, by('dead-bus'), 'DSUPR', ['suppressed']],
      [1, on, 'DSUPR', ['raised']],
      [2, off, 'DSUPR', ['cleared']],
      [3, freed('dead-bus'), 'NORM', ['unsuppressed']],
    ],
  },
  'somebody had seen it before it became a consequence: no new call': {
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, ack, 'ACKED', ['acknowledged']],
      [2, by('dead-bus'), 'DSUPR', ['suppressed']],
      [3, freed('dead-bus'), 'ACKED', ['unsuppressed']],
    ],
  },
  'nobody had seen it before: it is not forgotten': {
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, by('dead-bus'), 'DSUPR', ['suppressed']],
      [2, off, 'DSUPR', ['cleared']],
      [3, freed('dead-bus'), 'RTNUN', ['unsuppressed']],
    ],
  },
  'out of service goes before everything, and its true state is known on return': {
    lines: [
      [0, away, 'OOSRV', ['taken-out-of-service']],
      [1, on, 'OOSRV', ['raised']],
      [2, shelve(60), 'OOSRV'],
      [3, by('dead-bus'), 'OOSRV', ['suppressed']],
      [4, away, 'OOSRV'],
      [5, freed('dead-bus'), 'OOSRV', ['unsuppressed']],
      [6, back, 'UNACK!', ['put-in-service']],
      [7, back, 'UNACK!'],
    ],
  },
  'acknowledged while put aside': {
    lines: [
      [0, on, 'UNACK!', ['raised']],
      [1, by('dead-bus'), 'DSUPR', ['suppressed']],
      [2, ack, 'DSUPR', ['acknowledged']],
      [3, freed('dead-bus'), 'ACKED', ['unsuppressed']],
    ],
  },
}

describe('an alarm that is put aside', () => {
  for (const [name, { rule: more, lines }] of Object.entries(diaries))
    it(name, () => {
      const r = rule(more)
      let alarm = quiet(r, point)
      for (const [second, input, state, effects = []] of lines) {
        const next = step(r, alarm, input, second * 1000)
        alarm = next.alarm
        const now = `${stateOf(alarm)}${calls(alarm) ? '!' : ''}`
        expect([second, now, next.effects]).toEqual([second, state, effects])
      }
    })
})

it('says what can be done, before it is tried', () => {
  const r = rule({ latched: true })
  const moves = ['acknowledge', 'reset', 'shelve', 'unshelve', 'out-of-service', 'in-service'] as const
  let alarm = quiet(r, point)
  const can = () => moves.filter(move => possible(alarm, move)).join(' ')
  const after = (input: AlarmInput, second: number) => {
    alarm = step(r, alarm, input, second * 1000).alarm
    return can()
  }
  expect([can(), after(on, 0), after(ack, 1), after(off, 2), after(shelve(60), 3), after(away, 4)]).toEqual([
    'shelve out-of-service',
    'acknowledge shelve out-of-service',
    'shelve out-of-service',
    'reset shelve out-of-service',
    'reset shelve unshelve out-of-service',
    'reset unshelve in-service',
  ])
})

it('remembers who, why and until when', () => {
  const r = rule()
  const shelved = step(r, step(r, quiet(r, point), on, 0).alarm, shelve(60), 5000).alarm
  expect(shelved.shelved).toEqual({ until: 60_000, at: 5000, by: 'li', reason: 'seal on order' })
  expect(step(r, shelved, away, 6000).alarm.outOfService).toEqual({ at: 6000, by: 'chen', reason: 'being rewired' })
})
