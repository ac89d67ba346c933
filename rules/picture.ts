/**
 * Which PNG or JPEG may be the ground of a plan. Nothing of a file is believed but its structure, which is walked to its end;
 * what a picture does not need (place and camera of a photo, texts, a second file behind its end) is left out of what is kept. Pure.
 */

export const PICTURE_MAX_BYTES = 4_000_000
/** A sheet of A0 at 150 dpi has 35 million; a page that unpacks many more has no memory left for anything else. */
export const PICTURE_MAX_PIXELS = 40_000_000
const LONGEST_SIDE = 16_000
/** The name of what was uploaded: by its content, so that it never means anything else. */
export const UPLOADED = /^[0-9a-f]{32}\.(?:svg|png|jpg)$/

export const pictureFaults = ['picture-bytes', 'picture-pixels', 'picture-broken', 'picture-kind'] as const
export type PictureFault = (typeof pictureFaults)[number]
export const pictureTypes = { png: 'image/png', jpg: 'image/jpeg' } as const
export type PictureKind = keyof typeof pictureTypes
export type PictureRead =
  | {
      readonly ok: true
      readonly kind: PictureKind
      /** Pixels as it is shown: a photo that lies on its side is turned. */
      readonly width: number
      readonly height: number
      /** The picture without what it does not need. */
      readonly bytes: Uint8Array
    }
  | { readonly ok: false; readonly fault: PictureFault; readonly what: string }

/** Reads a picture. @param bytes the whole file; never throws */
export function readPicture(bytes: Uint8Array): PictureRead {
  const kind = pictureKindOf(bytes)
  if (kind === null) return { ok: false, fault: 'picture-kind', what: '' }
  if (bytes.length > PICTURE_MAX_BYTES)
    return { ok: false, fault: 'picture-bytes', what: `${Math.ceil(bytes.length / 1024)} kB` }
  const read = kind === 'png' ? readPng(bytes) : readJpeg(bytes)
  if (read === null) return { ok: false, fault: 'picture-broken', what: kind.toUpperCase() }
  const { width, height } = read
  if (width * height > PICTURE_MAX_PIXELS || Math.max(width, height) > LONGEST_SIDE)
    return { ok: false, fault: 'picture-pixels', what: `${width} × ${height}` }
  return { ok: true, kind, ...read }
}

/** What the bytes are, by themselves; null: neither. */
export function pictureKindOf(bytes: Uint8Array): PictureKind | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpg'
  return PNG.every((byte, at) => bytes[at] === byte) ? 'png' : null
}

interface Found {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** What decides how it looks [PNG 4.7]; texts, times, Exif and animation are not taken. */
const PNG_KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'pHYs', 'sBIT', 'bKGD'])

function readPng(bytes: Uint8Array): Found | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept: [number, number][] = [[0, 8]]
  let [width, height, data] = [0, 0, false]
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const end = at + 12 + length
    if (end > bytes.length) return null
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if ((at === 8) !== (name === 'IHDR')) return null
    if (name === 'IHDR') {
      if (length !== 13) return null
      width = view.getUint32(at + 8)
      height = view.getUint32(at + 12)
    }
    data ||= name === 'IDAT'
    if (PNG_KEPT.has(name)) kept.push([at, end])
    if (name === 'IEND')
      return width > 0 && height > 0 && data ? { width, height, bytes: joined(bytes, kept, []) } : null
    at = end
  }
  return null
}

const SOS = 0xda
const EOI = 0xd9
/** JFIF, the colour profile and Adobe's colour transform: without them the colours are others. */
const JPEG_KEPT_APP = new Set([0xe0, 0xe2, 0xee])

function readJpeg(bytes: Uint8Array): Found | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept: [number, number][] = []
  let [width, height, turn, scans] = [0, 0, 1, 0]
  for (let at = 2; at + 2 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === EOI) {
      kept.push([at, at + 2])
      if (width === 0 || height === 0 || scans === 0) return null
      const [w, h] = turn >= 5 ? [height, width] : [width, height]
      return { width: w, height: h, bytes: joined(bytes, kept, [0xff, 0xd8, ...(turn === 1 ? [] : turned(turn))]) }
    }
    if (at + 4 > bytes.length) return null
    const length = view.getUint16(at + 2)
    let end = at + 2 + length
    if (length < 2 || end > bytes.length) return null
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (frame) {
      if (length < 8 || width > 0) return null
      height = view.getUint16(at + 5)
      width = view.getUint16(at + 7)
    }
    if (marker === 0xe1) turn = orientationOf(bytes.subarray(at + 4, end)) ?? turn
    if (marker === SOS) {
      scans++
      // The pixels go on to the next marker that is neither a stuffed byte nor a restart [ITU T.81 B.1.1.5].
      while (end + 1 < bytes.length && !(bytes[end] === 0xff && !isOfScan(bytes[end + 1]!))) end++
    }
    const other = (marker >= 0xe0 && marker <= 0xef && !JPEG_KEPT_APP.has(marker)) || marker === 0xfe
    if (!other) kept.push([at, end])
    at = end
  }
  return null
}
const isOfScan = (byte: number): boolean => byte === 0 || (byte >= 0xd0 && byte <= 0xd7)

/** 1 to 8 of an Exif segment [Exif 4.6.4 A]; null: it does not say. */
function orientationOf(exif: Uint8Array): number | null {
  if (String.fromCharCode(...exif.subarray(0, 6)) !== 'Exif\0\0' || exif.length < 16) return null
  const view = new DataView(exif.buffer, exif.byteOffset + 6, exif.byteLength - 6)
  const little = view.getUint16(0) === 0x4949
  const first = view.getUint32(4, little)
  if (first + 2 > view.byteLength) return null
  const count = view.getUint16(first, little)
  for (let n = 0; n < count; n++) {
    const at = first + 2 + n * 12
    if (at + 12 > view.byteLength) return null
    if (view.getUint16(at, little) !== 0x0112) continue
    const turn = view.getUint16(at + 8, little)
    return turn >= 1 && turn <= 8 ? turn : null
  }
  return null
}
/** An Exif segment that says nothing but how the photo was held. */
const turned = (turn: number): number[] => [
  ...[0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0],
  ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1],
  ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0],
  ...[0, 0, 0, 0],
]

function joined(bytes: Uint8Array, parts: readonly (readonly [number, number])[], head: readonly number[]): Uint8Array {
  const size = parts.reduce((sum, [from, to]) => sum + to - from, head.length)
  const out = new Uint8Array(size)
  out.set(head)
  let at = head.length
  for (const [from, to] of parts) {
    out.set(bytes.subarray(from, to), at)
    at += to - from
  }
  return out
}
