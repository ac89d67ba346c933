import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { filesBelow } from '../../gateway/backup/collect.ts'
import type { Manifest } from '../../gateway/backup/manifest.ts'
import { headerOf, paddingOf, readTar, tarEnd } from '../../gateway/backup/tar.ts'
import { makeBackup } from '../../gateway/backup/write.ts'
import { migrations as historyMigrations } from '../../gateway/history/schema.ts'
import { migrations, openDb } from '../../gateway/records/db.ts'
import { openTrail } from '../../gateway/records/trail.ts'
import { li } from './records.ts'

export const PASSPHRASE = 'correct horse battery'
export const MADE_AT = Date.UTC(2026, 10, 21, 8)

/** A data folder with something of every kind in it, without a gateway. */
export function smallData(data: string): void {
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(data, path)), { recursive: true })
    writeFileSync(join(data, path), text)
  }
  put('site.json', '{"site":{"id":"small"}}')
  put('site.last-good.json', '{"site":{"id":"small"}}')
  put('profiles/泵.json', '{}')
  put('profiles/.last-good/泵.json', '{}')
  put('plans/b1.svg', '<svg/>')
  put(`photos/${'0'.repeat(64)}.jpg`, 'a photo')
  put('learned/bus.json', '{"points":{},"facts":[]}')
  put(`plans/${'长'.repeat(60)}.svg`, '<svg/>')
  put('backups/site-000001.json', '{}')
  put('secrets/notify.json', '{"robot":"hidden"}')
  put('secrets/pki/bus/key.pem', 'hidden key')
  put('secrets/pki/bus/ca.pem', 'an authority')
  put('secrets/pki/bus/trusted/certs/a.pem', 'a certificate')
  // What must not travel.
  put('run.json', '{"pid":1}')
  put('site.json.tmp', 'half')
  put('backups/gatehouse-small-1.tar.gz', 'an earlier backup')
  put('.cache/x', 'x')
  const db = openDb(join(data, 'records.db'), migrations)
  const trail = openTrail(
    db,
    () => MADE_AT,
    () => {},
  )
  for (let i = 0; i < 5; i++) trail.change(li, note => note('thing', `t${i}`, 'made', { i }))
  db.close()
  const history = openDb(join(data, 'history.db'), historyMigrations)
  history.prepare("INSERT INTO meta VALUES ('began', 1)").run()
  history.close()
}

export const backUp = (data: string, file: string, passphrase?: string) =>
  makeBackup({ data, file, version: '0.1.0', site: 'small', now: MADE_AT, passphrase, freeBytes: () => 1e12 })

/** All files of a folder by path, as a person would compare them. */
export const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    filesBelow(folder).map(path => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex')
        .slice(0, 12),
    ]),
  )

type Files = Map<string, Buffer>
/** Opens a backup, lets somebody change what is in it, and closes it again as a whole file. */
export async function forged(file: string, change: (files: Files, manifest: Manifest) => void): Promise<Buffer> {
  const files: Files = new Map()
  const source = (async function* () {
    yield gunzipSync(readFileSync(file))
  })()
  for await (const { name, body } of readTar(source)) {
    const parts: Buffer[] = []
    for await (const chunk of body) parts.push(chunk)
    files.set(name, Buffer.concat(parts))
  }
  const manifest = JSON.parse(files.get('manifest.json')!.toString()) as Manifest
  change(files, manifest)
  if (files.has('manifest.json')) files.set('manifest.json', Buffer.from(JSON.stringify(manifest)))
  const tar = [...files].flatMap(([name, bytes]) => [headerOf(name, bytes.length, 0), bytes, paddingOf(bytes.length)])
  return gzipSync(Buffer.concat([...tar, tarEnd()]))
}
export const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
