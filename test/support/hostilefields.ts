import type { Api } from './api.ts'
import { hostileNames } from './hostilenames.ts'

const PASSWORD = 'a long enough password'
const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString()
/** What is made with a name, and where that name is read again. */
const kinds: readonly (readonly [kind: string, path: string, body: (name: string) => object, key: string])[] = [
  ['person', 'people', name => ({ name, kind: 'staff' }), 'name'],
  ['visitor', 'visits', name => ({ name, host: name, people: 1, validFrom: hours(-1), validTo: hours(1) }), 'name'],
  ['report', 'reports', name => ({ text: name, nature: 'water', space: 'b1' }), 'text'],
  [
    'complaint',
    'complaints',
    name => ({ subject: 'noise', text: name, customer: { name, phone: '13900001111', room: name } }),
    'text',
  ],
  ['key register', 'registers/keys', name => ({ values: { name, kind: 'unit' } }), 'values.name'],
  ['company', 'companies', name => ({ name, colour: '#aa0000' }), 'name'],
  ['works', 'works', name => ({ name }), 'name'],
  ['part', 'parts', name => ({ name, place: name.slice(0, 100) }), 'name'],
  [
    'permit',
    'permits',
    name => ({
      ...{ space: 'b1', spot: name, work: name, company: name.slice(0, 100), grade: 'second' },
      ...{ workers: [{ name: name.slice(0, 64), certificate: name.slice(0, 64), validTo: '2099-01-01' }] },
      ...{ guardian: 'admin', validFrom: hours(1), validTo: hours(3) },
    }),
    'work',
  ],
  ['user', 'users', name => ({ name, role: 'guard', password: PASSWORD }), 'name'],
  ['token', 'tokens', name => ({ name }), 'name'],
  ['broker account', 'broker-accounts', name => ({ name, publish: ['x'], subscribe: ['x'] }), 'name'],
]
const at = (thing: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, word) => (inner as Record<string, unknown> | undefined)?.[word], thing)

/**
 * Gives hostile names to what can be named by a person.
 * @param share every so manieth name, other ones for each kind; 1: all through all
 */
export async function throughFields(admin: Api, share = 1) {
  const wrong: string[] = []
  const kept: Record<string, number> = {}
  let tried = 0
  for (const [nth, [kind, path, body, key]] of kinds.entries()) {
    kept[kind] = 0
    for (const name of hostileNames.filter((_, i) => i % share === nth % share)) {
      tried++
      const answer = await admin.post(`/api/v1/${path}`, body(name))
      const where = `${kind} ${JSON.stringify(name)}`
      if (answer.status === 201 || answer.status === 200) {
        kept[kind]!++
        const said = at(answer.body, key)
        if (said !== undefined && said !== name && said !== name.trim()) wrong.push(`${where}: kept as ${String(said)}`)
      } else if (answer.status >= 500 || typeof answer.body.code !== 'string')
        wrong.push(`${where}: ${answer.status} ${answer.text.slice(0, 200)}`)
    }
  }
  return { wrong, kept, tried }
}
