import { describe, expect, it } from 'vitest'
import type { PointId, Sample, Value } from '../../drivers/point.ts'
import {
  begin,
  type Circumstances,
  type Command,
  type CommandSpec,
  interlockStates,
  isOpen,
  readsBack,
  refusal,
  SECOND_PERSON_MS,
  second,
  valueProblem,
} from '../../rules/command.ts'

const NOW = Date.UTC(2026, 10, 21, 8)
const both = (word: string) => ({ 'zh-CN': word, en: word })
const spec: CommandSpec = {
  roles: ['operator'],
  interlocks: [{ point: 'p/level', when: { above: 20 }, values: [true], text: both('level above 20 %') }],
  secondPerson: false,
  confirmWithinS: 10,
  coolDownS: 60,
  readBack: { points: ['p/run'], equals: null },
  tolerance: 0,
}
type Seen = Pick<Sample, 'value' | 'quality' | 'reason'>
const good = (value: Value): Seen => ({ value, quality: 'good', reason: undefined }) as Seen
const about = (more: Partial<Circumstances> & { level?: Seen | undefined } = {}): Circumstances => ({
  blocked: null,
  online: true,
  get: id => (id === 'p/level' ? ('level' in more ? more.level : good(50)) : undefined),
  wrongDevice: false,
  lastSentAt: null,
  ...more,
})
const asked = { id: 'c', point: 'p/run' as PointId, value: true, was: false, reason: 'test', requestedBy: 'li' }

describe('the value', () => {
  it.each([
    ['number in range', { range: [1, 8] as const }, 'number', 4.2, undefined],
    ['at its end', { range: [1, 8] as const }, 'number', 8, undefined],
    ['past it', { range: [1, 8] as const }, 'number', 8.01, 'command-range'],
    ['below it', { range: [1, 8] as const }, 'number', 0.99, 'command-range'],
    ['a step that binary fractions blur', { range: [1, 8] as const, step: 0.1 }, 'number', 4.3, undefined],
    ['between steps', { range: [1, 8] as const, step: 0.1 }, 'number', 4.25, 'command-step'],
    ['steps from 0 without a range', { step: 5 }, 'number', 12, 'command-step'],
    ['NaN', {}, 'number', Number.NaN, 'command-kind'],
    ['infinity', {}, 'number', Number.POSITIVE_INFINITY, 'command-kind'],
    ['a number for a switch', {}, 'boolean', 1, 'command-kind'],
    ['a word for a number', {}, 'number', '4', 'command-kind'],
    ['one of the values', { values: [true] }, 'boolean', true, undefined],
    ['none of the values', { values: [true] }, 'boolean', false, 'command-values'],
    ['a text that is allowed', { values: ['auto'] }, 'text', 'auto', undefined],
  ] as const)('%s', (_, limits, kind, value, wrong) => expect(valueProblem(limits, kind, value)).toBe(wrong))
})

describe('whether it may be sent', () => {
  const bad: Seen = { value: null, quality: 'bad', reason: 'timeout' }
  const stale: Seen = { value: 50, quality: 'uncertain', reason: 'stale' }
  const doubted: Seen = { value: 50, quality: 'uncertain', reason: 'uncertain' }
  it.each<[string, Partial<Circumstances> & { level?: Seen | undefined }, Value, string | undefined]>([
    ['all well', {}, true, undefined],
    ['an interlock does not hold', { level: good(12) }, true, 'interlock'],
    ['exactly at its limit', { level: good(20) }, true, 'interlock'],
    ['its data is bad', { level: bad }, true, 'interlock-unknown'],
    ['its data is stale', { level: stale }, true, 'interlock-unknown'],
    ['its data is in doubt', { level: doubted }, true, 'interlock-unknown'],
    ['its point was never read', { level: undefined }, true, 'interlock-unknown'],
    ['its data is of another kind', { level: good('high') }, true, 'interlock-unknown'],
    ['a stop needs no water', { level: good(12) }, false, undefined],
    ['the device is silent', { online: false }, true, 'offline'],
    ['the device was never heard', { online: null }, true, 'offline'],
    ['silent, so its interlocks are bad too: said as silent', { online: false, level: bad }, true, 'offline'],
    ['it is not the device that it should be', { wrongDevice: true }, true, 'wrong-device'],
    ['a tag hangs there, before all else', { blocked: both('tag 12'), online: false }, false, 'tagged'],
    ['just sent one', { lastSentAt: NOW - 59_999 }, true, 'cool-down'],
    ['long ago', { lastSentAt: NOW - 60_000 }, true, undefined],
  ])('%s', (_, more, value, why) => expect(refusal(spec, value, about(more), NOW)?.why).toBe(why))

  it('says which interlock or tag in its own words', () => {
    expect(refusal(spec, true, about({ level: good(12) }), NOW)?.text?.en).toBe('level above 20 %')
    expect(refusal(spec, true, about({ blocked: both('tag 12') }), NOW)?.text?.en).toBe('tag 12')
    const states = interlockStates(spec.interlocks, true, () => good(12))
    expect(states.map(s => s.holds)).toEqual(['no'])
  })
})

describe('its life', () => {
  it('is sent at once when nobody else need agree, refused at once when it may not be', () => {
    expect(begin(spec, asked, about(), NOW)).toMatchObject({ phase: 'sent', sentAt: NOW, endedAt: null })
    expect(begin(spec, asked, about({ online: false }), NOW)).toMatchObject({
      phase: 'refused',
      why: 'offline',
      sentAt: null,
      endedAt: NOW,
    })
  })
  const waiting = begin({ ...spec, secondPerson: true }, asked, about(), NOW)
  it.each<[string, 'confirm' | 'refuse', string, Partial<Circumstances>, number, object]>([
    ['another agrees', 'confirm', 'wang', {}, 1000, { phase: 'sent', secondBy: 'wang', sentAt: NOW + 1000 }],
    ['another refuses', 'refuse', 'wang', {}, 1000, { phase: 'refused', why: 'refused-by-person', secondBy: 'wang' }],
    ['the same person agrees', 'confirm', 'li', {}, 1000, { wrong: 'command-same-person' }],
    ['the same person in capitals', 'confirm', 'LI', {}, 1000, { wrong: 'command-same-person' }],
    ['the same person withdraws', 'refuse', 'li', {}, 1000, { phase: 'refused', why: 'withdrawn' }],
    ['too late', 'confirm', 'wang', {}, SECOND_PERSON_MS + 1, { phase: 'refused', why: 'second-person-late' }],
    ['meanwhile it is offline', 'confirm', 'wang', { online: false }, 1000, { phase: 'refused', why: 'offline' }],
  ])('%s', (_, word, by, more, laterMs, then) =>
    expect(second(spec, waiting, word, by, about(more), NOW + laterMs)).toMatchObject(then),
  )
  it('nobody can agree twice', () => {
    const sent = second(spec, waiting, 'confirm', 'wang', about(), NOW) as Command
    expect(isOpen(waiting) && isOpen(sent)).toBe(true)
    expect(second(spec, sent, 'confirm', 'zhao', about(), NOW)).toEqual({ wrong: 'command-not-awaiting' })
  })
})

describe('reading back', () => {
  const bad: Seen = { value: null, quality: 'bad', reason: 'timeout' }
  const two: CommandSpec = { ...spec, readBack: { points: ['p/a', 'p/b'], equals: false } }
  const near: CommandSpec = { ...spec, tolerance: 0.5 }
  it.each<[string, CommandSpec, Value, readonly Seen[], boolean | undefined]>([
    ['the same', spec, true, [good(true)], true],
    ['another', spec, true, [good(false)], false],
    ['a number, exactly', spec, 4.3, [good(4.3)], true],
    ['a number, nearly', spec, 4.3, [good(4.31)], false],
    ['within the tolerance', near, 4.3, [good(4.8)], true],
    ['outside it', near, 4.3, [good(4.81)], false],
    ['1 is not true', spec, true, [good(1)], false],
    ['elsewhere, all of them', two, true, [good(false), good(false)], true],
    ['elsewhere, not all', two, true, [good(false), good(true)], false],
    ['bad data tells nothing', spec, true, [bad], undefined],
    ['half of it bad tells nothing', two, true, [good(false), bad], undefined],
    ['doubtful data tells nothing', spec, true, [{ value: true, quality: 'uncertain', reason: 'stale' }], undefined],
    ['no data tells nothing', spec, true, [], undefined],
  ])('%s', (_, s, value, samples, told) => expect(readsBack(s, value, samples)).toBe(told))
})
