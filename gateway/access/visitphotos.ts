import { GATEWAY } from '../core/events.ts'
import type { Photos, PhotoType } from '../photos.ts'
import { photoTypes } from '../photos.ts'
import type { Trail } from '../records/trail.ts'
import type { Visits } from '../records/visits.ts'

const DAY_MS = 86_400_000

export interface PhotoTrimDeps {
  readonly visits: Pick<Visits, 'photosOver' | 'namedElsewhere' | 'dropPhoto'>
  readonly photos: Pick<Photos, 'drop'>
  readonly trail: Trail
}
/** @param file `<sha256>.<type>` as records name it */
export function dropPhotoFile(photos: Pick<Photos, 'drop'>, file: string): void {
  const [hash, ending] = file.split('.') as [string, string]
  photos.drop(hash, typeOf(ending))
}
const typeOf = (ending: string): PhotoType =>
  (Object.entries(photoTypes).find(([, e]) => e === ending)?.[0] ?? 'image/jpeg') as PhotoType

/**
 * Deletes the photos of visitors whose visit was over so many days ago, unless somebody holds one or an incident of its
 * time is open. The file goes first: should the power go as well, the record still names it and it is deleted again.
 * @returns how many
 */
export function trimVisitorPhotos({ visits, photos, trail }: PhotoTrimDeps, days: number, now: number): number {
  const over = visits.photosOver(now - days * DAY_MS)
  for (const { id, photo } of over) {
    // The same picture may be another visitor's, or stand on an order.
    if (!visits.namedElsewhere(id, photo)) dropPhotoFile(photos, photo)
    trail.change(GATEWAY, note => visits.dropPhoto(note, id, days))
  }
  return over.length
}
