import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { demoSpaces } from '../../gateway/demo/place.ts'
import { demoDrawings } from '../../gateway/demo/plans.ts'
import { demoSite } from '../../gateway/demo/site.ts'
import { withPlace } from '../../gateway/demo/withplace.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { readDrawing } from '../../rules/drawing.ts'
import { packs } from '../../rules/packs/all.ts'
import { demoLines } from '../support/demolines.ts'
import { type Edit, edited } from '../support/edit.ts'
import { feed } from '../support/feed.ts'
import { startGateway, type TestGateway, tempFolder } from '../support/gateway.ts'
import { pngOf } from '../support/pictures.ts'
import { both, quietSite } from '../support/sites.ts'

const check = (source: object | string) =>
  checkSite(typeof source === 'string' ? source : JSON.stringify(source, null, 2), drivers, profiles)
const named = (id: string) => ({ id, name: both(id) })
/** One of everything. */
const whole = {
  ...quietSite,
  spaces: [...quietSite.spaces, { ...named('u1'), kind: 'unit', parent: 'b1', state: 'vacant', use: 'shop', area: 60 }],
  routes: [
    {
      ...named('night'),
      by: ['guard'],
      checkpoints: [
        { kind: 'nfc', id: 'c1', space: 'b1', tag: 't1', items: [{ id: 'door', text: both('door') }] },
        { kind: 'reader', id: 'c2', space: 'b1', reader: 'pump-1' },
        { kind: 'value', id: 'c3', space: 'b1', point: 'pump-1/pressure' },
      ],
      rounds: [
        { kind: 'max-gap', from: '22:00', to: '06:00', maxGapMin: 40, minGapMin: 30 },
        { kind: 'count', from: '07:00', to: '22:00', least: 1, perMin: 60 },
        { kind: 'window', from: '23:50', to: '00:20' },
        { kind: 'random', from: '00:00', to: '24:00', times: 2, apartMin: 90 },
      ],
    },
  ],
  doorGroups: [{ ...named('rooms'), doors: ['pump-1'], schedules: [{ from: '08:00', to: '19:00', mode: 'unlocked' }] }],
  tariffs: [
    {
      ...named('power'),
      kind: 'electricity',
      use: 'shop',
      unit: 'kW.h',
      currency: 'CNY',
      prices: [
        { from: '2026-01-01', price: '0.70' },
        {
          from: '2026-07-01',
          periods: [
            { period: 'peak', price: '1.0842', spans: [{ from: '07:00', to: '23:00' }] },
            { period: 'valley', price: '0.3521', spans: [{ from: '23:00', to: '07:00' }] },
          ],
        },
      ],
    },
  ],
  contacts: [{ ...named('duty'), kind: 'duty', phone: '8001', space: 'b1' }],
  plans: [{ id: 'b1', space: 'b1', places: { 'pump-1': [10, 20], u1: 'shop' } }],
  packs: ['pump-house'],
}

/** [what a hand did, its edit, code, path] */
const rows: [what: string, edit: Edit, code: string, path: string][] = [
  ['a state on a floor', { 'spaces.0.state': 'vacant' }, 'only-for-units', 'spaces[0].state'],
  ['a state there is not', { 'spaces.1.state': 'empty' }, 'schema', 'spaces[1].state'],
  ['an unknown space', { 'routes.0.checkpoints.0.space': 'b9' }, 'unknown-space', 'routes[0].checkpoints[0].space'],
  [
    'an unknown reader',
    { 'routes.0.checkpoints.1.reader': 'r' },
    'unknown-equipment',
    'routes[0].checkpoints[1].reader',
  ],
  ['an unknown point', { 'routes.0.checkpoints.2.point': 'p/x' }, 'unknown-point', 'routes[0].checkpoints[2].point'],
  ['a checkpoint twice', { 'routes.0.checkpoints.1.id': 'c1' }, 'duplicate-id', 'routes[0].checkpoints[1].id'],
  [
    'a tag twice',
    { 'routes.0.checkpoints.3': { kind: 'qr', id: 'c4', space: 'b1', tag: 't1' } },
    'tag-twice',
    'routes[0].checkpoints[3].tag',
  ],
  ['a kind of tag there is not', { 'routes.0.checkpoints.0.kind': 'gps' }, 'schema', 'routes[0].checkpoints[0].kind'],
  ['a role there is not', { 'routes.0.by.0': 'cook' }, 'schema', 'routes[0].by[0]'],
  ['an hour there is not', { 'routes.0.rounds.0.from': '25:00' }, 'schema', 'routes[0].rounds[0].from'],
  ['a span without length', { 'routes.0.rounds.0.to': '22:00' }, 'span-empty', 'routes[0].rounds[0].from'],
  ['gaps the wrong way', { 'routes.0.rounds.0.minGapMin': 50 }, 'range-inverted', 'routes[0].rounds[0].minGapMin'],
  [
    'a gap longer than its night',
    { 'routes.0.rounds.0.maxGapMin': 481 },
    'longer-than-span',
    'routes[0].rounds[0].maxGapMin',
  ],
  ['rounds that do not fit', { 'routes.0.rounds.3.times': 18 }, 'longer-than-span', 'routes[0].rounds[3].apartMin'],
  ['the same route twice', { 'routes.1': whole.routes[0] }, 'duplicate-id', 'routes[1].id'],
  ['an unknown door', { 'doorGroups.0.doors.0': 'd' }, 'unknown-equipment', 'doorGroups[0].doors[0]'],
  ['a price as a number', { 'tariffs.0.prices.0.price': 0.7 }, 'schema', 'tariffs[0].prices[0].price'],
  ['a price and periods', { 'tariffs.0.prices.1.price': '1' }, 'price-or-periods', 'tariffs[0].prices[1]'],
  ['days out of order', { 'tariffs.0.prices.1.from': '2025-07-01' }, 'price-order', 'tariffs[0].prices[1].from'],
  [
    'an hour without a price',
    { 'tariffs.0.prices.1.periods.1.spans.0.to': '06:00' },
    'price-gap',
    'tariffs[0].prices[1].periods',
  ],
  [
    'an hour with two prices',
    { 'tariffs.0.prices.1.periods.1.spans.0.to': '08:00' },
    'price-twice',
    'tariffs[0].prices[1].periods[1].spans[0]',
  ],
  ['electricity by the m³', { 'tariffs.0.unit': 'm3' }, 'tariff-unit', 'tariffs[0].unit'],
  ['a telephone of letters', { 'contacts.0.phone': 'call me' }, 'schema', 'contacts[0].phone'],
  ['a telephone nowhere', { 'contacts.0.space': 'b9' }, 'unknown-space', 'contacts[0].space'],
  ['a plan of nothing', { 'plans.0.space': 'b9' }, 'unknown-space', 'plans[0].space'],
  ['a plan outside of its folder', { 'plans.0.id': '../secrets' }, 'schema', 'plans[0].id'],
  ['a drawing outside of its folder', { 'plans.0.file': '../../etc/passwd.svg' }, 'schema', 'plans[0].file'],
  ['a drawing of another name', { 'plans.0.file': 'b1.svg' }, 'schema', 'plans[0].file'],
  ['a view without width', { 'plans.0.view': [0, 0, 0, 5] }, 'schema', 'plans[0].view[2]'],
  [
    'a point of no route',
    { 'plans.0.checkpoints': { 'night/c9': [1, 2] } },
    'plan-unknown-checkpoint',
    'plans[0].checkpoints.night/c9',
  ],
  ['something unknown on a plan', { 'plans.0.places.x-9': 'a' }, 'plan-unknown-place', 'plans[0].places.x-9'],
  ['an unknown pack', { 'packs.0': 'kitchen' }, 'unknown-pack', 'packs[0]'],
  [
    'a pack in an unknown space',
    { 'packs.0': { pack: 'pump-house', spaces: ['x'] } },
    'unknown-space',
    'packs[0].spaces[0]',
  ],
]

describe('the place in site.json', () => {
  it('one of everything is right', () => {
    const { site, problems } = check(whole)
    expect(problems).toEqual([])
    expect([site!.routes, site!.doorGroups, site!.tariffs, site!.contacts, site!.plans].map(l => l.length)).toEqual([
      1, 1, 1, 1, 1,
    ])
    expect(site!.plans[0]!.name).toEqual(quietSite.spaces[0]!.name)
  })
  it.each(rows)('%s: says what and where, in both languages', (_, edit, code, path) => {
    const { site, problems } = check(edited(whole, edit))
    expect(site).toBeNull()
    const found = problems.find(p => p.code === code && p.path === path)
    expect(found, JSON.stringify(problems)).toBeDefined()
    expect(found!.line).toBeGreaterThan(0)
    for (const text of [found!.text.en, found!.text['zh-CN']]) expect(text).not.toMatch(/\{\w+\}|invalid/i)
    expect(found!.text['zh-CN']).toMatch(/[\u4e00-\u9fff]/)
  })
  it('looked at every kind', () => expect(rows).toHaveLength(33))
  it('one mistake is not blamed on others: a wrong channel makes no point unknown', () => {
    const { problems } = check(edited(whole, { 'channels.0.port': -1 }))
    expect(problems.map(p => p.code)).toEqual(['schema', 'channel-has-problems'])
  })
})

describe('rule packs', () => {
  it('are rules of the site, but for points that a rule of its own already watches the same way', () => {
    const rules = (edit: Edit) => {
      const { site, problems } = check(edited(whole, edit))
      return [...site!.rules.map(r => `${r.id} ${r.points}`), ...problems.map(p => p.code)]
    }
    expect(rules({})).toEqual(['tripped pump-*/tripped', 'noted pump-*/pressure'])
    expect(rules({ rules: [] })).toEqual(['pump-house.tripped pump-1/tripped'])
    // Only in these spaces, and what is beneath them.
    expect(rules({ rules: [], packs: [{ pack: 'pump-house', spaces: ['b1'] }] })).toHaveLength(1)
    expect(rules({ rules: [], packs: [{ pack: 'pump-house', spaces: ['u1'] }] })).toEqual(['pack-without-points'])
    expect(rules({ rules: [], packs: ['lift'] })).toEqual(['pack-without-points'])
  })
  it('each rule of each has both languages and a source', () => {
    let seen = 0
    for (const pack of packs)
      for (const rule of pack.rules) {
        expect([pack.id, rule.id, Boolean(rule.source), /[\u4e00-\u9fff]/.test(rule.text['zh-CN'])]).toEqual([
          pack.id,
          rule.id,
          true,
          true,
        ])
        expect(rule.text.en).not.toMatch(/[\u4e00-\u9fff]/)
        seen++
      }
    expect(seen).toBeGreaterThanOrEqual(15)
  })
})

describe('the demo', () => {
  const demo = demoSite(demoLines)
  it('has the spaces that the building has, 57 units of every state, and each space drawn', () => {
    const { site, problems } = check(demo)
    expect(problems).toEqual([])
    const spaces = [...site!.spaces.values()]
    const of = (kind: string) => spaces.filter(s => s.kind === kind).length
    expect({ floor: of('floor'), unit: of('unit'), building: of('building') }).toEqual({
      floor: 35,
      unit: 57,
      building: 4,
    })
    const states = new Set(spaces.filter(s => s.kind === 'unit').map(s => s.state))
    expect([...states].sort()).toEqual(['contractor', 'delivered', 'in-lieu', 'show', 'vacant'])
    const drawn = new Set(
      demoDrawings().flatMap(([, text]) => {
        const read = readDrawing(text)
        return read.ok ? [...read.drawing.ids] : []
      }),
    )
    const ids = demoSpaces().map(s => s.id)
    expect(ids.filter(id => !drawn.has(id))).toEqual([])
    expect([...drawn].filter(id => !ids.includes(id))).toEqual([])
  })
  it('draws no room over another, nor over stairs and shafts', () => {
    const boxes = (svg: string) =>
      [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(m => {
        const [x, y, width, height] = m.slice(1).map(Number) as [number, number, number, number]
        return { x, y, right: x + width, foot: y + height }
      })
    type Box = ReturnType<typeof boxes>[number]
    const meet = (a: Box, b: Box) => a.x < b.right && b.x < a.right && a.y < b.foot && b.y < a.foot
    const found = demoDrawings().flatMap(([id, svg]) => {
      const rooms = [...svg.matchAll(/<g id="([^"]+)" class="room">(<rect[^>]*>)<text/g)]
      const inside = svg.replaceAll(/<g id="[^"]+" class="(room|floor)">.*?<\/g>/g, '')
      return rooms.flatMap(([, room, rect], n) => {
        const [own] = boxes(rect!)
        const others = [...rooms.slice(n + 1).flatMap(r => boxes(r[2]!)), ...(id === 'site' ? [] : boxes(inside))]
        return others.some(other => meet(own!, other)) ? [`${id} ${room}`] : []
      })
    })
    expect(found).toEqual([])
  })
  it('has six routes with every kind of round, tariffs of three kinds, and groups for the doors that there are', () => {
    expect(demo.routes.length).toBe(demo.equipment.some(e => e.id === 'cp-l1') ? 7 : 6)
    expect([...new Set(demo.routes.flatMap(r => r.rounds.map(one => one.kind)))].sort()).toEqual([
      'count',
      'max-gap',
      'random',
      'window',
    ])
    expect([...new Set(demo.tariffs.map(t => t.kind))].sort()).toEqual(['electricity', 'gas', 'water'])
    expect(demo.contacts.length).toBe(14)
    const door = { ...quietSite.equipment[0]!, id: 'door-hv', kind: 'door', space: 'hv-room' }
    const lobby = { ...door, id: 'door-a', space: 'lobby-a' }
    const more = withPlace({ ...demo, channels: quietSite.channels, equipment: [door, lobby] } as never) as {
      doorGroups: { id: string; doors: string[] }[]
    }
    expect(more.doorGroups.map(group => [group.id, group.doors])).toEqual([
      ['plant-rooms', ['door-hv']],
      ['home-lobby', ['door-a']],
    ])
    // Parts of the building may be left out: nothing refers to what is not there.
    expect(check(more as object).problems.filter(p => p.level === 'error' && !p.path.startsWith('rules'))).toEqual([])
  })
})

describe('plans and lists over HTTP', () => {
  const folder = tempFolder()
  const file = (name: string) => join(folder.path, 'plans', name)
  let g: TestGateway
  beforeAll(async () => {
    mkdirSync(join(folder.path, 'plans'))
    writeFileSync(join(folder.path, 'secret.svg'), '<svg viewBox="0 0 1 1"/>')
    const plans = ['b1', 'evil', 'gone', 'link'].map(id => ({ ...named(id), places: { 'pump-1': 'not-there' } }))
    g = await startGateway({ site: { ...whole, plans }, data: folder.path })
  })
  afterAll(async () => {
    await g.stop()
    folder.remove()
  })

  it('a drawing is served without what could act, as something that is never run; the list says what is drawn', async () => {
    writeFileSync(file('b1.svg'), '<svg viewBox="0 0 9 9"><rect id="b1" inkscape:label="x" width="9"/></svg>')
    writeFileSync(file('evil.svg'), '<svg viewBox="0 0 9 9"><script>x</script></svg>')
    symlinkSync(join(folder.path, 'secret.svg'), file('link.svg'))
    const admin = await g.admin()
    const got = await admin.get('/api/v1/plans/b1')
    expect(got.status).toBe(200)
    expect(got.text).toBe('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect id="b1" width="9"/></svg>\n')
    expect(got.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
    expect(got.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox; frame-ancestors 'none'")
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="b1.svg"')
    expect(got.headers.get('x-content-type-options')).toBe('nosniff')
    const { items } = (await admin.get('/api/v1/plans')).body
    expect(items.map(p => [p.id, p.status, p.drawn, p.missing])).toEqual([
      ['b1', 'ok', ['b1'], ['pump-1']],
      ['evil', 'refused', [], []],
      ['gone', 'missing', [], []],
      ['link', 'missing', [], []],
    ])
  })
  it('nothing else of the folder can be asked for; a wrong drawing says what to do', async () => {
    const admin = await g.admin()
    const answers: [path: string, status: number, code: string][] = [
      ['evil', 422, 'plan-refused'],
      ['gone', 404, 'plan-missing'],
      ['link', 404, 'plan-missing'],
      ['other', 404, 'not-found'],
      ['..%2Fsecret', 404, 'not-found'],
      ['__proto__', 404, 'not-found'],
    ]
    for (const [path, status, code] of answers) {
      const got = await admin.get(`/api/v1/plans/${path}`)
      expect([path, got.status, got.body.code]).toEqual([path, status, code])
    }
    const chinese = await admin.get('/api/v1/plans/evil', { 'accept-language': 'zh' })
    expect(chinese.body.detail).toContain('有会运行的内容（<script>）')
    // An edited file is seen at once.
    writeFileSync(file('evil.svg'), '<svg viewBox="0 0 9 9"/>')
    expect((await admin.get('/api/v1/plans/evil')).status).toBe(200)
  })
  it('an uploaded drawing is cleaned or refused in words; a plan has it by a saved version, and has the old one again when that is taken back', async () => {
    const admin = await g.admin()
    const upload = (bytes: string | Uint8Array, type: string) =>
      admin.send('POST', '/api/v1/plan-files', bytes, { 'content-type': type })
    const refused: [what: string, bytes: string | Uint8Array, type: string, says: RegExp][] = [
      [
        'a script',
        '<svg viewBox="0 0 9 9"><script>x</script></svg>',
        'image/svg+xml',
        /Line 1 has something that runs/,
      ],
      ['a picture in it', '<svg viewBox="0 0 9 9"><image href="//h/x"/></svg>', 'image/svg+xml', /outside of the file/],
      ['a page', '<html/>', 'image/svg+xml', /not an SVG/],
      ['a PDF', '%PDF-1.7', 'image/png', /neither SVG nor PNG/],
      ['a broken PNG', pngOf(5, 5).subarray(0, 40), 'image/png', /cut off or damaged/],
      ['bytes', Buffer.from([0xff, 0xfe, 0x00]), 'image/svg+xml', /neither SVG nor PNG/],
    ]
    for (const [what, bytes, type, says] of refused) {
      const got = await upload(bytes, type)
      expect([what, got.status, got.body.code]).toEqual([what, 422, 'plan-file-refused'])
      expect(got.body.detail).toMatch(says)
    }
    expect((await upload('x', 'text/html')).status).toBe(415)
    expect((await upload(Buffer.alloc(5_100_000), 'image/png')).status).toBe(413)
    expect(refused).toHaveLength(6)

    const drawn = '<svg viewBox="0 0 20 10" inkscape:x="y"><!-- by Zhang --><rect id="b1" width="9"/></svg>'
    const svg = (await upload(drawn, 'image/svg+xml')).body
    expect(svg).toMatchObject({ kind: 'svg', box: [0, 0, 20, 10], ids: ['b1'] })
    expect(readFileSync(file(String(svg.file)), 'utf8')).not.toMatch(/Zhang|inkscape/)
    // What a sender calls it is not asked.
    const png = (await upload(pngOf(40, 30), 'image/svg+xml')).body
    expect(png).toMatchObject({ kind: 'png', box: [0, 0, 40, 30], ids: [] })
    const guard = (await g.people()).guard
    expect((await guard.get(`/api/v1/plan-files/${svg.file}`)).status).toBe(403)
    expect((await admin.get(`/api/v1/plan-files/${'0'.repeat(32)}.svg`)).status).toBe(404)

    const planOf = async (who = admin) => (await who.get('/api/v1/plans')).body.items.find(p => p.id === 'b1')!
    const before = (await planOf()) as object
    const { hash, text } = (await admin.get('/api/v1/site')).body as unknown as { hash: string; text: string }
    const site = JSON.parse(text)
    const checkpoints = { 'night/c1': [3, 4] }
    Object.assign(site.plans[0], { file: png.file, places: { 'pump-1': [10, 20] }, view: [0, 0, 20, 15], checkpoints })
    const saved = await admin.put('/api/v1/site', { text: JSON.stringify(site), hash, way: 'page' })
    expect(saved.status).toBe(200)
    expect(await planOf()).toMatchObject({ kind: 'png', drawn: ['pump-1'], box: [0, 0, 40, 30], view: [0, 0, 20, 15] })
    const shown = await admin.get('/api/v1/plans/b1')
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(shown.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox; frame-ancestors 'none'")
    // Where the guard walks is for those who walk or look after it.
    expect([await planOf(guard), await planOf((await g.people()).billing)].map(p => p.checkpoints)).toEqual([
      [{ id: 'night/c1', name: expect.anything(), at: [3, 4] }],
      [],
    ])
    const [version] = (await admin.get('/api/v1/site/versions?limit=1')).body.items
    const undone = await admin.post(`/api/v1/site/versions/${version!.n}/undo`, { why: 'wrong floor' })
    expect(undone.status).toBe(200)
    expect(await planOf()).toEqual(before)
  })
  it('the lists say what the site says; who may not know the tags is not told', async () => {
    const people = await g.people()
    const count = async (word: string) => (await people.admin.get(`/api/v1/${word}`)).body.items.length
    expect([await count('spaces'), await count('routes'), await count('door-groups')]).toEqual([2, 1, 1])
    expect([await count('tariffs'), await count('contacts'), await count('rule-packs')]).toEqual([1, 1, 10])
    expect((await people.guard.get('/api/v1/routes')).status).toBe(403)
    expect((await people.guard.get('/api/v1/contacts')).body.items[0]).toMatchObject({ phone: '8001', space: 'b1' })
    feed(g, 'pump-1/tripped', true)
    expect((await people.admin.get('/api/v1/alarms')).body.items.some(a => a.rule === 'tripped')).toBe(true)
  })
})
