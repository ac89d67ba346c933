import { afterAll, expect, it } from 'vitest'
import { firmBlock } from '../../gateway/firmblock.ts'
import { people as openPeople } from '../../gateway/records/people.ts'
import { records } from '../support/records.ts'

const r = records()
afterAll(() => r.end())
const people = openPeople(r.db, {} as never, () => '20261121')
const block = firmBlock(people, r.trail)
const who = { name: 'mo', role: 'manager' }

it('a certificate stops the passes of its firm and opens them again, but not what somebody has stopped himself', () => {
  const { id } = r.trail.change(who, note =>
    people.addCompany(note, { name: 'Jinyu', colour: '#1f6feb', phone: '' }, r.time.now),
  )
  const set = (blocked: boolean, name = 'Jinyu') => {
    r.trail.change(who, note => block(note, name, 'OF-1', blocked))
    return people.company(id)!.blocked
  }
  expect([set(true, 'Nobody'), set(false), set(true), set(true), set(false)]).toEqual([false, false, true, true, false])
  r.trail.change(who, note => people.blockCompany(note, id, true, 'fighting'))
  expect([set(true), set(false)]).toEqual([true, true])
  expect(r.trail.of('company', id).map(e => [e.action, e.data.reason])).toEqual([
    ['created', undefined],
    ['blocked', 'certificate OF-1'],
    ['unblocked', 'certificate OF-1'],
    ['blocked', 'fighting'],
  ])
})
