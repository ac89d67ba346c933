import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { GatehouseError } from '../../gateway/core/errors.ts'
import { brokerAccounts } from '../../gateway/records/brokeraccounts.ts'
import { idempotency } from '../../gateway/records/idempotency.ts'
import { hashPassword, newPassword, passwordFits } from '../../gateway/records/secrets.ts'
import { users } from '../../gateway/records/users.ts'
import type { Role } from '../../rules/flow.ts'
import { li, records } from '../support/records.ts'

const HOUR = 3_600_000
const SECRET = 'correct horse battery'
let hash = ''
beforeAll(async () => {
  hash = await hashPassword(SECRET)
})
let r: ReturnType<typeof records>
let u: ReturnType<typeof users>
beforeEach(() => {
  r = records()
  u = users(r.db)
})
afterEach(() => r.end())

const change = <T>(work: Parameters<typeof r.trail.change<T>>[1]) => r.trail.change(li, work)
const add = (name: string, role: Role = 'engineer') => change(note => u.create(note, name, role, hash, r.time.now))
const enter = (name: string) => change(note => u.openSession(note, u.get(name)!, r.time.now)).secret
const code = (work: () => unknown): string => {
  try {
    work()
    return 'no error'
  } catch (error) {
    return (error as GatehouseError).code
  }
}
/** Every byte of the folder: the database and its journal. */
const bytes = () =>
  Buffer.concat(readdirSync(r.folder.path).map(f => readFileSync(join(r.folder.path, f)))).toString('latin1')

describe('people', () => {
  it('are let in by their password only, whatever the case of the name', async () => {
    add('Li')
    expect(await u.check('li', SECRET)).toMatchObject({ name: 'Li', role: 'engineer' })
    expect(await u.check('Li', `${SECRET} `)).toBeUndefined()
    expect(await u.check('nobody', SECRET)).toBeUndefined()
    expect(code(() => add('LI'))).toBe('already-exists')
  })
  it('an admin there always is: the last one can be neither disabled nor made less', () => {
    add('a', 'admin')
    add('e')
    for (const work of [
      () => change(note => u.setDisabled(note, 'a', true)),
      () => change(note => u.setRole(note, 'A', 'viewer')),
    ])
      expect(code(work)).toBe('last-admin')
    add('b', 'admin')
    change(note => u.setDisabled(note, 'a', true))
    expect(code(() => change(note => u.setRole(note, 'b', 'viewer')))).toBe('last-admin')
    change(note => u.setRole(note, 'b', 'admin'))
    expect(u.get('b')!.role).toBe('admin')
  })
  it('disabled: sessions and tokens end, also after they are let in again', async () => {
    add('a', 'admin')
    add('e')
    const session = enter('e')
    const token = change(note => u.createToken(note, 'e', 't', null, r.time.now)).secret
    expect([u.ofSession(session, r.time.now)?.user.name, u.ofToken(token, r.time.now)?.user.name]).toEqual(['e', 'e'])
    change(note => u.setDisabled(note, 'e', true))
    const both = () => [u.ofSession(session, r.time.now), u.ofToken(token, r.time.now)]
    expect(both()).toEqual([undefined, undefined])
    expect(await u.check('e', SECRET)).toBeUndefined()
    change(note => u.setDisabled(note, 'e', false))
    expect(both()).toEqual([undefined, undefined])
    expect(await u.check('e', SECRET)).toBeDefined()
  })
  it('a new password ends all other sessions', async () => {
    add('e')
    add('f')
    const [mine, other, foreign] = [enter('e'), enter('e'), enter('f')]
    const keep = u.ofSession(mine, r.time.now)!.hash
    const next = await hashPassword('another long one')
    change(note => u.setPassword(note, 'e', next, keep))
    const now = r.time.now
    expect(
      [u.ofSession(mine, now), u.ofSession(other, now), u.ofSession(foreign, now)].map(s => s !== undefined),
    ).toEqual([true, false, true])
    expect([await u.check('e', SECRET), (await u.check('e', 'another long one'))?.name]).toEqual([undefined, 'e'])
  })
})

describe('sessions', () => {
  it('last as long as they are used, 12 hours at a time', () => {
    add('e')
    const secret = enter('e')
    for (let i = 0; i < 10; i++) {
      r.time.now += 11 * HOUR
      expect(u.ofSession(secret, r.time.now)).toBeDefined()
    }
    r.time.now += 12 * HOUR + 1
    expect(u.ofSession(secret, r.time.now)).toBeUndefined()
  })
  it('end by signing out; a wrong secret opens none', () => {
    add('e')
    const secret = enter('e')
    const { hash: key } = u.ofSession(secret, r.time.now)!
    change(note => u.closeSession(note, 'e', key))
    expect([u.ofSession(secret, r.time.now), u.ofSession('s_', r.time.now), u.ofSession(key, r.time.now)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
  it('on a disk that cannot be written people stay signed in', () => {
    add('e')
    const secret = enter('e')
    r.time.now += HOUR
    r.db.prepare('PRAGMA query_only = 1').get()
    expect(u.ofSession(secret, r.time.now)?.user.name).toBe('e')
    r.db.prepare('PRAGMA query_only = 0').get()
  })
})

describe('tokens', () => {
  it('end when they are revoked, or at their time', () => {
    add('e')
    const made = change(note => u.createToken(note, 'e', 't', r.time.now + HOUR, r.time.now))
    expect(u.ofToken(made.secret, r.time.now + HOUR)).toMatchObject({ token: made.token.id })
    expect(u.ofToken(made.secret, r.time.now + HOUR + 1)).toBeUndefined()
    change(note => u.revokeToken(note, made.token.id))
    expect(u.ofToken(made.secret, r.time.now)).toBeUndefined()
    expect(u.token(made.token.id)).toMatchObject({ revoked: true })
  })
  it('each sees their own, the admin all', () => {
    add('e')
    add('f')
    for (const name of ['e', 'f']) change(note => u.createToken(note, name, name, null, r.time.now))
    expect([u.tokens('e', false).length, u.tokens('e', true).length]).toEqual([1, 2])
  })
})

describe('what is kept on the disk', () => {
  it('no password, no session secret, no token', () => {
    add('e')
    const secrets = [SECRET, enter('e'), change(note => u.createToken(note, 'e', 't', null, r.time.now)).secret]
    const kept = bytes()
    expect(kept).toContain('engineer')
    for (const secret of secrets) expect(kept).not.toContain(secret)
  })
  it('no fast hash from which a password could be guessed: two requests that differ in it leave the same trace', () => {
    const keep = (key: string, password: string) =>
      change(() => idempotency(r.db).keep(key, 'li', ['POST', '/users', { name: 'e', password }], {}, r.time.now))
    keep('k1', 'one password')
    keep('k2', 'another one!')
    const rows = r.db.prepare('SELECT DISTINCT request FROM idempotency').all()
    expect(rows).toHaveLength(1)
  })
  it('passwords are salted: the same one twice is two hashes, both fit', async () => {
    const again = await hashPassword(SECRET)
    expect(again).not.toBe(hash)
    // 32 MiB each.
    expect(again).toMatch(/^scrypt\$32768\$8\$1\$[\w-]{22}\$/)
    expect(
      await Promise.all([passwordFits(SECRET, hash), passwordFits(SECRET, again), passwordFits('x', hash)]),
    ).toEqual([true, true, false])
  })
  it('made passwords can be read out and are never the same', () => {
    const made = Array.from({ length: 200 }, newPassword)
    expect(new Set(made).size).toBe(200)
    for (const p of made) expect(p).toMatch(/^([a-hj-km-np-z2-9]{5}-){3}[a-hj-km-np-z2-9]{5}$/)
  })
})

describe('an idempotency key', () => {
  it('gives the first answer again, and refuses another request', () => {
    const i = idempotency(r.db)
    const asked = ['POST', '/x', { a: 1 }]
    expect(i.before('k', 'li', asked)).toBeUndefined()
    change(() => i.keep('k', 'li', asked, { id: 7 }, r.time.now))
    expect(i.before('k', 'li', asked)).toEqual({ id: 7 })
    expect(code(() => i.before('k', 'li', ['POST', '/x', { a: 2 }]))).toBe('key-reused')
    expect(code(() => i.before('k', 'li', ['POST', '/y', { a: 1 }]))).toBe('key-reused')
    expect(i.before('k', 'wang', asked)).toBeUndefined()
    expect(i.before(undefined, 'li', asked)).toBeUndefined()
  })
  it('is kept with what it created, or not at all', () => {
    const i = idempotency(r.db)
    expect(() =>
      change(() => {
        i.keep('k', 'li', {}, { id: 7 }, r.time.now)
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(i.before('k', 'li', {})).toBeUndefined()
  })
  it('is forgotten after a day', () => {
    const i = idempotency(r.db)
    change(() => i.keep('old', 'li', {}, {}, r.time.now))
    r.time.now += 24 * HOUR + 1
    change(() => i.keep('new', 'li', {}, {}, r.time.now))
    expect([i.before('old', 'li', {}), i.before('new', 'li', {})]).toEqual([undefined, {}])
  })
})

describe('broker accounts', () => {
  it('open with their password until they are revoked', async () => {
    const b = brokerAccounts(r.db)
    const asked = { name: 'meter-reader', publish: ['a/#'], subscribe: [] }
    change(note => b.create(note, asked, hash, r.time.now))
    expect(await b.check('meter-reader', SECRET)).toMatchObject({ publish: ['a/#'], subscribe: [] })
    expect([await b.check('meter-reader', 'x'), await b.check('nobody', SECRET)]).toEqual([undefined, undefined])
    expect(code(() => change(note => b.create(note, asked, hash, r.time.now)))).toBe('already-exists')
    change(note => b.revoke(note, 'meter-reader'))
    expect(await b.check('meter-reader', SECRET)).toBeUndefined()
    expect(b.list().map(a => [a.name, a.revoked])).toEqual([['meter-reader', true]])
    expect(code(() => change(note => b.revoke(note, 'nobody')))).toBe('not-found')
  })
})
