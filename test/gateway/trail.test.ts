import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTrail } from '../../gateway/records/trail.ts'
import { LARGE, li, records } from '../support/records.ts'

let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

const write = (n: number) => {
  for (let i = 1; i <= n; i++)
    r.trail.change(li, note => {
      note('thing', `t${i % 3}`, 'made', { i, 备注: `第 ${i} 次 "quoted"` })
    })
}

describe('the trail', () => {
  it('numbers without gaps, and the chain holds', () => {
    write(20)
    r.trail.change(li, note => {
      note('thing', 'a', 'one')
      note('thing', 'b', 'two')
    })
    expect(r.trail.head()).toBe(22)
    expect(r.trail.after(0, 100).map(e => e.seq)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1))
    expect(r.trail.verify()).toBeNull()
  })
  it('says who, as what, when, what', () => {
    r.trail.change(li, note => note('order', 'o1', 'accept', { from: 'new' }))
    expect(r.trail.of('order', 'o1')).toEqual([
      {
        seq: 1,
        time: r.time.now,
        actor: 'li',
        role: 'engineer',
        kind: 'order',
        id: 'o1',
        action: 'accept',
        data: { from: 'new' },
      },
    ])
  })
  it('goes on after a restart, with the same epoch', () => {
    write(3)
    const { epoch } = r.trail
    r = r.again()
    write(2)
    expect([r.trail.head(), r.trail.epoch === epoch, r.trail.verify()]).toEqual([5, true, null])
  })
  it('reads forwards and backwards in pages', () => {
    write(10)
    expect(r.trail.after(3, 4).map(e => e.seq)).toEqual([4, 5, 6, 7])
    expect(r.trail.before(4, 2).map(e => e.seq)).toEqual([3, 2])
    expect(r.trail.of('thing', 't1', 4, 2).map(e => e.seq)).toEqual([7, 10])
  })

  /** [what somebody with the file in hand does, the entry at which it is found] */
  const tampering: [string, string, number][] = [
    ['changes what was done', `UPDATE trail SET data = '{"i":1}' WHERE seq = 5`, 5],
    ['changes who did it', `UPDATE trail SET actor = 'wang' WHERE seq = 5`, 5],
    ['changes the role', `UPDATE trail SET role = 'admin' WHERE seq = 5`, 5],
    ['changes when', 'UPDATE trail SET time = time - 60000 WHERE seq = 5', 5],
    ['changes the action', `UPDATE trail SET action = 'unmade' WHERE seq = 5`, 5],
    ['moves it to another record', `UPDATE trail SET id = 'other' WHERE seq = 5`, 5],
    ['deletes one', 'DELETE FROM trail WHERE seq = 5', 6],
    ['deletes the first', 'DELETE FROM trail WHERE seq = 1', 2],
    ['cuts out the middle', 'DELETE FROM trail WHERE seq BETWEEN 4 AND 8', 9],
    [
      'cuts out the middle and renumbers',
      'DELETE FROM trail WHERE seq BETWEEN 4 AND 8; UPDATE trail SET seq = seq - 5 WHERE seq > 8',
      4,
    ],
    [
      'swaps two',
      'UPDATE trail SET seq = 100 WHERE seq = 4; UPDATE trail SET seq = 4 WHERE seq = 5; UPDATE trail SET seq = 5 WHERE seq = 100',
      4,
    ],
    [
      'changes one and takes its hash from elsewhere',
      `UPDATE trail SET data = '{}', hash = (SELECT hash FROM trail WHERE seq = 4) WHERE seq = 5`,
      5,
    ],
    [
      'inserts one',
      `INSERT INTO trail SELECT 13, time, actor, role, kind, id, action, data, prev, hash FROM trail WHERE seq = 12`,
      13,
    ],
  ]
  it.each(tampering)('somebody %s: found', (_, sql, seq) => {
    write(12)
    for (const statement of sql.split(';')) r.db.prepare(statement).run()
    expect(r.trail.verify()).toEqual({ seq })
  })
  it('looked at every kind of tampering', () => expect(tampering).toHaveLength(13))
})

describe('a change that fails', () => {
  it('leaves no entry, and the next one follows from the last good', () => {
    write(2)
    expect(() =>
      r.trail.change(li, note => {
        note('thing', 'x', 'made')
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(r.trail.head()).toBe(2)
    write(1)
    expect([r.trail.head(), r.trail.verify()]).toEqual([3, null])
    expect(r.told.map(e => e.id)).toEqual(['t1', 't2', 't1'])
  })
  it('because the disk dies, which then cannot even be read: its own reason is told, and the chain holds when it is well', () => {
    write(2)
    const broken = (errcode: number) =>
      Object.assign(new Error(`disk ${errcode}`), { code: 'ERR_SQLITE_ERROR', errcode })
    let dead = false
    const db = {
      ...r.db,
      prepare: (sql: string) => {
        const statement = r.db.prepare(sql)
        if (!sql.includes('DESC LIMIT 1')) return statement
        return {
          ...statement,
          get: (...values: []) => {
            if (dead) throw broken(11)
            return statement.get(...values)
          },
        }
      },
    }
    const heard: unknown[] = []
    const trail = openTrail(
      db,
      () => r.time.now,
      () => {},
      error => heard.push((error as { errcode?: number } | null)?.errcode ?? error),
    )
    const made = (dies = false) =>
      trail.change(li, note => {
        note('thing', 'x', 'made')
        dead = dies
        if (dies) throw broken(10)
      })
    expect(() => made(true)).toThrow('disk 10')
    expect(() => made()).toThrow('disk 11')
    dead = false
    made()
    expect([heard, trail.head(), trail.verify()]).toEqual([[10, 11, null], 3, null])
  })
  it('on a full disk likewise', () => {
    write(2)
    const room = r.fill()
    expect(() => r.trail.change(li, note => note('thing', 'x', 'made', { LARGE }))).toThrow(/full/)
    expect([r.trail.head(), r.told.length]).toEqual([2, 2])
    room()
    r.trail.change(li, note => note('thing', 'x', 'made', { LARGE }))
    expect([r.trail.head(), r.told.length, r.trail.verify()]).toEqual([3, 3, null])
  })
})

describe('telling', () => {
  it('comes after the commit: what is told is on the disk', () => {
    const seen: number[] = []
    const trail = openTrail(
      r.db,
      () => 0,
      entry => seen.push(trail.of(entry.kind, entry.id).length),
    )
    trail.change(li, note => {
      note('a', '1', 'made')
      note('b', '2', 'made')
      expect(seen).toEqual([])
    })
    expect(seen).toEqual([1, 1])
  })
  it('a listener may change something itself; the chain holds', () => {
    const told: string[] = []
    const trail = openTrail(
      r.db,
      () => 0,
      entry => {
        told.push(entry.id)
        if (entry.id === 'first') trail.change(li, note => note('thing', 'second', 'made'))
      },
    )
    trail.change(li, note => note('thing', 'first', 'made'))
    expect([told, trail.head(), trail.verify()]).toEqual([['first', 'second'], 2, null])
  })
})
