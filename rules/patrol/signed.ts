import type { ItemSeen } from './flame.ts'

/** Of a batch what its signature covers; times as they were sent. */
export interface SignedBatch {
  readonly device: string
  readonly batch: string
  readonly clock: string
  readonly records: readonly {
    readonly n: number
    readonly at: string
    readonly tag?: string | undefined
    readonly checkpoint?: string | undefined
    readonly person?: string | undefined
    readonly method: string
    readonly items: readonly ItemSeen[]
    readonly photos: readonly string[]
    readonly note: string
    readonly said: string
  }[]
}

/**
 * The bytes (UTF-8) that a device signs with its Ed25519 key: one JSON text without spaces, in this order, with "" for what
 * is not there. Whoever changes a record, leaves one out, or moves it to another batch changes them.
 */
export const signedText = ({ device, batch, clock, records }: SignedBatch): string =>
  JSON.stringify([
    ...['gatehouse-patrol-1', device, batch, clock],
    records.map(r => [
      ...[r.n, r.at, r.tag ?? '', r.checkpoint ?? '', r.person ?? '', r.method, r.said, r.note],
      r.items.map(i => [i.id, i.ok, i.note, i.permit ?? '']),
      r.photos,
    ]),
  ])
