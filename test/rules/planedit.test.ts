import { describe, expect, it } from 'vitest'
import { litFor } from '../../dashboard/src/place.ts'
import type { EquipmentView, PlanView, SpaceView } from '../../gateway/http/contract.ts'
import {
  type Box,
  draftOf,
  isChanged,
  losesPlace,
  type PlanDraft,
  planEdits,
  planSession,
  positionOf,
  put,
  redoStep,
  redrawn,
  snapped,
  stepOf,
  stepped,
  takenOff,
  undoStep,
  zoomed,
} from '../../rules/planedit.ts'

const box: Box = [0, 0, 1000, 600]
const empty: PlanDraft = { file: null, places: {}, checkpoints: {}, view: null }

describe('a plan that is edited', () => {
  it('a morning of it: placed, moved by keys, moved by hand, taken off, and every step back and forth', () => {
    let s = planSession(empty)
    const diary: [what: string, does: () => void, pump: unknown, steps: number][] = [
      ['the pump is put down', () => (s = stepped(s, put(draftOf(s), 'pump-1', [100, 200], box))), [100, 200], 1],
      ['an arrow key', () => (s = stepped(s, put(draftOf(s), 'pump-1', [102, 200], box), 'key pump-1')), [102, 200], 2],
      ['held', () => (s = stepped(s, put(draftOf(s), 'pump-1', [104, 200], box), 'key pump-1')), [104, 200], 2],
      [
        'another thing',
        () => (s = stepped(s, put(draftOf(s), 'night/c1', [5, 5], box), 'key night/c1')),
        [104, 200],
        3,
      ],
      ['a key again', () => (s = stepped(s, put(draftOf(s), 'pump-1', [106, 200], box), 'key pump-1')), [106, 200], 4],
      ['put where it is', () => (s = stepped(s, put(draftOf(s), 'pump-1', [106, 200], box))), [106, 200], 4],
      ['thrown outside', () => (s = stepped(s, put(draftOf(s), 'pump-1', [-50, 9000], box))), [0, 600], 5],
      ['taken off', () => (s = stepped(s, takenOff(draftOf(s), 'pump-1'))), undefined, 6],
      ['taken off twice', () => (s = stepped(s, takenOff(draftOf(s), 'pump-1'))), undefined, 6],
      ['back', () => (s = undoStep(s)), [0, 600], 5],
      ['back', () => (s = undoStep(s)), [106, 200], 4],
      ['forth', () => (s = redoStep(s)), [0, 600], 5],
      ['back, back, back', () => (s = undoStep(undoStep(undoStep(s)))), [104, 200], 2],
      ['another way', () => (s = stepped(s, put(draftOf(s), 'pump-1', [7, 7], box))), [7, 7], 3],
      ['forth leads nowhere', () => (s = redoStep(s)), [7, 7], 3],
      ['back to the start', () => (s = undoStep(undoStep(undoStep(undoStep(s))))), undefined, 0],
    ]
    for (const [what, does, pump, steps] of diary) {
      does()
      expect([what, positionOf(draftOf(s), 'pump-1'), s.at]).toEqual([what, pump, steps])
    }
    expect(diary).toHaveLength(16)
    expect(isChanged(s)).toBe(false)
  })

  it('goes back 199 steps of a long day, and still knows what it began from', () => {
    let s = planSession(empty)
    for (let n = 1; n <= 500; n++) s = stepped(s, put(draftOf(s), 'pump-1', [n, 0], box))
    for (let n = 0; n < 600; n++) s = undoStep(s)
    expect(draftOf(s)).toBe(empty)
    expect(positionOf(draftOf(redoStep(s)), 'pump-1')).toEqual([302, 0])
  })

  it.each([
    [[0, 0, 1000, 600], 2],
    [[0, 0, 210, 148.5], 0.5],
    [[0, 0, 9, 9], 0.02],
    [[0, 0, 4961, 7016], 20],
    [[-1, -1, 1e6, 1], 2000],
  ] as const)('an arrow key moves by a plain number: %j by %d', (of, step) => expect(stepOf(of)).toBe(step))

  it('stands in line with what is near, else on the grid; the nearer one wins', () => {
    expect(
      snapped(
        [103, 299],
        20,
        [
          [100, 50],
          [104, 999],
        ],
        5,
      ),
    ).toEqual({ at: [104, 300], x: 104, y: null })
    expect(snapped([103, 299], null, [[50, 50]], 5)).toEqual({ at: [103, 299], x: null, y: null })
    expect(snapped([103, 299], 20, [], 5)).toEqual({ at: [100, 300], x: null, y: null })
  })

  it('another drawing: positions keep their proportion, rooms their names, and the view is of the old one', () => {
    const draft: PlanDraft = {
      ...{ file: null, places: { 'pump-1': [500, 300], 'pump-house': 'room-7' } },
      ...{ checkpoints: { 'night/c1': [0, 600] }, view: [0, 0, 500, 300] },
    }
    expect(redrawn(draft, 'a.png', box, [0, 0, 4000, 1200])).toEqual({
      ...{ file: 'a.png', places: { 'pump-1': [2000, 600], 'pump-house': 'room-7' } },
      ...{ checkpoints: { 'night/c1': [0, 1200] }, view: null },
    })
    expect(redrawn(draft, 'b.svg', box, box)).toEqual({ ...draft, file: 'b.svg' })
    // There was nothing to see before: what is written holds as it is written.
    expect(redrawn(draft, 'a.png', null, [0, 0, 4000, 1200]).places['pump-1']).toEqual([500, 300])
  })

  it('writes only what is different, and nothing empty', () => {
    const is = put(put(empty, 'pump-1', [1, 2], box), 'night/c1', [3, 4], box)
    expect(planEdits(empty, empty)).toEqual([])
    expect(planEdits(empty, is)).toEqual([
      ['places', { 'pump-1': [1, 2] }],
      ['checkpoints', { 'night/c1': [3, 4] }],
    ])
    expect(planEdits(is, { ...takenOff(is, 'night/c1'), view: box })).toEqual([
      ['checkpoints', undefined],
      ['view', box],
    ])
  })

  it('a view is never larger than the drawing, never lost beside it, and what is under the hand stays there', () => {
    let view: Box = box
    view = zoomed(view, 2, [250, 150], box)
    expect(view).toEqual([125, 75, 500, 300])
    expect(zoomed(view, 0.5, [250, 150], box)).toEqual(box)
    let seen = 0
    for (const by of [1.5, 3, 0.7, 100, 0.01, 2, 2, 9])
      for (const at of [
        [0, 0],
        [1000, 600],
        [500, 10],
      ] as const) {
        view = zoomed(view, by, at, box)
        const [x, y] = [view[0] + view[2] / 2, view[1] + view[3] / 2]
        expect([x >= 0 && x <= 1000 + view[2] / 2, y >= 0 && y <= 600 + view[3] / 2, view[2] <= 1000]).toEqual([
          true,
          true,
          true,
        ])
        seen++
      }
    expect(seen).toBe(24)
  })

  it('with a plan, only what stands on no other loses its place', () => {
    const plans = [
      { id: 'b1', drawn: ['b1', 'pump-1', 'pump-2'] },
      { id: 'site', drawn: ['b1', 'tower-a'] },
      { id: 'b2', drawn: ['pump-2'] },
    ]
    expect(losesPlace(plans[0]!, plans)).toEqual(['pump-1'])
    expect(losesPlace(plans[2]!, plans)).toEqual([])
  })
})

describe('what the wall lights for an alarm', () => {
  const room = { id: 'pump-house' } as SpaceView
  const pump = { id: 'pump-1', space: { id: 'pump-house' } } as EquipmentView
  const board = { id: 'help', space: { id: 'desk' } } as EquipmentView
  const plan = (...drawn: string[]) => ({ drawn }) as unknown as PlanView
  it.each([
    ['the room, where it is drawn', room, pump, [plan('pump-house', 'pump-1')], 'pump-house'],
    ['the mark on a scan, which has no rooms', room, pump, [plan('tower-a'), plan('pump-1')], 'pump-1'],
    ['the room (and with it what is around it) where neither is drawn', room, pump, [plan('tower-a')], 'pump-house'],
    ['the home of a help call, not the desk where its board hangs', room, board, [plan('help')], 'pump-house'],
    ['the mark of what is nowhere', undefined, pump, [plan()], 'pump-1'],
    ['nothing of nothing', undefined, undefined, [], undefined],
  ] as const)('%s', (_, space, one, plans, lit) => expect(litFor(space, one, plans)?.id).toBe(lit))
})
