import { describe, expect, it } from 'vitest'
import type { PointId, Sample } from '../../drivers/point.ts'
import { abandonSwitching, moveSwitching, nextStep, type Switching } from '../../rules/switching.ts'
import {
  blockedBy,
  inForce,
  livePoints,
  moveTag,
  showsLive,
  type Tag,
  type TagAction,
  type TagGiven,
} from '../../rules/tag.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 22, 2)
const hung: Tag = {
  id: '1',
  no: 'T-1',
  equipment: 'pump-1',
  reason: '检修',
  owner: 'Wang',
  hungBy: 'Wang',
  at: NOW - 60 * MINUTE,
  order: null,
  permit: null,
  verified: '',
  test: null,
  offer: null,
  removal: null,
  removedAt: null,
  removedBy: null,
  removedWith: null,
}
const off = { ...hung, removedAt: NOW }
const offered = { ...hung, offer: { to: 'li', at: NOW } }
const tested = { ...hung, test: { from: NOW - MINUTE, until: NOW + MINUTE, reason: 'try' } }
const asked = { ...hung, removal: { by: 'li', at: NOW, reason: 'gone home', called: '10:02, no answer' } }

describe('whose tag it is', () => {
  const cases: [what: string, Tag, TagAction, by: string, TagGiven, outcome: string | Partial<Tag>][] = [
    ['the owner takes his off', hung, 'remove', 'wang', {}, { removedBy: 'wang', removedWith: null }],
    ['nobody else does', hung, 'remove', 'li', {}, 'tag-not-yours'],
    ['not twice', off, 'remove', 'wang', {}, 'tag-gone'],
    ['the owner says how he proved it', hung, 'verify', 'wang', { verified: '0 V, L1-L3' }, { verified: '0 V, L1-L3' }],
    ['with words', hung, 'verify', 'wang', { verified: ' ' }, 'tag-lacks'],
    ['not for another', hung, 'verify', 'li', { verified: 'x' }, 'tag-not-yours'],
    ['handed over', hung, 'offer', 'wang', { to: 'li' }, { owner: 'Wang', offer: { to: 'li', at: NOW } }],
    ['to somebody', hung, 'offer', 'wang', {}, 'tag-lacks'],
    ['not to himself', hung, 'offer', 'wang', { to: 'WANG' }, 'tag-yours'],
    ['not by others', hung, 'offer', 'li', { to: 'zhao' }, 'tag-not-yours'],
    ['one at a time', offered, 'offer', 'wang', { to: 'zhao' }, 'tag-offered'],
    ['taken by him whom it was offered', offered, 'take', 'li', {}, { owner: 'li', offer: null }],
    ['by nobody else', offered, 'take', 'zhao', {}, 'tag-not-offered'],
    ['nor when it was not offered', hung, 'take', 'li', {}, 'tag-not-offered'],
    ['kept after all', offered, 'keep', 'wang', {}, { owner: 'Wang', offer: null }],
    ['declined', offered, 'keep', 'li', {}, { owner: 'Wang', offer: null }],
    ['others have no say', offered, 'keep', 'zhao', {}, 'tag-not-yours'],
    ['nothing to keep', hung, 'keep', 'wang', {}, 'tag-not-offered'],
    ['a try ends with the hand-over', { ...offered, test: tested.test }, 'take', 'li', {}, { owner: 'li', test: null }],
    ['a try', hung, 'test', 'wang', { minutes: 15, reason: 'turn once' }, { removedAt: null }],
    ['of 16 min', hung, 'test', 'wang', { minutes: 16, reason: 'x' }, 'tag-test-long'],
    ['of no minutes', hung, 'test', 'wang', { minutes: 0, reason: 'x' }, 'tag-test-long'],
    ['without a reason', hung, 'test', 'wang', { minutes: 5 }, 'tag-lacks'],
    ['of another', hung, 'test', 'li', { minutes: 5, reason: 'x' }, 'tag-not-yours'],
    ['while one runs', tested, 'test', 'wang', { minutes: 5, reason: 'x' }, 'tag-testing'],
    ['anybody makes it safe again', tested, 'end-test', 'li', {}, { test: null }],
    ['when there is a try', hung, 'end-test', 'wang', {}, 'tag-not-testing'],
    ['removal is not asked by the owner', hung, 'ask-removal', 'wang', { reason: 'x', called: 'y' }, 'tag-yours'],
    ['nor without a reason', hung, 'ask-removal', 'li', { called: 'y' }, 'tag-lacks'],
    ['nor without having called him', hung, 'ask-removal', 'li', { reason: 'x' }, 'tag-lacks'],
    ['asked', hung, 'ask-removal', 'li', { reason: 'x', called: 'y' }, { removedAt: null }],
    ['once', asked, 'ask-removal', 'zhao', { reason: 'x', called: 'y' }, 'tag-removal-asked'],
    ['agreed by the one who asked', asked, 'confirm-removal', 'LI', {}, 'tag-removal-same'],
    ['agreed by the owner: he takes it off himself', asked, 'confirm-removal', 'wang', {}, 'tag-yours'],
    ['agreed by a second', asked, 'confirm-removal', 'zhao', {}, { removedBy: 'li', removedWith: 'zhao' }],
    ['nothing was asked', hung, 'confirm-removal', 'zhao', {}, 'tag-removal-none'],
    ['refused', asked, 'refuse-removal', 'zhao', {}, { removal: null, removedAt: null }],
    ['nothing to refuse', hung, 'refuse-removal', 'zhao', {}, 'tag-removal-none'],
  ]
  it.each(cases)('%s', (_, tag, action, by, given, outcome) => {
    const next = moveTag(tag, action, by, given, NOW)
    if (typeof outcome === 'string') expect(next).toMatchObject({ refused: outcome })
    else expect(next).toMatchObject(outcome)
  })
})

it('blocks as long as one is in force; a try of one does not lift that of another', () => {
  const other = { ...hung, id: '2', no: 'T-2', owner: 'Li', reason: 'bearing', at: hung.at + 1 }
  const said = (tags: readonly Tag[], now = NOW) => blockedBy(tags, now)?.en ?? null
  expect([
    said([]),
    said([hung]),
    said([other, hung]),
    said([tested]),
    said([tested, other]),
    said([tested], NOW + MINUTE - 1),
    said([tested], NOW + MINUTE),
    // The clock was set back to before the try: it is over.
    said([tested], NOW - 2 * MINUTE),
    said([off]),
  ]).toEqual([
    null,
    'T-1 of Wang: 检修',
    'T-1 of Wang: 检修; and 1 more',
    null,
    'T-2 of Li: bearing',
    null,
    'T-1 of Wang: 检修',
    'T-1 of Wang: 检修',
    null,
  ])
  expect(blockedBy([hung], NOW)?.['zh-CN']).toBe('T-1（挂牌人 Wang）：检修')
  expect([inForce(hung, NOW), inForce(tested, NOW), inForce(off, NOW)]).toEqual([true, false, false])
})

it('knows what would be live, and believes only good data', () => {
  const point = (key: string, kind: string, unit?: string) => ({ id: `e/${key}` as PointId, key, kind, unit })
  const points = [
    point('running', 'boolean'),
    point('pump1.running', 'boolean'),
    point('running-hours', 'number', 'h'),
    point('current-l1', 'number', 'A'),
    point('voltage', 'number', 'V'),
    point('tripped', 'boolean'),
  ]
  expect(livePoints(points).map(p => p.key)).toEqual(['running', 'pump1.running', 'current-l1'])
  const live = (value: Sample['value'], quality: Sample['quality'] = 'good') => showsLive({ value, quality })
  expect([live(true), live(false), live(1), live(1.1), live(-20), live(true, 'bad'), live(40, 'uncertain')]).toEqual([
    true,
    false,
    false,
    true,
    true,
    false,
    false,
  ])
  expect(showsLive(undefined)).toBe(false)
})

it('a switching order goes step by step, read by one and done by the other', () => {
  const steps = ['拉开 401 断路器', '验电', '挂接地线'].map(text => ({ text, readAt: null, doneAt: null }))
  let s: Switching = {
    ...{ id: '1', no: 'S-1', task: '停电', equipment: null, operator: 'wang', guardian: 'Li', steps, phase: 'open' },
    ...{ madeBy: 'wang', at: NOW, endedAt: null, reason: '' },
  }
  const diary: string[] = []
  const does = (n: number, action: 'read' | 'done', by: string) => {
    const next = moveSwitching(s, n, action, by, NOW)
    if ('refused' in next) diary.push(`${n} ${action} ${by}: ${next.refused}`)
    else {
      s = next
      diary.push(`${n} ${action} ${by}: ${s.phase}, next ${nextStep(s)}`)
    }
  }
  does(0, 'done', 'wang')
  does(0, 'read', 'wang')
  does(1, 'read', 'li')
  does(0, 'read', 'li')
  does(0, 'read', 'li')
  does(0, 'done', 'li')
  does(0, 'done', 'wang')
  does(0, 'done', 'wang')
  does(2, 'read', 'li')
  for (const n of [1, 2]) {
    does(n, 'read', 'li')
    does(n, 'done', 'WANG')
  }
  does(2, 'done', 'wang')
  expect(diary).toEqual([
    '0 done wang: switching-not-read',
    '0 read wang: switching-guardian',
    '1 read li: switching-order',
    '0 read li: open, next 0',
    '0 read li: switching-read-already',
    '0 done li: switching-operator',
    '0 done wang: open, next 1',
    '0 done wang: switching-order',
    '2 read li: switching-order',
    '1 read li: open, next 1',
    '1 done WANG: open, next 2',
    '2 read li: open, next 2',
    '2 done WANG: done, next 3',
    '2 done wang: switching-ended',
  ])
  const open: Switching = { ...s, phase: 'open' }
  expect(abandonSwitching(open, 'zhao', 'x', NOW)).toEqual({ refused: 'switching-outsider' })
  expect(abandonSwitching(open, 'li', '下雨', NOW)).toMatchObject({ phase: 'abandoned', reason: '下雨' })
  expect(abandonSwitching(s, 'li', 'x', NOW)).toEqual({ refused: 'switching-ended' })
})
