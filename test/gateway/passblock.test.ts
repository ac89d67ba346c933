import { afterAll, expect, it } from 'vitest'
import { passBlock, stoppedPlaces } from '../../gateway/access/passblock.ts'
import { people as openPeople } from '../../gateway/records/people.ts'
import { records } from '../support/records.ts'

const r = records()
afterAll(() => r.end())
const people = openPeople(r.db, {} as never, () => '20261121')
const block = passBlock(people, r.trail)
const who = { name: 'mo', role: 'manager' }

it('a certificate stops the passes of its firm and opens them again, but not what somebody has stopped himself', () => {
  const { id } = r.trail.change(who, note =>
    people.addCompany(note, { name: 'Jinyu', colour: '#1f6feb', phone: '' }, r.time.now),
  )
  const set = (blocked: boolean, name = 'Jinyu') => {
    r.trail.change(who, note => block(note, 'firm', name, 'OF-1', blocked))
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

it('a decoration that was stopped stops the passes of the works there, as long as it is', () => {
  const works = ['b1', 'b2'].map(space =>
    r.trail.change(who, note =>
      people.addWorks(note, { name: space, space, company: null, permit: 'P', permitTo: null }, r.time.now),
    ),
  )
  r.trail.change(who, note => people.closeWorks(note, works[1]!.id, 'mo', [], r.time.now))
  for (const space of ['b1', 'b2']) r.trail.change(who, note => block(note, 'works', space, 'D-1', true))
  // Door controllers learn it from these; of a site that is closed there is nothing to tell.
  expect(works.map(w => r.trail.of('works', w.id).map(e => e.action))).toEqual([
    ['opened', 'stopped'],
    ['opened', 'closed'],
  ])
  let phase = 'works'
  const stopped = stoppedPlaces({ list: () => [{ phase, values: { space: 'b1' } }] as never })
  expect([stopped.has('b1'), stopped.has('b2')]).toEqual([false, false])
  phase = 'stopped'
  stopped.forget()
  expect([stopped.has('b1'), stopped.has('b2')]).toEqual([true, false])
})
