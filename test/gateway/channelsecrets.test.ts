import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openChannelSecrets } from '../../gateway/channels/secrets.ts'
import { openDecided } from '../../gateway/records/decided.ts'
import { li, records } from '../support/records.ts'

let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())

const open = () => openChannelSecrets(join(r.folder.path, 'secrets'), openDecided(r.db))
const note = (decide: () => void) =>
  r.trail.change(li, write => {
    write('channel', 'opc', 'secret-set', { kind: 'password' })
    decide()
  })
const files = () =>
  readdirSync(join(r.folder.path, 'secrets'), { recursive: true, withFileTypes: true })
    .filter(e => e.isFile())
    .map(e => e.name)
    .sort()
const lines = () => r.trail.of('channel', 'opc').length

it('a change of several files and its line stand together', () => {
  const secrets = open()
  secrets.write('opc', { password: 'one', ca: 'CA', clientCertificate: { certificate: 'C', key: 'K' } }, note)
  expect([secrets.read('opc').password, secrets.kinds('opc'), lines()]).toEqual([
    'one',
    ['password', 'ca', 'clientCertificate'],
    1,
  ])
  secrets.write('opc', { password: null, ca: null }, note)
  expect([secrets.read('opc'), secrets.kinds('opc'), files().length]).toEqual([{}, ['clientCertificate'], 2])
})

it('a trail that cannot be written leaves every file as it was', () => {
  const secrets = open()
  secrets.write('opc', { password: 'one', ca: 'CA' }, note)
  const before = files()
  expect(() =>
    secrets.write('opc', { password: 'two', ca: null }, () => {
      throw new Error('disk full')
    }),
  ).toThrow('disk full')
  expect([secrets.read('opc').password, secrets.kinds('opc'), files(), lines()]).toEqual([
    'one',
    ['password', 'ca'],
    before,
    1,
  ])
})

it.each([
  ['before the line was written, nothing is changed', false, 'one'],
  ['after it, the next start completes it', true, 'two'],
])('cut off %s', (_, decided, password) => {
  const secrets = open()
  secrets.write('opc', { password: 'one', ca: 'CA' }, note)
  const folder = join(r.folder.path, 'secrets', 'pki', 'opc')
  // The process dies where the files wait and nothing is renamed yet.
  const cut = new Error('killed')
  const waiting: [path: string, text: string][] = []
  expect(() =>
    secrets.write('opc', { password: 'two', ca: null }, decide => {
      if (decided) note(decide)
      for (const at of [folder, join(r.folder.path, 'secrets', 'channels')])
        for (const name of readdirSync(at))
          if (/\.(put|gone)$/.test(name)) waiting.push([join(at, name), readFileSync(join(at, name), 'utf8')])
      throw cut
    }),
  ).toThrow(cut)
  expect(waiting).toHaveLength(2)
  for (const [path, text] of waiting) writeFileSync(path, text)
  const again = open()
  expect([again.read('opc').password, again.kinds('opc').includes('ca')]).toEqual([password, !decided])
  expect(files().filter(name => /\.(put|gone)$/.test(name))).toEqual([])
})
