import { expect, it } from 'vitest'
import { signInSchema } from '../../gateway/oidc/schema.ts'
import { watchOidc } from '../../gateway/oidc/watch.ts'
import { openIdentities } from '../../gateway/records/identities.ts'
import { users as openUsers } from '../../gateway/records/users.ts'
import { accountNames, admitted, groupsOf } from '../../rules/oidc.ts'
import { records } from '../support/records.ts'

const name = { 'zh-CN': '公司账号', en: 'Company' }
const settings = (more: object = {}) =>
  signInSchema.parse({
    oidc: {
      issuer: 'https://id.example/realms/house',
      clientId: 'g',
      name,
      roles: [{ group: 'a', role: 'admin' }],
      ...more,
    },
  }).oidc
const map = settings({
  roles: [
    { group: 'bms-admins', role: 'admin' },
    { group: 'guards', role: 'guard' },
  ],
  groupsClaim: 'realm_access.roles',
})

it('groups become a role by the first line that fits, and nothing else does', () => {
  const of = (...roles: string[]) => admitted({ sub: '1', realm_access: { roles } }, map)
  expect([of('guards'), of('guards', 'bms-admins'), of('staff'), of()]).toEqual([
    { role: 'guard' },
    { role: 'admin' },
    { refused: 'oidc-no-role' },
    { refused: 'oidc-no-role' },
  ])
  // Nobody is an admin by a name, a word of the provider, or a group that only looks like it.
  expect(of('admin', 'administrators', 'BMS-ADMINS', 'bms-admins ')).toEqual({ refused: 'oidc-no-role' })
  expect(admitted({ sub: '1', role: 'admin', groups: ['bms-admins'] }, map)).toEqual({ refused: 'oidc-no-role' })
  expect([
    groupsOf({ groups: 'one' }, 'groups'),
    groupsOf({ groups: [1, 'x'] }, 'groups'),
    groupsOf({}, 'a.b'),
  ]).toEqual([...[['one'], ['x'], null]])
})

it('of a domain are verified addresses alone', () => {
  const house = { ...map, domain: 'house.example' }
  const of = (email: unknown, email_verified: unknown) =>
    admitted({ sub: '1', email, email_verified, realm_access: { roles: ['guards'] } }, house)
  expect(of('a@House.example', true)).toEqual({ role: 'guard' })
  for (const [email, verified] of [
    ...([
      ['a@house.example', false],
      ['a@house.example', 'true'],
      ['a@house.example', undefined],
    ] as const),
    ...([
      ['a@nothouse.example', true],
      ['a@house.example.evil.example', true],
      [undefined, true],
    ] as const),
  ])
    expect([email, verified, of(email, verified)]).toEqual([email, verified, { refused: 'oidc-domain' }])
})

it('names of accounts: the best word that there is, without what nobody sees', () => {
  expect(accountNames({ sub: 's', preferred_username: 'li.na' }).slice(0, 2)).toEqual(['li.na', 'li.na (2)'])
  expect(accountNames({ sub: 's', name: '\u202e李\u200b娜 ' })[0]).toBe('李娜')
  expect(accountNames({ sub: '' })[0]).toBe('person')
})

it('an issuer is https, or on this machine', () => {
  for (const issuer of ['http://id.example', 'http://10.0.0.5', 'ftp://id.example', 'https://id.example/?a=1', 'id'])
    expect([issuer, () => settings({ issuer })]).toEqual([issuer, expect.any(Function)])
  for (const issuer of ['http://id.example', 'http://10.0.0.5', 'ftp://id.example', 'https://id.example/?a=1', 'id'])
    expect(() => settings({ issuer })).toThrow()
  for (const issuer of ['https://id.example/realms/house', 'http://127.0.0.1:9000', 'http://localhost:9000'])
    expect(settings({ issuer }).issuer).toBe(issuer)
  expect(() => settings({ roles: [{ group: 'wall', role: 'display' }] })).toThrow()
})

it('a diary: 8 h after the provider vouched the sessions end, after 30 days the account with its tokens; the last admin stays', () => {
  const r = records()
  const users = openUsers(r.db)
  const identities = openIdentities(r.db, users)
  const claims = (sub: string) => ({ sub, preferred_username: sub })
  const now = () => r.time.now
  const start = now()
  const admit = (sub: string, role: 'guard' | 'admin') =>
    r.trail.change({ name: 'gateway', role: 'gateway' }, note =>
      identities.admit(note, 'https://id.example', claims(sub), role, 'hash', now()),
    )
  admit('chief', 'admin')
  const token = r.trail.change({ name: 'li', role: 'guard' }, note => {
    const user = identities.admit(note, 'https://id.example', claims('li'), 'guard', 'hash', now())
    users.openSession(note, user, now())
    return users.createToken(note, user.name, 'phone', null, now()).secret
  })
  let safe = false
  const watch = watchOidc({
    ...{ clock: { now, every: () => () => {} } as never, trail: r.trail, identities, settings: () => settings() },
    safe: () => safe,
    failed: error => {
      throw error
    },
  })
  const diary: unknown[] = []
  const hour = 3_600_000
  for (const [at, trusted] of [
    ...([
      [7.9, true],
      [400 * 24, false],
      [8, true],
      [9, true],
      [24 * 29, true],
      [24 * 30, true],
      [24 * 31, true],
    ] as const),
  ]) {
    r.time.now = start + at * hour
    safe = trusted
    watch.look()
    diary.push([
      at,
      identities.hasSessions('li'),
      users.ofToken(token, now()) !== undefined,
      users.get('chief')!.disabled,
    ])
  }
  expect(diary).toEqual([
    [7.9, true, true, false],
    // A clock that jumped.
    [400 * 24, true, true, false],
    [8, false, true, false],
    [9, false, true, false],
    [24 * 29, false, true, false],
    [24 * 30, false, false, false],
    [24 * 31, false, false, false],
  ])
  const told = r.trail.after(0, 100).filter(e => e.actor === 'gateway' && e.id === 'li')
  expect(told.map(e => `${e.kind} ${e.action}`)).toEqual(['session over', 'user disabled'])
  // He comes again, and is let in again.
  admit('li', 'guard')
  expect(users.get('li')!.disabled).toBe(false)
  r.end()
})
