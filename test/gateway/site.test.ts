import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { drivers, profiles } from '../../drivers/index.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { siteSchema } from '../../gateway/site/schema.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { demoLines } from '../support/demolines.ts'
import { type Edit, edited } from '../support/edit.ts'
import { head, quietSite } from '../support/sites.ts'

const check = (source: object | string) =>
  checkSite(typeof source === 'string' ? source : JSON.stringify(source, null, 2), drivers, profiles)
const text = JSON.stringify(quietSite, null, 2)
const demo = demoSite(demoLines)

describe('a site.json that is right', () => {
  it('the small one and the demo have no problem', () => {
    for (const site of [quietSite, demo]) {
      expect(check(site).problems).toEqual([])
      expect(check(site).site!.equipment.length).toBe(site.equipment.length)
    }
  })
  it('nothing but the site itself is enough', () => {
    expect(check({ site: head.site }).site).toMatchObject({ equipment: [], rules: [] })
  })
  it('a byte order mark is no fault, nor are Windows line ends', () => {
    expect(check(`\uFEFF${text.replaceAll('\n', '\r\n')}`).problems).toEqual([])
  })
  it('an equipment on a slow bus slows its profile down, and hurries nothing', () => {
    const paces = (scanMs?: number) => {
      const meter = { ...demo.equipment[0]!, ...(scanMs && { scanMs }) }
      const { site, problems } = check({
        ...demo,
        equipment: [meter],
        rules: [],
        routes: [],
        runRecords: [],
        doorGroups: [],
        maintenance: [],
        plans: [],
        packs: [],
        linkage: undefined,
        access: undefined,
      })
      expect(problems).toEqual([])
      return [...new Set(site!.equipment[0]!.points.map(p => p.scanMs))].sort((a, b) => a - b)
    }
    expect([paces(), paces(2000), paces(20_000)]).toEqual([[1000, 5000], [2000, 5000], [20_000]])
  })
  it('what only deserves a look is a warning, and it runs', () => {
    const edit = { 'rules.0.points': ['pmup-*/tripped'], 'equipment.1': { ...quietSite.equipment[0], id: 'pump-2' } }
    const { site, problems } = check(edited(quietSite, edit))
    expect(site).not.toBeNull()
    expect(problems.map(p => [p.level, p.code, p.path])).toEqual([
      ['warning', 'unit-twice', 'equipment[1].unit'],
      ['warning', 'rule-without-points', 'rules[0].points[0]'],
    ])
  })
  it('`__proto__` somewhere deep pollutes nothing', () => {
    const poison = '"__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } }'
    for (const place of ['"key": "tripped"', '"port": 1', '"class": "urgent"', '"id": "b1"'])
      expect(check(text.replace(place, `${poison}, ${place}`)).site).toBeNull()
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('site.schema.json', () => {
  const schema = siteSchema(drivers) as { properties: Record<string, unknown> }
  const asZod = z.fromJSONSchema(schema as never)
  it('takes the demo, and the small site with $schema', () => {
    expect(asZod.safeParse(demo).error).toBeUndefined()
    expect(asZod.safeParse({ $schema: 'site.schema.json', ...quietSite }).success).toBe(true)
  })
  it('refuses what a hand gets wrong', () => {
    const wrong: Edit[] = [
      { 'channels.0.port': 70_000 },
      { equipments: [] },
      { 'site.timezone': undefined },
      { 'rules.0.severity': 'urgent' },
      { 'equipment.0.points.0.tabel': 'coil' },
    ]
    for (const edit of wrong)
      expect([edit, asZod.safeParse(JSON.parse(edited(quietSite, edit))).success]).toEqual([edit, false])
  })
  it('knows every protocol', () => {
    const words = JSON.stringify(schema.properties.channels)
    for (const { protocol } of drivers) expect(words).toContain(`"${protocol}"`)
    expect(drivers.length).toBeGreaterThanOrEqual(4)
  })
})
