import { fail } from '../core/errors.ts'
import type { Note } from '../records/trail.ts'
import { PHOTO_BYTES } from './contract.ts'
import type { App, Deps, who } from './deps.ts'

/** One-inch photos of people and of visitors, by the ending of their files. */
export const photoFileTypes = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const
export const photoFile = /^[0-9a-f]{64}\.(jpg|png|webp)$/

/** Routes of a scope whose bodies are pictures. */
export function withPhotoBodies(app: App, routes: (scope: App) => void): void {
  void app.register((photos, _, done) => {
    const scope = photos as unknown as App
    scope.addContentTypeParser(
      Object.values(photoFileTypes),
      { parseAs: 'buffer', bodyLimit: PHOTO_BYTES },
      (_request, body, parsed) => parsed(null, body),
    )
    routes(scope)
    done()
  })
}

/** Keeps the picture on the disk, then notes it. @param put notes the file's name, `<sha256>.<ending>` */
export function takePhoto<T>(
  deps: Deps,
  actor: ReturnType<typeof who>['actor'],
  body: unknown,
  put: (note: Note, file: string) => T,
): T {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  const type = deps.photos.typeOf(bytes)
  if (type === null) return fail('not-a-photo')
  const { hash, isNew } = deps.photos.keep(bytes, type)
  const ending = Object.entries(photoFileTypes).find(([, t]) => t === type)![0]
  try {
    return deps.trail.change(actor, note => put(note, `${hash}.${ending}`))
  } catch (error) {
    if (isNew) deps.photos.drop(hash, type)
    throw error
  }
}

/** The bytes of a photo that a record names. @param file as `photoFile` has it @param recorded what the record names */
export function readPhoto(deps: Deps, file: string, recorded: string | null) {
  const [hash, ending] = file.split('.') as [string, keyof typeof photoFileTypes]
  const bytes = recorded === file ? deps.photos.read(hash, photoFileTypes[ending]) : null
  if (!bytes) return fail('not-found', { what: hash.slice(0, 12) })
  const headers = {
    'content-type': photoFileTypes[ending],
    'cache-control': 'private, max-age=31536000, immutable',
    'content-disposition': 'inline',
  }
  return { bytes, headers }
}
