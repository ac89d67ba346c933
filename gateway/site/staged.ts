import { randomUUID } from 'node:crypto'
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { writeDurably } from './file.ts'

const PENDING = /^(.+)\.([0-9a-f-]{36})\.(put|gone)$/

/** Where it is remembered which change of a file was decided: in the transaction that notes it on the trail. */
export interface Decided {
  /** Inside a change. */
  put(name: string, id: string): void
  get(name: string): string | null
}

/**
 * A file that changes together with the trail. What it is to be is put beside it first; the transaction decides; then it is
 * renamed. After a crash in between, the next start looks what was decided: there is no secret without its line on the trail,
 * and no line without its secret.
 */
export function stagedFile(path: string, decided: Decided) {
  const folder = dirname(path)
  const name = basename(path)
  const finish = (pending: string, kind: string) => {
    if (kind === 'put') return renameSync(pending, path)
    rmSync(path, { force: true })
    rmSync(pending, { force: true })
  }
  for (const file of entriesOf(folder)) {
    const [, of, id, kind = ''] = PENDING.exec(file) ?? []
    if (of !== name) continue
    if (decided.get(name) === id) finish(join(folder, file), kind)
    else rmSync(join(folder, file), { force: true })
  }
  /** @param text null: the file goes */
  return <T>(text: string | null, change: (decide: () => void) => T): T => {
    const id = randomUUID()
    const kind = text === null ? 'gone' : 'put'
    const pending = join(folder, `${name}.${id}.${kind}`)
    writeDurably(pending, text ?? '', 0o600)
    let result: T
    try {
      result = change(() => decided.put(name, id))
    } catch (error) {
      rmSync(pending, { force: true })
      throw error
    }
    finish(pending, kind)
    return result
  }
}

export interface StagedFile {
  readonly path: string
  /** null: the file goes */
  readonly text: string | null
}

/**
 * Several files that change together, and with the trail: as `stagedFile`, with one decision for all of them.
 * @param name under which it is remembered what was decided last
 * @param folders where such files lie; there nothing else is named like one that waits
 */
export function stagedFiles(name: string, folders: readonly string[], decided: Decided) {
  const finish = (pending: string, path: string, kind: string) => {
    if (kind === 'put') return renameSync(pending, path)
    rmSync(path, { force: true })
    rmSync(pending, { force: true })
  }
  for (const folder of folders)
    for (const file of entriesOf(folder)) {
      const [, of, id, kind = ''] = PENDING.exec(file) ?? []
      if (of === undefined) continue
      if (decided.get(name) === id) finish(join(folder, file), join(folder, of), kind)
      else rmSync(join(folder, file), { force: true })
    }
  return <T>(files: readonly StagedFile[], change: (decide: () => void) => T): T => {
    const id = randomUUID()
    const pending = files.map(({ path, text }) => {
      const kind = text === null ? 'gone' : 'put'
      return { path, kind, text: text ?? '', at: join(dirname(path), `${basename(path)}.${id}.${kind}`) }
    })
    let result: T
    try {
      for (const { at, text } of pending) writeDurably(at, text, 0o600)
      result = change(() => decided.put(name, id))
    } catch (error) {
      for (const { at } of pending) rmSync(at, { force: true })
      throw error
    }
    for (const { at, path, kind } of pending) finish(at, path, kind)
    return result
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
