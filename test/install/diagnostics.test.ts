import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { makeBundle } from '../../gateway/diagnostics/bundle.ts'
import { logTail } from '../../gateway/diagnostics/tail.ts'
import { node24, root } from '../support/fresh.ts'
import { PASSWORD, startGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'

/** What people would not want to find in a file that leaves the house. */
const PERSONAL = [
  '王小明',
  'Wang Xiaoming',
  'wangxiaoming',
  '13912345678',
  '139 1234 5678',
  '310101199001011234',
  '沪A12345',
  'wang@example.com',
  '2幢1801',
]
const SECRET = ['gh-token-8f3kq0Zx71mmPq2Lw9', 'hunter-of-geese-2', 'correct horse battery', PASSWORD]
const seeds = [...PERSONAL, ...SECRET]
const files = [
  'README.txt',
  'about.json',
  'doctor.txt',
  'settings.json',
  'site.json',
  'counts.json',
  'log.txt',
  'metrics.txt',
]

it('a bundle of a gateway full of people: not one of them is in it, and what helps is', async () => {
  const site = {
    ...quietSite,
    site: { ...quietSite.site, name: { 'zh-CN': seeds.join(' '), en: seeds.join(' ') } },
    spaces: [{ id: 'flat', kind: 'unit', name: { 'zh-CN': '2幢1801 王小明', en: 'Wang Xiaoming' } }],
    contacts: [{ id: 'wangxiaoming', name: '王小明', phone: '13912345678' }],
  }
  const g = await startGateway({ site: quietSite })
  try {
    const admin = await g.admin()
    for (const name of ['wangxiaoming']) {
      await admin.post('/api/v1/users', { name, role: 'viewer', password: 'hunter-of-geese-2' })
      await admin.post('/api/v1/tokens', { name })
    }
    writeFileSync(join(g.data, 'site.json'), JSON.stringify(site))
    mkdirSync(join(g.data, 'secrets', 'channels'), { recursive: true })
    for (const path of ['secrets/notify.json', 'secrets/channels/a.json', 'secrets/backup.key', 'plans/王小明.svg'])
      mkdirSync(join(g.data, path, '..'), { recursive: true })
    writeFileSync(join(g.data, 'secrets/notify.json'), seeds.join('\n'))
    writeFileSync(join(g.data, 'secrets/backup.key'), 'correct horse battery')
    writeFileSync(join(g.data, '王小明.txt'), '13912345678')

    const log = seeds.flatMap(seed => [
      seed,
      `First start 首次启动: user 用户名  admin   password 密码  ${seed}   (shown only now 仅显示这一次)`,
      `Gatehouse did not start 未能启动: "${seed}"`,
      JSON.stringify({
        level: 50,
        time: 1,
        msg: `of ${seed}`,
        error: { message: `of ${seed}`, code: seed, stack: `Error: ${seed}\n at ${seed}` },
      }),
      JSON.stringify({ level: 40, time: 2, who: seed, msg: 'the clock jumped', offsetMs: 7 }),
      `1795000000.1 ${seed.replaceAll(' ', '')} gatehouse[7]: {"level":30,"who":"${seed}"}`,
    ])
    const { body: metrics } = await g.deps.metrics()
    const env = {
      GATEHOUSE_ADMIN_PASSWORD: PASSWORD,
      GATEHOUSE_DATA: g.data,
      GATEHOUSE_HTTP: g.http,
      GATEHOUSE_TOKEN: SECRET[0],
    }
    const bundle = await makeBundle({
      ...{ data: g.data, env, version: '0.1.0', now: Date.now(), log },
      metrics: `${metrics}\nplanted{who="王小明",phone="13912345678"} 1\n`,
    })
    const text = gunzipSync(bundle).toString('utf8')
    const found = seeds.filter(seed => text.includes(seed))
    console.log(
      `looked for ${seeds.length} names, numbers and secrets in ${text.length} characters: ${found.length} found`,
    )
    expect(found).toEqual([])
    for (const helps of [
      '"product": "Gatehouse"',
      '"protocol": "modbus-tcp"',
      '"workorder": 0',
      'ok   running: Gatehouse runs',
      'the clock jumped',
      'gatehouse_',
      '"leftOut": 1',
    ])
      expect(text).toContain(helps)
    const names = execFileSync('tar', ['-tzf', '-'], { input: bundle, encoding: 'utf8' }).trim().split('\n')
    expect(names.map(name => name.split('/')[1])).toEqual(files)

    // The button of the settings makes the same, with the log that the gateway remembers itself.
    g.deps.log.level = 'warn'
    g.deps.log.warn({ who: '王小明', password: 'hunter-of-geese-2' }, 'the clock jumped')
    const answer = await fetch(`${g.url}/api/v1/diagnostics`, { method: 'POST', headers: admin.headers })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    const made = Buffer.from(await answer.arrayBuffer())
    const listed = execFileSync('tar', ['-tzf', '-'], { input: made, encoding: 'utf8' }).trim().split('\n')
    expect(listed.map(name => name.split('/')[1])).toEqual(files)
    const inside = gunzipSync(made).toString('utf8')
    expect(seeds.filter(seed => inside.includes(seed))).toEqual([])
    for (const helps of ['ok   running: Gatehouse runs', 'the clock jumped', 'gatehouse_'])
      expect(inside).toContain(helps)
    const { items } = (await admin.get('/api/v1/trail?limit=5')).body as { items: { kind: string; action: string }[] }
    expect(items.some(e => e.kind === 'diagnostics' && e.action === 'made')).toBe(true)
  } finally {
    await g.stop()
  }
})

it('the log itself holds no password, token or cookie, however they come into it', () => {
  const script = `import { createLog } from ${JSON.stringify(join(root, 'gateway/core/log.ts'))}
    import { logTail } from ${JSON.stringify(join(root, 'gateway/diagnostics/tail.ts'))}
    const tail = logTail()
    const log = createLog('info', tail.add)
    const s = ${JSON.stringify(SECRET)}
    log.warn({ password: s[1], token: s[0] }, 'signed in')
    log.warn({ user: { password: s[1], token: s[0], passphrase: s[2] }, secret: s[0] }, 'nested')
    log.warn({ req: { headers: { cookie: s[0], authorization: 'Bearer ' + s[0] } } }, 'asked')
    log.error({ error: Object.assign(new Error('refused'), { password: s[1], passphrase: s[2], config: { headers: { authorization: s[0] } } }) }, 'failed')
    if (tail.lines().length !== 4 || tail.lines().some(line => s.some(one => line.includes(one)))) throw new Error('the tail is another log')`
  const stderr = execFileSync('sh', ['-c', '"$0" --input-type=module -e "$1" 2>&1', node24, script], {
    encoding: 'utf8',
  })
  expect(stderr.trim().split('\n')).toHaveLength(4)
  expect(SECRET.filter(secret => stderr.includes(secret))).toEqual([])
  expect(stderr).toContain('refused')
})

it('what a gateway remembers of its log is bounded by lines and by characters', () => {
  const short = logTail()
  for (let i = 0; i < 1500; i++) short.add(`line ${i}\n`)
  expect([short.lines().length, short.lines()[0], short.lines().at(-1)]).toEqual([1000, 'line 500', 'line 1499'])
  const long = logTail()
  for (let i = 0; i < 10; i++) long.add(`${i}${'x'.repeat(100_000)}`)
  expect(long.lines().map(line => line[0])).toEqual(['7', '8', '9'])
})
