import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Edit, edited } from '../support/edit.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'

/** Versions of site.json: a reason where it touches alarms, undo, and two people at once. */
interface Change {
  readonly section: string
  readonly path: readonly string[]
  readonly was: unknown
  readonly is: unknown
}
interface Version {
  readonly n: number
  readonly by: string
  readonly way: string
  readonly why: string | null
  readonly undoes: number | null
  readonly undoneBy: number | null
  readonly count: number
  readonly changes: readonly Change[]
}
let g: TestGateway
let people: Awaited<ReturnType<TestGateway['people']>>
beforeAll(async () => {
  g = await startGateway({ site: JSON.stringify(quietSite, null, 2) })
  people = await g.people()
})
afterAll(() => g?.stop())

const site = async () => (await people.admin.get('/api/v1/site')).body as unknown as { text: string; hash: string }
const put = async (change: Edit, why?: string, from?: { text: string; hash: string }) => {
  const base = from ?? (await site())
  const text = edited(JSON.parse(base.text) as object, change)
  return people.admin.put('/api/v1/site', { text, hash: base.hash, ...(why && { why }) })
}
const versions = async () =>
  (await people.manager.get('/api/v1/site/versions')).body.items as unknown as readonly Version[]
const undo = (n: number, why = 'was a mistake') => people.admin.post(`/api/v1/site/versions/${n}/undo`, { why })
const named = (changes: readonly Change[]) => changes.map(c => `${[c.section, ...c.path].join('/')} ${c.was}>${c.is}`)

it('what touches an alarm is saved with its reason, is a version, and is taken back as another one', async () => {
  const bare = await put({ 'rules.0.delayOnS': 30 })
  expect([bare.status, bare.body.code]).toEqual([422, 'site-why'])
  expect(bare.body.detail).toContain('rules › tripped › delayOnS')
  const first = (await versions())[0]!.n
  expect((await put({ 'rules.0.delayOnS': 30 }, 'waves in the pipe')).status).toBe(200)
  const [made] = await versions()
  expect(made).toMatchObject({
    n: first + 1,
    by: 'admin',
    way: 'text',
    why: 'waves in the pipe',
    count: 1,
    undoneBy: null,
  })
  expect(named(made!.changes)).toEqual(['rules/tripped/delayOnS null>30'])
  const line = g.deps.trail.before(Number.MAX_SAFE_INTEGER, 20).find(e => e.action === 'saved')!
  expect(line.data).toMatchObject({
    why: 'waves in the pipe',
    version: made!.n,
    changes: ['rules › tripped › delayOnS'],
  })

  expect((await people.engineer.post(`/api/v1/site/versions/${made!.n}/undo`, { why: 'x' })).status).toBe(403)
  expect((await undo(made!.n)).status).toBe(200)
  const [back, was] = await versions()
  expect(back).toMatchObject({ way: 'undo', undoes: made!.n, why: 'was a mistake' })
  expect(was!.undoneBy).toBe(back!.n)
  expect(JSON.parse((await site()).text)).toEqual(quietSite)
  expect((await undo(made!.n)).body.code).toBe('undo-done')
  // What was taken back can be had again the same way.
  expect((await undo(back!.n)).status).toBe(200)
  expect(g.deps.plant()!.site.rules.find(r => r.id === 'tripped')!.delayOnS).toBe(30)
})

it('is not taken back under what rests on it: the same changed again, or in use since', async () => {
  await put({ 'rules.0.delayOnS': 60 }, 'longer')
  const [longer] = await versions()
  await put({ 'rules.0.delayOnS': 90 }, 'longer still')
  const refused = await undo(longer!.n)
  expect([refused.status, refused.body.code]).toEqual([409, 'undo-blocked'])
  expect(refused.body.detail).toContain('rules › tripped › delayOnS')

  const base = JSON.parse((await site()).text) as { spaces: { id: string }[]; equipment: { space?: string }[] }
  const more = { id: 'b9', kind: 'floor', name: { 'zh-CN': '九层', en: 'Floor 9' } }
  expect((await put({ [`spaces.${base.spaces.length}`]: more })).status).toBe(200)
  const [floor] = await versions()
  expect((await put({ 'equipment.0.space': 'b9' })).status).toBe(200)
  const needed = await undo(floor!.n)
  expect([needed.status, needed.body.code]).toEqual([409, 'undo-needed'])
  expect(needed.body.problems).toMatchObject([{ code: 'unknown-space', path: 'equipment[0].space' }])
  const [moved] = await versions()
  expect((await undo(moved!.n)).status).toBe(200)
  expect((await undo(floor!.n)).status).toBe(200)
})

it('two people at once: the second is told, sees what the first did, and loses nothing', async () => {
  const base = await site()
  expect((await put({ 'rules.0.delayOnS': 15 }, 'first')).status).toBe(200)
  const mine = edited(JSON.parse(base.text) as object, { 'site.name.en': 'Other plaza', 'rules.0.delayOffS': 4 })
  const refused = await people.admin.put('/api/v1/site', { text: mine, hash: base.hash, why: 'second' })
  expect([refused.status, refused.body.code]).toEqual([409, 'site-changed'])
  const merged = (await people.admin.post('/api/v1/site/merge', { text: mine, base: base.hash })).body as unknown as {
    text: string
    hash: string
    by: string[]
    theirs: Change[]
    clashes: Change[]
  }
  expect([merged.by, named(merged.theirs), merged.clashes]).toEqual([['admin'], ['rules/tripped/delayOnS 90>15'], []])
  const { text, hash } = merged
  expect((await people.admin.put('/api/v1/site', { text, hash, why: 'second' })).status).toBe(200)
  const now = JSON.parse((await site()).text) as { site: { name: object }; rules: object[] }
  expect(now.rules[0]).toMatchObject({ delayOnS: 15, delayOffS: 4 })
  expect(now.site.name).toMatchObject({ en: 'Other plaza' })

  // Both changed the same: it is told, and stays theirs unless asked otherwise.
  const both = edited(JSON.parse(base.text) as object, { 'rules.0.delayOnS': 45 })
  const ask = async (own: boolean) =>
    (await people.admin.post('/api/v1/site/merge', { text: both, base: base.hash, mine: own })).body as unknown as {
      text: string
      clashes: Change[]
    }
  for (const [own, stays] of [
    [false, 15],
    [true, 45],
  ] as const) {
    const found = await ask(own)
    expect(named(found.clashes)).toEqual(['rules/tripped/delayOnS 90>45'])
    expect((JSON.parse(found.text) as { rules: object[] }).rules[0]).toMatchObject({ delayOnS: stays })
  }
  const gone = await people.admin.post('/api/v1/site/merge', { text: both, base: 'f'.repeat(64) })
  expect([gone.status, gone.body.code]).toEqual([409, 'site-base-gone'])
})

it('an edit of the file by hand is a version too, and one after a restart as well', async () => {
  const text = edited(JSON.parse((await site()).text) as object, { 'rules.0.delayOffS': 8 })
  writeFileSync(join(g.data, 'site.json'), text)
  await until('taken up', async () => (await versions())[0]!.way === 'hand', 8000)
  const [hand] = await versions()
  expect(hand).toMatchObject({ by: 'gateway', way: 'hand', why: null })
  expect(named(hand!.changes)).toEqual(['rules/tripped/delayOffS 4>8'])
  expect((await undo(hand!.n)).status).toBe(200)
})
