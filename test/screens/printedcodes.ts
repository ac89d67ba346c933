import { createHash, createPublicKey, verify } from 'node:crypto'
import type { Page } from 'playwright-core'
import { decodeQR } from 'qr/decode.js'
import { expect } from 'vitest'
import { checkPass, createSeen } from '../../rules/access/pass.ts'
import { pictureOf } from '../support/qrpicture.ts'

interface Printed {
  readonly no: string
  readonly mm: number
  readonly box: number
  readonly dark: readonly string[]
  readonly colours: readonly (string | null)[]
  readonly uncovered: boolean
}
/** Read as printed, by a reader of its own: the text is the pass's, and the site's public key alone says so. */
export async function provePrinted(
  page: Page,
  wanted: readonly { readonly no: string; readonly text: string }[],
  publicKey: Uint8Array,
  now: number,
): Promise<void> {
  await page.emulateMedia({ media: 'print' })
  const printed = (await page.evaluate(`[...document.querySelectorAll('.badge')].map(badge => {
    const svg = badge.querySelector('svg[role=img]')
    svg.scrollIntoView({ block: 'center' })
    const { x, y, width, height } = svg.getBoundingClientRect()
    const paper = document.elementFromPoint(x + width / 2, y + height / 2)
    return {
      no: badge.dataset.badge,
      mm: (Math.min(width, height) / 96) * 25.4,
      box: svg.viewBox.baseVal.width,
      dark: svg.querySelector('path').getAttribute('d').split('M').slice(1),
      colours: [...svg.children].map(part => getComputedStyle(part).fill),
      uncovered: svg.contains(paper),
    }
  })`)) as Printed[]
  await page.emulateMedia({ media: null })
  expect(printed.map(one => one.no)).toEqual(wanted.map(one => one.no))
  const key = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') }
  const sitePublic = createPublicKey({ key, format: 'jwk' })
  for (const [i, { mm, box, dark, colours, uncovered }] of printed.entries()) {
    // The smallest that telephones read from a hand's distance, and the margin of the standard around it.
    expect([mm / box >= 0.4, colours, uncovered]).toEqual([true, ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'], true])
    const side = box - 8
    const modules = Array.from({ length: side }, () => Array.from({ length: side }, () => false))
    for (const one of dark) {
      const [, x, y] = /^(\d+) (\d+)h1v1h-1z$/.exec(one)!.map(Number)
      // Outside of what is left when four modules are taken off each side, this throws.
      modules[y! - 4]![x! - 4] = true
    }
    expect(modules.map(row => row.length)).toEqual(modules.map(() => side))
    const text = decodeQR(pictureOf(modules, 4))
    expect(text).toBe(wanted[i]!.text)
    const said = checkPass(text, {
      bySite: (_, bytes, signature) => verify(null, bytes, sitePublic, signature),
      byHolder: () => false,
      hash8: bytes => createHash('sha256').update(bytes).digest().subarray(0, 8),
      ...{ seen: createSeen(), reader: 'phone', now },
    })
    expect(said.ok).toBe(true)
  }
}
