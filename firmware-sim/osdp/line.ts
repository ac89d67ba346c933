import { createScanner, MARK } from './frame.ts'
import type { OsdpLink } from './link.ts'

export type OsdpLine = ReturnType<typeof createLine>

/** An answer begins within so long [SIA OSDP 2.2: 200 ms]. */
const ANSWER_MS = 200
const BITS = 10

/** A line with its readers, one asked after the other; who does not answer keeps the others waiting for one answer only. */
export function createLine(links: readonly OsdpLink[], send: (bytes: Buffer) => void, baud = 9600) {
  const scanner = createScanner()
  let asked: { readonly link: OsdpLink; readonly until: number } | null = null
  let turn = 0
  function tick(now: number) {
    if (asked && now < asked.until) return
    asked = null
    for (let i = 0; i < links.length; i++) {
      const link = links[(turn + i) % links.length]!
      const bytes = link.command(now)
      if (!bytes) continue
      turn = (turn + i + 1) % links.length
      scanner.reset()
      asked = { link, until: now + ANSWER_MS + Math.ceil((bytes.length * BITS * 1000) / baud) }
      return send(Buffer.concat([Buffer.from([MARK]), bytes]))
    }
  }
  return {
    tick,
    receive(bytes: Uint8Array, now: number): void {
      for (const frame of scanner.take(bytes)) {
        const link = links.find(one => one.address === frame.address)
        if (link?.heard(frame, now) && asked?.link === link) asked = null
      }
      tick(now)
    },
  }
}
