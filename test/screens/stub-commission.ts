import { profiles } from '../../drivers/index.ts'
import { guess } from '../../drivers/modbus/guess.ts'
import type { ByteOrderFound, Peeked, ProfileView } from '../../gateway/http/contract.ts'

/** A pump whose pressure moves: float32, low word first, at the third register of the block. */
export function pumpRegisters(bar: number): number[] {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, bar)
  return [0, 1, view.getUint16(2), view.getUint16(0), 4200, 0xffff, 0, 0x322e]
}

export const peekedOf = (address: number, count: number, words: readonly number[]): Peeked => ({
  at: new Date().toISOString(),
  tookMs: 38,
  words: address === 98 && count <= words.length ? words.slice(0, count) : null,
  reason: address === 98 && count <= words.length ? null : 'refused',
  exception: address === 98 && count <= words.length ? null : 2,
})

export function byteOrderOf(words: readonly number[], shown: string, factor?: number): ByteOrderFound {
  const items = guess(words, shown, factor)
  return { items: items.slice(0, 200), total: items.length }
}

export const profileViews = (): ProfileView[] =>
  profiles.map(p => ({
    id: p.id,
    name: p.name,
    kind: p.kind,
    protocols: [...p.protocols],
    draft: p.draft === true,
    source: p.source,
    points: p.points.length,
    probe: p.probe !== undefined,
    origin: 'builtin',
    file: null,
  }))
