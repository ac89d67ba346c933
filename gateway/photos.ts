import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from './site/file.ts'

export const PHOTO_MAX_BYTES = 5_000_000
/** What a browser shows and cannot run. */
export const photoTypes = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const
export type PhotoType = keyof typeof photoTypes
export type Photos = ReturnType<typeof openPhotos>

/** What these bytes are, by themselves: what a sender calls them is not asked. Null: no photo that we take. */
export function photoTypeOf(bytes: Uint8Array): PhotoType | null {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))
  if (bytes.length < 16) return null
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg'
  if (text(1, 4) === 'PNG' && bytes[0] === 0x89 && bytes[4] === 0x0d && bytes[5] === 0x0a) return 'image/png'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp'
  return null
}

/** Photos of orders, `photos/<sha256>.<type>` in the data folder. A file is on the disk before any record names it. */
export const openPhotos = (data: string) => ({
  typeOf: photoTypeOf,
  ...keptFiles(join(data, 'photos'), photoTypes),
})

/** Files by their hash in a folder: each is there once, however often it was sent. @param endings by media type */
export function keptFiles<T extends string>(folder: string, endings: Readonly<Record<T, string>>) {
  const pathOf = (hash: string, type: T) => join(folder, `${hash}.${endings[type]}`)
  return {
    /** Keeps the bytes, durably. `isNew`: nobody had them before, so they may be dropped again. */
    keep(bytes: Uint8Array, type: T): { readonly hash: string; readonly isNew: boolean } {
      const hash = createHash('sha256').update(bytes).digest('hex')
      const path = pathOf(hash, type)
      if (existsSync(path)) return { hash, isNew: false }
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeDurably(path, bytes)
      return { hash, isNew: true }
    },
    drop: (hash: string, type: T) => rmSync(pathOf(hash, type), { force: true }),
    /** @param hash 64 hex digits of a record, never what somebody asked for. Null: the file is gone. */
    read(hash: string, type: T): Buffer | null {
      const path = pathOf(hash, type)
      try {
        // A link could lead to any file of this machine.
        return lstatSync(path).isFile() ? readFileSync(path) : null
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
  }
}
