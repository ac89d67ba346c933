import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiOf, signIn } from '../support/api.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { identityProvider, walkTo } from '../support/provider.ts'
import { quietSite } from '../support/sites.ts'

/** Against a provider of others' making, which runs in this process and checks what we send. */
const SECRET = 'a secret between the gateway and the provider'
let provider: Awaited<ReturnType<typeof identityProvider>>
let g: TestGateway
const siteOf = (oidc: object) => ({ ...quietSite, signIn: { oidc: { ...settings(), ...oidc } } })
const settings = () => ({
  ...{ issuer: provider.issuer, clientId: 'gatehouse', name: { 'zh-CN': '公司账号', en: 'Company account' } },
  roles: [
    { group: 'bms-admins', role: 'admin' },
    { group: 'control-room', role: 'operator' },
    { group: 'guards', role: 'guard' },
  ],
  ...{ domain: 'house.example', sessionHours: 8, awayDays: 30 },
})
beforeAll(async () => {
  provider = await identityProvider()
  g = await startGateway({ site: siteOf({}), oidcSecret: SECRET })
  provider.serve({
    ...{ client_id: 'gatehouse', client_secret: SECRET, redirect_uris: [`${g.url}/api/v1/session/oidc/back`] },
    ...{
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  })
  for (const [sub, name, groups] of [
    ['u-1', 'wang.min', ['staff', 'control-room']],
    ['u-2', 'admin', ['guards']],
    ['u-3', 'chief', ['guards', 'bms-admins']],
    ['u-4', 'nobody', ['staff']],
    ['u-5', 'outsider', ['guards']],
  ] as const)
    provider.people.set(sub, { name, groups, email: `${name}@${sub === 'u-5' ? 'elsewhere' : 'house'}.example` })
})
afterAll(async () => {
  await g.stop()
  await provider.stop()
})

const cookieOf = (lines: readonly string[], name: string) =>
  lines.find(l => l.startsWith(`${name}=`) && !/Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(l))?.split(';')[0] ?? null
/** One whole sign-in as a browser makes it. @param tamper with the address that brings it back */
async function come(sub: string | null, tamper: (url: string) => string = url => url, keepCookie = true) {
  provider.is(sub)
  const begun = await g.stranger.post('/api/v1/session/oidc', {})
  expect([begun.status, begun.text]).toEqual([201, expect.any(String)])
  const waits = cookieOf(begun.headers.getSetCookie(), 'gatehouse_oidc')!
  const back = await walkTo(`${g.url}/api/v1/session/oidc/back`, begun.body.url as string)
  return await arrive(tamper(back), keepCookie ? waits : '')
}
async function arrive(back: string, cookie: string) {
  const answer = await apiOf('', { cookie }).get(back)
  const session = cookieOf(answer.headers.getSetCookie(), 'gatehouse_session')
  return { to: answer.headers.get('location'), status: answer.status, session, back, cookie }
}
const me = async (session: string | null) => {
  const { status, body } = await apiOf(g.url, { cookie: session ?? '' }).get('/api/v1/session')
  return status === 200 ? `${body.name} ${body.role}` : status
}
const trail = () => g.deps.trail.after(0, 10_000).map(e => [e.kind, e.id, e.action].join(' '))

it('signs in by code, PKCE, state and nonce; the account is his by his subject; role by the first group of the map', async () => {
  const ways = (await g.stranger.get('/api/v1/sign-in-ways')).body
  expect(ways).toEqual({ oidc: { name: { 'zh-CN': '公司账号', en: 'Company account' } } })
  const url = new URL((await g.stranger.post('/api/v1/session/oidc', {})).body.url as string)
  expect(['state', 'nonce', 'code_challenge'].map(key => (url.searchParams.get(key) ?? '').length > 30)).toEqual([
    ...[true, true, true],
  ])
  expect(url.searchParams.get('code_challenge_method')).toBe('S256')
  const first = await come('u-1')
  expect([first.status, first.to, await me(first.session)]).toEqual([302, '/', 'wang.min operator'])
  // Another name and address at the provider: the same account.
  provider.people.set('u-1', { name: 'wang.new', groups: ['guards'], email: 'wang.new@house.example' })
  expect(await me((await come('u-1')).session)).toBe('wang.min guard')
  // Somebody who is called like an account here gets one of his own, and no rights of it.
  expect(await me((await come('u-2')).session)).toBe('admin (2) guard')
  // An admin only because a line says so, and it stands first.
  expect(await me((await come('u-3')).session)).toBe('chief admin')
  expect(trail()).toEqual(
    expect.arrayContaining([
      'user wang.min created',
      'user wang.min linked',
      'session wang.min signed-in',
      'user wang.min role',
    ]),
  )
})

it('refuses, and says why, without a session: wrong state, nobody’s browser, twice, no group, another domain, a no, an unproved code', async () => {
  const refused = ({ to, session }: { to: string | null; session: string | null }) => [to, session]
  const no = (code: string) => [`/?refused=${code}`, null]
  expect(refused(await come('u-1', url => url.replace(/state=[^&]+/, 'state=other')))).toEqual(no('oidc-not-proved'))
  expect(refused(await come('u-1', url => url.replace(/code=[^&]+/, 'code=guessed')))).toEqual(no('oidc-not-proved'))
  expect(refused(await come('u-1', url => url, false))).toEqual(no('oidc-again'))
  const good = await come('u-1')
  expect(refused(await arrive(good.back, good.cookie))).toEqual(no('oidc-again'))
  expect(refused(await come('u-4'))).toEqual(no('oidc-no-role'))
  expect(refused(await come('u-5'))).toEqual(no('oidc-domain'))
  provider.people.set('u-5', { name: 'typed', groups: ['guards'], email: 'typed@house.example', verified: false })
  expect(refused(await come('u-5'))).toEqual(no('oidc-domain'))
  expect(refused(await come(null))).toEqual(no('oidc-not-proved'))
  expect(g.deps.users.list().map(u => u.name)).not.toContain('nobody')
  // Nobody signs in with a password to such an account.
  expect((await g.stranger.post('/api/v1/session', { name: 'chief', password: '' })).status).toBeGreaterThanOrEqual(400)
})

it('a diary of somebody who leaves his group, comes back, is shut out by an admin', async () => {
  const day: [string, unknown, unknown][] = []
  provider.people.set('u-6', { name: 'li.na', groups: ['guards'], email: 'li.na@house.example' })
  const first = await come('u-6')
  const api = apiOf(g.url, { cookie: first.session! })
  const { token } = (await api.post('/api/v1/tokens', { name: 'phone' })).body
  const byToken = async () => (await apiOf(g.url, { authorization: `Bearer ${token}` }).get('/api/v1/session')).status
  day.push(['in', await me(first.session), await byToken()])
  provider.people.set('u-6', { name: 'li.na', groups: ['staff'], email: 'li.na@house.example' })
  day.push(['left the group, still signed in', await me(first.session), await byToken()])
  day.push(['comes again', (await come('u-6')).to, await byToken()])
  day.push(['and what she had', await me(first.session), g.deps.users.get('li.na')!.disabled])
  provider.people.set('u-6', { name: 'li.na', groups: ['guards'], email: 'li.na@house.example' })
  day.push(['back in the group', await me((await come('u-6')).session), await byToken()])
  const admin = await g.admin()
  await admin.post('/api/v1/users/li.na/disable')
  day.push(['shut by an admin', (await come('u-6')).to, g.deps.users.get('li.na')!.disabled])
  expect(day).toEqual([
    ['in', 'li.na guard', 200],
    ['left the group, still signed in', 'li.na guard', 200],
    ['comes again', '/?refused=oidc-no-role', 401],
    ['and what she had', 401, true],
    ['back in the group', 'li.na guard', 401],
    ['shut by an admin', '/?refused=oidc-account-off', true],
  ])
})

it('without the provider the accounts of the gateway go on, and the page says what is wrong', async () => {
  const other = await startGateway({ site: siteOf({ issuer: 'http://127.0.0.1:9' }) })
  const away = await other.stranger.post('/api/v1/session/oidc', {})
  expect([away.status, away.body.code, String(away.body.detail)]).toEqual([
    ...[503, 'oidc-away', expect.stringContaining('ECONNREFUSED')],
  ])
  expect((await (await signIn(other.url, 'admin', PASSWORD)).get('/api/v1/session')).body.role).toBe('admin')
  await other.stop()
})
