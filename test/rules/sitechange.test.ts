import { expect, it } from 'vitest'
import { laid } from '../../gateway/site/lay.ts'
import { needsWhy, siteChanges, undone } from '../../rules/sitechange.ts'

const site = {
  spaces: [{ id: 'b1', kind: 'floor' }],
  channels: [{ id: 'bus', protocol: 'modbus-tcp', host: '10.0.0.1' }],
  equipment: [
    {
      id: 'pump-3',
      name: { 'zh-CN': '3 号泵', en: 'Pump 3' },
      channel: 'bus',
      scanMs: 1000,
      points: [{ key: 'pressure', range: [0, 10] }],
    },
    { id: 'pump-4', channel: 'bus', points: [{ key: 'pressure' }, { key: 'start', writable: true }] },
  ],
  rules: [{ id: 'high', points: ['*/pressure'], when: { above: 8, deadband: 1 }, delayOnS: 10 }],
}
type Site = typeof site
const changed = (change: (s: Site & Record<string, unknown>) => void) => {
  const made = structuredClone(site) as Site & Record<string, unknown>
  change(made)
  return made
}
const told = (is: unknown) =>
  siteChanges(site, is).map(c => {
    const brief = (x: unknown) =>
      typeof x === 'object' && x !== null ? (Array.isArray(x) ? x.join('|') : '{}') : String(x)
    const to = c.order ? `order ${brief(c.was)} > ${brief(c.is)}` : `${brief(c.was)} > ${brief(c.is)}`
    return `${[c.section, ...c.path].join('/')}: ${to}${c.weight ? ` (${c.weight})` : ''}`
  })

const cases: [what: string, is: object, told: string[]][] = [
  ['nothing', changed(() => {}), []],
  [
    'a scan',
    changed(s => {
      s.equipment[0]!.scanMs = 5000
    }),
    ['equipment/pump-3/scanMs: 1000 > 5000'],
  ],
  [
    'a delay',
    changed(s => {
      s.rules[0]!.delayOnS = 30
    }),
    ['rules/high/delayOnS: 10 > 30 (alarm)'],
  ],
  [
    'a limit of a rule',
    changed(s => {
      s.rules[0]!.when.above = 9
    }),
    ['rules/high/when/above: 8 > 9 (alarm)'],
  ],
  [
    'a range',
    changed(s => {
      Object.assign(s.equipment[0]!.points[0]!, { range: [0, 16] })
    }),
    ['equipment/pump-3/points/pressure/range: 0|10 > 0|16 (limit)'],
  ],
  ['a device gone', changed(s => void s.equipment.pop()), ['equipment/pump-4: {} > null (alarm)']],
  [
    'a point gone',
    changed(s => void s.equipment[1]!.points.shift()),
    ['equipment/pump-4/points/pressure: {} > null (alarm)'],
  ],
  [
    'a device more',
    changed(s => void s.equipment.push({ ...s.equipment[0]!, id: 'pump-5' })),
    ['equipment/pump-5: null > {}'],
  ],
  [
    'a command more',
    changed(s => void s.equipment.push({ ...s.equipment[1]!, id: 'pump-5' } as never)),
    ['equipment/pump-5: null > {} (command)'],
  ],
  [
    'commands allowed',
    changed(s => Object.assign(s.equipment[0]!.points[0]!, { writable: true })),
    ['equipment/pump-3/points/pressure/writable: null > true (command)'],
  ],
  ['another order', changed(s => void s.equipment.reverse()), ['equipment: order pump-3|pump-4 > pump-4|pump-3']],
  [
    'a section more',
    changed(s => {
      s.contacts = [{ id: 'duty', phone: '1' }]
    }),
    ['contacts/duty: null > {}'],
  ],
  [
    'a tuning',
    changed(s => {
      s.tuning = { high: { off: true } }
    }),
    ['tuning: null > {} (alarm)'],
  ],
  [
    'a rename',
    changed(s => {
      s.equipment[0]!.name!.en = 'Third'
    }),
    ['equipment/pump-3/name: {} > {}'],
  ],
]
it.each(cases)('%s', (_, is, expected) => {
  expect(told(is)).toEqual(expected)
  expect(needsWhy(siteChanges(site, is))).toBe(expected.some(one => one.endsWith(')')))
})

it('each of them is taken back to what it was, and laid again to what it became', () => {
  let seen = 0
  for (const [what, is] of cases) {
    const changes = siteChanges(site, is)
    // As the gateway writes it, and as somebody has laid it out by hand.
    for (const indent of [2, 3]) {
      const there = laid(JSON.stringify(site, null, indent), changes)
      expect([what, JSON.parse(there.text), there.clashes]).toEqual([what, is, []])
      const back = laid(there.text, undone(changes))
      expect([what, siteChanges(site, JSON.parse(back.text)).filter(c => !c.order), back.clashes]).toEqual([
        what,
        [],
        [],
      ])
    }
    seen++
  }
  expect(seen).toBe(cases.length)
})

it('stays by its device, however the list has moved meanwhile', () => {
  const changes = siteChanges(
    site,
    changed(s => {
      s.equipment[1]!.channel = 'bus-2'
    }),
  )
  const theirs = changed(s => void s.equipment.unshift({ ...s.equipment[0]!, id: 'first' }))
  const made = JSON.parse(laid(JSON.stringify(theirs), changes).text) as Site
  expect(made.equipment.map(e => `${e.id} ${e.channel}`)).toEqual(['first bus', 'pump-3 bus', 'pump-4 bus-2'])
})

it('is told and left out when somebody else has changed the same or taken it away; forced, one’s own wins', () => {
  const changes = siteChanges(
    site,
    changed(s => {
      s.rules[0]!.delayOnS = 30
    }),
  )
  const theirs = JSON.stringify(
    changed(s => {
      s.rules[0]!.delayOnS = 20
    }),
  )
  const delay = (text: string) => (JSON.parse(text) as Site).rules[0]?.delayOnS
  expect([delay(laid(theirs, changes).text), laid(theirs, changes).clashes.length]).toEqual([20, 1])
  expect(delay(laid(theirs, changes, true).text)).toBe(30)
  const gone = laid(JSON.stringify({ ...site, rules: [] }), changes, true)
  expect([delay(gone.text), gone.clashes.length]).toEqual([undefined, 1])
})
